// Reader: fetch, find and count, in and out of a transaction.
#include <gmock/gmock.h>

#include "tests/contract/contract_test.h"

namespace holdfast::contract {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class FindContract : public StoreContract {
 protected:
  void create_words() {
    create(
        {numbered("words", {text_column("plain"), collated(text_column("folded"), Collation::NoCase),
                            collated(text_column("padded"), Collation::RTrim), any_column("a"), integer_column("n")})});
  }

  // The ids of the rows found, in the order found.
  std::vector<std::int64_t> ids(Reader& reader, const std::string& column, const Value& value,
                                std::size_t limit = 100) {
    std::vector<std::int64_t> found;
    const auto shape = table("words");
    const ColumnList columns{shape->find(column)};
    const std::vector<Value> values{value};
    const auto images = must(reader.find(*shape, columns, values, limit));
    for (const RowImage& image : images) found.push_back(image.locator.front().view().integer());
    const auto counted = must(reader.count(*shape, columns, values));
    if (found.size() < limit) {
      EXPECT_EQ(counted, found.size()) << "count and find differ";
    }
    return found;
  }
};
HOLDFAST_CONTRACT(FindContract);

struct MatchCase {
  std::string column;
  Value live;
  Value asked;
  bool want;
};

TEST_P(FindContract, compares_as_the_engine_does) {
  create_words();
  const std::vector<MatchCase> cases = {
      {"plain", text("Hulu"), text("Hulu"), true},
      {"plain", text("Hulu"), text("HULU"), false},
      {"plain", text("Hulu"), text("Hulu "), false},
      {"folded", text("Hulu"), text("HULU"), true},
      {"folded", text("Hulu"), text("hulu "), false},
      {"folded", text("Ärger"), text("ärger"), false},
      {"padded", text("Hulu"), text("Hulu  "), true},
      {"padded", text("Hulu  "), text("Hulu"), true},
      {"padded", text("Hulu\t"), text("Hulu"), false},
      {"padded", text("Hulu"), text("hulu"), false},
      {"a", integer(1), real(1.0), true},
      {"a", real(1.0), integer(1), true},
      {"a", integer(1), text("1"), false},
      {"a", text("1"), blob("1"), false},
      {"a", integer(0), null(), false},
      {"n", integer(7), text("7"), true},
      {"plain", text("7"), integer(7), true},
      {"a", real(0.5), real(0.25), false},
  };
  std::int64_t id = 0;
  for (const MatchCase& one : cases) {
    SCOPED_TRACE(one.column + " " + testing::PrintToString(one.live) + " asked " + testing::PrintToString(one.asked));
    outside().insert("words", {{"id", integer(++id)}, {one.column, one.live}});
    const auto found = ids(store(), one.column, one.asked);
    EXPECT_EQ(std::count(found.begin(), found.end(), id), one.want ? 1 : 0);
    outside().erase("words", "id", integer(id));
  }
}

TEST_P(FindContract, never_matches_null) {
  create_words();
  outside().insert("words", {{"plain", null()}});
  outside().insert("words", {{"plain", text("")}});
  EXPECT_THAT(ids(store(), "plain", null()), IsEmpty());
  EXPECT_THAT(ids(store(), "plain", text("")), ElementsAre(2));
  const auto transaction = begin();
  EXPECT_THAT(ids(*transaction, "plain", null()), IsEmpty());
}

TEST_P(FindContract, needs_every_column_to_match) {
  create_words();
  outside().insert("words", {{"plain", text("x")}, {"n", integer(1)}});
  outside().insert("words", {{"plain", text("x")}, {"n", integer(2)}});
  outside().insert("words", {{"plain", text("y")}, {"n", integer(2)}});
  outside().insert("words", {{"plain", text("x")}});
  const auto shape = table("words");
  const ColumnList columns{shape->find("n"), shape->find("plain")};
  const auto found = must(store().find(*shape, columns, std::vector<Value>{integer(2), text("x")}, 100));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].locator, Locator{integer(2)});
  EXPECT_EQ(must(store().count(*shape, columns, std::vector<Value>{integer(2), text("x")})), 1U);
  EXPECT_EQ(must(store().count(*shape, columns, std::vector<Value>{null(), text("x")})), 0U);
}

TEST_P(FindContract, gives_the_first_rows_up_to_the_limit) {
  create_words();
  for (const std::int64_t id : {5, 3, 1, 4, 2}) outside().insert("words", {{"id", integer(id)}, {"plain", text("x")}});
  EXPECT_THAT(ids(store(), "plain", text("x")), ElementsAre(1, 2, 3, 4, 5));
  EXPECT_THAT(ids(store(), "plain", text("x"), 2), ElementsAre(1, 2));
  EXPECT_THAT(ids(store(), "plain", text("x"), 0), IsEmpty());
  EXPECT_EQ(must(store().count(*table("words"), ColumnList{1}, std::vector<Value>{text("x")})), 5U);
}

