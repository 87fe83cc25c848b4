// G5: every change has its before-image in a journal of the same transaction, and `undo` puts rows back exactly.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenario/popup.h"
#include "tests/scenario/scenario.h"
#include "tests/tier.h"

namespace holdfast::testing {
namespace {

using ::testing::HasSubstr;

struct Case {
  const char* name;
  std::string schema;
  std::string documents;
};

const std::string follow = "  policy: {dependents: FollowSchema, identity: Move, sideEffects: Allow}\n";

std::vector<Case> cases() {
  return {
      {"insert, update, delete",
       "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, note);"
       "INSERT INTO t VALUES (1,'bad',1.0),(2,'b',x'00ff'),(5,'mine',NULL)",
       row_set("t", "t", "name", "  rows: [{id: 2, name: b, note: 7}, {name: new}]\n  forbidden: [{name: bad}]\n")},
      {"no primary key",
       "CREATE TABLE t (name TEXT, note TEXT); INSERT INTO t(rowid,name,note) VALUES (7,'bad',NULL),(9,'b','x')",
       row_set("t", "t", "name", "  rows: [{name: b, note: y}, {name: c}]\n  forbidden: [{name: bad}]\n")},
      {"null in the primary key",
       "CREATE TABLE t (a TEXT, b TEXT, note TEXT, PRIMARY KEY (a, b));"
       "INSERT INTO t VALUES (NULL,'bad','1'),(NULL,'bad','2'),('a',NULL,'3')",
       row_set("t", "t", "note", "  rows: [{note: '3', a: b}]\n  policy: {identity: Move}\n  forbidden: [{b: bad}]\n")},
      {"without rowid",
       "CREATE TABLE t (a TEXT, b INTEGER, c TEXT, PRIMARY KEY (b, a)) WITHOUT ROWID;"
       "INSERT INTO t VALUES ('x',1,'bad'),('y',2,'old')",
       row_set("t", "t", "a, b", "  rows: [{a: y, b: 2, c: new}, {a: z, b: 3}]\n  forbidden: [{c: bad}]\n")},
      {"generated columns",
       "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT AS (upper(name)) VIRTUAL, name TEXT, s TEXT AS (name||'!') "
       "STORED, note TEXT); INSERT INTO t(id,name,note) VALUES (1,'bad','1'),(2,'b','2')",
       row_set("t", "t", "name", "  rows: [{name: b, note: '3'}, {name: c}]\n  forbidden: [{name: bad}]\n")},
      {"strict",
       "CREATE TABLE t (id INTEGER PRIMARY KEY, a ANY, r REAL) STRICT; INSERT INTO t VALUES (1,'07',1),(2,x'41',2)",
       row_set("t", "t", "id", "  rows: [{id: 1, a: text, r: 3.5}]\n  forbidden: [{id: 2}]\n")},
      {"a trigger that writes",
       "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, note TEXT); CREATE TABLE log (n INTEGER PRIMARY KEY, what);"
       "CREATE TRIGGER a AFTER INSERT ON t BEGIN INSERT INTO log(what) VALUES ('in '||new.name); END;"
       "CREATE TRIGGER b AFTER DELETE ON t BEGIN DELETE FROM log WHERE what = old.name; END;"
       "CREATE TRIGGER c AFTER UPDATE ON t BEGIN UPDATE log SET what = what || '+' WHERE n = 1; END;"
       "INSERT INTO t VALUES (1,'bad',''),(2,'b','old'); INSERT INTO log VALUES (50,'bad'),(51,'bad')",
       row_set("t", "t", "name", "  rows: [{name: b, note: new}, {name: c}]\n  forbidden: [{name: bad}]\n" + follow)},
      {"a trigger that writes the row itself, and what is there already",
       "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT AS (upper(note)) VIRTUAL, name TEXT, note TEXT, at INTEGER);"
       "CREATE TABLE n (last TEXT);"
       "CREATE TRIGGER a AFTER UPDATE ON t BEGIN UPDATE t SET at = at + 1 WHERE id = new.id;"
       " UPDATE n SET last = 'update'; END;"
       "INSERT INTO t(id, name, note, at) VALUES (1,'a','old',0),(2,'b','old',0); INSERT INTO n VALUES ('none')",
       row_set("t", "t", "name", "  rows: [{name: a, note: new}, {name: b, note: new}]\n" + follow)},
      {"a trigger that makes room for the new row",
       "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO t VALUES (1,'old');"
       "CREATE TRIGGER a BEFORE INSERT ON t BEGIN DELETE FROM t WHERE name = 'old'; END",
       row_set("t", "t", "name", "  rows: [{name: new}]\n" + follow)},
      {"a trigger that writes the row before it moves",
       "CREATE TABLE t (id TEXT PRIMARY KEY, name TEXT, n INTEGER) WITHOUT ROWID; INSERT INTO t VALUES ('x','a',0);"
       "CREATE TRIGGER a BEFORE UPDATE ON t WHEN old.id != new.id BEGIN UPDATE t SET n = 4 WHERE id = old.id; END",
       row_set("t", "t", "name", "  rows: [{id: y, name: a}]\n" + follow)},
      {"a reference that is not to one row only",
       "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, up TEXT REFERENCES t(name));"
       "INSERT INTO t VALUES (1,'a','a')",
       row_set("t", "t", "id", "  rows: [{id: 2, name: a}]\n")},
      {"swap of unique values",
       "CREATE TABLE t (id INTEGER PRIMARY KEY, code TEXT UNIQUE); INSERT INTO t VALUES (1,'a'),(2,'b'),(3,'c')",
       row_set("t", "t", "id", "  rows: [{id: 1, code: b}, {id: 2, code: c}, {id: 3, code: a}]\n")},
      {"cascades of every kind",
       "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT);"
       "CREATE TABLE c1 (id INTEGER PRIMARY KEY, t INTEGER REFERENCES t(id) ON DELETE CASCADE);"
       "CREATE TABLE c2 (id INTEGER PRIMARY KEY, t INTEGER REFERENCES t(id) ON DELETE SET NULL);"
       "CREATE TABLE c3 (id INTEGER PRIMARY KEY, t INTEGER DEFAULT 9 REFERENCES t(id) ON DELETE SET DEFAULT);"
       "CREATE TABLE g (c INTEGER REFERENCES c1(id) ON DELETE CASCADE, note);"
       "INSERT INTO t VALUES (1,'bad'),(2,'bad'),(9,'zero');"
       "INSERT INTO c1 VALUES (1,1),(2,1),(3,2),(4,9); INSERT INTO c2 VALUES (1,1),(2,9);"
       "INSERT INTO c3 VALUES (1,2); INSERT INTO g VALUES (1,'x'),(1,'y'),(4,'z')",
       row_set("t", "t", "id", "  forbidden: [{name: bad}]\n" + follow)},
      {"a child that is cleared by one reference before it goes by another",
       "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT);"
       "CREATE TABLE c (a INTEGER REFERENCES t(id) ON DELETE CASCADE,"
       " b INTEGER DEFAULT 9 REFERENCES t(id) ON DELETE SET DEFAULT);"
       "INSERT INTO t VALUES (1,'bad'); INSERT INTO c VALUES (1,1)",
       row_set("t", "t", "id", "  forbidden: [{name: bad}]\n" + follow)},
      {"a moved primary key",
       "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT);"
       "CREATE TABLE c (id INTEGER PRIMARY KEY, t INTEGER REFERENCES t(id));"
       "INSERT INTO t VALUES (14,'b'); INSERT INTO c VALUES (1,14),(2,14)",
       row_set("t", "t", "name", "  rows: [{id: 2, name: b}]\n" + follow)},
      {"a moved primary key that the row itself refers to",
       "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, up INTEGER REFERENCES t(id), other INTEGER REFERENCES "
       "t(id));"
       "INSERT INTO t VALUES (3,'a',3,3),(4,'b',3,NULL)",
       row_set("t", "t", "name", "  rows: [{id: 7, name: a, other: 4}]\n" + follow)},
      {"a key that moves with the one it refers to",
       "CREATE TABLE t (id TEXT PRIMARY KEY, name TEXT);"
       "CREATE TABLE c (t TEXT PRIMARY KEY REFERENCES t(id) ON UPDATE CASCADE, again TEXT REFERENCES t(id) ON UPDATE"
       " CASCADE) WITHOUT ROWID;"
       "INSERT INTO t VALUES ('x','a'); INSERT INTO c VALUES ('x','x')",
       row_set("t", "t", "name", "  rows: [{id: y, name: a}]\n" + follow)},
      {"hostile names",
       "CREATE TABLE \"se;lect\" (\"a\"\"b\" TEXT PRIMARY KEY, \"--\" TEXT); INSERT INTO \"se;lect\" VALUES "
       "('bad','x')",
       row_set("t", "\"se;lect\"", "'a\"b'",
               "  rows: [{'a\"b': \"'; DROP TABLE t\", '--': y}]\n  forbidden: [{'a\"b': bad}]\n")},
  };
}

std::string rowids(Scenario& s, const std::string& schema) {
  return schema.find("WITHOUT ROWID") == std::string::npos && schema.find("TABLE t ") != std::string::npos
             ? s.rows("SELECT rowid FROM t ORDER BY 1")
             : "";
}

// A change belongs to the table of its own row. It was once put under the table of whatever hung on that row, and
// showing its values by that table's columns read memory that was not there.
std::string misplaced(const Outcomes& applied, const Outcomes& undone) {
  std::string wrong;
  for (const SetPlan& set : undone.report.plan.sets) {
    const std::size_t columns = set.set->table->columns.size();
    for (const Change& change : set.changes) {
      const bool before = !change.before() || change.before()->values.size() == columns;
      const bool after = !change.detail->after || change.detail->after->values.size() == columns;
      if (!before || !after || set.table != applied.report.plan.sets.front().table) wrong += set.table + ' ';
    }
  }
  return wrong;
}

TEST(G5Undo, PutsEveryRowBackAndIsTakenBackItself) {
  for (const Case& one : cases()) {
    SCOPED_TRACE(one.name);
    Scenario s(one.schema);
    s.documents(one.documents);
    const std::string before = s.dump() + rowids(s, one.schema);
    const Outcomes applied = s.apply();
    ASSERT_EQ(applied.exit, 0) << applied.changes() << applied.messages() << applied.all_errors();
    const std::string after = s.dump() + rowids(s, one.schema);
    ASSERT_NE(before, after);

    UndoRequest look;
    look.carry_out = false;
    const Outcomes planned = s.undo(look);
    EXPECT_EQ(planned.changes().find("blocked"), std::string::npos) << planned.changes() << planned.messages();
    EXPECT_EQ(s.dump() + rowids(s, one.schema), after);
    EXPECT_EQ(misplaced(applied, planned), "");

    const Outcomes undone = s.undo();
    EXPECT_EQ(undone.exit, 0) << undone.changes() << undone.messages() << undone.all_errors();
    EXPECT_EQ(s.dump() + rowids(s, one.schema), before);

    const Outcomes held = s.apply();
    EXPECT_EQ(held.exit, 2);
    EXPECT_EQ(held.report.batches, 0U);
    EXPECT_EQ(s.dump() + rowids(s, one.schema), before) << held.changes();

    const Outcomes again = s.undo();  // of the undo
    EXPECT_EQ(again.exit, 0) << again.changes() << again.messages() << again.all_errors();
    EXPECT_EQ(misplaced(applied, again), "");
    EXPECT_EQ(s.dump() + rowids(s, one.schema), after);
    EXPECT_EQ(s.apply().exit, 0);
    EXPECT_EQ(s.release(), 0U);  // the undo of the undo has let them go
  }
}

// In many transactions there and back: by journal blocks, not by what fits into memory.
TEST(G5Undo, ACascadeOfAMillionRowsComesBack) {
  const std::string rows = std::to_string(by_tier(20'000, 1'000'000));
  Scenario s(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT);"
      "CREATE TABLE c (id INTEGER PRIMARY KEY, t INTEGER REFERENCES t(id) ON DELETE CASCADE, note TEXT);"
      "CREATE INDEX i ON c(t); INSERT INTO t VALUES (1,'bad'),(2,'good');"
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < " +
      rows + ") INSERT INTO c SELECT i, 1 + (i % 100 = 0), 'note ' || i FROM n");
  s.documents(row_set("t", "t", "id",
                      "  forbidden: [{name: bad}]\n  policy: {dependents: FollowSchema}\n"
                      "  limits: {dependentDeletes: 2000000}\n"));
  const std::string sums = "SELECT count(*), sum(id), sum(length(note)) FROM c";
  const std::string before = s.rows(sums);
  const Outcomes applied = s.apply();
  EXPECT_EQ(applied.exit, 0) << applied.messages() << applied.all_errors();
  EXPECT_GE(applied.report.batches, 4u);
  EXPECT_EQ(s.rows("SELECT count(*) FROM c WHERE t = 1"), "0");
  const Outcomes undone = s.undo();
  EXPECT_EQ(undone.exit, 0) << undone.messages() << undone.all_errors();
  EXPECT_EQ(s.rows(sums), before);
}

TEST(G5Undo, ARunCanBeTakenBackOnceMoreAfterItsUndoWas) {
  Scenario s("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)");
  s.documents(row_set("t", "t", "name", "  rows: [{name: a}]\n"));
  (void)s.apply();
  UndoRequest request;
  request.run = s.history().front().id;
  EXPECT_EQ(s.undo(request).exit, 0);
  EXPECT_EQ(s.undo(request).changes(), "");  // nothing is left of it
  EXPECT_EQ(s.undo().exit, 0);               // the undo
  EXPECT_EQ(s.rows("SELECT name FROM t"), "a");
  EXPECT_EQ(s.undo(request).exit, 0);
  EXPECT_EQ(s.rows("SELECT name FROM t"), "");
}

// What an undo deletes goes through us, and is no mass delete of somebody else.
TEST(G5Undo, IsNoVanish) {
  Scenario s("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)");
  s.documents(row_set("t", "t", "id", "  rows: [{id: 1}, {id: 2}, {id: 3}, {id: 4}]\n"));
  ASSERT_EQ(s.apply().exit, 0);
  ASSERT_EQ(s.undo().exit, 0);
  EXPECT_EQ(s.plan().report.plan.sets.front().vanished, std::nullopt);
  EXPECT_EQ(s.release(), 4u);
  ASSERT_EQ(s.apply().exit, 0);
  EXPECT_EQ(s.history().front().cause, "edit");
}

// Each change that turns out not to be possible was once a transaction begun anew, with the lock.
TEST(G5Undo, ManyRowsThatChangeBeforeTheLockAreLeftTogether) {
  Scenario s("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)");
  std::string csv = "id,name\n";
  for (int i = 1; i <= 2000; ++i) csv += std::to_string(i) + ",new\n";
  s.sql(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < 2000) INSERT INTO t SELECT i, 'old' FROM "
      "n");
  s.file("rows.csv", csv).documents(row_set("t", "t", "id", "  rowsFrom: [{file: rows.csv}]"));
  ASSERT_EQ(s.apply().exit, 0);
  s.options.batch_rows = 100;
  s.options.batch_time = std::chrono::hours(1);
  UndoRequest request;
  request.run = s.history().front().id;
  s.between_read_and_lock([&] { s.sql("UPDATE t SET name = 'mine' WHERE id % 2"); });
  const Outcomes undone = s.undo(request);
  EXPECT_EQ(undone.exit, 2);
  EXPECT_EQ(s.rows("SELECT name, count(*) FROM t GROUP BY name"), "mine|1000\nold|1000");
  EXPECT_LE(undone.locks, 45U);  // two for each hundred of rows, and what keeps the journal in bounds
}

// The columns of a set come in the order in which its rows name them first.
TEST(G5Undo, AHoldStaysWhenAnotherRowIsWrittenAboveIt) {
  Scenario s("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, note TEXT); INSERT INTO t VALUES (1,'old','b')");
  s.documents(row_set("t", "t", "id", "  rows: [{id: 1, name: a, note: b}]\n"));
  ASSERT_EQ(s.apply().exit, 0);
  ASSERT_EQ(s.undo().exit, 0);
  s.documents(row_set("t", "t", "id", "  rows: [{note: x, name: y, id: 7}, {id: 1, name: a, note: b}]\n"));
  EXPECT_EQ(s.apply().changes(), "changed update held undo id 1\nmissing insert applied - id 7\n");
  EXPECT_EQ(s.rows("SELECT name FROM t WHERE id = 1"), "old");
}

TEST(G5Undo, LeavesWhatHasChangedSince) {
  struct Row {
    const char* edit;
    const char* message;
    const char* left;  // rows of t afterwards
  };
  const Row rows[] = {
      {"UPDATE t SET note = 'mine' WHERE name = 'new'", "the row of t has changed since\n", "2|b|old|∅\n3|new|mine|∅"},
      {"UPDATE t SET note = 'mine' WHERE name = 'b'", "the row of t has changed since\n", "2|b|mine|∅"},
      {"DELETE FROM t WHERE name = 'b'", "the row of t is not there any more\n", ""},
      {"INSERT INTO c VALUES (1, 3)", "1 row of c refers to it by now\n", "2|b|old|∅\n3|new|∅|∅"},
  };
  for (const Row& one : rows) {
    SCOPED_TRACE(one.edit);
    Scenario s(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, note TEXT, other);"
        "CREATE TABLE c (id INTEGER PRIMARY KEY, t INTEGER REFERENCES t(id) ON DELETE CASCADE);"
        "INSERT INTO t VALUES (2,'b','old',NULL)");
    s.documents(row_set("t", "t", "name", "  rows: [{name: b, note: x}, {id: 3, name: new}]\n"));
    ASSERT_EQ(s.apply().exit, 0);
    s.sql(one.edit);
    UndoRequest look;
    look.carry_out = false;
    EXPECT_EQ(s.undo(look).messages(), one.message);
    const Outcomes undone = s.undo();
    EXPECT_EQ(undone.exit, 2);
    EXPECT_EQ(undone.messages(), one.message);
    EXPECT_EQ(s.rows("SELECT * FROM t ORDER BY id"), one.left);
  }
}

// "v 1 → 100" was what the run had made of it, while somebody had written 55: nobody could see what stood in the way.
TEST(G5Undo, ShowsTheLiveRowThatStandsAgainstIt) {
  Scenario s("CREATE TABLE t (id INTEGER PRIMARY KEY, v INT, w INT); INSERT INTO t VALUES (1, 100, 7)");
  s.documents(row_set("t", "t", "id", "  rows: [{id: 1, v: 1}, {id: 2, v: 2}]\n"));
  ASSERT_EQ(s.apply().exit, 0);
  s.sql("UPDATE t SET v = 55, w = 8 WHERE id = 1; UPDATE t SET v = 66 WHERE id = 2");
  UndoRequest look;
  look.carry_out = false;
  const Outcomes undone = s.undo(look);
  EXPECT_EQ(undone.messages(), "the row of t has changed since\nthe row of t has changed since\n");
  for (const Change& change : undone.report.plan.sets.front().changes) {
    ASSERT_NE(change.before(), nullptr);
    const bool first = change.action == Action::Update;
    EXPECT_EQ(change.before()->values[1], Value::integer(first ? 55 : 66));
    EXPECT_EQ(change.detail->update, first ? std::vector<std::uint32_t>({1, 2}) : std::vector<std::uint32_t>());
  }
}

// The journal has no values of columns that the table computes; they were shown as null.
TEST(G5Undo, NamesComputedColumnsThatItHasNoValuesOf) {
  Scenario s(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, v INT, twice INT GENERATED ALWAYS AS (v * 2) VIRTUAL);"
      "INSERT INTO t (id, v) VALUES (1, 5)");
  s.documents(row_set("t", "t", "id", "  forbidden: [{id: 1}]\n"));
  ASSERT_EQ(s.apply().exit, 0);
  const Outcomes undone = s.undo();
  EXPECT_EQ(undone.exit, 0);
  EXPECT_EQ(undone.report.plan.sets.front().set->computed, std::vector<std::string>({"twice"}));
  EXPECT_EQ(s.rows("SELECT id, v, twice FROM t"), "1|5|10");
}

