// G5: what was taken back stays so until the documents say something else about that very row, or it is released. Which
// set asks for the change, what it is called and what its key is made of does not matter.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenario/scenario.h"

namespace holdfast::testing {
namespace {

using ::testing::HasSubstr;

constexpr const char* schema =
    "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE UNIQUE, note TEXT);"
    "INSERT INTO t VALUES (1,'bad','x'),(2,'a','old')";

constexpr const char* number_of_holds = "SELECT count(*) FROM _holdfast_holds";

std::string t(const std::string& spec) { return row_set("t", "t", "name", spec); }

struct Case {
  std::string name;
  std::string from;  // the documents that were applied, and taken back
  std::string to;    // the documents then
  std::string want;  // the changes of the next run
};

const std::string forbid = "  forbidden: [{name: bad}]\n";
const std::string keep = "  rows: [{name: a, note: new}]\n";

std::vector<Case> cases() {
  const std::string by_id = row_set("ids", "t", "id", "  rows: [{id: 2, name: a, note: new}]\n");
  return {
      {"the same", t(forbid), t(forbid), "forbidden delete held undo name \"bad\"\n"},
      {"another rule about another row", t(forbid), t("  forbidden: [{name: worse}, {name: bad}]\n"),
       "forbidden delete held undo name \"bad\"\n"},
      {"another rule about the row", t(forbid), t("  forbidden: [{name: {like: 'b%'}}]\n"),
       "forbidden delete applied - name \"bad\"\n"},
      {"one of two rules about the row goes", t("  forbidden: [{name: bad}, {note: x}]\n"),
       t("  forbidden: [{note: x}]\n"), "forbidden delete held undo name \"bad\"\n"},
      {"the columns of a rule the other way round", t("  forbidden: [{name: bad, note: x}]\n"),
       t("  forbidden: [{note: x, name: bad}]\n"), "forbidden delete held undo name \"bad\"\n"},
      {"the set is renamed", t(forbid), row_set("other", "t", "name", forbid),
       "forbidden delete held undo name \"bad\"\n"},
      {"the set has another key", t(forbid), row_set("t", "t", "id", forbid), "forbidden delete held undo id 1\n"},
      {"two sets forbid the row", t(forbid) + row_set("more", "t", "id", "  forbidden: [{note: x}]\n"),
       t(forbid) + row_set("more", "t", "id", "  forbidden: [{note: x}]\n"),
       "forbidden delete held undo name \"bad\"\nforbidden delete held undo id 1\n"},
      {"a second set comes to forbid the row", t(forbid),
       t("") + row_set("more", "t", "id", "  forbidden: [{note: x}]\n"), "forbidden delete applied - id 1\n"},
      {"the other rows go", t("  allowEmpty: true\n  rows: []\n  policy: {extra: Delete}\n" + forbid),
       t("  allowEmpty: true\n  rows: []\n  policy: {extra: Delete}\n"),
       "extra delete held undo name \"bad\"\nextra delete held undo name \"a\"\n"},
      {"a declared row", t(keep), t(keep), "changed update held undo name \"a\"\n"},
      {"a declared row, its set renamed", t(keep), row_set("u", "t", "name", keep),
       "changed update held undo name \"a\"\n"},
      {"a declared row, by another key", by_id, row_set("ids", "t", "name", "  rows: [{id: 2, name: a, note: new}]\n"),
       "changed update held undo name \"a\"\n"},
      {"a declared row, by another key that the hold's is not among", by_id, t(keep),
       "changed update applied - name \"a\"\n"},  // it says less by now
      {"a declared row with another value", t(keep), t("  rows: [{name: a, note: newer}]\n"),
       "changed update applied - name \"a\"\n"},
      {"another row is declared as well", t(keep), t("  rows: [{name: a, note: new}, {name: c}]\n"),
       "changed update held undo name \"a\"\nmissing insert applied - name \"c\"\n"},
      {"a row that was inserted", t("  rows: [{name: c}]\n"), row_set("u", "t", "name", "  rows: [{name: C}]\n"),
       "missing insert applied - name \"C\"\n"},
      {"a row that was inserted, another column first", t("  rows: [{name: c, note: n}]\n"),
       row_set("u", "t", "name", "  rows: [{note: n, name: c}]\n"), "missing insert held undo name \"c\"\n"},
  };
}

TEST(G5Holds, LastUntilTheDocumentsSaySomethingElseAboutTheRow) {
  for (const Case& one : cases()) {
    SCOPED_TRACE(one.name);
    Scenario s(schema);
    s.documents(one.from);
    ASSERT_EQ(s.apply().exit, 0);
    ASSERT_EQ(s.undo().exit, 0);
    const std::string before = s.dump();
    s.documents(one.to);
    EXPECT_EQ(s.plan().report.plan.summary().held > 0, one.want.find("held") != std::string::npos);
    const Outcomes next = s.apply();
    EXPECT_EQ(next.changes(), one.want) << next.all_errors();
    const Outcomes then = s.apply();  // nothing more comes of it later
    EXPECT_EQ(then.report.batches, 0U) << then.changes();
    if (one.want.find("applied") == std::string::npos) {
      EXPECT_EQ(s.dump(), before);
      EXPECT_GT(s.release(), 0U);
      EXPECT_EQ(s.apply().exit, 0);
    }
  }
}

// A key of several columns, in the order of the table and in another one.
TEST(G5Holds, FindTheirRowsByKeysInAnyOrder) {
  for (const auto& [key, one] : {std::pair("a, b", "1,m"), std::pair("b, a", "m,1")}) {
    SCOPED_TRACE(key);
    Scenario s(
        "CREATE TABLE k (a INTEGER, b TEXT, note TEXT, PRIMARY KEY (a, b));"
        "INSERT INTO k VALUES (1,'m','theirs'),(2,'x','theirs')");
    const std::string before = s.dump();
    s.documents(row_set("k", "k", key, "  rows: [{a: 1, b: m, note: ours}]\n  forbidden: [{b: x}]\n"));
    ASSERT_EQ(s.apply().exit, 0);
    ASSERT_EQ(s.undo().exit, 0);
    EXPECT_EQ(s.plan().report.plan.summary().held, 2U);
    EXPECT_EQ(s.apply().report.plan.summary().held, 2U);
    EXPECT_EQ(s.dump(), before);
    EXPECT_EQ(s.release_error("k", one), "");
    EXPECT_EQ(s.apply().report.plan.summary().held, 1U);
    EXPECT_EQ(s.rows("SELECT * FROM k"), "1|m|ours\n2|x|theirs");
  }
}

// A row that two sets declare, each by another key. Taken back, it is not there, so that only the documents tell that
// the second set means it as well.
TEST(G5Holds, KeepAnotherSetFromInsertingTheRowAgain) {
  const auto names = [](const std::string& note) {
    return row_set("names", "n", "name", "  rows: [{name: x, note: " + note + "}]\n");
  };
  const std::string ids = row_set("ids", "n", "id", "  rows: [{id: 2, name: x, note: n}]\n");
  Scenario s("CREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT, note TEXT)");
  s.documents(ids + names("n"));
  ASSERT_EQ(s.apply().exit, 0);
  ASSERT_EQ(s.rows("SELECT * FROM n"), "2|x|n");
  ASSERT_EQ(s.undo().exit, 0);
  EXPECT_EQ(s.apply().changes(), "missing insert held undo id 2\nmissing insert held undo name \"x\"\n");
  EXPECT_EQ(s.rows("SELECT count(*) FROM n"), "0");
  s.documents(row_set("others", "n", "name", "  rows: [{name: x, note: n}]\n") + ids);  // by any other name
  EXPECT_EQ(s.apply().report.plan.summary().held, 2U);
  EXPECT_EQ(s.rows("SELECT count(*) FROM n"), "0");
  s.documents(ids + names("n") + row_set("more", "n", "name", "  rows: [{name: y}]\n"));
  EXPECT_EQ(s.apply().report.plan.summary().held, 2U);
  EXPECT_EQ(s.rows("SELECT name FROM n"), "y");
  s.documents(ids + names("m"));  // something else: neither of the two is held any longer
  (void)s.apply();
  EXPECT_EQ(s.rows("SELECT count(*) FROM _holdfast_holds"), "0");
}

// A set that has the name of the one that was taken back, and is about another table by now.
TEST(G5Holds, AreNotJudgedByASetOfAnotherTable) {
  Scenario s(schema);
  s.sql("CREATE TABLE u (id INTEGER PRIMARY KEY)");
  s.documents(t(keep));
  ASSERT_EQ(s.apply().exit, 0);
  ASSERT_EQ(s.undo().exit, 0);
  s.documents(row_set("v", "t", "name", keep) + row_set("t", "u", "id", "  rows: [{id: 7}]\n"));
  EXPECT_THAT(s.apply().changes(), HasSubstr("changed update held undo name \"a\"\n"));
  EXPECT_EQ(s.rows("SELECT note FROM t WHERE id = 2"), "old");
}

// The same name and the same key, of which each speaks of the rows of one table only.
TEST(G5Holds, OfTwoTablesAreTwo) {
  Scenario s(
      "CREATE TABLE a (id INTEGER PRIMARY KEY, note TEXT); CREATE TABLE b (id INTEGER PRIMARY KEY, note TEXT);"
      "INSERT INTO a VALUES (1,'theirs'); INSERT INTO b VALUES (1,'theirs')");
  const std::string before = s.dump();
  const auto on = [](const std::string& name, const std::string& table) {
    return row_set(name, table, "id", "  rows: [{id: 1, note: ours}]\n");
  };
  for (const std::string table : {"a", "b"}) {
    s.documents(on("s", table));
    ASSERT_EQ(s.apply().exit, 0);
    ASSERT_EQ(s.undo().exit, 0);
  }
  EXPECT_EQ(s.rows(number_of_holds), "2");
  s.documents(on("one", "A") + on("two", "B"));
  EXPECT_EQ(s.apply().changes(), "changed update held undo id 1\nchanged update held undo id 1\n");
  EXPECT_EQ(s.dump(), before);
  EXPECT_THAT(s.release_error("s", "1"), HasSubstr("several held rows are called so: s/1"));
  // An undo of the last undo is about the row of that table; so is another word of the documents.
  s.documents(on("s", "b"));
  ASSERT_EQ(s.undo().exit, 0);
  EXPECT_EQ(s.rows("SELECT table_name FROM _holdfast_holds"), "a");
  EXPECT_EQ(s.rows("SELECT note FROM b"), "ours");
  ASSERT_EQ(s.undo().exit, 0);
  EXPECT_EQ(s.rows(number_of_holds), "2");
  s.documents(row_set("s", "b", "id", "  rows: [{id: 1, note: other}]\n"));
  ASSERT_EQ(s.apply().exit, 0);
  EXPECT_EQ(s.rows("SELECT table_name FROM _holdfast_holds"), "a");
  s.documents(on("s", "a"));
  EXPECT_EQ(s.apply().changes(), "changed update held undo id 1\n");
  EXPECT_EQ(s.release_error("s", "1"), "");
  EXPECT_EQ(s.apply().changes(), "changed update applied - id 1\n");
}

// What the documents said counts again once they have said something else in between.
TEST(G5Holds, AreForgottenWithTheNextWordOfTheDocuments) {
  for (const std::string& between : {t("  rows: [{name: a, note: other}]\n"), t("  forbidden: [{name: worse}]\n")}) {
    Scenario s(schema);
    s.documents(t(keep));
    ASSERT_EQ(s.apply().exit, 0);
    ASSERT_EQ(s.undo().exit, 0);
    s.documents(between);
    ASSERT_EQ(s.apply().exit, 0);
    EXPECT_EQ(s.rows("SELECT count(*) FROM _holdfast_holds"), "0");
    s.documents(t(keep));
    EXPECT_EQ(s.apply().exit, 0);
    EXPECT_EQ(s.rows("SELECT note FROM t WHERE id = 2"), "new");
  }
}

// Documents that know nothing of the set, as somebody has them who takes a run back in a hurry.
TEST(G5Holds, AreTiedToTheDocumentsThatComeNext) {
  Scenario s(schema);
  s.documents(t(keep));
  ASSERT_EQ(s.apply().exit, 0);
  s.documents("");
  ASSERT_EQ(s.undo().exit, 0);
  s.documents(t(keep));
  EXPECT_EQ(s.apply().changes(), "changed update held undo name \"a\"\n");
  s.documents(t("  rows: [{name: a, note: newer}]\n"));
  EXPECT_EQ(s.apply().changes(), "changed update applied - name \"a\"\n");
}

// As format 1 of the state had it: no table, no columns, a digest that says nothing any more.
void make_older(Scenario& s) {
  s.sql(
      "ALTER TABLE _holdfast_holds DROP COLUMN table_name; ALTER TABLE _holdfast_holds DROP COLUMN key_columns;"
      "UPDATE _holdfast_holds SET row_key = x'030161', digest = '0123';"
      "UPDATE _holdfast_meta SET value = '1' WHERE name = 'format'");
}

TEST(G5Holds, OfAnOlderStateStayInForce) {
  Scenario s(schema);
  s.documents(t(keep));
  ASSERT_EQ(s.apply().exit, 0);
  ASSERT_EQ(s.undo().exit, 0);
  ASSERT_EQ(s.apply().exit, 2);  // from here on there is nothing else to write down
  make_older(s);
  EXPECT_EQ(s.plan().changes(), "changed update held undo name \"a\"\n");
  EXPECT_EQ(s.rows("SELECT count(*) FROM pragma_table_info('_holdfast_holds')"), "7");
  EXPECT_EQ(s.apply().changes(), "changed update held undo name \"a\"\n");
  EXPECT_EQ(s.rows("SELECT table_name, key_columns FROM _holdfast_holds"), "t|[\"name\"]");
  // One that knows format 1 only would take the hold for void.
  EXPECT_EQ(s.rows("SELECT value FROM _holdfast_meta WHERE name = 'format'"), "2");
  s.documents(t("  rows: [{name: a, note: newer}]\n"));
  EXPECT_EQ(s.apply().changes(), "changed update applied - name \"a\"\n");
}

// Such a hold lies under its key alone. Whatever becomes of it, the row is not held twice, and not by one that is gone.
TEST(G5Holds, OfAnOlderStateAreReplacedAndReleased) {
  const auto held = [](Scenario& s) {
    s.documents(t(keep));
    EXPECT_EQ(s.apply().exit, 0);
    EXPECT_EQ(s.undo().exit, 0);
    make_older(s);
  };
  Scenario released(schema);
  held(released);
  EXPECT_EQ(released.release_error("t", "a"), "");
  EXPECT_EQ(released.rows(number_of_holds), "0");
  EXPECT_EQ(released.apply().changes(), "changed update applied - name \"a\"\n");

  Scenario tied(schema);
  held(tied);
  EXPECT_EQ(tied.apply().changes(), "changed update held undo name \"a\"\n");
  EXPECT_EQ(tied.rows("SELECT hex(row_key) FROM _holdfast_holds"), "030174030161");
  EXPECT_EQ(tied.release_error("t", "a"), "");
  EXPECT_EQ(tied.apply().changes(), "changed update applied - name \"a\"\n");

  Scenario undone(schema);  // an undo of the undo
  held(undone);
  EXPECT_EQ(undone.undo().exit, 0);
  EXPECT_EQ(undone.rows(number_of_holds), "0");
  EXPECT_EQ(undone.rows("SELECT note FROM t WHERE id = 2"), "new");

  Scenario again(schema);  // an undo of an older run of the same row
  again.documents(t(keep));
  ASSERT_EQ(again.apply().exit, 0);
  UndoRequest request;
  request.run = again.history().front().id;
  again.documents(t("  rows: [{name: a, note: newer}]\n"));
  ASSERT_EQ(again.apply().exit, 0);
  ASSERT_EQ(again.undo().exit, 0);
  make_older(again);
  EXPECT_EQ(again.undo(request).exit, 0);
  EXPECT_EQ(again.rows("SELECT note FROM t WHERE id = 2"), "old");
  EXPECT_EQ(again.rows(number_of_holds), "1");
}

// Builds of format 2 from before its first release wrote the table, and the key alone.
TEST(G5Holds, OfAnUnreleasedBuildStayInForce) {
  Scenario s(schema);
  s.documents(t(keep));
  ASSERT_EQ(s.apply().exit, 0);
  ASSERT_EQ(s.undo().exit, 0);
  s.sql("UPDATE _holdfast_holds SET row_key = x'030161', digest = replace(digest, 'says', 'said')");
  EXPECT_EQ(s.apply().changes(), "changed update held undo name \"a\"\n");
  EXPECT_EQ(s.rows("SELECT hex(row_key) FROM _holdfast_holds"), "030174030161");
  s.sql("UPDATE _holdfast_holds SET row_key = x'030161'");
  s.documents(t("  rows: [{name: a, note: newer}]\n"));
  EXPECT_EQ(s.apply().changes(), "changed update applied - name \"a\"\n");
  EXPECT_EQ(s.rows(number_of_holds), "0");
}

TEST(G5Holds, ReleaseTakesNoRowForAnotherThatIsWrittenAlike) {
  Scenario s("CREATE TABLE t (id BLOB PRIMARY KEY, name TEXT)");
  s.documents(row_set("t", "t", "id", "  rows: [{id: 1}, {id: '1'}, {id: 2}]"));
  ASSERT_EQ(s.apply().exit, 0);
  ASSERT_EQ(s.undo().exit, 0);
  EXPECT_THAT(s.release_error("t", "1"), HasSubstr("several held rows are called so: t/1"));
  EXPECT_EQ(s.rows("SELECT count(*) FROM _holdfast_holds"), "3");
  EXPECT_EQ(s.release_error("t", "2"), "");
  EXPECT_EQ(s.rows("SELECT count(*) FROM _holdfast_holds"), "2");
}

}  // namespace
}  // namespace holdfast::testing
