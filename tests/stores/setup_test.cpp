// A Database's setup: what it may hold, with the exact words of each refusal, and what of it runs.
#include <gmock/gmock.h>

#include "tests/stores/database.h"

namespace holdfast::stores {
namespace {

using testing::ElementsAre;

class SetupTest : public DatabaseTest {};

std::string mistakes(const std::string& setup) {
  std::string all;
  for (const SetupMistake& mistake : check_setup(setup)) {
    all += (all.empty() ? "" : "\n") + std::to_string(mistake.line) + ": " + mistake.message + ": " + mistake.hint;
  }
  return all;
}

TEST_F(SetupTest, HoldsNothingButCreateTableAndIndex) {
  const std::string other =
      "setup: the statement does something else than create a table or an index: "
      "write CREATE TABLE IF NOT EXISTS and CREATE INDEX IF NOT EXISTS, and nothing else";
  const std::string say_if = "setup: say IF NOT EXISTS: the statement runs only where its table is not there";
  const std::string table = "CREATE TABLE IF NOT EXISTS t (a);\n";
  for (const std::string text : {"DROP TABLE t",
                                 "DELETE FROM t",
                                 "INSERT INTO t VALUES (1)",
                                 "UPDATE t SET a = 1",
                                 "SELECT 1",
                                 "PRAGMA user_version = 3",
                                 "PRAGMA journal_mode = WAL",
                                 "ATTACH ':memory:' AS x",
                                 "BEGIN",
                                 "COMMIT",
                                 "SAVEPOINT s",
                                 "VACUUM",
                                 "REINDEX",
                                 "ANALYZE",
                                 "ALTER TABLE t ADD COLUMN b",
                                 "EXPLAIN CREATE TABLE IF NOT EXISTS u (a)",
                                 "CREATE VIEW IF NOT EXISTS v AS SELECT 1",
                                 "CREATE TRIGGER IF NOT EXISTS g AFTER INSERT ON t BEGIN SELECT 1; END",
                                 "CREATE VIRTUAL TABLE IF NOT EXISTS f USING fts5(a)",
                                 "CREATE TEMP TABLE IF NOT EXISTS u (a)",
                                 "CREATE TEMPORARY TABLE IF NOT EXISTS u (a)",
                                 "CREATE TABLE IF NOT EXISTS temp.u (a)",
                                 "CREATE TABLE IF NOT EXISTS u AS SELECT 1",
                                 "CREATE TABLE IF NOT EXISTS u AS VALUES (1)",
                                 "CREATE TABLE IF NOT EXISTS u AS WITH c AS (SELECT 1) SELECT * FROM c"}) {
    EXPECT_EQ(mistakes(table + text), "2: " + other) << text;
  }
  for (const std::string text : {"CREATE TABLE u (a)", "CREATE INDEX i ON t (a)", "CREATE TABLE u (\"IF NOT EXISTS\")",
                                 "CREATE TABLE u (a) -- IF NOT EXISTS"}) {
    EXPECT_EQ(mistakes(table + text), "2: " + say_if) << text;
  }
}

TEST_F(SetupTest, EveryMistakeHasItsLine) {
  EXPECT_EQ(mistakes("CREATE TABLE t (a);\n\n  CREATE TABLE u (a);\nCREATE TABLE IF NOT EXISTS v (a);\nVACUUM"),
            "1: setup: say IF NOT EXISTS: the statement runs only where its table is not there\n"
            "3: setup: say IF NOT EXISTS: the statement runs only where its table is not there\n"
            "5: setup: the statement does something else than create a table or an index: write CREATE TABLE IF NOT "
            "EXISTS and CREATE "
            "INDEX IF NOT EXISTS, and nothing else");
  EXPECT_EQ(mistakes("CREATE TABLE IF NOT EXISTS t (a);\nCREATE TABEL IF NOT EXISTS u (a)"),
            "2: the setup does not parse: near \"TABEL\": syntax error: write CREATE TABLE IF NOT EXISTS and CREATE "
            "INDEX IF NOT EXISTS, "
            "and nothing else");
  EXPECT_EQ(mistakes("CREATE INDEX IF NOT EXISTS i ON nowhere (a)"),
            "1: the setup does not parse: no such table: main.nowhere: write CREATE TABLE IF NOT EXISTS and CREATE "
            "INDEX IF NOT EXISTS, "
            "and nothing else");
  EXPECT_EQ(mistakes("CREATE TABLE IF NOT EXISTS t (a);\n" + std::string(1, '\0') + "DROP TABLE t"),
            "2: setup: there is a NUL byte in it: take it out");
}

TEST_F(SetupTest, TheSameNameTwiceIsAMistake) {
  const std::string twice =
      "setup: the same table or index is created twice: write CREATE TABLE IF NOT EXISTS and CREATE INDEX IF NOT "
      "EXISTS, and nothing else";
  EXPECT_EQ(mistakes("CREATE TABLE IF NOT EXISTS t (a);\nCREATE TABLE IF NOT EXISTS T (b)"), "2: " + twice);
  EXPECT_EQ(mistakes("CREATE TABLE IF NOT EXISTS t (a);\nCREATE INDEX IF NOT EXISTS i ON t (a);\nCREATE INDEX IF NOT "
                     "EXISTS I ON t (a)"),
            "3: " + twice);
}

TEST_F(SetupTest, WhatAnApplicationWritesIsFine) {
  EXPECT_EQ(
      mistakes("-- the base\nCREATE TABLE IF NOT EXISTS \"se;lect\" (id INTEGER PRIMARY KEY AUTOINCREMENT, \"a\"\"b\" "
               "TEXT UNIQUE "
               "DEFAULT (upper('x')), c AS (id * 2), CHECK (length(\"a\"\"b\") > 0));\n"
               "/* and */ CREATE UNIQUE INDEX IF NOT EXISTS i ON \"se;lect\" (lower(\"a\"\"b\")) WHERE c > 1;;\n"
               "CREATE TABLE IF NOT EXISTS w (k TEXT PRIMARY KEY, p REFERENCES \"se;lect\") WITHOUT ROWID, STRICT;"),
      "3: the setup does not parse: missing datatype for w.p: write CREATE TABLE IF NOT EXISTS and CREATE INDEX IF NOT "
      "EXISTS, and "
      "nothing else")
      << "STRICT wants types";
  EXPECT_EQ(
      mistakes("CREATE TABLE IF NOT EXISTS w (k TEXT PRIMARY KEY, p INTEGER REFERENCES later) WITHOUT ROWID, STRICT;\n"
               "CREATE UNIQUE INDEX IF NOT EXISTS i ON w (lower(k)) WHERE p > 1;;\n-- the end"),
      "");
  EXPECT_EQ(mistakes(""), "");
  EXPECT_EQ(mistakes(" \n-- nothing\n"), "");
}

TEST_F(SetupTest, RunsOnlyWhatIsMissing) {
  make("CREATE TABLE campaigns (id INTEGER PRIMARY KEY, name TEXT, added_later TEXT)");
  const std::string setup =
      "CREATE TABLE IF NOT EXISTS campaigns (id INTEGER PRIMARY KEY, name TEXT);\n"
      "CREATE INDEX IF NOT EXISTS by_name ON campaigns (name);\n"
      "CREATE TABLE IF NOT EXISTS clicks (id INTEGER PRIMARY KEY, campaign_id INTEGER);\n"
      "CREATE INDEX IF NOT EXISTS by_campaign ON clicks (campaign_id)";
  EXPECT_THAT(must(store().set_up(setup)).created, ElementsAre("clicks"));
  EXPECT_EQ(ask("SELECT group_concat(name) FROM (SELECT name FROM sqlite_schema ORDER BY name)"),
            "by_campaign,campaigns,clicks")
      << "an index belongs to its table: that of a table that is there is the application's affair";
}

// A statement that the memory database takes and the real one does not: nothing of the setup stays.
TEST_F(SetupTest, IsAllOrNothing) {
  make("CREATE TABLE taken (a); CREATE INDEX clash ON taken (a)");
  const auto done = store().set_up("CREATE TABLE IF NOT EXISTS one (a);\nCREATE TABLE IF NOT EXISTS clash (a)");
  EXPECT_EQ(plain(message(done)), "there is already an index named clash: popup (popup.db)");
  EXPECT_EQ(ask("SELECT group_concat(name) FROM (SELECT name FROM sqlite_schema ORDER BY name)"), "clash,taken");
}

TEST_F(SetupTest, AMistakeSaysWhere) {
  const auto done = store().set_up("CREATE TABLE IF NOT EXISTS one (a);\nDROP TABLE one");
  EXPECT_EQ(plain(message(done)),
            "setup: the statement does something else than create a table or an index: popup (popup.db), line 2 of "
            "setup: write CREATE "
            "TABLE IF NOT EXISTS and CREATE INDEX IF NOT EXISTS, and nothing else");
  EXPECT_EQ(static_cast<int>(done.error().kind), static_cast<int>(ErrorKind::Invalid));
}

}  // namespace
}  // namespace holdfast::stores
