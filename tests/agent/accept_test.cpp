// `holdfast accept` as people run it: built program, real files, real SQLite. Which values are taken over.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "tests/agent/accept_fixture.h"

namespace holdfast::agent {
namespace {

using namespace accepting;  // NOLINT(google-build-using-namespace)
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

namespace json = boost::json;

TEST_F(Accept, takes_live_values_into_the_document_and_prints_the_diff) {
  shop(items(two_rows));
  execute(database(), "UPDATE items SET price = 2.25, active = 0 WHERE id = 1");
  const Finished done = accept();
  EXPECT_EQ(done.exit, 0) << done.err;
  EXPECT_EQ(document(), with("price: 1.5, active: true}", "price: 2.25, active: false}"));
  const std::string file = folder / "docs/items.yaml";
  EXPECT_EQ(done.out, "--- " + file + "\n+++ " + file +
                          "\n@@ -8,7 +8,7 @@\n   mode: Enforce\n   rows:\n     # writing\n"
                          "-    - {id: 1, name: \"Pen\", price: 1.5, active: true}   # blue\n"
                          "+    - {id: 1, name: \"Pen\", price: 2.25, active: false}   # blue\n"
                          "     - id: 2\n       name: 'Cup'\n       price: 4\n");
  EXPECT_EQ(done.err, "Accepted 2 values of 1 row in 1 file.\n");
  EXPECT_EQ(drift(), 0);
  EXPECT_EQ(query(database(), "SELECT price FROM items WHERE id = 1"), "2.25") << "accept never writes the database";
}

TEST_F(Accept, a_second_time_there_is_nothing_to_do) {
  shop(items(two_rows));
  execute(database(), "UPDATE items SET price = 2.25");
  ASSERT_EQ(accept().exit, 0);
  const std::string once = document();
  const Finished again = accept();
  EXPECT_EQ(again.exit, 0);
  EXPECT_EQ(again.out, "");
  EXPECT_EQ(again.err, "Nothing to accept: no declared row has been changed.\n");
  EXPECT_EQ(document(), once);
}

TEST_F(Accept, a_dry_run_shows_the_same_and_writes_nothing) {
  shop(items(two_rows));
  execute(database(), "UPDATE items SET price = 5 WHERE id = 2");
  const Finished dry = accept({"--dry-run"});
  EXPECT_EQ(dry.exit, 0);
  EXPECT_EQ(document(), before());
  EXPECT_EQ(dry.err, "Would accept 1 value of 1 row in 1 file; nothing was written.\n");
  EXPECT_EQ(accept().out, dry.out);
  EXPECT_EQ(document(), with("price: 4", "price: 5"));
}

TEST_F(Accept, every_kind_of_value_comes_back_as_it_is_live) {
  shop(items("    - {id: 1, name: \"Pen\", price: 1.5, email: \"a\", active: 1, any_value: 7, picture: null}\n"));
  const std::pair<const char*, const char*> table[] = {
      {"UPDATE items SET any_value = 'a'", "any_value: a,"},
      {"UPDATE items SET any_value = '7'", "any_value: \"7\","},
      {"UPDATE items SET any_value = 7.0", "any_value: 7.0,"},
      {"UPDATE items SET any_value = 1e300", "any_value: 1e+300,"},
      {"UPDATE items SET any_value = 9223372036854775807", "any_value: 9223372036854775807,"},
      {"UPDATE items SET any_value = NULL", "any_value: null,"},
      {"UPDATE items SET any_value = x'00FF'", "any_value: !!binary AP8=,"},
      {"UPDATE items SET any_value = 'null'", "any_value: \"null\","},
      {"UPDATE items SET price = 100000", "price: 100000,"},
      {"UPDATE items SET price = 0.0001", "price: 0.0001,"},
      {"UPDATE items SET price = 'dear'", "price: dear,"},
      {"UPDATE items SET email = ''", "email: \"\","},
      {"UPDATE items SET email = 'a' || char(10) || 'b'", "email: \"a\\nb\","},
      {"UPDATE items SET active = 0", "active: 0,"},
      {"UPDATE items SET picture = x'0102'", "picture: !!binary AQI=}"},
  };
  for (const auto& [statement, want] : table) {
    folder.write("docs/items.yaml", before());
    ASSERT_NE(run({"apply", "-f", docs()}).exit, 1);
    execute(database(), statement);
    const Finished done = accept();
    EXPECT_EQ(done.exit, 0) << statement << "\n" << done.err;
    EXPECT_THAT(document(), HasSubstr(want)) << statement;
    EXPECT_EQ(drift(), 0) << statement;
  }
}

TEST_F(Accept, a_value_from_defaults_becomes_the_rows_own) {
  shop(items("    - {id: 1, name: \"Pen\"}\n    - id: 2\n      name: 'Cup'\n",
             "  defaults: {active: true, email: \"none\"}\n"));
  execute(database(), "UPDATE items SET active = 0 WHERE id = 1; UPDATE items SET email = 'c@d' WHERE id = 2");
  const Finished done = accept();
  EXPECT_EQ(done.exit, 0) << done.err;
  EXPECT_EQ(document(),
            items("    - {id: 1, name: \"Pen\", active: false}\n    - id: 2\n      name: 'Cup'\n      email: \"c@d\"\n",
                  "  defaults: {active: true, email: \"none\"}\n"));
  EXPECT_EQ(drift(), 0);
}

TEST_F(Accept, columns_that_a_row_does_not_name_are_not_managed_and_not_added) {
  shop(items(two_rows));
  execute(database(), "UPDATE items SET email = 'x@y', price = 9 WHERE id = 2");
  ASSERT_EQ(accept().exit, 0);
  EXPECT_EQ(document(), with("price: 4", "price: 9"));
}

TEST_F(Accept, initial_columns_are_the_users_own_and_stay_as_written) {
  shop(items(two_rows, "  initial: [price]\n"));
  execute(database(), "UPDATE items SET price = 9 WHERE id = 2");
  const Finished done = accept();
  EXPECT_EQ(done.exit, 0);
  EXPECT_EQ(document(), before());
}

TEST_F(Accept, other_drift_is_left_and_told) {
  shop(items(two_rows, "  forbidden: [{name: \"Bad\"}]\n  policy: {extra: Report}\n"));
  execute(database(),
          "UPDATE items SET price = 9 WHERE id = 2; DELETE FROM items WHERE id = 1;"
          "INSERT INTO items (id, name) VALUES (7, 'Bad'), (8, 'Other'), (9, 'More')");
  const Finished done = accept();
  EXPECT_EQ(done.exit, 2);
  EXPECT_EQ(document(), with("price: 4", "price: 9"));
  EXPECT_THAT(done.err, HasSubstr("warning: drift is left: items: 1 missing, 1 forbidden, 2 extra: accept takes over "
                                  "values of changed rows only; see holdfast plan\n"));
}

TEST_F(Accept, a_row_under_another_primary_key_is_left) {
  shop(items(two_rows));
  execute(database(), "UPDATE items SET id = 9, price = 9 WHERE id = 2");
  const Finished done = accept();
  EXPECT_EQ(done.exit, 2);
  EXPECT_EQ(document(), before());
  EXPECT_THAT(done.err, HasSubstr("items: 1 identity:"));
}

TEST_F(Accept, one_set_or_one_row_may_be_named) {
  shop(items(two_rows));
  execute(database(), "UPDATE items SET price = 9");
  const Finished one = accept({"items/Cup"});
  EXPECT_EQ(one.exit, 0) << "what was named is in sync";
  EXPECT_EQ(document(), with("price: 4", "price: 9"));
  EXPECT_EQ(accept({"items"}).exit, 0);
  EXPECT_EQ(drift(), 0);
}

TEST_F(Accept, a_set_or_row_that_is_not_there_is_an_error) {
  shop(items(two_rows));
  Finished done = accept({"item"});
  EXPECT_EQ(done.exit, 1);
  EXPECT_EQ(done.err, "error: there is no such row set: item: did you mean \"items\"?\n");
  done = accept({"items/Box"});
  EXPECT_EQ(done.exit, 1);
  EXPECT_EQ(
      done.err,
      "error: no row with this key is declared: items/Box: write the values of its key with commas between them\n");
}

TEST_F(Accept, in_observe_as_well) {
  std::string set = items(two_rows);
  set.replace(set.find("Enforce"), 7, "Observe");
  shop(items(two_rows));
  folder.write("docs/items.yaml", set);
  execute(database(), "UPDATE items SET name = 'CUP2', id = 3 WHERE id = 2; UPDATE items SET price = 8 WHERE id = 1");
  EXPECT_EQ(accept({"items/Pen"}).exit, 0);
  EXPECT_THAT(document(), HasSubstr("price: 8, active: true}   # blue"));
}

TEST_F(Accept, G10_sensitive_values_are_written_and_masked_in_the_diff) {
  shop(
      items("    - {id: 1, name: \"Pen\", price: 1, email: \"old-secret@a\"}\n"
            "    - {id: 2, name: \"Cup\", price: 1, email: 'near-secret@a'}\n"
            "    - id: 3\n      name: Box\n      email: |\n        more-secret\n        words-secret\n      price: 1\n",
            "  sensitive: [Email]\n  defaults: {email: \"default-secret\"}\n"));
  execute(database(), "UPDATE items SET email = 'new-secret@b', price = 2 WHERE id = 1");
  const Finished dry = accept({"--dry-run"});
  const Finished as_json = accept({"--dry-run", "-o", "json"});
  EXPECT_THAT(dry.out + dry.err + as_json.out + as_json.err, Not(HasSubstr("secret")));
  EXPECT_THAT(dry.out, AllOf(HasSubstr("-    - {id: 1, name: \"Pen\", price: 1, email: ***}\n"),
                             HasSubstr("+    - {id: 1, name: \"Pen\", price: 2, email: ***}\n"),
                             HasSubstr("     - {id: 2, name: \"Cup\", price: 1, email: ***}\n")));
  EXPECT_EQ(accept().exit, 0);
  EXPECT_EQ(document(), with("price: 1, email: \"old-secret@a\"", "price: 2, email: \"new-secret@b\""));
}

TEST_F(Accept, json_has_every_value_and_the_diff) {
  shop(items(two_rows));
  execute(database(), "UPDATE items SET price = 5, active = NULL WHERE id = 2; DELETE FROM items WHERE id = 1");
  const Finished done = accept({"-o", "json"});
  EXPECT_EQ(done.exit, 2);
  const json::value parsed = json::parse(done.out);
  EXPECT_EQ(parsed.at("written"), true);
  EXPECT_EQ(parsed.at("exit"), 2);
  EXPECT_EQ(parsed.at("refused"), json::array());
  EXPECT_EQ(parsed.at("left"), json::parse(R"([{"rowset": "items", "class": "missing", "rows": 1}])"));
  const json::value& row = parsed.at("accepted").at(0);
  EXPECT_EQ(row.at("rowset"), "items");
  EXPECT_EQ(row.at("database"), "shop");
  EXPECT_EQ(row.at("key"), json::parse(R"({"name": "Cup"})"));
  EXPECT_EQ(row.at("values").at(0).at("column"), "price");
  EXPECT_EQ(row.at("values").at(0).at("from"), 4);
  EXPECT_EQ(row.at("values").at(0).at("to"), 5);
  EXPECT_EQ(row.at("values").at(0).at("line"), 14);
  EXPECT_EQ(row.at("values").at(1).at("to"), nullptr);
  EXPECT_THAT(std::string(parsed.at("files").at(0).at("diff").as_string()), HasSubstr("\n+      price: 5\n"));
}

// Keys are found under the column's own collation: a row that is written in another case is changed, not missing.
TEST_F(Accept, a_key_in_another_case_is_taken_over) {
  shop(items(two_rows));
  execute(database(), "CREATE TABLE names (name TEXT COLLATE NOCASE, n INTEGER); INSERT INTO names VALUES ('HULU', 2)");
  const std::string set =
      "apiVersion: holdfast.dev/v1alpha1\nkind: RowSet\nmetadata: {name: names}\nspec:\n  table: names\n"
      "  key: [name]\n  mode: Observe\n  rows: [{name: Hulu, n: 1}]\n";
  folder.write("docs/names.yaml", set);
  EXPECT_EQ(accept().exit, 0);
  EXPECT_THAT(read(folder / "docs/names.yaml"), HasSubstr("rows: [{name: HULU, n: 2}]\n"));
  EXPECT_EQ(drift(), 0);
}

// A value that the column takes for the same is no drift, and its spelling stays.
TEST_F(Accept, what_is_equal_is_left_as_it_is_written) {
  shop(items("    - {id: 0x1, name: Pen, price: 1.50, active: True}\n"));
  execute(database(), "UPDATE items SET active = 'true', email = 'e'");
  const Finished done = accept();
  EXPECT_EQ(done.exit, 0);
  EXPECT_EQ(document(), before());
}

// --- references

class AcceptReferences : public Accept {
 protected:
  static std::string sets(const std::string& kind) {
    return items("    - {name: \"Pen\", kind: " + kind + "}\n",
                 "  references: {kind: {rowSet: kinds, by: name, column: id}}\n") +
           "---\napiVersion: holdfast.dev/v1alpha1\nkind: RowSet\nmetadata: {name: kinds}\nspec:\n  table: kinds\n"
           "  key: [id]\n  mode: Enforce\n  rows:\n    - {id: 1, name: tool}\n    - {id: 2, name: \"of glass, "
           "mostly\"}\n";
  }
};

TEST_F(AcceptReferences, a_reference_is_translated_back_to_its_name) {
  shop(sets("tool"));
  execute(database(), "UPDATE items SET kind = 2");
  EXPECT_EQ(accept().exit, 0);
  EXPECT_EQ(document(), sets("\"of glass, mostly\""));
  EXPECT_EQ(drift(), 0);
  execute(database(), "INSERT INTO kinds VALUES (7, 'nobody declared this'); UPDATE items SET kind = 7");
  EXPECT_EQ(accept().exit, 0);
  EXPECT_EQ(document(), sets("\"nobody declared this\""));
  execute(database(), "UPDATE items SET kind = NULL");
  EXPECT_EQ(accept().exit, 0);
  EXPECT_EQ(document(), sets("null"));
  EXPECT_EQ(drift(), 0);
}

TEST_F(AcceptReferences, a_reference_without_a_name_of_its_own_is_refused) {
  shop(sets("tool"));
  const std::pair<const char*, const char*> table[] = {
      {"UPDATE items SET kind = 99", "column kind: no row of kinds has the id that it refers to now"},
      {"INSERT INTO kinds VALUES (5, 'twin'), (6, 'twin'); UPDATE items SET kind = 5",
       "column kind: several rows of kinds have the name of the row that it refers to now"},
      {"INSERT INTO kinds VALUES (8, NULL); UPDATE items SET kind = 8",
       "column kind: the row of kinds that it refers to now has no name"},
  };
  for (const auto& [statement, want] : table) {
    execute(database(), statement);
    const Finished done = accept({"items"});
    EXPECT_EQ(done.exit, 1) << statement;
    EXPECT_THAT(done.err, HasSubstr(std::string("error: items name \"Pen\": ") + want)) << statement;
    EXPECT_EQ(document(), before());
  }
}

}  // namespace
}  // namespace holdfast::agent
