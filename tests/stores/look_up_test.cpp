// Look-ups without an index in the rollback modes: a writer waits 20 ms for them and not for the whole table (G8), and
// they find what they would have found.
#include <atomic>
#include <thread>

#include "tests/stores/database.h"

namespace holdfast::stores {
namespace {

// It takes some tenths of a millisecond to know x of one row.
constexpr const char* x = "x INTEGER AS (id % 7 + 0 * length(hex(zeroblob(100000 + id)))) VIRTUAL";

class LookUpTest : public DatabaseTest {
 protected:
  void fill(const std::string& table, int rows) {
    make("CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE " + table +
         "; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " + std::to_string(rows) +
         ") INSERT INTO t (id, a) SELECT i, 'x' FROM n");
  }
  std::string found(const Table& t, const Table& p) {
    const ColumnList columns = {t.find("x")}, parents = {0};
    const std::vector<Value> three = {Value::integer(3)};
    const ReferringColumns reference{t, columns, p, parents, false};
    std::string text;
    const auto add = [&](const std::vector<RowImage>& rows) {
      for (const RowImage& row : rows) text += std::to_string(row.values[0].view().integer()) + " ";
      text += "\n";
    };
    add(must(store().find(t, columns, three, 1000)));
    add(must(store().find(t, columns, three, 3)));
    add(must(store().find_referring(reference, three, 1000)));
    text += std::to_string(must(store().count(t, columns, three))) + " ";
    return text + std::to_string(must(store().count_referring(reference, three)));
  }
};

TEST_F(LookUpTest, WhatGivesWayFindsTheSame) {
  const std::string tables[] = {
      std::string("t (id INTEGER PRIMARY KEY, a TEXT, ") + x + ")",
      std::string("t (id INTEGER, a TEXT, ") + x + ")",
      std::string("t (id INTEGER NOT NULL, a TEXT NOT NULL, ") + x + ", PRIMARY KEY (a, id)) WITHOUT ROWID",
      std::string("t (id INTEGER NOT NULL, a TEXT NOT NULL, ") + x + ", PRIMARY KEY (a, id DESC)) WITHOUT ROWID",
  };
  for (const std::string& one : tables) {
    SCOPED_TRACE(one);
    close();
    make("DROP TABLE IF EXISTS t; DROP TABLE IF EXISTS p");
    fill(one, 400);
    const auto t = table("t"), p = table("p");
    const std::string quiet = found(*t, *p);
    EXPECT_EQ(quiet.substr(quiet.rfind('\n') + 1), "57 57");
    Other other(path());
    other.run("BEGIN IMMEDIATE; UPDATE t SET a = 'y' WHERE id = 1");
    const OneMoment moment(store());
    must(moment.begun());
    EXPECT_EQ(found(*t, *p), quiet);
    EXPECT_EQ(other.code("COMMIT"), SQLITE_OK) << "the moment is over for whoever waits for its end";
  }
}

TEST_F(LookUpTest, AWriterNeedNotWaitForItsEnd) {
  fill(std::string("t (id INTEGER PRIMARY KEY, a TEXT, ") + x + ")", 2000);
  const auto patient = must(try_open(std::chrono::minutes(1)));
  const auto t = table("t");
  const ColumnList columns = {t->find("x")};
  const std::vector<Value> three = {Value::integer(3)};
  std::atomic<bool> written = false, over = false;
  std::jthread thread([&] {
    Other writer(path());
    while (!over && writer.code("BEGIN EXCLUSIVE") != SQLITE_BUSY) writer.run("ROLLBACK");  // until somebody reads
    writer.wait_for_locks(std::chrono::minutes(1));
    writer.run("INSERT INTO t (id, a) VALUES (10001, 'late')");  // 10001 % 7 is 5
    written = true;
  });
  struct Over {
    std::atomic<bool>& flag;
    ~Over() { flag = true; }
  };
  std::uint64_t rows = 0;
  {
    const Over ends{over};
    rows = must(patient->count(*t, columns, three));
  }
  EXPECT_TRUE(written) << "the writer had to wait for the whole table";
  thread.join();
  EXPECT_EQ(rows, 286U);
}

// What an index leads to is over at once; it is not looked for in the whole table because somebody writes.
TEST_F(LookUpTest, AnIndexIsUsedBesideAWriter) {
  make(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER); CREATE INDEX i ON t (a);"
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) INSERT INTO t SELECT i, i FROM "
      "n");
  const auto t = table("t");
  const ColumnList columns = {1};
  Other other(path());
  other.run("BEGIN IMMEDIATE; UPDATE t SET a = 0 WHERE id = 1");
  for (int i = 2; i <= 1000; ++i) {
    const std::vector<Value> value = {Value::integer(i)};
    const std::vector<RowImage> rows = must(store().find(*t, columns, value, 10));
    ASSERT_EQ(rows.size(), 1U);
    ASSERT_EQ(rows.front().values[0].view().integer(), i);
  }
  other.run("ROLLBACK");
}

}  // namespace
}  // namespace holdfast::stores
