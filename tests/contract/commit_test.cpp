// Transactions: who sees what when, and who waits for whom.
#include <gmock/gmock.h>

#include "tests/contract/contract_test.h"

namespace holdfast::contract {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class CommitContract : public StoreContract {
 protected:
  void SetUp() override {
    create({numbered("campaigns", {text_column("name")})});
    outside().insert("campaigns", {{"name", text("Hulu")}});
  }
};
HOLDFAST_CONTRACT(CommitContract);

TEST_P(CommitContract, is_when_others_see_what_was_done) {
  const auto other = fixture().open();
  const auto shape = table("campaigns");
  const auto transaction = begin();
  ASSERT_TRUE(update(*transaction, "campaigns", {integer(1)}, {{"name", text("Paramount")}}).ok());
  ASSERT_TRUE(insert(*transaction, "campaigns", {{"name", text("Hotsheets")}}).ok());
  EXPECT_THAT(outside().rows("campaigns"), ElementsAre(ElementsAre(integer(1), text("Hulu"))));
  EXPECT_EQ(must(other->count(*shape, {}, {})), 1U);
  EXPECT_EQ(must(other->find(*shape, ColumnList{1}, std::vector<Value>{text("Hulu")}, 5)).size(), 1U);
  EXPECT_EQ(fetch(*other, "campaigns", {integer(1)})->values[1], text("Hulu"));
  EXPECT_FALSE(fetch(*other, "campaigns", {integer(2)}).has_value());
  std::size_t scanned = 0;
  must(other->scan({shape.get(), {1}}, [&](const LiveRow& row) {
    EXPECT_EQ(row.values[0], ValueView::text("Hulu"));
    ++scanned;
    return true;
  }));
  EXPECT_EQ(scanned, 1U);
  must(transaction->commit());
  EXPECT_EQ(must(other->count(*shape, {}, {})), 2U);
  EXPECT_THAT(outside().rows("campaigns"),
              ElementsAre(ElementsAre(integer(1), text("Paramount")), ElementsAre(integer(2), text("Hotsheets"))));
}

TEST_P(CommitContract, does_not_happen_by_rollback_or_by_forgetting) {
  {
    const auto transaction = begin();
    ASSERT_TRUE(erase(*transaction, "campaigns", {integer(1)}).ok());
    transaction->rollback();
    EXPECT_EQ(outside().rows("campaigns").size(), 1U);
    EXPECT_TRUE(outside().try_insert("campaigns", {{"name", text("by the API")}})) << "the lock is free at once";
  }
  {
    const auto transaction = begin();
    ASSERT_TRUE(erase(*transaction, "campaigns", {integer(1)}).ok());
  }
  EXPECT_EQ(outside().rows("campaigns").size(), 2U);
  EXPECT_TRUE(outside().try_insert("campaigns", {}));
}

TEST_P(CommitContract, may_be_of_nothing) {
  const auto transaction = begin();
  must(transaction->commit());
  EXPECT_TRUE(outside().try_insert("campaigns", {}));
}

TEST_P(CommitContract, is_followed_by_other_transactions_of_the_same_store) {
  for (int i = 0; i < 3; ++i) put("campaigns", {{"name", text("more")}});
  EXPECT_EQ(rows("campaigns").size(), 4U);
}

TEST_P(CommitContract, until_then_nobody_else_writes) {
  const auto transaction = begin();
  EXPECT_FALSE(outside().try_insert("campaigns", {})) << "the lock is held from the beginning";
  ASSERT_TRUE(insert(*transaction, "campaigns", {{"name", text("ours")}}).ok());
  EXPECT_FALSE(outside().try_insert("campaigns", {}));
  must(transaction->commit());
  EXPECT_TRUE(outside().try_insert("campaigns", {}));
}

TEST_P(CommitContract, of_another_writer_is_waited_for_in_vain_and_says_so) {
  const Schema loaded = load();
  outside().begin();
  outside().insert("campaigns", {{"name", text("theirs")}});
  const auto refused = store().begin(loaded);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::Transient) << to_string(refused.error());
  EXPECT_THAT(refused.error().what, HasSubstr("database is locked"));
  EXPECT_THAT(refused.error().where, HasSubstr("contract"));
  EXPECT_FALSE(refused.error().hint.empty());
  EXPECT_EQ(must(store().count(*table("campaigns"), {}, {})), 1U) << "reading goes on";
  outside().commit();
  EXPECT_TRUE(store().begin(loaded).ok());
  EXPECT_EQ(rows("campaigns").size(), 2U);
}

TEST_P(CommitContract, of_one_store_is_waited_for_by_another) {
  const auto other = fixture().open();
  const Schema loaded = load();
  {
    const auto transaction = begin();
    const auto refused = other->begin(loaded);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().kind, ErrorKind::Transient);
    ASSERT_TRUE(insert(*transaction, "campaigns", {}).ok());
    must(transaction->commit());
  }
  const auto second = must(other->begin(loaded));
  EXPECT_EQ(must(second->count(*table("campaigns"), {}, {})), 2U);
  EXPECT_FALSE(store().begin(loaded).ok());
}

TEST_P(CommitContract, beside_a_reader_happens_or_is_rolled_back_whole) {
  outside().begin_read("campaigns");
  auto transaction = begin();
  ASSERT_TRUE(insert(*transaction, "campaigns", {{"name", text("ours")}}).ok());
  const Result<void> committed = transaction->commit();
  if (!committed) {
    EXPECT_EQ(committed.error().kind, ErrorKind::Transient) << to_string(committed.error());
  }
  transaction.reset();
  outside().end_read();
  EXPECT_EQ(outside().rows("campaigns").size(), committed.ok() ? 2U : 1U);
  put("campaigns", {{"name", text("again")}});
  EXPECT_EQ(outside().rows("campaigns").size(), committed.ok() ? 3U : 2U) << "and it may be tried again";
}

TEST_P(CommitContract, of_a_change_to_the_schema_shows_at_the_next_begin) {
  const Schema before = load();
  outside().insert("campaigns", {{"name", text("only a row")}});
  EXPECT_TRUE(store().begin(before).ok()) << "rows are no schema";
  outside().add_column("campaigns", text_column("partner_name"));
  const auto refused = store().begin(before);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::SchemaChanged) << to_string(refused.error());
  EXPECT_TRUE(outside().try_insert("campaigns", {})) << "and leaves no lock behind";
  const Schema after = load();
  EXPECT_NE(after.version, before.version);
  EXPECT_NE(after.find("campaigns")->find("partner_name"), Table::npos);
  const auto transaction = must(store().begin(after));
  EXPECT_TRUE(update(*transaction, "campaigns", {integer(1)}, {{"partner_name", text("x")}}).ok());
  must(transaction->commit());
  EXPECT_EQ(outside().rows("campaigns").front(), (std::vector<Value>{integer(1), text("Hulu"), text("x")}));
}

TEST_P(CommitContract, of_a_dropped_table_shows_at_the_next_begin) {
  const Schema before = load();
  outside().drop_table("campaigns");
  const auto refused = store().begin(before);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::SchemaChanged);
  EXPECT_THAT(load().tables, IsEmpty());
}

}  // namespace
}  // namespace holdfast::contract
