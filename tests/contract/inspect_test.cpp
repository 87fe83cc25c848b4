// Store::inspect: what a store says about columns, keys and unique constraints.
#include <gmock/gmock.h>

#include <algorithm>

#include "tests/contract/contract_test.h"

namespace holdfast::contract {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

class InspectContract : public StoreContract {};
HOLDFAST_CONTRACT(InspectContract);

// The constraint over exactly these columns.
const UniqueConstraint* unique_over(const Table& table, const ColumnList& columns) {
  const auto found = std::find_if(table.unique.begin(), table.unique.end(),
                                  [&](const UniqueConstraint& unique) { return unique.columns == columns; });
  return found == table.unique.end() ? nullptr : &*found;
}

TEST_P(InspectContract, shows_every_column_as_it_was_declared) {
  const std::vector<ColumnDescription> columns = {
      not_null(text_column("name")),
      with_default(text_column("cta_text"), text("View Offer")),
      with_default(boolean_column("active"), integer(1)),
      {"payout_amount", "DECIMAL(10,2)", Affinity::Numeric, false, Collation::Binary, real(0.45)},
      {"created_at", "TIMESTAMP", Affinity::Numeric, false, Collation::Binary, {}},
      {"code", "VARCHAR(20)", Affinity::Text, true, Collation::NoCase, {}},
      collated(text_column("padded"), Collation::RTrim),
      {"picture", "BLOB", Affinity::Blob, false, Collation::Binary, {}},
      real_column("weight"),
      any_column("anything"),
  };
  create({numbered("campaigns", columns)});
  const auto found = table("campaigns");
  EXPECT_EQ(found->name, "campaigns");
  EXPECT_EQ(found->kind, TableKind::Table);
  EXPECT_EQ(found->unsupported, "");
  EXPECT_FALSE(found->planned);
  ASSERT_EQ(found->columns.size(), columns.size() + 1);
  EXPECT_EQ(found->columns[0].name, "id");
  EXPECT_EQ(found->columns[0].affinity, Affinity::Integer);
  EXPECT_EQ(found->columns[0].primary_key, 1);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    SCOPED_TRACE(columns[i].name);
    const Column& column = found->columns[i + 1];
    EXPECT_EQ(column.name, columns[i].name);
    EXPECT_EQ(column.declared_type, columns[i].type);
    EXPECT_EQ(column.affinity, columns[i].affinity);
    EXPECT_EQ(column.boolean, columns[i].type == "BOOLEAN");
    EXPECT_EQ(column.collation, columns[i].collation);
    EXPECT_EQ(column.not_null, columns[i].not_null);
    EXPECT_EQ(column.has_default, columns[i].default_value.has_value());
    EXPECT_EQ(column.primary_key, 0);
    EXPECT_EQ(column.generated, Generated::No);
  }
}

struct LocatorCase {
  std::string name;
  std::string type;  // of both key columns
  std::vector<std::string> primary_key;
  bool without_rowid;
  bool autoincrement;
  ColumnList want_primary_key;
  ColumnList want_locator;
};

TEST_P(InspectContract, says_what_finds_a_row) {
  const std::vector<LocatorCase> cases = {
      {"no_key", "TEXT", {}, false, false, {}, {}},
      {"integer_key", "INTEGER", {"a"}, false, false, {0}, {0}},
      {"autoincrement_key", "INTEGER", {"a"}, false, true, {0}, {0}},
      {"text_key", "TEXT", {"a"}, false, false, {0}, {}},
      {"int_is_not_integer", "INT", {"a"}, false, false, {0}, {}},
      {"composite_key", "INTEGER", {"b", "a"}, false, false, {1, 0}, {}},
      {"without_rowid", "TEXT", {"a"}, true, false, {0}, {0}},
      {"without_rowid_composite", "TEXT", {"b", "a"}, true, false, {1, 0}, {1, 0}},
  };
  std::vector<TableDescription> tables;
  for (const LocatorCase& one : cases) {
    if (one.without_rowid && !capabilities.without_rowid) continue;
    TableDescription described;
    described.name = one.name;
    const Affinity affinity = one.type == "TEXT" ? Affinity::Text : Affinity::Integer;
    described.columns = {{"a", one.type, affinity, false, Collation::Binary, {}},
                         {"b", one.type, affinity, false, Collation::Binary, {}}};
    described.primary_key = one.primary_key;
    described.without_rowid = one.without_rowid;
    described.autoincrement = one.autoincrement;
    tables.push_back(described);
  }
  create(tables);
  for (const LocatorCase& one : cases) {
    SCOPED_TRACE(one.name);
    if (one.without_rowid && !capabilities.without_rowid) continue;
    const auto found = table(one.name);
    EXPECT_EQ(found->primary_key, one.want_primary_key);
    // Without row numbers the primary key is what finds a row.
    EXPECT_EQ(found->locator, capabilities.rowid ? one.want_locator : one.want_primary_key);
    EXPECT_EQ(found->without_rowid, one.without_rowid);
    EXPECT_EQ(found->autoincrement, one.autoincrement);
  }
}

TEST_P(InspectContract, marks_strict_tables) {
  if (!capabilities.strict) GTEST_SKIP() << "the engine has no strict tables";
  TableDescription strict = numbered("strict_one", {text_column("name")});
  strict.strict = true;
  create({strict, numbered("lax_one", {text_column("name")})});
  EXPECT_TRUE(table("strict_one")->strict);
  EXPECT_FALSE(table("lax_one")->strict);
}

