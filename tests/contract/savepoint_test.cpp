// Transaction: savepoints nest, and touches follow them.
#include <gmock/gmock.h>

#include "tests/contract/contract_test.h"

namespace holdfast::contract {
namespace {

using testing::ElementsAre;

class SavepointContract : public StoreContract {
 protected:
  void SetUp() override {
    TableDescription described = numbered("campaigns", {text_column("name")});
    described.unique = {{{"name"}, {}, ""}};
    create({described});
    put("campaigns", {{"id", integer(1)}, {"name", text("one")}});
    put("campaigns", {{"id", integer(2)}, {"name", text("two")}});
  }

  void add(Transaction& transaction, std::int64_t id, const std::string& name) {
    const WriteOutcome outcome = insert(transaction, "campaigns", {{"id", integer(id)}, {"name", text(name)}});
    ASSERT_TRUE(outcome.ok()) << outcome.message;
  }

  // The names, in the order of ids.
  std::vector<Value> names(Transaction& transaction) {
    std::vector<Value> found;
    for (const auto& row : rows_locked(transaction, "campaigns")) found.push_back(row[1]);
    return found;
  }
};
HOLDFAST_CONTRACT(SavepointContract);

TEST_P(SavepointContract, rollback_to_undoes_rows_and_touches) {
  const auto transaction = begin();
  add(*transaction, 3, "three");
  must(transaction->savepoint());
  add(*transaction, 4, "four");
  ASSERT_TRUE(update(*transaction, "campaigns", {integer(1)}, {{"name", text("changed")}}).ok());
  ASSERT_TRUE(update(*transaction, "campaigns", {integer(2)}, {{"id", integer(20)}}).ok());
  ASSERT_TRUE(erase(*transaction, "campaigns", {integer(3)}).ok());
  ASSERT_EQ(transaction->touch_count(), 5U);
  must(transaction->rollback_to());
  EXPECT_THAT(names(*transaction), ElementsAre(text("one"), text("two"), text("three")));
  EXPECT_THAT(touches(*transaction), ElementsAre(TouchImage{TouchKind::Insert, "campaigns", {}, {integer(3)}, 0}));
  add(*transaction, 5, "four");
  EXPECT_EQ(transaction->touch_count(), 2U) << "its name is free again";
  must(transaction->commit());
  EXPECT_EQ(rows("campaigns").size(), 4U);
}

TEST_P(SavepointContract, release_keeps_rows_and_touches) {
  const auto transaction = begin();
  must(transaction->savepoint());
  add(*transaction, 3, "three");
  must(transaction->release());
  EXPECT_EQ(transaction->touch_count(), 1U);
  must(transaction->commit());
  EXPECT_EQ(rows("campaigns").size(), 3U);
}

TEST_P(SavepointContract, an_inner_rollback_leaves_the_outer_work) {
  const auto transaction = begin();
  must(transaction->savepoint());
  add(*transaction, 3, "three");
  must(transaction->savepoint());
  add(*transaction, 4, "four");
  must(transaction->rollback_to());
  add(*transaction, 5, "five");
  must(transaction->release());
  EXPECT_EQ(transaction->touch_count(), 2U);
  must(transaction->commit());
  EXPECT_THAT(outside().rows("campaigns"),
              ElementsAre(ElementsAre(integer(1), text("one")), ElementsAre(integer(2), text("two")),
                          ElementsAre(integer(3), text("three")), ElementsAre(integer(5), text("five"))));
}

TEST_P(SavepointContract, an_outer_rollback_undoes_what_an_inner_release_kept) {
  const auto transaction = begin();
  add(*transaction, 3, "three");
  must(transaction->savepoint());
  must(transaction->savepoint());
  add(*transaction, 4, "four");
  must(transaction->release());
  add(*transaction, 5, "five");
  must(transaction->rollback_to());
  EXPECT_THAT(names(*transaction), ElementsAre(text("one"), text("two"), text("three")));
  EXPECT_EQ(transaction->touch_count(), 1U);
}

TEST_P(SavepointContract, rollback_to_ends_its_savepoint) {
  const auto transaction = begin();
  must(transaction->savepoint());
  add(*transaction, 3, "three");
  must(transaction->savepoint());
  add(*transaction, 4, "four");
  must(transaction->rollback_to());
  must(transaction->rollback_to());  // of the outer one: the inner is over
  EXPECT_THAT(names(*transaction), ElementsAre(text("one"), text("two")));
  EXPECT_EQ(transaction->touch_count(), 0U);
}

TEST_P(SavepointContract, nest_as_deep_as_sets_and_rows_and_more) {
  const auto transaction = begin();
  constexpr int depth = 50;
  for (int i = 0; i < depth; ++i) {
    must(transaction->savepoint());
    add(*transaction, 100 + i, "deep" + std::to_string(i));
  }
  for (int i = 0; i < depth; ++i) must(i % 2 == 0 ? transaction->release() : transaction->rollback_to());
  EXPECT_EQ(transaction->touch_count(), 0U) << "the outermost was rolled back";
  EXPECT_THAT(names(*transaction), ElementsAre(text("one"), text("two")));
}

TEST_P(SavepointContract, are_not_disturbed_by_a_row_that_fails) {
  const auto transaction = begin();
  must(transaction->savepoint());
  add(*transaction, 3, "three");
  EXPECT_EQ(insert(*transaction, "campaigns", {{"name", text("one")}}).failure, RowFailure::Unique);
  add(*transaction, 4, "four");
  EXPECT_EQ(transaction->touch_count(), 2U);
  must(transaction->rollback_to());
  EXPECT_THAT(names(*transaction), ElementsAre(text("one"), text("two")));
}

TEST_P(SavepointContract, that_are_open_at_commit_are_kept) {
  const auto transaction = begin();
  must(transaction->savepoint());
  add(*transaction, 3, "three");
  must(transaction->commit());
  EXPECT_EQ(outside().rows("campaigns").size(), 3U);
}

TEST_P(SavepointContract, everything_is_undone_by_rollback) {
  {
    const auto transaction = begin();
    add(*transaction, 3, "three");
    must(transaction->savepoint());
    add(*transaction, 4, "four");
    must(transaction->savepoint());
    ASSERT_TRUE(erase(*transaction, "campaigns", {integer(1)}).ok());
    transaction->rollback();
  }
  EXPECT_EQ(outside().rows("campaigns").size(), 2U);
}

}  // namespace
}  // namespace holdfast::contract
