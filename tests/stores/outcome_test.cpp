// Every way in which one row can fail, in the engine's own words; the transaction goes on unless the engine has ended
// it.
#include <sys/mman.h>

#include "tests/stores/database.h"

namespace holdfast::stores {
namespace {

class OutcomeTest : public DatabaseTest {};

constexpr const char* tables =
    "CREATE TABLE t (id INTEGER PRIMARY KEY, code TEXT UNIQUE, name TEXT NOT NULL DEFAULT 'n', amount INTEGER CHECK "
    "(amount >= 0));"
    "INSERT INTO t VALUES (1, 'taken', 'n', 1);"
    "CREATE TRIGGER ignores BEFORE INSERT ON t WHEN NEW.name = 'ignore' BEGIN SELECT RAISE(IGNORE); END;"
    "CREATE TRIGGER aborts BEFORE INSERT ON t WHEN NEW.name = 'abort' BEGIN SELECT RAISE(ABORT, 'no entry'); END;"
    "CREATE TRIGGER fails AFTER INSERT ON t WHEN NEW.name = 'fail' BEGIN SELECT RAISE(FAIL, 'no more'); END;"
    "CREATE TABLE s (id INTEGER PRIMARY KEY, amount INT) STRICT";

TEST_F(OutcomeTest, OneRowsFailureIsOnlyItsOwn) {
  make(tables);
  struct Row {
    const char* table;
    Cells cells;
    RowFailure want;
    const char* message;
  };
  const Row rows[] = {
      {"t", {{"name", Value::null()}}, RowFailure::NotNull, "NOT NULL constraint failed: t.name"},
      {"t", {{"code", Value::text("taken")}}, RowFailure::Unique, "UNIQUE constraint failed: t.code"},
      {"t", {{"id", Value::integer(1)}}, RowFailure::Unique, "UNIQUE constraint failed: t.id"},
      {"t", {{"amount", Value::integer(-1)}}, RowFailure::Check, "CHECK constraint failed: amount >= 0"},
      {"t", {{"id", Value::text("abc")}}, RowFailure::Datatype, "datatype mismatch"},
      {"s", {{"amount", Value::text("abc")}}, RowFailure::Datatype, "cannot store TEXT value in INT column s.amount"},
      {"t", {{"name", Value::text("ignore")}}, RowFailure::RefusedByTrigger, "a trigger ignored it"},
      {"t", {{"name", Value::text("abort")}}, RowFailure::RefusedByTrigger, "no entry"},
      {"t", {{"name", Value::text("fail")}}, RowFailure::RefusedByTrigger, "no more"},
  };
  const Schema both = schema({"t", "s"});
  auto transaction = must(store().begin(both));
  for (const Row& row : rows) {
    const Table& table = *both.find(row.table);
    const WriteOutcome outcome = must(transaction->insert(table, assign(table, row.cells)));
    EXPECT_EQ(static_cast<int>(outcome.failure), static_cast<int>(row.want)) << row.message;
    EXPECT_EQ(outcome.message, row.message);
    EXPECT_EQ(transaction->touch_count(), 0U) << row.message;
  }
  const Table& t = *both.find("t");
  EXPECT_TRUE(must(transaction->insert(t, assign(t, {{"code", Value::text("free")}}))).ok());
  must(transaction->commit());
  EXPECT_EQ(ask("SELECT id, code FROM t ORDER BY id"), "1|taken\n2|free");
}

TEST_F(OutcomeTest, ATriggersRollbackLosesTheTransaction) {
  make(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);"
      "CREATE TRIGGER g BEFORE INSERT ON t WHEN NEW.a = 'bad' BEGIN SELECT RAISE(ROLLBACK, 'all of it'); END");
  const auto t = table("t");
  auto transaction = begin("t");
  must(transaction->insert(*t, assign(*t, {{"a", Value::text("good")}})));
  const WriteOutcome outcome = must(transaction->insert(*t, assign(*t, {{"a", Value::text("bad")}})));
  EXPECT_EQ(static_cast<int>(outcome.failure), static_cast<int>(RowFailure::TransactionLost));
  EXPECT_EQ(outcome.message, "all of it");
  // Nothing that follows is committed on its own.
  const WriteOutcome after = must(transaction->insert(*t, assign(*t, {{"a", Value::text("stray")}})));
  EXPECT_EQ(static_cast<int>(after.failure), static_cast<int>(RowFailure::TransactionLost));
  EXPECT_EQ(plain(message(transaction->commit())),
            "the transaction was rolled back by a trigger or the engine: popup (popup.db): run again");
  EXPECT_EQ(ask("SELECT count(*) FROM t"), "0");
}

// SQLite leaves NULL in the parameter of a text that is too long: that must not become a row.
TEST_F(OutcomeTest, AValueThatIsTooBigIsNotStoredAsNull) {
  make("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)");
  constexpr std::size_t size = 1'000'000'001;  // SQLite's limit and one; never touched, so it costs no memory
  void* region = mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  ASSERT_NE(region, MAP_FAILED);
  const std::string_view text(static_cast<const char*>(region), size);
  const auto t = table("t");
  auto transaction = begin("t");
  const std::vector<Assignment> values = {{1, ValueView::text(text)}};
  const WriteOutcome outcome = must(transaction->insert(*t, values));
  EXPECT_EQ(static_cast<int>(outcome.failure), static_cast<int>(RowFailure::TooBig));
  EXPECT_EQ(outcome.message, "string or blob too big");
  must(transaction->commit());
  EXPECT_EQ(ask("SELECT count(*) FROM t"), "0");
  munmap(region, size);
}

// OR ABORT where no trigger can fire: a constraint's own ON CONFLICT REPLACE never takes another row away (TRAPS 4).
TEST_F(OutcomeTest, AReplacingConstraintReplacesNothing) {
  make(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, code TEXT UNIQUE ON CONFLICT REPLACE, n INTEGER NOT NULL ON CONFLICT "
      "REPLACE DEFAULT 7);"
      "INSERT INTO t VALUES (1, 'taken', 1), (2, 'other', 2)");
  const auto t = table("t");
  EXPECT_TRUE(t->replaces_on_conflict);
  EXPECT_EQ(t->unsupported, "");
  auto transaction = begin("t");
  EXPECT_EQ(must(transaction->insert(*t, assign(*t, {{"code", Value::text("taken")}}))).message,
            "UNIQUE constraint failed: t.code");
  EXPECT_EQ(must(transaction->update(*t, {Value::integer(2)}, assign(*t, {{"code", Value::text("taken")}}))).message,
            "UNIQUE constraint failed: t.code");
  EXPECT_EQ(must(transaction->insert(*t, assign(*t, {{"n", Value::null()}}))).message,
            "NOT NULL constraint failed: t.n");
  must(transaction->commit());
  EXPECT_EQ(ask("SELECT id, code, n FROM t"), "1|taken|1\n2|other|2");
}

// And where one can fire, the clauses inside it keep their meaning.
TEST_F(OutcomeTest, ATriggersOwnConflictClauseHolds) {
  make(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); CREATE TABLE stats (a TEXT PRIMARY KEY); INSERT INTO stats "
      "VALUES ('x');"
      "CREATE TRIGGER g AFTER INSERT ON t BEGIN INSERT OR IGNORE INTO stats VALUES (NEW.a); END");
  const auto t = table("t");
  auto transaction = begin("t");
  EXPECT_EQ(must(transaction->insert(*t, assign(*t, {{"a", Value::text("x")}}))).message, "");
  must(transaction->commit());
  EXPECT_EQ(ask("SELECT count(*) FROM t"), "1");
}