TEST(G5Undo, RefusesByNameWhatItCannot) {
  struct Row {
    const char* edit;
    const char* message;
  };
  const Row rows[] = {
      {"ALTER TABLE t ADD COLUMN more TEXT", "the columns of t have changed since\n"},
      {"ALTER TABLE t RENAME COLUMN note TO remark", "the columns of t have changed since\n"},
      {"DROP TABLE t", "table t is not there any more\n"},
  };
  for (const Row& one : rows) {
    SCOPED_TRACE(one.edit);
    Scenario s("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, note TEXT)");
    s.documents(row_set("t", "t", "name", "  rows: [{name: b}]\n"));
    ASSERT_EQ(s.apply().exit, 0);
    s.sql(one.edit);
    const std::string before = s.dump();
    const Outcomes undone = s.undo();
    EXPECT_EQ(undone.exit, 2);
    EXPECT_EQ(undone.messages(), one.message);
    EXPECT_EQ(s.dump(), before);
    // The row is shown as it was, by the columns that there were then.
    ASSERT_EQ(undone.report.plan.sets.size(), 1u);
    const SetPlan& set = undone.report.plan.sets.front();
    ASSERT_NE(set.set, nullptr);
    EXPECT_EQ(set.set->table->columns.size(), set.changes.front().before()->values.size());
    EXPECT_EQ(set.set->table->columns.back().name, "note");
  }
}

