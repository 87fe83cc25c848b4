// Live tables as descriptions: what refers to what, which rows go where, what is remarked.
#include "reconcilers/describe/describe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/describe/live.h"

namespace holdfast::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Describe : public ::testing::Test {
 protected:
  const Description& of(const std::string& sql, const std::vector<std::string>& tables, DescribeOptions options = {}) {
    database_ = std::make_unique<LiveDatabase>(sql);
    std::vector<std::shared_ptr<const LiveTable>> live;
    for (const std::string& table : tables) live.push_back(database_->table(table));
    return description_ = describe(live, database_->rules(), options);
  }
  const DescribedSet& set(const std::string& table) const {
    for (const DescribedSet& one : description_.sets) {
      if (one.table == table) return one;
    }
    throw std::runtime_error("no set of " + table);
  }
  // "campaign_id -> campaigns.name for id"
  std::vector<std::string> references(const std::string& table) const {
    std::vector<std::string> all;
    for (const Reference& one : set(table).text.references) {
      all.push_back(one.column + " -> " + one.row_set + "." + one.by + " for " + one.to_column);
    }
    return all;
  }
  static std::vector<std::string> cells(const writing::Rows& rows, std::size_t row) {
    std::vector<Cell> read;
    rows.read(row, read);
    std::vector<std::string> texts;
    for (const Cell& cell : read)
      texts.push_back(cell.kind == CellKind::Null ? "NULL" : !cell.present() ? "-" : std::string(cell.bytes));
    return texts;
  }

  std::unique_ptr<LiveDatabase> database_;
  Description description_;
};

constexpr const char* parents =
    "CREATE TABLE Parents (id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL); INSERT INTO Parents VALUES (7, "
    "'seven'), (8, 'eight');";

TEST_F(Describe, AForeignKeyBecomesAName) {
  of(std::string(parents) +
         "CREATE TABLE kids (k TEXT PRIMARY KEY, p INT REFERENCES parents ON DELETE SET NULL); "
         "INSERT INTO kids VALUES ('a', 8), ('b', NULL), ('c', 7)",
     {"kids", "Parents"});
  EXPECT_THAT(references("kids"), ElementsAre("p -> parents.name for id"));
  EXPECT_THAT(cells(set("kids").rows, 0), ElementsAre("a", "eight"));
  EXPECT_THAT(cells(set("kids").rows, 1), ElementsAre("b", "NULL"));
  EXPECT_THAT(cells(set("kids").rows, 2), ElementsAre("c", "seven"));
  EXPECT_TRUE(set("Parents").text.follow_schema);
  EXPECT_THAT(set("Parents").text.dependents_comment, HasSubstr("kids (ON DELETE SET NULL)"));
  EXPECT_FALSE(set("kids").text.follow_schema);
}

TEST_F(Describe, AForeignKeyStaysAnId) {
  struct Case {
    const char* what;
    std::string sql;
    std::string remark;
  };
  const Case cases[] = {
      {"an orphan",
       "CREATE TABLE kids (k TEXT PRIMARY KEY, p INT REFERENCES Parents); INSERT INTO kids VALUES ('a', 9), ('b', 7)",
       "p holds ids: not every value leads to a row of Parents that a document can name (1 does not)."},
      {"two columns",
       "CREATE UNIQUE INDEX both ON Parents (id, name); CREATE TABLE kids (k TEXT PRIMARY KEY, p INT, q TEXT, FOREIGN "
       "KEY (p, q) REFERENCES Parents (id, name)); INSERT INTO kids VALUES ('a', 7, 'seven')",
       ""},
      {"the key itself",
       "CREATE TABLE kids (k TEXT PRIMARY KEY, p TEXT REFERENCES Parents (name)); INSERT INTO kids VALUES ('a', "
       "'seven')",
       ""},
      {"a parent without a unique key",
       "CREATE TABLE kids (k TEXT PRIMARY KEY, p TEXT REFERENCES Parents (other)); INSERT INTO kids VALUES ('a', "
       "'seven')",
       ""},
      {"a value of another class",
       "CREATE TABLE kids (k TEXT PRIMARY KEY, p REFERENCES Parents); INSERT INTO kids VALUES ('a', 7.0)",
       "p holds ids: not every value leads to a row of Parents that a document can name (1 does not)."},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(one.what);
    of(parents + one.sql, {"kids", "Parents"});
    EXPECT_THAT(references("kids"), IsEmpty());
    const auto& remarks = set("kids").text.references_comments;
    EXPECT_EQ(remarks.empty() ? "" : remarks.front(), one.remark);
  }
}

TEST_F(Describe, ReferencesGoInNoCircle) {
  of("CREATE TABLE a (id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL, b INT REFERENCES b, self INT REFERENCES a);"
     "CREATE TABLE b (id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL, a INT REFERENCES a);"
     "INSERT INTO a VALUES (1, 'x', 1, 1); INSERT INTO b VALUES (1, 'y', 1)",
     {"a", "b"});
  EXPECT_THAT(references("a"), ElementsAre("b -> b.name for id"));
  EXPECT_THAT(set("a").text.references_comments,
              ::testing::Contains("self holds ids: names would make the references go in a circle."));
  EXPECT_THAT(references("b"), IsEmpty());
}

