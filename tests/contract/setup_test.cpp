// Store::inspect with a setup, and Store::set_up: tables that are not there yet.
#include <gmock/gmock.h>

#include "tests/contract/contract_test.h"

namespace holdfast::contract {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class SetupContract : public StoreContract {
 protected:
  // A setup for campaigns and clicks; campaigns may be there already.
  std::string setup() {
    TableDescription clicks = numbered("clicks", {integer_column("campaign_id")});
    clicks.references = {{{"campaign_id"}, "campaigns", {"id"}, ForeignKeyAction::Cascade, {}}};
    return fixture().setup_for({campaigns(), clicks});
  }

  static TableDescription campaigns() {
    TableDescription described =
        numbered("campaigns", {not_null(text_column("name")), with_default(boolean_column("active"), integer(1))});
    described.autoincrement = true;
    return described;
  }

  Schema planned_schema(const std::string& setup_text) {
    const std::vector<std::string> names = {"campaigns", "clicks"};
    return must(store().inspect(names, setup_text));
  }
};
HOLDFAST_CONTRACT(SetupContract);

TEST_P(SetupContract, shows_tables_that_it_would_create_as_planned) {
  create({});
  const std::string text = setup();
  const Schema found = planned_schema(text);
  const auto shape = found.find("campaigns");
  ASSERT_NE(shape, nullptr);
  EXPECT_TRUE(shape->planned);
  EXPECT_TRUE(found.find("clicks")->planned);
  EXPECT_EQ(shape->columns.size(), 3U);
  EXPECT_TRUE(shape->columns[1].not_null);
  EXPECT_EQ(shape->locator, ColumnList{0});
  EXPECT_TRUE(shape->autoincrement);
  EXPECT_EQ(shape->referenced_by.size(), 1U);
}

TEST_P(SetupContract, shows_what_it_would_create_whether_asked_for_or_not) {
  create({});
  const std::string text = setup();
  const Schema found = must(store().inspect({}, text));
  ASSERT_NE(found.find("campaigns"), nullptr);
  EXPECT_TRUE(found.find("campaigns")->planned);
  EXPECT_NE(found.find("clicks"), nullptr);
}

TEST_P(SetupContract, that_is_only_looked_at_creates_nothing) {
  create({});
  const std::string text = setup();
  planned_schema(text);
  EXPECT_THAT(schema({"campaigns", "clicks"}).tables, IsEmpty());
}

TEST_P(SetupContract, a_planned_table_has_no_rows) {
  create({});
  const Schema found = planned_schema(setup());
  const Table& shape = *found.find("campaigns");
  const ScanEnd end = must(store().scan({&shape, {0}}, [](const LiveRow&) {
    ADD_FAILURE() << "a row";
    return true;
  }));
  EXPECT_EQ(end.rows, 0U);
  EXPECT_EQ(must(store().count(shape, {}, {})), 0U);
  EXPECT_THAT(must(store().find(shape, ColumnList{1}, std::vector<Value>{text("Hulu")}, 5)), IsEmpty());
  EXPECT_THAT(must(store().fetch(shape, std::vector<Locator>{{integer(1)}})), ElementsAre(std::nullopt));
}

TEST_P(SetupContract, creates_what_is_not_there_and_says_what) {
  create({});
  const std::string text = setup();
  EXPECT_THAT(must(store().set_up(text)).created, UnorderedElementsAre("campaigns", "clicks"));
  const Schema found = planned_schema(text);
  EXPECT_FALSE(found.find("campaigns")->planned);
  const auto transaction = must(store().begin(found));
  const std::vector<Assignment> values = {{1, ValueView::text("Hulu")}};
  EXPECT_TRUE(must(transaction->insert(*found.find("campaigns"), values)).ok());
  must(transaction->commit());
  EXPECT_THAT(outside().rows("campaigns"),
              ElementsAre(ElementsAre(integer(1), holdfast::contract::text("Hulu"), integer(1))));
}

TEST_P(SetupContract, a_second_time_creates_nothing) {
  create({});
  const std::string text = setup();
  must(store().set_up(text));
  const std::int64_t version = planned_schema(text).version;
  EXPECT_THAT(must(store().set_up(text)).created, IsEmpty());
  EXPECT_EQ(planned_schema(text).version, version);
}

TEST_P(SetupContract, leaves_tables_alone_that_are_there) {
  TableDescription other_shape = numbered("campaigns", {text_column("name"), text_column("added_by_the_api")});
  create({other_shape});
  outside().insert("campaigns", {{"name", text("Hulu")}});
  const std::string text = setup();
  const Schema before = planned_schema(text);
  EXPECT_FALSE(before.find("campaigns")->planned);
  EXPECT_NE(before.find("campaigns")->find("added_by_the_api"), Table::npos) << "the live table, not the setup's";
  EXPECT_TRUE(before.find("clicks")->planned);
  EXPECT_THAT(must(store().set_up(text)).created, ElementsAre("clicks"));
  EXPECT_EQ(outside().rows("campaigns").size(), 1U);
  EXPECT_NE(planned_schema(text).find("campaigns")->find("added_by_the_api"), Table::npos);
}

TEST_P(SetupContract, moves_the_schema) {
  create({numbered("other", {text_column("name")})});
  const std::string text = setup();
  const Schema before = planned_schema(text);
  must(store().set_up(text));
  const auto refused = store().begin(before);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::SchemaChanged);
}