TEST(G5Undo, ColumnsThatAreKeptOutCannotComeBack) {
  Scenario s(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, secret TEXT); INSERT INTO t VALUES (1,'bad','s3cret')");
  s.documents(
      "apiVersion: holdfast.dev/v1alpha1\nkind: Database\nmetadata: {name: db}\nspec:\n  url: \"sqlite:test.db\"\n"
      "  journal: {redact: [Secret]}\n---\n" +
      row_set("t", "t", "name", "  forbidden: [{name: bad}]\n"));
  ASSERT_EQ(s.apply().exit, 0);
  EXPECT_EQ(s.rows("SELECT count(*) FROM _holdfast_changes WHERE instr(steps, 's3cret') > 0"), "0");
  const Outcomes undone = s.undo();
  EXPECT_EQ(undone.messages(),
            "the journal does not hold secret of t (journal.redact), so its rows cannot be put back\n");
  const BoundSet& shown = *undone.report.plan.sets.front().set;  // masked, for a null would be another value
  EXPECT_TRUE(shown.is_sensitive(2));
  EXPECT_FALSE(shown.is_sensitive(1));
}

TEST(G5Undo, HoldsUntilTheDocumentsTouchTheRowOrItIsReleased) {
  Scenario s("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, note TEXT); INSERT INTO t VALUES (1,'bad','x')");
  const auto documents = [](const std::string& note, const std::string& rule) {
    return row_set("t", "t", "name",
                   "  rows: [{name: a, note: " + note + "}, {name: b}]\n  forbidden: [{name: " + rule + "}]\n");
  };
  s.documents(documents("one", "bad"));
  ASSERT_EQ(s.apply().exit, 0);
  ASSERT_EQ(s.undo().exit, 0);
  const Outcomes held = s.plan();
  EXPECT_EQ(held.changes(),
            "forbidden delete held undo name \"bad\"\nmissing insert held undo name \"a\"\n"
            "missing insert held undo name \"b\"\n");
  EXPECT_THAT(held.messages(), HasSubstr("held until the documents change it or it is released"));
  EXPECT_EQ(held.report.plan.sets[0].changes[0].detail->release, "t/bad");

  s.documents(documents("two", "bad"));  // the documents touch one of them
  EXPECT_EQ(s.apply().exit, 2);
  EXPECT_EQ(s.rows("SELECT name FROM t ORDER BY name"), "a\nbad");
  EXPECT_EQ(s.history().front().held, 2);
  s.documents(documents("one", "bad"));  // and that one is no longer held, whatever they say later
  EXPECT_EQ(s.apply().exit, 2);
  EXPECT_EQ(s.rows("SELECT note FROM t WHERE name = 'a'"), "one");
  EXPECT_EQ(s.release(), 2U);
  EXPECT_EQ(s.apply().exit, 0);
  EXPECT_EQ(s.rows("SELECT name FROM t ORDER BY name"), "a\nb");
}

