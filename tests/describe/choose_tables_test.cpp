#include "reconcilers/describe/choose_tables.h"

#include <gtest/gtest.h>

#include "tests/describe/live.h"

namespace holdfast::testing {
namespace {

TEST(ChooseTables, RowsThatTheApplicationOnlyAdds) {
  struct Case {
    const char* what;
    std::string columns;
    bool want;
  };
  const Case cases[] = {
      {"clicks", "id INTEGER PRIMARY KEY, campaign_id INT REFERENCES campaigns(id), at TIMESTAMP", true},
      {"by the name of a column", "id INTEGER PRIMARY KEY, campaign_id INT, created_at TEXT", true},
      {"by the name of a category", "id INTEGER PRIMARY KEY, category_id INT, created_at TEXT", true},
      {"something else is called so", "id INTEGER PRIMARY KEY, session_id INT, created_at TEXT", false},
      {"a natural key", "campaign_id INT REFERENCES campaigns(id), code TEXT UNIQUE NOT NULL, at TIMESTAMP", false},
      {"a key of two",
       "campaign_id INT NOT NULL REFERENCES campaigns(id), code TEXT, at TIMESTAMP, UNIQUE (campaign_id, code)", false},
      {"no time", "id INTEGER PRIMARY KEY, campaign_id INT REFERENCES campaigns(id)", false},
      {"nothing that it belongs to", "id INTEGER PRIMARY KEY, at DATETIME", false},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(one.what);
    LiveDatabase database(
        "CREATE TABLE campaigns (id INTEGER PRIMARY KEY); CREATE TABLE categories (id INTEGER PRIMARY KEY);"
        "CREATE TABLE t (" +
        one.columns + ")");
    EXPECT_EQ(looks_append_only(*database.table("t")->table, database.listed()), one.want);
  }
}

TEST(ChooseTables, WhatIsNeverWrittenDown) {
  const std::pair<ListedTable, std::string> cases[] = {
      {{"campaigns"}, ""},
      {{"sqlite_sequence", TableKind::Table, true}, "the database's own"},
      {{"_holdfast_runs"}, "Holdfast's own"},
      {{"_HOLDFAST_x"}, "Holdfast's own"},
      {{"v", TableKind::View}, "a view"},
      {{"f", TableKind::Virtual}, "a virtual table"},
      {{"f_data", TableKind::Shadow}, "kept by a virtual table"},
      {{""}, "its name cannot stand in a document"},
      {{"\xff"}, "its name cannot stand in a document"},
      {{"se;lect\n"}, ""},
  };
  for (const auto& [listed, want] : cases) EXPECT_EQ(why_never(listed), want) << listed.name;
}

}  // namespace
}  // namespace holdfast::testing
