// Transaction: what triggers do shows in outcomes and touches, and a refused statement leaves nothing behind (TRAPS 4,
// 5).
#include <gmock/gmock.h>

#include "tests/contract/contract_test.h"

namespace holdfast::contract {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Kind = TriggerStep::Kind;

class TriggerContract : public StoreContract {
 protected:
  void SetUp() override {
    if (!capabilities.triggers) GTEST_SKIP() << "the engine has no triggers";
  }

  static TriggerStep copy_name() { return {Kind::CopyInto, "name", "log", "entry", {}, ""}; }
  static TriggerStep raise(Kind kind) { return {kind, "name", "", "", text("Prizies"), "no entry"}; }

  // `campaigns` with one trigger, and `log`, which copies of names go into.
  void create_with(TriggerTime time, TriggerEvent event, std::vector<TriggerStep> steps) {
    TableDescription campaigns = numbered("campaigns", {text_column("name")});
    campaigns.triggers = {{"watch", time, event, std::move(steps)}};
    TableDescription log = numbered("log", {text_column("entry")});
    log.unique = {{{"entry"}, {}, ""}};
    create({campaigns, log});
  }
};
HOLDFAST_CONTRACT(TriggerContract);

TEST_P(TriggerContract, rows_changed_by_a_trigger_are_touched_one_level_deeper) {
  create_with(TriggerTime::After, TriggerEvent::Insert, {copy_name()});
  const auto transaction = begin();
  ASSERT_TRUE(insert(*transaction, "campaigns", {{"name", text("Hulu")}}).ok());
  EXPECT_THAT(touches(*transaction), ElementsAre(TouchImage{TouchKind::Insert, "campaigns", {}, {integer(1)}, 0},
                                                 TouchImage{TouchKind::Insert, "log", {}, {integer(1)}, 1}));
  must(transaction->commit());
  EXPECT_THAT(rows("log"), ElementsAre(ElementsAre(integer(1), text("Hulu"))));
}

TEST_P(TriggerContract, insert_reports_its_own_row_and_not_the_triggers) {
  create_with(TriggerTime::After, TriggerEvent::Insert, {copy_name()});
  outside().insert("log", {{"id", integer(70)}, {"entry", text("earlier")}});
  EXPECT_EQ(put("campaigns", {{"id", integer(5)}, {"name", text("Hulu")}}), Locator{integer(5)});
  EXPECT_EQ(put("campaigns", {{"name", text("Paramount")}}), Locator{integer(6)});
}

TEST_P(TriggerContract, rows_deleted_by_a_trigger_are_touched) {
  create_with(TriggerTime::After, TriggerEvent::Delete, {{Kind::EraseFrom, "name", "log", "entry", {}, ""}});
  outside().insert("campaigns", {{"name", text("Hulu")}});
  outside().insert("log", {{"entry", text("Hulu")}});
  outside().insert("log", {{"entry", text("Paramount")}});
  const auto transaction = begin();
  ASSERT_TRUE(erase(*transaction, "campaigns", {integer(1)}).ok());
  EXPECT_THAT(touches(*transaction), ElementsAre(TouchImage{TouchKind::Delete, "campaigns", {integer(1)}, {}, 0},
                                                 TouchImage{TouchKind::Delete, "log", {integer(1)}, {}, 1}));
  EXPECT_EQ(rows_locked(*transaction, "log").size(), 1U);
}

TEST_P(TriggerContract, a_row_that_a_trigger_rewrites_is_read_as_it_is) {
  create_with(TriggerTime::After, TriggerEvent::Update, {{Kind::Lower, "name", "", "", {}, ""}});
  outside().insert("campaigns", {{"name", text("Hulu")}});
  const auto transaction = begin();
  const WriteOutcome outcome = update(*transaction, "campaigns", {integer(1)}, {{"name", text("Paramount")}});
  EXPECT_TRUE(outcome.ok()) << outcome.message;
  EXPECT_EQ(fetch(*transaction, "campaigns", {integer(1)})->values[1], text("paramount"));
  EXPECT_THAT(touches(*transaction),
              ElementsAre(TouchImage{TouchKind::Update, "campaigns", {integer(1)}, {integer(1)}, 0},
                          TouchImage{TouchKind::Update, "campaigns", {integer(1)}, {integer(1)}, 1}));
}

class TriggerRefusalContract : public TriggerContract {
 protected:
  // Whatever the statement, a refused one changes nothing: not its row, not what the trigger had done before it
  // refused.
  void expect_refused(TriggerTime time, TriggerEvent event, Kind kind) {
    create_with(time, event, {copy_name(), raise(kind)});
    const std::string existing = event == TriggerEvent::Delete ? "Prizies" : "Hulu";
    outside().begin();
    // The row for update and delete; put where no trigger of this event refuses it.
    if (event != TriggerEvent::Insert) outside().insert("campaigns", {{"name", text(existing)}});
    outside().commit();
    const auto before = rows("campaigns");
    const auto transaction = begin();
    WriteOutcome outcome;
    switch (event) {
      case TriggerEvent::Insert: outcome = insert(*transaction, "campaigns", {{"name", text("Prizies")}}); break;
      case TriggerEvent::Update:
        outcome = update(*transaction, "campaigns", {integer(1)}, {{"name", text("Prizies")}});
        break;
      case TriggerEvent::Delete: outcome = erase(*transaction, "campaigns", {integer(1)}); break;
    }
    EXPECT_EQ(outcome.failure, RowFailure::RefusedByTrigger) << outcome.message;
    if (kind != Kind::Ignore) {
      EXPECT_THAT(outcome.message, HasSubstr("no entry")) << "the engine's own words";
    }
    EXPECT_THAT(touches(*transaction), IsEmpty());
    EXPECT_EQ(rows_locked(*transaction, "campaigns"), before);
    EXPECT_THAT(rows_locked(*transaction, "log"), IsEmpty()) << "what the trigger had done is undone too";
    EXPECT_TRUE(insert(*transaction, "campaigns", {{"name", text("Paramount")}}).ok()) << "the rest goes on";
    must(transaction->commit());
    EXPECT_EQ(rows("campaigns").size(), before.size() + 1);
  }
};
HOLDFAST_CONTRACT(TriggerRefusalContract);

TEST_P(TriggerRefusalContract, abort_before_insert) {
  expect_refused(TriggerTime::Before, TriggerEvent::Insert, Kind::Abort);
}
TEST_P(TriggerRefusalContract, abort_before_update) {
  expect_refused(TriggerTime::Before, TriggerEvent::Update, Kind::Abort);
}
TEST_P(TriggerRefusalContract, abort_before_delete) {
  expect_refused(TriggerTime::Before, TriggerEvent::Delete, Kind::Abort);
}
TEST_P(TriggerRefusalContract, abort_after_insert) {
  expect_refused(TriggerTime::After, TriggerEvent::Insert, Kind::Abort);
}
TEST_P(TriggerRefusalContract, abort_after_update) {
  expect_refused(TriggerTime::After, TriggerEvent::Update, Kind::Abort);
}
TEST_P(TriggerRefusalContract, abort_after_delete) {
  expect_refused(TriggerTime::After, TriggerEvent::Delete, Kind::Abort);
}
TEST_P(TriggerRefusalContract, fail_after_insert) {
  expect_refused(TriggerTime::After, TriggerEvent::Insert, Kind::Fail);
}
TEST_P(TriggerRefusalContract, fail_after_update) {
  expect_refused(TriggerTime::After, TriggerEvent::Update, Kind::Fail);
}
TEST_P(TriggerRefusalContract, fail_before_delete) {
  expect_refused(TriggerTime::Before, TriggerEvent::Delete, Kind::Fail);
}
TEST_P(TriggerRefusalContract, ignore_before_insert) {
  expect_refused(TriggerTime::Before, TriggerEvent::Insert, Kind::Ignore);
}
TEST_P(TriggerRefusalContract, ignore_before_update) {
  expect_refused(TriggerTime::Before, TriggerEvent::Update, Kind::Ignore);
}
TEST_P(TriggerRefusalContract, ignore_before_delete) {
  expect_refused(TriggerTime::Before, TriggerEvent::Delete, Kind::Ignore);
}

TEST_P(TriggerContract, a_statement_that_fails_inside_a_trigger_fails_the_whole_statement) {
  create_with(TriggerTime::After, TriggerEvent::Insert, {copy_name()});
  outside().insert("log", {{"entry", text("Hulu")}});
  const auto transaction = begin();
  EXPECT_EQ(insert(*transaction, "campaigns", {{"name", text("Hulu")}}).failure, RowFailure::Unique) << "of the log";
  EXPECT_THAT(touches(*transaction), IsEmpty());
  EXPECT_THAT(rows_locked(*transaction, "campaigns"), IsEmpty());
  EXPECT_TRUE(insert(*transaction, "campaigns", {{"name", text("Paramount")}}).ok());
  EXPECT_EQ(transaction->touch_count(), 2U);
}

TEST_P(TriggerContract, rollback_by_a_trigger_loses_the_transaction) {
  create_with(TriggerTime::After, TriggerEvent::Insert, {raise(Kind::Rollback)});
  const auto transaction = begin();
  ASSERT_TRUE(insert(*transaction, "campaigns", {{"name", text("Hulu")}}).ok());
  EXPECT_EQ(insert(*transaction, "campaigns", {{"name", text("Prizies")}}).failure, RowFailure::TransactionLost);
  const auto shape = table("campaigns");
  const std::vector<Assignment> values = {{1, ValueView::text("after")}};
  const auto later = transaction->insert(*shape, values);
  EXPECT_TRUE(!later.ok() || later->failure == RowFailure::TransactionLost) << "nothing may be written behind its back";
  EXPECT_FALSE(transaction->commit().ok());
  transaction->rollback();
  EXPECT_THAT(outside().rows("campaigns"), IsEmpty());
  put("campaigns", {{"name", text("Paramount")}});
  EXPECT_EQ(outside().rows("campaigns").size(), 1U) << "the next transaction is a good one";
}

TEST_P(TriggerContract, rollback_by_a_trigger_reaches_beyond_savepoints) {
  create_with(TriggerTime::Before, TriggerEvent::Insert, {raise(Kind::Rollback)});
  {
    const auto transaction = begin();
    ASSERT_TRUE(insert(*transaction, "campaigns", {{"name", text("Hulu")}}).ok());
    must(transaction->savepoint());
    EXPECT_EQ(insert(*transaction, "campaigns", {{"name", text("Prizies")}}).failure, RowFailure::TransactionLost);
  }
  EXPECT_THAT(outside().rows("campaigns"), IsEmpty());
}

TEST_P(TriggerContract, touches_of_a_trigger_are_rolled_back_with_its_statement) {
  create_with(TriggerTime::After, TriggerEvent::Insert, {copy_name()});
  const auto transaction = begin();
  must(transaction->savepoint());
  ASSERT_TRUE(insert(*transaction, "campaigns", {{"name", text("Hulu")}}).ok());
  ASSERT_EQ(transaction->touch_count(), 2U);
  must(transaction->rollback_to());
  EXPECT_EQ(transaction->touch_count(), 0U);
  EXPECT_THAT(rows_locked(*transaction, "log"), IsEmpty());
}

}  // namespace
}  // namespace holdfast::contract