TEST(G5Undo, OneRowOfARun) {
  Scenario s(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE c (t INTEGER REFERENCES t(id) ON DELETE "
      "CASCADE);"
      "INSERT INTO t VALUES (1,'bad'),(2,'bad2'); INSERT INTO c VALUES (1),(2),(2)");
  s.documents(row_set("t", "t", "name", "  forbidden: [{name: {like: 'bad%'}}]\n" + follow));
  ASSERT_EQ(s.apply().exit, 0);
  UndoRequest request;
  request.run = s.history().front().id.substr(0, 20);
  request.row_set = "t";
  request.key = "bad2";
  const Outcomes undone = s.undo(request);
  EXPECT_EQ(undone.changes(), "missing insert applied undo name \"bad2\"\n");
  EXPECT_EQ(s.rows("SELECT * FROM t"), "2|bad2");
  EXPECT_EQ(s.rows("SELECT t FROM c"), "2\n2");
  request.key = "bad";
  EXPECT_EQ(s.undo(request).exit, 0);
  EXPECT_EQ(s.rows("SELECT count(*) FROM c"), "3");
}

TEST(G5Undo, SaysWhichRunsThereAre) {
  Scenario s("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)");
  s.documents(row_set("t", "t", "name", "  rows: [{name: a}, {name: b}]\n"));
  EXPECT_TRUE(s.history().empty());
  UndoRequest request;
  request.run = "01J";
  EXPECT_THAT(s.undo(request).error, HasSubstr("there is no journal in the database"));
  s.options.origin.who = "ann";
  (void)s.apply();
  (void)s.apply();  // changes nothing, and is no run to take back
  (void)s.undo();
  const std::vector<RunRecord> runs = s.history();
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[0].undoes, runs[1].id);
  EXPECT_EQ(runs[1].inserted, 2);
  EXPECT_EQ(runs[0].deleted, 2);
  EXPECT_EQ(runs[1].who, "ann");
  EXPECT_THAT(s.undo(request).error, HasSubstr("there is no such run"));
}