TEST_F(OutcomeTest, ASchemaThatMovedIsNoticedUnderTheLock) {
  make("CREATE TABLE t (id INTEGER PRIMARY KEY)");
  const Schema before = schema({"t"});
  make("ALTER TABLE t ADD COLUMN a TEXT");
  const auto begun = store().begin(before);
  EXPECT_EQ(plain(message(begun)), "the schema changed since it was read: popup (popup.db): run again");
  EXPECT_EQ(static_cast<int>(begun.error().kind), static_cast<int>(ErrorKind::SchemaChanged));
  Other(path()).run("BEGIN IMMEDIATE; COMMIT");  // and no lock is left
}

// Whatever the build's default is, foreign-key actions are ours alone.
TEST_F(OutcomeTest, ForeignKeyActionsAreOff) {
  make(
      "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p INTEGER REFERENCES p ON DELETE CASCADE);"
      "INSERT INTO p VALUES (1); INSERT INTO c VALUES (1)");
  const auto p = table("p");
  auto transaction = begin("p");
  EXPECT_TRUE(must(transaction->erase(*p, {Value::integer(1)})).ok());
  EXPECT_EQ(transaction->touch_count(), 1U);
  must(transaction->commit());
  EXPECT_EQ(ask("SELECT count(*) FROM c"), "1");
}

}  // namespace
}  // namespace holdfast::stores