TEST_P(FindContract, counts_all_rows_when_no_columns_are_named) {
  create_words();
  EXPECT_EQ(must(store().count(*table("words"), {}, {})), 0U);
  for (int i = 0; i < 3; ++i) outside().insert("words", {});
  EXPECT_EQ(must(store().count(*table("words"), {}, {})), 3U);
  EXPECT_EQ(must(begin()->count(*table("words"), {}, {})), 3U);
}

TEST_P(FindContract, finds_by_a_unique_key_of_several_columns) {
  TableDescription described =
      numbered("properties", {integer_column("campaign_id"), collated(text_column("code"), Collation::NoCase)});
  described.unique = {{{"campaign_id", "code"}, {}, ""}};
  create({described});
  outside().insert("properties", {{"campaign_id", integer(1)}, {"code", text("mmm")}});
  outside().insert("properties", {{"campaign_id", integer(1)}, {"code", text("mff")}});
  const auto shape = table("properties");
  const auto found = must(store().find(*shape, ColumnList{1, 2}, std::vector<Value>{text("1"), text("MFF")}, 5));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].locator, Locator{integer(2)});
  EXPECT_THAT(must(store().find(*shape, ColumnList{1, 2}, std::vector<Value>{integer(2), text("mff")}, 5)), IsEmpty());
  EXPECT_THAT(must(store().find(*shape, ColumnList{0}, std::vector<Value>{integer(2)}, 5)).size(), 1U);
}

TEST_P(FindContract, fetches_rows_in_the_order_asked_and_nothing_for_missing_ones) {
  create_words();
  for (const std::int64_t id : {1, 2, 3}) outside().insert("words", {{"id", integer(id)}, {"n", integer(id * 10)}});
  const std::vector<Locator> asked = {{integer(3)}, {integer(99)}, {integer(1)}, {integer(3)}};
  const auto shape = table("words");
  const auto check = [&](Reader& reader) {
    const auto found = must(reader.fetch(*shape, asked));
    ASSERT_EQ(found.size(), 4U);
    EXPECT_EQ(found[0]->values[5], integer(30));
    EXPECT_FALSE(found[1].has_value());
    EXPECT_EQ(found[2]->values[5], integer(10));
    EXPECT_EQ(found[3], found[0]);
    EXPECT_EQ(found[0]->locator, Locator{integer(3)});
    EXPECT_EQ(found[0]->values.size(), shape->columns.size()) << "whole rows";
  };
  check(store());
  check(*begin());
  EXPECT_THAT(must(store().fetch(*shape, {})), IsEmpty());
}

TEST_P(FindContract, fetches_by_a_composite_locator) {
  if (!capabilities.without_rowid) GTEST_SKIP() << "the engine has no such tables";
  TableDescription described;
  described.name = "stock";
  described.columns = {integer_column("n"), text_column("code"), text_column("note")};
  described.primary_key = {"code", "n"};
  described.without_rowid = true;
  create({described});
  outside().insert("stock", {{"code", text("a")}, {"n", integer(1)}, {"note", text("first")}});
  outside().insert("stock", {{"code", text("a")}, {"n", integer(2)}, {"note", text("second")}});
  EXPECT_EQ(fetch(store(), "stock", {text("a"), integer(2)})->values[2], text("second"));
  EXPECT_FALSE(fetch(store(), "stock", {text("b"), integer(2)}).has_value());
}

TEST_P(FindContract, inside_a_transaction_sees_its_own_changes) {
  create_words();
  put("words", {{"id", integer(1)}, {"plain", text("old")}});
  put("words", {{"id", integer(2)}, {"plain", text("gone")}});
  const auto transaction = begin();
  ASSERT_TRUE(update(*transaction, "words", {integer(1)}, {{"plain", text("new")}}).ok());
  ASSERT_TRUE(erase(*transaction, "words", {integer(2)}).ok());
  ASSERT_TRUE(insert(*transaction, "words", {{"id", integer(3)}, {"plain", text("new")}}).ok());
  EXPECT_THAT(ids(*transaction, "plain", text("new")), ElementsAre(1, 3));
  EXPECT_THAT(ids(*transaction, "plain", text("old")), IsEmpty());
  EXPECT_FALSE(fetch(*transaction, "words", {integer(2)}).has_value());
  EXPECT_EQ(rows_locked(*transaction, "words").size(), 2U);
  EXPECT_EQ(must(transaction->count(*table("words"), {}, {})), 2U);
}

}  // namespace
}  // namespace holdfast::contract