TEST(G5Undo, TheJournalStaysWithinItsAgeAndSize) {
  struct Row {
    const char* limits;
    std::chrono::hours later;  // between runs
    const char* runs;          // left after five
  };
  const Row rows[] = {{"{}", std::chrono::hours(1), "5"},
                      {"{maxAge: 90m}", std::chrono::hours(1), "2"},
                      {"{maxAge: 1m}", std::chrono::hours(1), "1"},
                      {"{maxSize: 1B}", std::chrono::hours(1), "1"},
                      {"{maxSize: 1KiB}", std::chrono::hours(0), "3"}};
  for (const Row& one : rows) {
    SCOPED_TRACE(one.limits);
    Scenario s("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)");
    for (int i = 0; i < 5; ++i) {
      s.documents(
          "apiVersion: holdfast.dev/v1alpha1\nkind: Database\nmetadata: {name: db}\nspec:\n  url: \"sqlite:test.db\"\n"
          "  journal: " +
          std::string(one.limits) + "\n---\n" +
          row_set("t", "t", "id", "  rows: [{id: 1, name: '" + std::string(100, static_cast<char>('a' + i)) + "'}]"));
      ASSERT_EQ(s.apply().exit, 0);
      s.later += one.later;
    }
    EXPECT_EQ(s.rows("SELECT count(*) FROM _holdfast_runs"), one.runs);
    EXPECT_EQ(s.rows("SELECT count(*) FROM _holdfast_changes WHERE run NOT IN (SELECT number FROM _holdfast_runs)"),
              "0");
    EXPECT_EQ(s.rows("SELECT (SELECT value FROM _holdfast_meta WHERE name = 'journal-bytes') = sum(bytes) FROM "
                     "_holdfast_runs"),
              "1");
  }
}

}  // namespace
}  // namespace holdfast::testing