TEST_F(Describe, ANameThatIsItselfAnIdSaysNothing) {
  of(std::string(parents) +
         "CREATE TABLE one (id INTEGER PRIMARY KEY, p INT UNIQUE NOT NULL REFERENCES Parents); INSERT INTO one VALUES "
         "(1, 7);"
         "CREATE TABLE kids (k TEXT PRIMARY KEY, o INT REFERENCES one); INSERT INTO kids VALUES ('a', 1)",
     {"kids", "one", "Parents"});
  EXPECT_THAT(references("one"), ElementsAre("p -> parents.name for id"));
  EXPECT_THAT(references("kids"), IsEmpty());
}

TEST_F(Describe, MoreRowsThanADocumentTakesGoToCsvWhereTheyFit) {
  DescribeOptions options;
  options.most_rows_in_document = 3;
  of("CREATE TABLE t (k TEXT PRIMARY KEY, v); INSERT INTO t VALUES ('a', 1), ('b', x'00'), ('c', NULL), ('d', 9e999)",
     {"t"}, options);
  EXPECT_EQ(set("t").csv_file, "t.csv");
  EXPECT_THAT(set("t").text.rows_from, ElementsAre("t.csv"));
  ASSERT_EQ(set("t").csv.count, 2U);
  EXPECT_THAT(cells(set("t").csv, 1), ElementsAre("c", "NULL"));
  ASSERT_EQ(set("t").rows.count, 2U);
  EXPECT_THAT(cells(set("t").rows, 1), ElementsAre("d", "-"));
  options.most_rows_in_document = 4;
  of("CREATE TABLE t (k TEXT PRIMARY KEY); INSERT INTO t VALUES ('a'), ('b'), ('c'), ('d')", {"t"}, options);
  EXPECT_EQ(set("t").csv_file, "");
  EXPECT_EQ(set("t").rows.count, 4U);
}

TEST_F(Describe, ARowWhoseKeyCannotBeSaidIsLeftOut) {
  of("CREATE TABLE t (k TEXT PRIMARY KEY, v); INSERT INTO t VALUES (CAST(x'ff' AS TEXT), 1), ('b', CAST(x'00' AS "
     "TEXT))",
     {"t"});
  EXPECT_EQ(set("t").rows.count, 1U);
  EXPECT_EQ(set("t").rows_left_out, 1U);
  EXPECT_THAT(set("t").text.rows_comments,
              ElementsAre(HasSubstr("1 row left out: a document cannot say"), HasSubstr("1 value left out")));
}

TEST_F(Describe, WhatAnInsertNeedsIsNotLeftOut) {
  of("CREATE TABLE t (name TEXT UNIQUE NOT NULL, created_at TEXT NOT NULL, updated_at TEXT, hits INT NOT NULL DEFAULT "
     "0, empty TEXT, price REAL);"
     "INSERT INTO t VALUES ('a', 'then', 'now', 3, NULL, 1)",
     {"t"});
  EXPECT_THAT(set("t").rows.columns, ElementsAre("name", "created_at", "price"));
  EXPECT_THAT(set("t").text.initial, ElementsAre("created_at"));
  EXPECT_THAT(set("t").text.rows_comments,
              ElementsAre("Left out of the rows, so that nobody here looks after them: updated_at, hits (kept by the "
                          "application); empty (no row has a value)."));
}

TEST_F(Describe, NamesAndFilesAreEachTakenOnce) {
  DescribeOptions options;
  options.taken = {"database"};
  const Description& all =
      of("CREATE TABLE database (k TEXT PRIMARY KEY); CREATE TABLE \"a;b\" (k TEXT PRIMARY KEY); CREATE TABLE \"a b\" "
         "(k TEXT PRIMARY KEY);"
         "CREATE TABLE none (a); INSERT INTO none VALUES (1), (1)",
         {"database", "a;b", "a b", "none"}, options);
  ASSERT_EQ(all.sets.size(), 3U);
  EXPECT_EQ(all.sets[0].file, "database-2.yaml");
  EXPECT_EQ(all.sets[0].text.name, "database");
  EXPECT_EQ(all.sets[1].file, "a-b.yaml");
  EXPECT_EQ(all.sets[2].file, "a-b-2.yaml");
  EXPECT_EQ(all.sets[2].text.name, "a-b-2");
  EXPECT_THAT(all.without_key, ElementsAre("none"));
}

TEST_F(Describe, EverythingMeansEveryColumn) {
  DescribeOptions options;
  options.scope = Scope::Everything;
  of("CREATE TABLE t (name TEXT UNIQUE NOT NULL, created_at TEXT, password TEXT, active BOOLEAN, twice AS (1)); INSERT "
     "INTO t VALUES ('a', NULL, 'p', 1)",
     {"t"}, options);
  EXPECT_THAT(set("t").rows.columns, ElementsAre("name", "created_at", "password", "active"));
  EXPECT_THAT(set("t").text.initial, IsEmpty());
  EXPECT_THAT(cells(set("t").rows, 0), ElementsAre("a", "NULL", "p", "true"));
}

}  // namespace
}  // namespace holdfast::testing