TEST_P(InspectContract, lists_unique_constraints_with_their_collations) {
  TableDescription described = numbered("properties", {text_column("code"), text_column("a"), text_column("b")});
  described.unique = {{{"code"}, {Collation::NoCase}, ""}, {{"b", "a"}, {}, ""}};
  create({described});
  const auto found = table("properties");
  const UniqueConstraint* code = unique_over(*found, {1});
  ASSERT_NE(code, nullptr);
  EXPECT_THAT(code->collations, ElementsAre(Collation::NoCase));
  EXPECT_FALSE(code->partial);
  EXPECT_FALSE(code->primary_key);
  const UniqueConstraint* both = unique_over(*found, {3, 2});
  ASSERT_NE(both, nullptr);
  EXPECT_THAT(both->collations, ElementsAre(Collation::Binary, Collation::Binary));
  EXPECT_THAT(found->indexes, Contains(ColumnList{3, 2}));
  EXPECT_THAT(found->indexes, testing::Not(Contains(ColumnList{1}))) << "no lookup may use it: the column is BINARY";
}

TEST_P(InspectContract, lists_the_primary_key_once_among_the_unique_constraints) {
  TableDescription composite;
  composite.name = "composite";
  composite.columns = {text_column("a"), collated(text_column("b"), Collation::NoCase)};
  composite.primary_key = {"b", "a"};
  TableDescription keyless;
  keyless.name = "keyless";
  keyless.columns = {text_column("a")};
  create({numbered("simple", {text_column("name")}), composite, keyless});
  const auto primary_keys = [&](const std::string& name) {
    std::vector<ColumnList> keys;
    for (const UniqueConstraint& unique : table(name)->unique) {
      if (unique.primary_key) keys.push_back(unique.columns);
    }
    return keys;
  };
  EXPECT_THAT(primary_keys("simple"), ElementsAre(ColumnList{0}));
  EXPECT_THAT(primary_keys("composite"), ElementsAre(ColumnList{1, 0}));
  EXPECT_THAT(primary_keys("keyless"), IsEmpty());
  EXPECT_THAT(unique_over(*table("composite"), {1, 0})->collations, ElementsAre(Collation::NoCase, Collation::Binary));
}

TEST_P(InspectContract, marks_a_unique_index_of_some_rows_as_partial) {
  if (!capabilities.partial_unique) GTEST_SKIP() << "the engine has no partial indexes";
  TableDescription described = numbered("partly", {text_column("code"), integer_column("live")});
  described.unique = {{{"code"}, {}, "live"}};
  create({described});
  const UniqueConstraint* code = unique_over(*table("partly"), {1});
  ASSERT_NE(code, nullptr);
  EXPECT_TRUE(code->partial);
  EXPECT_THAT(table("partly")->indexes, testing::Not(Contains(ColumnList{1}))) << "it finds only some rows";
}

TEST_P(InspectContract, finds_tables_and_columns_whatever_the_case) {
  create({numbered("Campaigns", {text_column("Name")})});
  const Schema found = schema({"CAMPAIGNS"});
  ASSERT_NE(found.find("campaigns"), nullptr);
  EXPECT_EQ(found.find("cAMPAIGNS")->name, "Campaigns") << "the name is the schema's own";
  EXPECT_EQ(found.find("campaigns")->find("NAME"), 1U);
}

TEST_P(InspectContract, leaves_out_what_is_not_there) {
  create({numbered("campaigns", {text_column("name")})});
  const Schema found = schema({"campaigns", "clicks"});
  EXPECT_NE(found.find("campaigns"), nullptr);
  EXPECT_EQ(found.find("clicks"), nullptr);
  EXPECT_THAT(schema({}).tables, IsEmpty());
}

TEST_P(InspectContract, names_every_table_whoever_asks) {
  create({numbered("Campaigns", {text_column("name")}), numbered("clicks", {text_column("name")})});
  ASSERT_TRUE(store().open_state(true));
  EXPECT_THAT(schema({"nothing"}).names, testing::UnorderedElementsAre("Campaigns", "clicks"));
}

TEST_P(InspectContract, lists_triggers_by_name) {
  if (!capabilities.triggers) GTEST_SKIP() << "the engine has no triggers";
  TableDescription described = numbered("campaigns", {text_column("name")});
  described.triggers = {{"guard",
                         TriggerTime::Before,
                         TriggerEvent::Insert,
                         {{TriggerStep::Kind::Abort, "name", "", "", text("Prizies"), "no entry"}}}};
  create({described, numbered("plain", {text_column("name")})});
  ASSERT_EQ(table("campaigns")->triggers.size(), 1U);
  EXPECT_EQ(table("campaigns")->triggers[0].name, "guard");
  EXPECT_THAT(table("plain")->triggers, IsEmpty());
}

TEST_P(InspectContract, lists_every_table_by_name) {
  create({numbered("campaigns", {text_column("name")}), numbered("a \"b\"; c", {text_column("name")})});
  EXPECT_EQ(must(store().list_tables()), (std::vector<ListedTable>{{"a \"b\"; c"}, {"campaigns"}}));
}

TEST_P(InspectContract, has_the_documents_name_and_a_place_for_messages) {
  create({numbered("campaigns", {text_column("name")})});
  EXPECT_EQ(store().name(), "contract");
  EXPECT_THAT(store().location(), testing::HasSubstr("contract"));
}

}  // namespace
}  // namespace holdfast::contract
