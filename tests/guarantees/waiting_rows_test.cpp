// Declared rows of which a reference leads nowhere at the moment. The documents still ask for them, so what they may be
// is not deleted for the lack of them (G1), what they are is not forgotten, and what was taken back stays so (G5):
// whoever renames or deletes a parent has not changed the documents.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenario/scenario.h"

namespace holdfast::testing {
namespace {

using ::testing::HasSubstr;

constexpr const char* schema =
    "CREATE TABLE c (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT);"
    "CREATE TABLE p (c INTEGER REFERENCES c(id) ON DELETE CASCADE, code TEXT, note TEXT, PRIMARY KEY (c, code));"
    "INSERT INTO c VALUES (5,'Foo'),(6,'Bar');";

// The parents: Bar is declared, and what `more` says; Foo is the users' own.
std::string parents(const std::string& more = "") {
  return row_set("c", "c", "name", "  rows: [{name: Bar}]\n" + more);
}

std::string children(const std::string& rows, const std::string& more = "") {
  return row_set("p", "p", "c, code",
                 "  references: {c: {rowSet: c, by: name, column: id}}\n  rows: [" + rows + "]\n" + more);
}

const std::string removing = "  policy: {removed: Delete}\n";
const std::string foo_m = "{c: Foo, code: m}";
constexpr const char* foo_is_renamed = "UPDATE c SET name = 'Foo 2026' WHERE id = 5";

struct Case {
  std::string name;
  std::string documents;  // with which the first run was made, and that stay as they are
  std::string edit;       // of somebody else, after it
  std::string want;       // the changes of the next run
  std::string rows;       // of p, after it
};

std::vector<Case> cases() {
  const std::string waits = "missing insert blocked reference c \"Foo\" code \"m\"\n";
  const std::string theirs = "UPDATE p SET note = 'theirs'; ";
  const std::string forbid = "  forbidden: [{note: theirs}]\n";
  const std::string cleaning = "  policy: {dependents: FollowSchema}\n";
  return {
      {"removed", parents() + children(foo_m, removing), theirs + foo_is_renamed, waits, "5|m|theirs"},
      {"forbidden", parents() + children(foo_m, forbid), theirs + foo_is_renamed,
       "forbidden delete blocked reference c 5 code \"m\"\n" + waits, "5|m|theirs"},
      {"forbidden, and none that the waiting row may be", parents() + children(foo_m, forbid),
       theirs + foo_is_renamed + "; INSERT INTO p VALUES (6,'x','theirs')",
       "forbidden delete blocked reference c 5 code \"m\"\nforbidden delete applied - c 6 code \"x\"\n" + waits,
       "5|m|theirs"},
      {"forbidden by a set that has another key",
       parents() + children(foo_m) + row_set("q", "p", "code", "  forbidden: [{note: theirs}]\n"),
       theirs + foo_is_renamed, waits + "forbidden delete blocked reference code \"m\"\n", "5|m|theirs"},
      {"extra", parents() + children(foo_m, "  policy: {extra: Delete}\n"), theirs + foo_is_renamed,
       "extra delete blocked reference c 5 code \"m\"\n" + waits, "5|m|theirs"},
      {"going along with the parent that was renamed",
       row_set("c", "c", "name", "  rows: [{name: Bar}]\n  forbidden: [{name: Foo 2026}]\n" + cleaning) +
           children(foo_m),
       theirs + foo_is_renamed, "forbidden delete blocked dependents name \"Foo 2026\"\n" + waits, "5|m|theirs"},
      {"its name is somebody else's by now", parents() + children(foo_m, removing),
       theirs + foo_is_renamed + "; INSERT INTO c VALUES (9,'Foo')", "missing insert applied - c 9 code \"m\"\n",
       "5|m|theirs\n9|m|∅"},
      {"a reference that is not in the key leads nowhere",
       parents() + row_set("p", "p", "code",
                           "  references: {c: {rowSet: c, by: name, column: id}}\n  rows: [" + foo_m + "]\n" +
                               removing + forbid),
       theirs + foo_is_renamed,
       "forbidden delete blocked reference code \"m\"\nmissing insert blocked reference code \"m\"\n", "5|m|theirs"},
  };
}

TEST(WaitingRows, KeepTheRowThatTheyMayBe) {
  for (const Case& one : cases()) {
    SCOPED_TRACE(one.name);
    Scenario s(schema);
    // Removals of the sets are confirmed: from here on nobody is asked.
    s.documents(parents() + children(foo_m + ", {c: Bar, code: once}", removing) +
                (one.documents.find("metadata: {name: q}") == std::string::npos ? "" : row_set("q", "p", "code", "")));
    ASSERT_EQ(s.apply().exit, 0);
    s.documents(parents() + children(foo_m, removing));
    s.options.confirm = {s.apply().report.confirm};
    ASSERT_EQ(s.apply().exit, 0);
    s.options.confirm.clear();
    s.documents(one.documents);
    ASSERT_EQ(s.apply().exit, 0);
    s.sql(one.edit);
    const Outcomes next = s.apply();
    EXPECT_EQ(next.changes(), one.want) << next.messages() << next.all_errors();
    EXPECT_EQ(s.rows("SELECT * FROM p ORDER BY 1, 2"), one.rows);
    const std::string before = s.dump();
    EXPECT_EQ(s.apply().report.batches, 0U);
    EXPECT_EQ(s.dump(), before);
  }
}

// A parent that vanished comes back under a new number. The row that hung on the old one has not left the documents,
// and is nobody's by now.
TEST(WaitingRows, DoNotLoseARowToAParentThatIsMadeAnew) {
  Scenario s(schema);
  const std::string both = row_set("c", "c", "name", "  rows: [{name: Bar}, {name: Foo}]\n");
  s.documents(both + children(foo_m + ", {c: Bar, code: old}", removing));
  ASSERT_EQ(s.apply().exit, 0);
  s.documents(both + children(foo_m, removing));
  s.options.confirm = {s.apply().report.confirm};
  ASSERT_EQ(s.apply().exit, 0);
  s.options.confirm.clear();
  s.sql("UPDATE p SET note = 'theirs'; DELETE FROM c WHERE id = 5");
  EXPECT_EQ(s.plan().changes(),
            "missing insert planned - name \"Foo\"\nmissing insert planned - c (known after the insert) code \"m\"\n");
  EXPECT_EQ(s.apply().exit, 0);
  EXPECT_EQ(s.rows("SELECT * FROM p ORDER BY 1, 2"), "5|m|theirs\n7|m|∅");
  EXPECT_EQ(s.apply().changes(), "");
  // What does leave the documents is removed as before, and only that.
  s.documents(both + children("", "  allowEmpty: true\n" + removing));
  EXPECT_EQ(s.apply().changes(), "removed delete applied - c 7 code \"m\"\n");
  EXPECT_EQ(s.rows("SELECT * FROM p ORDER BY 1, 2"), "5|m|theirs");
}

// Back where it was, the row is as much ours as it was before.
TEST(WaitingRows, AreOwnedAllTheTime) {
  Scenario s(schema);
  s.documents(parents() + children(foo_m + ", {c: Bar, code: once}", removing));
  ASSERT_EQ(s.apply().exit, 0);
  s.documents(parents() + children(foo_m, removing));
  s.options.confirm = {s.apply().report.confirm};
  ASSERT_EQ(s.apply().exit, 0);
  s.options.confirm.clear();
  s.sql(foo_is_renamed);
  EXPECT_EQ(s.apply().exit, 2);
  s.sql("UPDATE c SET name = 'Foo' WHERE id = 5");
  EXPECT_EQ(s.apply().exit, 0);
  s.documents(parents() + children("", "  allowEmpty: true\n" + removing));
  EXPECT_EQ(s.apply().changes(), "removed delete applied - c 5 code \"m\"\n");
}

// As a state has it that does not say yet what the documents called a row.
TEST(WaitingRows, OfAnOlderStateAreNotTakenForRemoved) {
  Scenario s(schema);
  s.documents(parents() + children(foo_m + ", {c: Bar, code: once}", removing));
  ASSERT_EQ(s.apply().exit, 0);
  s.documents(parents() + children(foo_m, removing));
  s.options.confirm = {s.apply().report.confirm};
  ASSERT_EQ(s.apply().exit, 0);
  s.options.confirm.clear();
  s.sql(
      "UPDATE _holdfast_owned SET row_keys = x'0405010A03016D' WHERE row_set = 'p';"
      "UPDATE _holdfast_meta SET value = replace(value, '\"owned\":\"1-', '\"owned\":\"old') WHERE name = 'set:p'");
  s.sql("UPDATE p SET note = 'theirs'; UPDATE c SET name = 'Foo 2026' WHERE id = 5; INSERT INTO c VALUES (9,'Foo')");
  const Outcomes next = s.apply();
  EXPECT_EQ(next.changes(),
            "missing insert applied - c 9 code \"m\"\nremoved delete blocked reference c 5 code \"m\"\n");
  EXPECT_THAT(next.messages(), HasSubstr("which of the declared rows it was is not known"));
  EXPECT_EQ(s.rows("SELECT * FROM p ORDER BY 1, 2"), "5|m|theirs\n9|m|∅");
}

// The row at the end of a rename waits, and the row that is to be renamed is there under its old key.
TEST(WaitingRows, KeepTheRowThatTheyAreToBeRenamedFrom) {
  Scenario s(schema);
  s.documents(parents() + children(foo_m));
  ASSERT_EQ(s.apply().exit, 0);
  s.sql(foo_is_renamed);
  s.documents(parents() + children("{c: Foo, code: n}",
                                   "  forbidden: [{code: m}]\n"
                                   "  renames: [{from: {c: Foo, code: m}, to: {c: Foo, code: n}}]\n"));
  EXPECT_EQ(
      s.apply().changes(),
      "forbidden delete blocked reference c 5 code \"m\"\nmissing insert blocked reference c \"Foo\" code \"n\"\n");
  s.sql("UPDATE c SET name = 'Foo' WHERE id = 5");
  EXPECT_EQ(s.apply().changes(), "changed update applied - c 5 code \"n\"\n");
}

// ---- what was taken back

struct Held {
  std::string name;
  std::string edit;  // between the undo and the next run
  std::string back;  // after it: the row is what it was
  std::string want;  // the changes of the run after that
};

TEST(WaitingRows, StayTakenBack) {
  const std::string update = "changed update held undo c 5 code \"m\"\n";
  const Held cases[] = {
      {"the parent is renamed and gets its name back", foo_is_renamed, "UPDATE c SET name = 'Foo' WHERE id = 5",
       update},
      {"the parent's name is another's for a while",
       "UPDATE c SET name = CASE id WHEN 5 THEN 'Bar' ELSE 'Foo' END WHERE id IN (5, 6)",
       "UPDATE c SET name = CASE id WHEN 5 THEN 'Foo' ELSE 'Bar' END WHERE id IN (5, 6)", update},
      {"two parents have the name", "INSERT INTO c VALUES (9,'Foo')", "DELETE FROM c WHERE id = 9", update},
      {"the name is another parent's from now on", foo_is_renamed, "INSERT INTO c VALUES (9,'Foo')",
       "missing insert held undo c 9 code \"m\"\n"},
  };
  for (const Held& one : cases) {
    SCOPED_TRACE(one.name);
    Scenario s(schema);
    s.sql("INSERT INTO p VALUES (5,'m','theirs')");
    s.documents(parents() + children("{c: Foo, code: m, note: ours}"));
    ASSERT_EQ(s.apply().exit, 0);
    ASSERT_EQ(s.undo().exit, 0);
    s.sql(one.edit);
    (void)s.apply();
    EXPECT_EQ(s.rows("SELECT count(*) FROM _holdfast_holds"), "1");
    s.sql(one.back);
    EXPECT_EQ(s.apply().changes(), one.want);
    EXPECT_EQ(s.rows("SELECT note FROM p WHERE c = 5"), "theirs");
    s.documents(parents() + children("{c: Foo, code: m, note: newer}"));  // and now they say something else
    EXPECT_EQ(s.apply().exit, 0);
    EXPECT_EQ(s.rows("SELECT count(*) FROM _holdfast_holds"), "0");
  }
}

// The undo comes while the name leads nowhere: what the documents say about the row is known when it leads there again.
TEST(WaitingRows, AreTakenBackWhileTheyWait) {
  Scenario s(schema);
  s.sql("INSERT INTO p VALUES (5,'m','theirs')");
  s.documents(parents() + children("{c: Foo, code: m, note: ours}"));
  ASSERT_EQ(s.apply().exit, 0);
  s.sql(foo_is_renamed);
  ASSERT_EQ(s.undo().exit, 0);
  EXPECT_EQ(s.apply().exit, 2);
  s.sql("UPDATE c SET name = 'Foo' WHERE id = 5");
  EXPECT_EQ(s.apply().changes(), "changed update held undo c 5 code \"m\"\n");
  s.documents(parents() + children("{c: Foo, code: m, note: newer}"));
  EXPECT_EQ(s.apply().changes(), "changed update applied - c 5 code \"m\"\n");
}

// Parent and child are taken back; then the parent alone is let go, and comes back under another number.
TEST(WaitingRows, StayTakenBackWhenTheirParentIsMadeAnew) {
  Scenario s(schema);
  s.documents(row_set("c", "c", "name", "  rows: [{name: Tea}]\n") + children("{c: Tea, code: m}"));
  ASSERT_EQ(s.apply().exit, 0);
  ASSERT_EQ(s.undo().exit, 0);
  EXPECT_EQ(s.apply().report.plan.summary().held, 2U);
  EXPECT_EQ(s.rows("SELECT row_set FROM _holdfast_holds ORDER BY 1"), "c\np");
  EXPECT_EQ(s.release("c"), 1U);
  (void)s.apply();
  EXPECT_EQ(s.apply().changes(), "missing insert held undo c 8 code \"m\"\n");
  EXPECT_EQ(s.rows("SELECT * FROM p"), "");
  EXPECT_EQ(s.release("p"), 1U);
  EXPECT_EQ(s.apply().exit, 0);
  EXPECT_EQ(s.rows("SELECT * FROM p"), "8|m|∅");
}

// ---- keys that the database makes

TEST(WaitingRows, AreOwnedByTheKeyThatTheDatabaseMade) {
  Scenario s(schema);
  const std::string tea = row_set("c", "c", "name", "  rows: [{name: Tea}]\n");
  s.documents(tea + children("{c: Tea, code: m}, {c: Tea, code: n}", removing));
  ASSERT_EQ(s.apply().exit, 0);
  // Two keys: (7, m) and (7, n), each with what the documents call its row.
  EXPECT_EQ(s.rows("SELECT sum(row_count) FROM _holdfast_owned WHERE row_set = 'p'"), "2");
  EXPECT_THAT(s.rows("SELECT hex(row_keys) FROM _holdfast_owned WHERE row_set = 'p'"), HasSubstr("0405010E03016D"));
  // Known at once: a row that leaves the documents before any other run has left them all the same.
  s.documents(tea + children("{c: Tea, code: m}", removing));
  EXPECT_EQ(s.apply().changes(), "removed delete blocked confirm c 7 code \"n\"\n");
}

// Found by the simulation. Foo is nobody's wish and goes; the row that is inserted next gets its id, since the table
// has no AUTOINCREMENT, and the child was written with that id: a child of Foo became one of Bar.
TEST(WaitingRows, DoNotGetTheIdOfAParentThatTheSameRunDeletes) {
  for (const std::string leaving : {"  policy: {extra: Delete}\n", "  forbidden: [{name: Foo}]\n"}) {
    SCOPED_TRACE(leaving);
    Scenario s(
        "CREATE TABLE c (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE p (code TEXT PRIMARY KEY, c INTEGER);"
        "INSERT INTO c VALUES (1,'Foo');");
    s.documents(parents(leaving) + row_set("p", "p", "code",
                                           "  references: {c: {rowSet: c, by: name, column: id}}\n"
                                           "  rows: [{code: m, c: Foo}]\n"));
    EXPECT_THAT(s.plan().changes(), HasSubstr("missing insert blocked reference code \"m\""));
    EXPECT_THAT(s.apply().changes(), HasSubstr("missing insert blocked reference code \"m\""));
    EXPECT_EQ(s.rows("SELECT id, name FROM c"), "1|Bar");
    EXPECT_EQ(s.rows("SELECT * FROM p"), "");
  }
}

// The other side of it: a parent that stays, because its delete waits for a person, is there to be referred to.
TEST(WaitingRows, ReferToAParentWhoseDeleteIsBlocked) {
  Scenario s(
      "CREATE TABLE c (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE p (code TEXT PRIMARY KEY, c INTEGER);"
      "INSERT INTO c VALUES (1,'Foo'),(2,'Baz');");
  s.documents(
      parents("  policy: {extra: Delete}\n  limits: {deletes: 1}\n") +
      row_set("p", "p", "code", "  references: {c: {rowSet: c, by: name, column: id}}\n  rows: [{code: m, c: Foo}]\n"));
  EXPECT_THAT(s.apply().changes(), HasSubstr("missing insert applied - code \"m\""));
  EXPECT_EQ(s.rows("SELECT * FROM p"), "m|1");
}

// Found by the simulation. A waiting row was found by its key where the table had it in the documents' place, and not
// elsewhere; with `changed: Ignore` the set was in sync then, although a reference led nowhere.
TEST(WaitingRows, AreToldWhereverTheTableHasThem) {
  for (const char* const rows : {"('m',1),('x',2)", "('x',2),('m',1)", "('m',1),('m',2),('x',2)"}) {
    SCOPED_TRACE(rows);
    Scenario s("CREATE TABLE c (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE p (code TEXT, c INTEGER);");
    s.sql("INSERT INTO p VALUES " + std::string(rows));
    s.documents(parents() + row_set("p", "p", "code",
                                    "  references: {c: {rowSet: c, by: name, column: id}}\n"
                                    "  rows: [{code: m, c: Foo}, {code: x}]\n  policy: {changed: Ignore}\n"));
    EXPECT_THAT(s.plan().changes(), HasSubstr("blocked reference code \"m\""));
    EXPECT_EQ(s.apply().exit, 2);
  }
}

}  // namespace
}  // namespace holdfast::testing
