#include "reconcilers/describe/choose_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/describe/live.h"

namespace holdfast::testing {
namespace {

using Kind = KeyChoice::Kind;

TEST(ChooseKey, WhatPeopleCallARow) {
  struct Case {
    const char* what;
    std::string columns;  // of the table t
    std::string rows;     // values
    Kind kind;
    std::vector<std::string> want;
  };
  const Case cases[] = {
      {"a unique column that is never null",
       "id INTEGER PRIMARY KEY, code TEXT UNIQUE NOT NULL",
       "(1, 'a')",
       Kind::Unique,
       {"code"}},
      {"before a column called name",
       "id INTEGER PRIMARY KEY, name TEXT, code TEXT UNIQUE NOT NULL",
       "(1, 'n', 'a')",
       Kind::Unique,
       {"code"}},
      {"two columns together",
       "id INTEGER PRIMARY KEY, a INT NOT NULL, b TEXT NOT NULL, UNIQUE (a, b)",
       "(1, 1, 'x')",
       Kind::Unique,
       {"a", "b"}},
      {"fewer columns first",
       "a TEXT NOT NULL, b TEXT NOT NULL, c TEXT NOT NULL UNIQUE, UNIQUE (a, b)",
       "(1, 2, 3)",
       Kind::Unique,
       {"c"}},
      {"one that is called a name first",
       "x TEXT NOT NULL UNIQUE, email TEXT NOT NULL UNIQUE",
       "(1, 2)",
       Kind::Unique,
       {"email"}},
      {"text before numbers", "n INT NOT NULL UNIQUE, label TEXT NOT NULL UNIQUE", "(1, 2)", Kind::Unique, {"label"}},
      {"a constraint that forbids null before one that does not",
       "a TEXT UNIQUE, b INT NOT NULL UNIQUE",
       "(1, 2)",
       Kind::Unique,
       {"b"}},
      {"nullable, but no row is null",
       "id INTEGER PRIMARY KEY, code TEXT UNIQUE",
       "(1, 'a'), (2, 'b')",
       Kind::Unique,
       {"code"}},
      {"nullable, and one is",
       "id INTEGER PRIMARY KEY, code TEXT UNIQUE",
       "(1, 'a'), (2, NULL)",
       Kind::Primary,
       {"id"}},
      {"a natural primary key", "code TEXT PRIMARY KEY, name TEXT", "('a', 'n')", Kind::Unique, {"code"}},
      {"a primary key of two columns",
       "a INT, b INT, name TEXT, PRIMARY KEY (b, a)",
       "(1, 2, 'n')",
       Kind::Unique,
       {"b", "a"}},
      {"a name by chance", "id INTEGER PRIMARY KEY, Name TEXT", "(1, 'a'), (2, 'b')", Kind::Name, {"Name"}},
      {"two rows of one name",
       "id INTEGER PRIMARY KEY, name TEXT, slug TEXT",
       "(1, 'a', 'x'), (2, 'a', 'y')",
       Kind::Name,
       {"slug"}},
      {"a name as keys are compared",
       "id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE",
       "(1, 'Hulu'), (2, 'HULU')",
       Kind::Primary,
       {"id"}},
      {"a unique index that knows case, of a column that does not",
       "id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE, UNIQUE (name COLLATE BINARY)",
       "(1, 'Hulu'), (2, 'HULU')",
       Kind::Primary,
       {"id"}},
      {"one and 1.0 are one key", "id INTEGER PRIMARY KEY, name", "(1, 1), (2, 1.0)", Kind::Primary, {"id"}},
      {"no name at all", "id INTEGER PRIMARY KEY, title TEXT", "(1, 'a')", Kind::Primary, {"id"}},
      {"a uuid only numbers rows",
       "id INTEGER PRIMARY KEY, uuid TEXT UNIQUE NOT NULL, name TEXT",
       "(1, 'u', 'a')",
       Kind::Name,
       {"name"}},
      {"a secret is no name", "id INTEGER PRIMARY KEY, token TEXT UNIQUE NOT NULL", "(1, 'u')", Kind::Primary, {"id"}},
      {"some rows of an index",
       "id INTEGER PRIMARY KEY, code TEXT NOT NULL); CREATE UNIQUE INDEX part ON t (code) WHERE id > 1; CREATE TABLE u "
       "(x",
       "(1, 'a')",
       Kind::Name,
       {"code"}},
      {"a computed column is no key",
       "id INTEGER PRIMARY KEY, a TEXT, name TEXT AS (a || 'x') UNIQUE",
       "(1, 'a')",
       Kind::Primary,
       {"id"}},
      {"a column without a name",
       "id INTEGER PRIMARY KEY, \"\" TEXT UNIQUE NOT NULL",
       "(1, 'a')",
       Kind::Primary,
       {"id"}},
      {"no key: all columns that are never null",
       "a TEXT, b INT, c TEXT",
       "('x', 1, NULL), ('x', 2, 'y')",
       Kind::Columns,
       {"a", "b"}},
      {"no key: one column alone", "ü TEXT, b TEXT", "('x', NULL), ('y', NULL)", Kind::Columns, {"ü"}},
      {"no rows yet", "id INTEGER PRIMARY KEY, name TEXT", "", Kind::Name, {"name"}},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(one.what);
    std::string sql = "CREATE TABLE t (" + one.columns + ");";
    if (!one.rows.empty()) {
      const bool computed = one.columns.find(" AS ") != std::string::npos;
      sql += std::string("INSERT INTO t ") + (computed ? "(id, a) " : "") + "VALUES " + one.rows;
    }
    LiveDatabase database(sql);
    const auto live = database.table("t");
    const std::optional<KeyChoice> key = choose_key(*live);
    ASSERT_TRUE(key);
    std::vector<std::string> names;
    for (const std::uint32_t column : key->columns) names.push_back(live->table->columns[column].name);
    EXPECT_EQ(names, one.want);
    EXPECT_EQ(static_cast<int>(key->kind), static_cast<int>(one.kind)) << key->why;
    EXPECT_THAT(key->why, ::testing::EndsWith("."));
    if (one.want.size() == 1) {
      EXPECT_THAT(key->why, ::testing::Not(::testing::HasSubstr("together")));
    }
  }
}

TEST(ChooseKey, NoneWhereNothingTellsRowsApart) {
  for (const std::string rows : {"(1, 'x'), (1, 'x')", "(NULL, NULL)", "(NULL, 'x'), (1, 'x')"}) {
    SCOPED_TRACE(rows);
    LiveDatabase database("CREATE TABLE t (a, b); INSERT INTO t VALUES " + rows);
    EXPECT_FALSE(choose_key(*database.table("t")));
  }
}

TEST(ChooseKey, ANullPrimaryKeyIsNone) {
  LiveDatabase database("CREATE TABLE t (a TEXT PRIMARY KEY, b); INSERT INTO t VALUES (NULL, 1), (NULL, 2)");
  const std::optional<KeyChoice> key = choose_key(*database.table("t"));
  ASSERT_TRUE(key);
  EXPECT_EQ(key->columns, ColumnList{1});
}

}  // namespace
}  // namespace holdfast::testing
