// What the preupdate hook records: every row of every table, at every depth, found again by its locator.
#include "tests/stores/database.h"

namespace holdfast::stores {
namespace {

class TouchesTest : public DatabaseTest {
 protected:
  Value text(const char* bytes) { return Value::text(bytes); }
};

TEST_F(TouchesTest, TriggersOfTriggersAndTablesNobodyNamed) {
  make(
      "CREATE TABLE a (id INTEGER PRIMARY KEY, v TEXT); CREATE TABLE b (v TEXT); CREATE TABLE log (v TEXT);"
      "CREATE TRIGGER ab AFTER INSERT ON a BEGIN INSERT INTO b VALUES (NEW.v); END;"
      "CREATE TRIGGER bl AFTER INSERT ON b BEGIN INSERT INTO log VALUES (NEW.v); UPDATE log SET v = v || '!'; END");
  const auto a = table("a");
  auto transaction = begin("a");  // the schema holds neither b nor log
  const WriteOutcome outcome = must(transaction->insert(*a, assign(*a, {{"id", Value::integer(7)}, {"v", text("x")}})));
  EXPECT_EQ(outcome.locator, Locator{Value::integer(7)}) << "ours, not the trigger's last row";
  EXPECT_EQ(describe_touches(*transaction),
            "insert a - -> 7 @0\ninsert b - -> 1 @1\ninsert log - -> 1 @2\nupdate log 1 -> 1 @2");
}

// The hook does not count a WITHOUT ROWID table's columns the same way in every place when one of them is virtual.
TEST_F(TouchesTest, KeysBehindVirtualColumnsOfTablesWithoutRowNumbers) {
  make(
      "CREATE TABLE w (x TEXT, shown TEXT AS (x || '!') VIRTUAL, k TEXT, kept TEXT AS (k || '?') STORED, m INTEGER,"
      "PRIMARY KEY (m, k)) WITHOUT ROWID");
  const auto w = table("w");
  ASSERT_EQ(w->locator, (ColumnList{4, 2}));
  auto transaction = begin("w");
  const WriteOutcome made =
      must(transaction->insert(*w, assign(*w, {{"x", text("x")}, {"k", text("k")}, {"m", Value::integer(1)}})));
  EXPECT_EQ(made.locator, (Locator{Value::integer(1), text("k")}));
  must(transaction->update(*w, made.locator, assign(*w, {{"x", text("y")}})));
  const WriteOutcome moved = must(transaction->update(*w, made.locator, assign(*w, {{"k", text("kk")}})));
  EXPECT_EQ(moved.locator, (Locator{Value::integer(1), text("kk")}));
  must(transaction->erase(*w, moved.locator));
  EXPECT_EQ(describe_touches(*transaction),
            "insert w - -> 1,\"k\" @0\nupdate w 1,\"k\" -> 1,\"k\" @0\nupdate w 1,\"k\" -> 1,\"kk\" @0\ndelete w "
            "1,\"kk\" -> - @0");
}

// In a REAL column 1.0 is stored as the integer 1, and the hook shows what is stored. Such a row could not be deleted:
// the run took it for another one.
TEST_F(TouchesTest, WholeNumbersInRealKeys) {
  make("CREATE TABLE w (a REAL, b TEXT, PRIMARY KEY (b, a)) WITHOUT ROWID; INSERT INTO w VALUES (1, 'x'), (0.5, 'y')");
  const auto w = table("w");
  auto transaction = begin("w");
  const WriteOutcome moved =
      must(transaction->update(*w, {text("y"), Value::real(0.5)}, assign(*w, {{"a", Value::real(2)}})));
  EXPECT_EQ(moved.locator, (Locator{text("y"), Value::real(2)}));
  must(transaction->erase(*w, {text("x"), Value::real(1)}));
  EXPECT_EQ(transaction->touch(1).before, (Locator{text("x"), Value::real(1)}));
}

// The hook takes the affinity of another column for the old row's numbers: 7 comes as 7.0.
TEST_F(TouchesTest, IntegersThatTheHookShowsAsReals) {
  make(
      "CREATE TABLE w (a, b REAL, c INTEGER, PRIMARY KEY (b, a)) WITHOUT ROWID; INSERT INTO w VALUES (7, 1, 4), "
      "(9007199254740993, 2, 4), (7.0, 3, 4);"
      "CREATE TABLE v (a INTEGER, b REAL, c, PRIMARY KEY (b, a)) WITHOUT ROWID; INSERT INTO v VALUES (7, 1, 7);"
      "CREATE TRIGGER t AFTER DELETE ON w BEGIN UPDATE v SET a = a + 1; END");
  const Schema both = schema({"w", "v"});
  const Table& w = *both.find("w");
  auto transaction = must(store().begin(both));
  for (const Locator& at :
       {Locator{Value::real(1), Value::integer(7)}, Locator{Value::real(2), Value::integer(9007199254740993)},
        Locator{Value::real(3), Value::real(7)}}) {
    const std::size_t before = transaction->touch_count();
    must(transaction->update(w, at, assign(w, {{"c", Value::integer(5)}})));
    EXPECT_EQ(transaction->touch(before).before, at);
    EXPECT_EQ(transaction->touch(before).after, at);
  }
  must(transaction->erase(w, {Value::real(1), Value::integer(7)}));
  const Touch last = transaction->touch(transaction->touch_count() - 1);
  ASSERT_NE(last.old_row, nullptr);
  EXPECT_EQ(*last.old_row, (std::vector<Value>{Value::integer(7), Value::real(1), Value::integer(7)}));
}

TEST_F(TouchesTest, RowsWithoutAKeyOrWithNullInIt) {
  make(
      "CREATE TABLE n (k TEXT PRIMARY KEY, v TEXT); CREATE TABLE bare (v TEXT); INSERT INTO n VALUES (NULL, 'a'), "
      "(NULL, 'b');"
      "INSERT INTO bare VALUES ('same'), ('same')");
  const Schema both = schema({"n", "bare"});
  const Table& n = *both.find("n");
  const Table& bare = *both.find("bare");
  auto transaction = must(store().begin(both));
  EXPECT_TRUE(must(transaction->update(n, {Value::integer(2)}, assign(n, {{"v", text("c")}}))).ok());
  EXPECT_TRUE(must(transaction->erase(bare, {Value::integer(2)})).ok());
  EXPECT_EQ(describe_touches(*transaction), "update n 2 -> 2 @0\ndelete bare 2 -> - @0");
  must(transaction->commit());
  EXPECT_EQ(ask("SELECT rowid, v FROM n"), "1|a\n2|c");
  EXPECT_EQ(ask("SELECT rowid, v FROM bare"), "1|same");
}

TEST_F(TouchesTest, RowNumbersUnderTheNameThatIsLeft) {
  make("CREATE TABLE r (rowid TEXT, _rowid_ TEXT, v TEXT); INSERT INTO r VALUES ('a', 'b', 'c')");
  const auto r = table("r");
  EXPECT_EQ(r->unsupported, "");
  auto transaction = begin("r");
  EXPECT_TRUE(must(transaction->update(*r, {Value::integer(1)}, assign(*r, {{"v", text("d")}}))).ok());
  EXPECT_EQ(describe_touches(*transaction), "update r 1 -> 1 @0");
  must(transaction->commit());
  EXPECT_EQ(ask("SELECT v FROM r"), "d");
}

// What a trigger did is journalled from the hook alone: its rows must be those that a SELECT would have given.
TEST_F(TouchesTest, RowsThatATriggerChangedAreWhole) {
  struct Case {
    const char* table;
    bool whole;
  };
  const Case cases[] = {
      {"CREATE TABLE x (v TEXT, id INTEGER PRIMARY KEY, r REAL, n NUMERIC, b BLOB)", true},
      {"CREATE TABLE x (v TEXT, id INTEGER, r REAL, n NUMERIC, b BLOB)", true},
      {"CREATE TABLE x (v TEXT, id INTEGER, r REAL, n NUMERIC, b BLOB, PRIMARY KEY (r, id)) WITHOUT ROWID", true},
      {"CREATE TABLE x (v TEXT, id INTEGER PRIMARY KEY, r REAL, n NUMERIC, b BLOB, s TEXT AS (v || r) STORED)", true},
      {"CREATE TABLE x (v TEXT, w AS (v || 1), id INTEGER PRIMARY KEY, r REAL, n NUMERIC, b BLOB)", false},
  };
  for (const Case& one : cases) {
    close();
    make(std::string("DROP TABLE IF EXISTS x; DROP TABLE IF EXISTS t; CREATE TABLE t (id INTEGER PRIMARY KEY); ") +
         one.table +
         "; INSERT INTO x (v, id, r, n, b) VALUES ('a', 7, 2, 3, x'00'), ('b', 8, 2.5, 1e300, NULL);"
         "CREATE TRIGGER g AFTER INSERT ON t BEGIN"
         "  UPDATE x SET r = 4, v = 'c' WHERE id = 7; DELETE FROM x WHERE id = 8;"
         "  INSERT INTO x (v, id, r, n, b) VALUES (1, 9, 5, '6', x'ff'); END");
    const auto t = table("t");
    const auto x = table("x");
    std::vector<RowImage> before, after;
    const auto rows_of = [&](Reader& reader) { return must(reader.find(*x, {}, {}, 10)); };
    before = rows_of(store());
    auto transaction = begin("t");
    must(transaction->insert(*t, assign(*t, {{"id", Value::integer(1)}})));
    after = rows_of(*transaction);
    ASSERT_EQ(transaction->touch_count(), 4U) << one.table;
    const auto image = [&](const std::vector<RowImage>& rows, int id) -> std::vector<Value> {
      for (const RowImage& row : rows) {
        if (row.values[x->find("id")].view().integer() == id) return row.values;
      }
      return {};
    };
    for (const auto& [index, id] : {std::pair{1, 7}, std::pair{2, 8}, std::pair{3, 9}}) {
      const Touch touch = transaction->touch(static_cast<std::size_t>(index));
      EXPECT_EQ(touch.old_row != nullptr, one.whole && id != 9) << one.table << id;
      EXPECT_EQ(touch.new_row != nullptr, one.whole && id != 8) << one.table << id;
      if (touch.old_row) {
        EXPECT_EQ(*touch.old_row, image(before, id)) << one.table << id;
      }
      if (touch.new_row) {
        EXPECT_EQ(*touch.new_row, image(after, id)) << one.table << id;
      }
    }
  }
}

TEST_F(TouchesTest, SavepointsForgetWhatTheyUndo) {
  make("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)");
  const auto t = table("t");
  auto transaction = begin("t");
  const auto add = [&](int id) { must(transaction->insert(*t, assign(*t, {{"id", Value::integer(id)}}))); };
  add(1);
  must(transaction->savepoint());
  add(2);
  must(transaction->savepoint());
  add(3);
  must(transaction->rollback_to());
  must(transaction->savepoint());
  add(4);
  must(transaction->release());
  EXPECT_EQ(describe_touches(*transaction), "insert t - -> 1 @0\ninsert t - -> 2 @0\ninsert t - -> 4 @0");
  must(transaction->rollback_to());
  EXPECT_EQ(describe_touches(*transaction), "insert t - -> 1 @0");
  EXPECT_EQ(plain(message(transaction->release())), "there is no savepoint: popup (popup.db)");
  must(transaction->commit());
  EXPECT_EQ(ask("SELECT group_concat(id) FROM t"), "1");
}

// AUTOINCREMENT's counter is the engine's own affair.
TEST_F(TouchesTest, OnlyRowsOfTablesCount) {
  make("CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, v TEXT UNIQUE)");
  const auto t = table("t");
  auto transaction = begin("t");
  must(transaction->insert(*t, assign(*t, {{"v", text("x")}})));
  EXPECT_EQ(describe_touches(*transaction), "insert t - -> 1 @0");
}

TEST_F(TouchesTest, AMillionOfThemAreKept) {
  make(
      "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p INTEGER); INSERT INTO p VALUES (1);"
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000) INSERT INTO c SELECT 1 FROM n;"
      "CREATE TRIGGER g AFTER DELETE ON p BEGIN DELETE FROM c WHERE c.p = OLD.id; END");
  const auto p = table("p");
  auto transaction = begin("p");
  must(transaction->erase(*p, {Value::integer(1)}));
  ASSERT_EQ(transaction->touch_count(), 1'000'001U);
  EXPECT_EQ(describe(transaction->touch(0)), "delete p 1 -> - @0");
  EXPECT_EQ(describe(transaction->touch(1'000'000)), "delete c 1000000 -> - @1");
}

}  // namespace
}  // namespace holdfast::stores
