// Names may be anything: a store quotes them itself.
#include <gmock/gmock.h>

#include <algorithm>

#include "tests/contract/contract_test.h"

namespace holdfast::contract {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class NameContract : public StoreContract {};
HOLDFAST_CONTRACT(NameContract);

const std::vector<std::string>& awkward_names() {
  static const std::vector<std::string> names = {
      "se;lect",       "select",     "two words",  " leading", "\"quoted\"", "it's",
      "back`tick",     "[brackets]", "naïve 表 😀", "100%s%n",  "a.b",        "--comment",
      "/* comment */", "new\nline",  "?1",         ":name",    "1st",        "a\"; DROP TABLE x; --",
      "back\\slash",   "rowid_2",    "order",      "MiXeD",    "tab\there",  "$1",
  };
  return names;
}

TEST_P(NameContract, of_tables_and_columns_may_be_anything) {
  std::vector<TableDescription> tables;
  for (const std::string& name : awkward_names()) {
    TableDescription described = numbered(name, {collated(text_column(name), Collation::NoCase), text_column("other")});
    described.unique = {{{name}, {}, ""}};
    described.references = {{{name}, name, {name}, ForeignKeyAction::Cascade, {}}};
    if (capabilities.triggers) {
      described.triggers = {{"guard of " + name,
                             TriggerTime::Before,
                             TriggerEvent::Insert,
                             {{TriggerStep::Kind::Abort, name, "", "", text("Prizies"), "no entry"}}}};
    }
    tables.push_back(described);
  }
  create(tables);
  for (const std::string& name : awkward_names()) {
    SCOPED_TRACE(name);
    const auto shape = table(name);
    EXPECT_EQ(shape->name, name);
    EXPECT_EQ(shape->columns[1].name, name);
    ASSERT_EQ(shape->references.size(), 1U);
    EXPECT_TRUE(shape->references[0].usable) << shape->references[0].unusable;
    EXPECT_EQ(shape->references[0].parent_table, name);
    EXPECT_THAT(shape->references[0].parent_columns, ElementsAre(name));

    const auto transaction = begin();
    ASSERT_TRUE(insert(*transaction, name, {{name, text("one")}, {"other", text("x")}}).ok());
    ASSERT_TRUE(insert(*transaction, name, {{name, text("two")}}).ok());
    EXPECT_EQ(insert(*transaction, name, {{name, text("TWO")}}).failure, RowFailure::Unique);
    if (capabilities.triggers) {
      EXPECT_EQ(insert(*transaction, name, {{name, text("Prizies")}}).failure, RowFailure::RefusedByTrigger);
    }
    ASSERT_TRUE(update(*transaction, name, {integer(1)}, {{name, text("uno")}}).ok());
    ASSERT_TRUE(erase(*transaction, name, {integer(2)}).ok());
    const auto touched = touches(*transaction);
    EXPECT_EQ(touched.size(), 4U);
    EXPECT_TRUE(
        std::all_of(touched.begin(), touched.end(), [&](const TouchImage& touch) { return touch.table == name; }));
    must(transaction->commit());

    EXPECT_THAT(rows(name), ElementsAre(ElementsAre(integer(1), text("uno"), text("x"))));
    EXPECT_EQ(must(store().find(*shape, ColumnList{1}, std::vector<Value>{text("UNO")}, 5)).size(), 1U);
    EXPECT_EQ(must(store().count(*shape, ColumnList{1}, std::vector<Value>{text("two")})), 0U);
    EXPECT_EQ(fetch(store(), name, {integer(1)})->values[1], text("uno"));
    EXPECT_THAT(outside().rows(name), ElementsAre(ElementsAre(integer(1), text("uno"), text("x"))));
  }
}

TEST_P(NameContract, of_locator_columns_may_be_anything) {
  if (!capabilities.without_rowid) GTEST_SKIP() << "the engine has no such tables";
  TableDescription described;
  described.name = "a\"b;c";
  described.columns = {text_column("k\"1"), integer_column("select"), text_column("v'v")};
  described.primary_key = {"select", "k\"1"};
  described.without_rowid = true;
  create({described});
  const Locator at = put(described.name, {{"k\"1", text("x")}, {"select", integer(3)}, {"v'v", text("one")}});
  EXPECT_EQ(at, (Locator{integer(3), text("x")}));
  const auto transaction = begin();
  EXPECT_TRUE(update(*transaction, described.name, at, {{"v'v", text("two")}}).ok());
  EXPECT_EQ(fetch(*transaction, described.name, at)->values[2], text("two"));
  EXPECT_TRUE(erase(*transaction, described.name, at).ok());
  must(transaction->commit());
  EXPECT_THAT(rows(described.name), IsEmpty());
}

// A column may be called what SQLite calls its row number; the row number must still be found.
TEST_P(NameContract, of_columns_may_be_rowid) {
  if (!capabilities.rowid) GTEST_SKIP() << "the engine has no row numbers";
  TableDescription described;
  described.name = "tricky";
  described.columns = {text_column("rowid"), text_column("value")};
  TableDescription trickier = described;
  trickier.name = "trickier";
  trickier.columns = {text_column("rowid"), text_column("_rowid_"), text_column("value")};
  create({described, trickier});
  for (const std::string name : {"tricky", "trickier"}) {
    SCOPED_TRACE(name);
    put(name, {{"rowid", text("a")}, {"value", text("one")}});
    const Locator second = put(name, {{"rowid", text("a")}, {"value", text("two")}});
    EXPECT_EQ(second, Locator{integer(2)});
    const auto transaction = begin();
    EXPECT_TRUE(update(*transaction, name, second, {{"rowid", text("changed")}}).ok());
    must(transaction->commit());
    EXPECT_EQ(rows(name)[0].front(), text("a"));
    EXPECT_EQ(rows(name)[1].front(), text("changed"));
    EXPECT_EQ(fetch(store(), name, second)->values.back(), text("two"));
  }
}

}  // namespace
}  // namespace holdfast::contract
