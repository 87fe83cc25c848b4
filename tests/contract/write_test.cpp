// Transaction: insert, update, erase, and where the rows are afterwards.
#include <gmock/gmock.h>

#include "tests/contract/contract_test.h"

namespace holdfast::contract {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class WriteContract : public StoreContract {};
HOLDFAST_CONTRACT(WriteContract);

TEST_P(WriteContract, insert_gives_the_defaults_to_columns_that_it_does_not_name) {
  create(
      {numbered("campaigns", {not_null(text_column("name")), with_default(text_column("cta_text"), text("View Offer")),
                              with_default(boolean_column("active"), integer(1)), text_column("note")})});
  const Locator at = put("campaigns", {{"name", text("Hulu")}});
  EXPECT_EQ(fetch(store(), "campaigns", at)->values,
            (std::vector<Value>{integer(1), text("Hulu"), text("View Offer"), integer(1), null()}));
  const Locator named = put("campaigns", {{"name", text("Hulu")}, {"cta_text", null()}, {"active", integer(0)}});
  EXPECT_EQ(fetch(store(), "campaigns", named)->values,
            (std::vector<Value>{integer(2), text("Hulu"), null(), integer(0), null()}))
      << "a null that is named is a null";
}

TEST_P(WriteContract, insert_of_no_values_is_a_row_of_defaults) {
  create({numbered("campaigns", {with_default(text_column("name"), text("unnamed"))})});
  const Locator at = put("campaigns", {});
  EXPECT_EQ(fetch(store(), "campaigns", at)->values, (std::vector<Value>{integer(1), text("unnamed")}));
}

TEST_P(WriteContract, insert_keeps_the_identity_that_it_is_given) {
  create({numbered("campaigns", {text_column("name")})});
  EXPECT_EQ(put("campaigns", {{"id", integer(12)}, {"name", text("Trend'n Daily")}}), Locator{integer(12)});
  EXPECT_EQ(put("campaigns", {{"id", integer(2)}, {"name", text("Trading Tips")}}), Locator{integer(2)});
  EXPECT_EQ(put("campaigns", {{"name", text("next")}}), Locator{integer(13)});
}

TEST_P(WriteContract, an_id_once_used_comes_back_only_without_autoincrement) {
  TableDescription forever = numbered("forever", {text_column("name")});
  forever.autoincrement = true;
  create({forever, numbered("again", {text_column("name")})});
  for (const std::string name : {"forever", "again"}) {
    put(name, {{"id", integer(7)}});
    const auto transaction = begin();
    ASSERT_TRUE(erase(*transaction, name, {integer(7)}).ok());
    must(transaction->commit());
  }
  EXPECT_EQ(put("forever", {}), Locator{integer(8)});
  EXPECT_EQ(put("again", {}), Locator{integer(1)});
}

TEST_P(WriteContract, an_id_that_was_rolled_back_was_never_used) {
  TableDescription forever = numbered("forever", {text_column("name")});
  forever.autoincrement = true;
  create({forever});
  put("forever", {});
  {
    const auto transaction = begin();
    ASSERT_EQ(insert(*transaction, "forever", {{"id", integer(500)}}).locator, Locator{integer(500)});
    transaction->rollback();
  }
  EXPECT_EQ(put("forever", {}), Locator{integer(2)});
}

TEST_P(WriteContract, insert_gives_a_row_number_to_rows_without_a_key) {
  if (!capabilities.rowid) GTEST_SKIP() << "the engine has no row numbers";
  TableDescription keyless;
  keyless.name = "keyless";
  keyless.columns = {text_column("a")};
  create({keyless});
  const Locator first = put("keyless", {{"a", text("same")}});
  const Locator second = put("keyless", {{"a", text("same")}});
  EXPECT_NE(first, second);
  EXPECT_EQ(first.size(), 1U);
  EXPECT_EQ(fetch(store(), "keyless", second)->locator, second);
}

TEST_P(WriteContract, update_changes_the_columns_that_it_names_and_no_others) {
  create({numbered("campaigns", {text_column("name"), text_column("cta_text"), integer_column("n")})});
  put("campaigns", {{"name", text("Hulu")}, {"cta_text", text("Get Hulu!")}, {"n", integer(1)}});
  put("campaigns", {{"name", text("Paramount")}, {"cta_text", text("Get it!")}, {"n", integer(2)}});
  const auto transaction = begin();
  const WriteOutcome outcome =
      update(*transaction, "campaigns", {integer(1)}, {{"n", null()}, {"name", text("Hulu 2")}});
  EXPECT_TRUE(outcome.ok()) << outcome.message;
  EXPECT_EQ(outcome.locator, Locator{integer(1)});
  must(transaction->commit());
  EXPECT_THAT(rows("campaigns"), ElementsAre(ElementsAre(integer(1), text("Hulu 2"), text("Get Hulu!"), null()),
                                             ElementsAre(integer(2), text("Paramount"), text("Get it!"), integer(2))));
}

TEST_P(WriteContract, update_of_the_primary_key_moves_the_row) {
  create({numbered("campaigns", {text_column("name")})});
  put("campaigns", {{"id", integer(14)}, {"name", text("Hulu")}});
  const auto transaction = begin();
  EXPECT_EQ(update(*transaction, "campaigns", {integer(14)}, {{"id", integer(10)}}).locator, Locator{integer(10)});
  EXPECT_FALSE(fetch(*transaction, "campaigns", {integer(14)}).has_value());
  EXPECT_EQ(fetch(*transaction, "campaigns", {integer(10)})->values[1], text("Hulu"));
  EXPECT_THAT(touches(*transaction),
              ElementsAre(TouchImage{TouchKind::Update, "campaigns", {integer(14)}, {integer(10)}, 0}));
}

TEST_P(WriteContract, update_moves_a_row_of_a_composite_locator) {
  if (!capabilities.without_rowid) GTEST_SKIP() << "the engine has no such tables";
  TableDescription described;
  described.name = "stock";
  described.columns = {collated(text_column("code"), Collation::NoCase), integer_column("n"), text_column("note")};
  described.primary_key = {"code", "n"};
  described.without_rowid = true;
  create({described});
  EXPECT_EQ(put("stock", {{"code", text("a")}, {"n", integer(1)}}), (Locator{text("a"), integer(1)}));
  const auto transaction = begin();
  EXPECT_EQ(update(*transaction, "stock", {text("a"), integer(1)}, {{"n", integer(2)}}).locator,
            (Locator{text("a"), integer(2)}));
  EXPECT_TRUE(update(*transaction, "stock", {text("a"), integer(2)}, {{"note", text("kept")}}).ok());
  // The same key under its collation, but other bytes.
  EXPECT_EQ(update(*transaction, "stock", {text("a"), integer(2)}, {{"code", text("A")}}).locator,
            (Locator{text("A"), integer(2)}));
  must(transaction->commit());
  EXPECT_THAT(rows("stock"), ElementsAre(ElementsAre(text("A"), integer(2), text("kept"))));
  const auto last = begin();
  EXPECT_TRUE(erase(*last, "stock", {text("A"), integer(2)}).ok());
  must(last->commit());
  EXPECT_THAT(rows("stock"), IsEmpty());
}

TEST_P(WriteContract, erase_removes_one_row) {
  create({numbered("campaigns", {text_column("name")})});
  for (int i = 0; i < 3; ++i) put("campaigns", {{"name", text("Prizies")}});
  const auto transaction = begin();
  EXPECT_TRUE(erase(*transaction, "campaigns", {integer(2)}).ok());
  must(transaction->commit());
  EXPECT_THAT(rows("campaigns"),
              ElementsAre(ElementsAre(integer(1), text("Prizies")), ElementsAre(integer(3), text("Prizies"))));
}

TEST_P(WriteContract, a_row_that_is_not_there_is_neither_updated_nor_erased) {
  create({numbered("campaigns", {text_column("name")})});
  put("campaigns", {{"name", text("Hulu")}});
  const auto transaction = begin();
  EXPECT_EQ(update(*transaction, "campaigns", {integer(99)}, {{"name", text("x")}}).failure,
            RowFailure::RefusedByTrigger)
      << "nothing happened";
  EXPECT_EQ(erase(*transaction, "campaigns", {integer(99)}).failure, RowFailure::RefusedByTrigger);
  EXPECT_THAT(touches(*transaction), IsEmpty());
  must(transaction->commit());
  EXPECT_THAT(rows("campaigns"), ElementsAre(ElementsAre(integer(1), text("Hulu"))));
}

TEST_P(WriteContract, every_changed_row_is_touched_in_order) {
  create({numbered("campaigns", {text_column("name")}), numbered("clicks", {text_column("name")})});
  put("campaigns", {{"name", text("Hulu")}});
  const auto transaction = begin();
  EXPECT_THAT(touches(*transaction), IsEmpty());
  ASSERT_TRUE(insert(*transaction, "clicks", {{"id", integer(9)}}).ok());
  ASSERT_TRUE(update(*transaction, "campaigns", {integer(1)}, {{"name", text("x")}}).ok());
  ASSERT_TRUE(erase(*transaction, "clicks", {integer(9)}).ok());
  ASSERT_TRUE(erase(*transaction, "campaigns", {integer(1)}).ok());
  EXPECT_THAT(touches(*transaction),
              ElementsAre(TouchImage{TouchKind::Insert, "clicks", {}, {integer(9)}, 0},
                          TouchImage{TouchKind::Update, "campaigns", {integer(1)}, {integer(1)}, 0},
                          TouchImage{TouchKind::Delete, "clicks", {integer(9)}, {}, 0},
                          TouchImage{TouchKind::Delete, "campaigns", {integer(1)}, {}, 0}));
}

TEST_P(WriteContract, touches_of_a_transaction_know_nothing_of_the_one_before) {
  create({numbered("campaigns", {text_column("name")})});
  put("campaigns", {});
  outside().insert("campaigns", {});
  EXPECT_EQ(begin()->touch_count(), 0U);
}

TEST_P(WriteContract, unique_values_are_swapped_by_way_of_null) {
  TableDescription described = numbered("campaigns", {text_column("code")});
  described.unique = {{{"code"}, {}, ""}};
  create({described});
  put("campaigns", {{"code", text("a")}});
  put("campaigns", {{"code", text("b")}});
  const auto transaction = begin();
  EXPECT_EQ(update(*transaction, "campaigns", {integer(1)}, {{"code", text("b")}}).failure, RowFailure::Unique);
  EXPECT_TRUE(update(*transaction, "campaigns", {integer(1)}, {{"code", null()}}).ok());
  EXPECT_TRUE(update(*transaction, "campaigns", {integer(2)}, {{"code", text("a")}}).ok());
  EXPECT_TRUE(update(*transaction, "campaigns", {integer(1)}, {{"code", text("b")}}).ok());
  must(transaction->commit());
  EXPECT_THAT(rows("campaigns"), ElementsAre(ElementsAre(integer(1), text("b")), ElementsAre(integer(2), text("a"))));
}

}  // namespace
}  // namespace holdfast::contract
