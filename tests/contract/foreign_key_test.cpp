// Store::inspect: foreign keys in both directions, and those that the engine cannot use (TRAPS 7).
#include <gmock/gmock.h>

#include "tests/contract/contract_test.h"

namespace holdfast::contract {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class ForeignKeyContract : public StoreContract {
 protected:
  // accounts <- campaigns <- campaign_properties <- property_notes, and clicks beside them
  void create_family() {
    TableDescription campaigns = numbered("campaigns", {text_column("name"), integer_column("account_id")});
    campaigns.references = {{{"account_id"}, "accounts", {"id"}, ForeignKeyAction::Restrict, {}}};
    TableDescription properties =
        numbered("campaign_properties", {integer_column("campaign_id"), text_column("property_code")});
    properties.unique = {{{"campaign_id", "property_code"}, {}, ""}};
    properties.references = {{{"campaign_id"}, "campaigns", {}, ForeignKeyAction::Cascade, ForeignKeyAction::SetNull}};
    TableDescription notes = numbered("property_notes", {integer_column("campaign"), text_column("code")});
    notes.references = {{{"campaign", "code"},
                         "campaign_properties",
                         {"campaign_id", "property_code"},
                         ForeignKeyAction::SetDefault,
                         ForeignKeyAction::Cascade}};
    // Children first: an engine does not mind.
    create({notes, properties, campaigns, numbered("accounts", {text_column("name")}),
            numbered("weather", {text_column("town")})});
  }
};
HOLDFAST_CONTRACT(ForeignKeyContract);

TEST_P(ForeignKeyContract, come_with_children_at_any_distance_and_with_parents) {
  create_family();
  const Schema found = schema({"campaigns"});
  EXPECT_NE(found.find("campaigns"), nullptr);
  EXPECT_NE(found.find("campaign_properties"), nullptr) << "a child";
  EXPECT_NE(found.find("property_notes"), nullptr) << "a child's child";
  EXPECT_NE(found.find("accounts"), nullptr) << "a parent";
}

TEST_P(ForeignKeyContract, are_shown_at_both_ends) {
  create_family();
  const Schema found = schema({"campaigns"});
  const Table& campaigns = *found.find("campaigns");
  const Table& properties = *found.find("campaign_properties");
  ASSERT_THAT(campaigns.referenced_by, SizeIs(1));
  ASSERT_THAT(properties.references, SizeIs(1));
  for (const ForeignKey& key : {campaigns.referenced_by[0], properties.references[0]}) {
    EXPECT_EQ(key.child_table, "campaign_properties");
    EXPECT_THAT(key.child_columns, ElementsAre("campaign_id"));
    EXPECT_EQ(key.parent_table, "campaigns");
    EXPECT_THAT(key.parent_columns, ElementsAre("id")) << "left out in the schema: the primary key";
    EXPECT_EQ(key.on_delete, ForeignKeyAction::Cascade);
    EXPECT_EQ(key.on_update, ForeignKeyAction::SetNull);
    EXPECT_TRUE(key.usable) << key.unusable;
    EXPECT_TRUE(key.indexed) << "its unique index leads with campaign_id";
  }
  ASSERT_THAT(campaigns.references, SizeIs(1));
  EXPECT_EQ(campaigns.references[0].parent_table, "accounts");
  EXPECT_EQ(campaigns.references[0].on_delete, ForeignKeyAction::Restrict);
  EXPECT_EQ(campaigns.references[0].on_update, ForeignKeyAction::NoAction);
  EXPECT_FALSE(campaigns.references[0].indexed) << "nothing leads with account_id";
}

TEST_P(ForeignKeyContract, may_have_several_columns) {
  create_family();
  const Schema found = schema({"campaign_properties"});
  ASSERT_THAT(found.find("campaign_properties")->referenced_by, SizeIs(1));
  const ForeignKey& key = found.find("campaign_properties")->referenced_by[0];
  EXPECT_THAT(key.child_columns, ElementsAre("campaign", "code"));
  EXPECT_THAT(key.parent_columns, ElementsAre("campaign_id", "property_code"));
  EXPECT_EQ(key.on_delete, ForeignKeyAction::SetDefault);
  EXPECT_EQ(key.on_update, ForeignKeyAction::Cascade);
  EXPECT_TRUE(key.usable) << key.unusable;
}

TEST_P(ForeignKeyContract, may_lead_back_to_their_own_table) {
  TableDescription pages = numbered("pages", {integer_column("parent_id")});
  pages.references = {{{"parent_id"}, "pages", {"id"}, ForeignKeyAction::Cascade, {}}};
  create({pages});
  const auto found = table("pages");
  ASSERT_THAT(found->references, SizeIs(1));
  ASSERT_THAT(found->referenced_by, SizeIs(1));
  EXPECT_EQ(found->references[0].parent_table, "pages");
  EXPECT_TRUE(found->references[0].usable);
}

TEST_P(ForeignKeyContract, may_go_round_in_a_circle) {
  TableDescription hens = numbered("hens", {integer_column("egg")});
  hens.references = {{{"egg"}, "eggs", {"id"}, {}, {}}};
  TableDescription eggs = numbered("eggs", {integer_column("hen")});
  eggs.references = {{{"hen"}, "hens", {"id"}, {}, {}}};
  create({hens, eggs});
  const Schema found = schema({"hens"});
  EXPECT_THAT(found.find("hens")->referenced_by, SizeIs(1));
  EXPECT_THAT(found.find("eggs")->referenced_by, SizeIs(1));
}

TEST_P(ForeignKeyContract, that_the_engine_cannot_use_are_named) {
  TableDescription parent = numbered(
      "parent", {text_column("plain"), text_column("partly"), integer_column("live"), text_column("other_collation")});
  parent.unique = {{{"other_collation"}, {Collation::NoCase}, ""}};
  if (capabilities.partial_unique) parent.unique.push_back({{"partly"}, {}, "live"});
  const std::vector<std::pair<std::string, ForeignKeyDescription>> cases = {
      {"parent table is missing", {{"x"}, "nowhere", {"id"}, {}, {}}},
      {"parent key is not unique", {{"x"}, "parent", {"plain"}, {}, {}}},
      {"parent key is not unique", {{"x"}, "parent", {"partly"}, {}, {}}},
      {"parent key is not unique", {{"x"}, "parent", {"other_collation"}, {}, {}}},
      {"parent key is not unique", {{"x", "y"}, "parent", {"id", "plain"}, {}, {}}},
  };
  std::vector<TableDescription> tables = {parent};
  for (std::size_t i = 0; i < cases.size(); ++i) {
    TableDescription child = numbered("child" + std::to_string(i), {text_column("x"), text_column("y")});
    child.references = {cases[i].second};
    tables.push_back(child);
  }
  create(tables);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    SCOPED_TRACE("case " + std::to_string(i));
    const auto child = schema({"child" + std::to_string(i)}).find("child" + std::to_string(i));
    ASSERT_NE(child, nullptr);
    ASSERT_THAT(child->references, SizeIs(1));
    EXPECT_FALSE(child->references[0].usable);
    EXPECT_EQ(child->references[0].unusable, cases[i].first);
  }
  const auto found = schema({"parent"}).find("parent");
  EXPECT_THAT(found->referenced_by, SizeIs(4)) << "also the unusable ones: their rows hang on ours all the same";
  for (const ForeignKey& key : found->referenced_by) EXPECT_FALSE(key.usable) << key.child_table;
}

TEST_P(ForeignKeyContract, are_absent_where_there_are_none) {
  create({numbered("weather", {text_column("town")})});
  EXPECT_THAT(table("weather")->references, IsEmpty());
  EXPECT_THAT(table("weather")->referenced_by, IsEmpty());
}

// Inside a transaction no foreign key acts or refuses: what hangs on a row is changed by statements of ours.
TEST_P(ForeignKeyContract, neither_act_nor_refuse_inside_a_transaction) {
  create_family();
  put("campaigns", {{"id", integer(1)}, {"name", text("Hulu")}});
  put("campaign_properties", {{"campaign_id", integer(1)}, {"property_code", text("mff")}});
  const auto transaction = begin();
  EXPECT_TRUE(insert(*transaction, "campaign_properties", {{"campaign_id", integer(99)}}).ok()) << "no such parent";
  EXPECT_TRUE(erase(*transaction, "campaigns", {integer(1)}).ok()) << "its child stays";
  EXPECT_EQ(transaction->touch_count(), 2U) << "no cascade";
  must(transaction->commit());
  EXPECT_EQ(rows("campaign_properties").size(), 2U);
  EXPECT_THAT(rows("campaigns"), IsEmpty());
}

}  // namespace
}  // namespace holdfast::contract