TEST_P(SetupContract, waits_for_the_lock_like_any_writer) {
  create({numbered("other", {text_column("name")})});
  const std::string text = setup();
  outside().begin();
  outside().insert("other", {});
  const auto refused = store().set_up(text);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::Transient) << to_string(refused.error());
  outside().commit();
  EXPECT_EQ(must(store().set_up(text)).created.size(), 2U);
}

TEST_P(SetupContract, that_is_blank_does_nothing) {
  create({numbered("other", {text_column("name")})});
  EXPECT_THAT(must(store().set_up("")).created, IsEmpty());
  EXPECT_THAT(must(store().set_up(" \n")).created, IsEmpty());
}

TEST_P(SetupContract, of_a_table_that_is_there_makes_it_again) {
  TableDescription clicks = numbered("cl\"icks;", {integer_column("campaign_id")});
  clicks.references = {{{"campaign_id"}, "campaigns", {"id"}, ForeignKeyAction::Cascade, {}}};
  clicks.unique = {{{"campaign_id"}, {}, ""}};
  create({campaigns(), clicks});
  const std::vector<std::string> names = {"campaigns", "CL\"icks;", "not there"};
  const std::string text = must(store().setup_text(names));
  const Schema before = schema({"campaigns", "cl\"icks;"});
  outside().drop_table("cl\"icks;");
  outside().drop_table("campaigns");
  EXPECT_THAT(must(store().set_up(text)).created, UnorderedElementsAre("campaigns", "cl\"icks;"));
  const Schema after = schema({"campaigns", "cl\"icks;"});
  for (const auto& [name, table] : before.tables) {
    SCOPED_TRACE(name);
    const auto again = after.find(name);
    ASSERT_NE(again, nullptr);
    EXPECT_TRUE(same_shape(*table, *again));
    EXPECT_EQ(table->unique.size(), again->unique.size());
    EXPECT_EQ(table->references.size(), again->references.size());
    EXPECT_EQ(table->autoincrement, again->autoincrement);
  }
  EXPECT_EQ(must(store().setup_text(std::vector<std::string>{"not there"})), "");
}

TEST_P(SetupContract, holds_nothing_but_create) {
  create({numbered("campaigns", {text_column("name")})});
  outside().insert("campaigns", {{"name", text("Hulu")}});
  for (const std::string text : {"DROP TABLE campaigns", "DELETE FROM campaigns", "no words of any language",
                                 "INSERT INTO campaigns (name) VALUES ('x')"}) {
    SCOPED_TRACE(text);
    const auto refused = store().set_up(text);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().kind, ErrorKind::Invalid) << to_string(refused.error());
    EXPECT_FALSE(refused.error().hint.empty()) << "say what to do";
  }
  EXPECT_EQ(outside().rows("campaigns").size(), 1U);
}

}  // namespace
}  // namespace holdfast::contract
