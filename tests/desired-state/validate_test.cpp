// What one document cannot know by itself.
#include "desired-state/validate.h"

#include <gtest/gtest.h>

#include "tests/desired-state/decoding.h"

namespace holdfast::testing {
namespace {

std::string head(std::string_view kind, std::string_view name) {
  return "apiVersion: holdfast.dev/v1alpha1\nkind: " + std::string(kind) + "\nmetadata: {name: " + std::string(name) +
         "}\n";
}
std::string database(std::string_view name) { return head("Database", name) + "spec: {url: \"sqlite:x.db\"}\n---\n"; }
// Five lines with its separator; the spec is line 4.
std::string set(std::string_view name, std::string_view spec) {
  return head("RowSet", name) + "spec: {mode: Enforce, " + std::string(spec) + "}\n---\n";
}

std::string errors_of(const std::string& yaml) {
  DecodeOptions options;
  options.validate = true;
  return decode_one(yaml, options).all_errors();
}

TEST(Validate, NamesAndDatabases) {
  const std::pair<std::string, std::string> cases[] = {
      {database("a") + database("a"),
       "d.yaml:8:18: there are two documents Database \"a\" (the other is at d.yaml:3:18)\n"},
      {database("a") + set("s", "table: t, key: [k]") + set("s", "table: u, key: [k]"),
       "d.yaml:13:18: there are two documents RowSet \"s\" (the other is at d.yaml:8:18)\n"},
      {database("a") + set("a", "table: t, key: [k]"), ""},
      {set("s", "table: t, key: [k]"),
       "d.yaml:1:1: there is no Database for RowSet \"s\" (add a document of kind Database)\n"},
      {database("a") + database("b") + set("s", "table: t, key: [k]"),
       "d.yaml:11:1: RowSet \"s\" does not say its Database (add databaseRef: {name: …}, one of a, b)\n"},
      {database("popup") + set("s", "table: t, key: [k], databaseRef: {name: pupop}"),
       "d.yaml:9:63: there is no Database \"pupop\" (did you mean \"popup\"?)\n"},
      {database("popup") + head("BackupPolicy", "b") + "spec: {to: x, databaseRef: {name: other}}\n",
       "d.yaml:9:35: there is no Database \"other\" (there is: popup)\n"},
      {head("Notifier", "n") + "spec: {slack: {url: x}, rowSets: [nope]}\n",
       "d.yaml:1:1: there is no RowSet \"nope\"\n"},
      {head("Database", "a") + "spec: {url: \"oracle:x\"}\n",
       "d.yaml:4:13: spec.url: the URL's scheme \"oracle\" is not known (sqlite:PATH, postgres://HOST/NAME or "
       "mysql://HOST/NAME)\n"},
      {database("a") +
           set("s", "table: t, key: [k], expect: [{name: x, query: a, equals: 1}, {name: x, query: b, equals: 1}]"),
       "d.yaml:9:84: two expectations are named \"x\" (the other is at d.yaml:9:52)\n"},
  };
  for (const auto& [yaml, want] : cases) EXPECT_EQ(errors_of(yaml), want) << yaml;
}

TEST(Validate, TheOneDatabaseIsFilledIn) {
  DecodeOptions options;
  options.validate = true;
  const Decoded got = decode_one(set("s", "table: t, key: [k]") + database("popup"), options);
  EXPECT_EQ(got.all_errors(), "");
  EXPECT_EQ(got.state.row_sets.at(0).database_ref->text, "popup");
}

TEST(Validate, References) {
  const auto refers = [](const char* name, const char* table, const char* to, const char* database_name = "") {
    const std::string other = *database_name ? ", databaseRef: {name: " + std::string(database_name) + "}" : "";
    return set(name, "table: " + std::string(table) + ", key: [k], references: {r: {rowSet: " + to +
                         ", by: k, column: id}}" + other);
  };
  const std::pair<std::string, std::string> cases[] = {
      {database("d") + set("campaigns", "table: t, key: [k]") + refers("p", "p", "campaigns"), ""},
      {database("d") + set("campaigns", "table: t, key: [k]") + refers("p", "p", "campaign"),
       "d.yaml:14:56: column \"r\" refers to RowSet \"campaign\", which is not there (did you mean \"campaigns\"?)\n"},
      {database("d") + database("e") + set("c", "table: t, key: [k], databaseRef: {name: d}") +
           refers("p", "p", "c", "e"),
       "d.yaml:19:56: column \"r\" refers to RowSet \"c\", which is in another Database (d) (references stay in one "
       "Database)\n"},
      {database("d") + refers("a", "a", "b") + refers("b", "b", "c") + refers("c", "c", "a"),
       "d.yaml:19:56: the references go in a circle: a → b → c → a (give the ids themselves in one of them)\n"},
      {database("d") + refers("a", "a", "a"),
       "d.yaml:9:56: the references go in a circle: a → a (give the ids themselves in one of them)\n"},
  };
  for (const auto& [yaml, want] : cases) EXPECT_EQ(errors_of(yaml), want) << yaml;
}

TEST(Validate, SeveralSetsOfOneTable) {
  const auto both = [](const char* first, const char* second, const char* table = "T") {
    return database("d") + set("a", std::string("table: t, key: [k], rows: [{k: 1}], policy: {extra: ") + first + "}") +
           set("b", "table: " + std::string(table) + ", key: [k], rows: [{k: 2}], policy: {extra: " + second + "}");
  };
  const std::string hint = " (put the rows into one RowSet, or use extra: Report)\n";
  const std::pair<std::string, std::string> cases[] = {
      {both("Keep", "Report"), ""},
      {both("Delete", "Delete", "u"), ""},
      {both("Delete", "Keep"),
       "d.yaml:9:30: RowSet \"a\" with extra: Delete would delete the rows of RowSet \"b\", which has the same table "
       "\"t\"" +
           hint},
      {both("Keep", "Delete"),
       "d.yaml:14:30: RowSet \"b\" with extra: Delete would delete the rows of RowSet \"a\", which has the same table "
       "\"T\"" +
           hint},
      {both("Delete", "Delete"),
       "d.yaml:14:30: RowSet \"b\" with extra: Delete would delete the rows of RowSet \"a\", which has the same table "
       "\"T\"" +
           hint},
  };
  for (const auto& [yaml, want] : cases) EXPECT_EQ(errors_of(yaml), want) << yaml;
}

TEST(Validate, ColumnsAndKeys) {
  const std::string whole = " (every row names its whole key)\n", one_way = " (write the column in one way)\n";
  const std::pair<std::string, std::string> cases[] = {
      {"  initial: [note, ID]\n  rows: [{id: 1, note: x}]\n",
       "d.yaml:8:19: column \"ID\" is in key and in initial (a row is found by its key, so the key cannot be the "
       "users' own)\n"},
      {"  rows:\n    - {id: 1}\n    - {name: x}\n    - {id: ~}\n    - {}\n",
       "d.yaml:10:14: the row has no value for key column \"id\"" + whole +
           "d.yaml:11:12: the row has NULL for key column \"id\"" + whole +
           "d.yaml:12:1: the row has no value for key column \"id\"" + whole},
      {"  defaults: {id: 5}\n  rows: [{name: x}]\n", ""},
      {"  defaults: {id: ~}\n  rows: [{name: x}]\n", "d.yaml:9:17: the row has no value for key column \"id\"" + whole},
      {"  rows: [{ID: 1}]\n", "d.yaml:8:15: columns \"id\" and \"ID\" are the same but for their case" + one_way},
      {"  defaults: {Name: x}\n  rows: [{id: 1, name: y}]\n",
       "d.yaml:9:24: columns \"Name\" and \"name\" are the same but for their case" + one_way},
      {"  rows:\n    - {id: 1, name: x}\n    - {id: 2, NAME: y}\n",
       "d.yaml:10:21: columns \"name\" and \"NAME\" are the same but for their case" + one_way},
      {"  forbidden: [{name: x, Name: y}]\n",
       "d.yaml:8:31: columns \"name\" and \"Name\" are the same but for their case" + one_way},
      {"  rows: []\n  policy: {extra: Delete}\n",
       "d.yaml:1:1: RowSet \"set\" has no rows and extra: Delete: it would empty the table (say allowEmpty: true if "
       "that is meant)\n"},
      {"  policy: {extra: Delete}\n",
       "d.yaml:1:1: RowSet \"set\" has no rows and extra: Delete: it would empty the table (say allowEmpty: true if "
       "that is meant)\n"},
      {"  rows: []\n  allowEmpty: true\n  policy: {extra: Delete}\n", ""},
      {"  rows: []\n", ""},
  };
  for (const auto& [spec, want] : cases) EXPECT_EQ(errors_of(row_set_and_database(spec)), want) << spec;
}

TEST(Validate, Renames) {
  const std::string rows = "  rows: [{id: c}, {id: \"d\"}]\n";
  const std::string columns = " (the key is id)\n",
                    undeclared = ": the rename leads to a row that is not declared (declare the row that it ends at)\n";
  const std::pair<std::string, std::string> cases[] = {
      {"[{from: {id: a}, to: {id: c}}]", ""},
      {"[{from: {id: a}, to: {id: b}}, {from: {id: b}, to: {id: \"c\"}}]", ""},
      {"[{from: {ID: a}, to: {id: d}}]", ""},
      {"[{from: {name: a}, to: {id: c}}]",
       "d.yaml:9:13: the rename's from must name the key's columns and no others" + columns},
      {"[{from: {id: a}, to: {id: c, name: x}}]",
       "d.yaml:9:13: the rename's to must name the key's columns and no others" + columns},
      {"[{from: {id: ~}, to: {id: c}}]", "d.yaml:9:25: a key cannot be null (a row without a key cannot be renamed)\n"},
      {"[{from: {id: a}, to: {id: c}}, {from: {id: a}, to: {id: d}}]",
       "d.yaml:9:43: two renames have the same from (the other is at d.yaml:9:13)\n"},
      {"[{from: {id: a}, to: {id: b}}, {from: {id: b}, to: {id: a}}]",
       "d.yaml:9:13: the rename chain does not end (its last `to` must be a declared row)\n"
       "d.yaml:9:43: the rename chain does not end (its last `to` must be a declared row)\n"},
      {"[{from: {id: a}, to: {id: a}}]",
       "d.yaml:9:13: the rename chain does not end (its last `to` must be a declared row)\n"},
      {"[{from: {id: c}, to: {id: d}}]",
       "d.yaml:9:13: the row that is renamed is also declared (declare it under its new key only)\n"},
      {"[{from: {id: a}, to: {id: e}}]", "d.yaml:9:13" + undeclared},
  };
  for (const auto& [renames, want] : cases) {
    EXPECT_EQ(errors_of(row_set_and_database(rows + "  renames: " + renames + "\n")), want) << renames;
  }
}

}  // namespace
}  // namespace holdfast::testing
