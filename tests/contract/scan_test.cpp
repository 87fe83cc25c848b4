// Store::scan: every row once, in locator order, with what was asked for.
#include <gmock/gmock.h>

#include <set>

#include "tests/contract/contract_test.h"

namespace holdfast::contract {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ScanContract : public StoreContract {
 protected:
  // The given columns of every row, as a list of lists.
  std::vector<std::vector<Value>> scan(const std::string& name, const ColumnList& columns) {
    std::vector<std::vector<Value>> found;
    const auto shape = table(name);
    const ScanEnd end = must(store().scan({shape.get(), columns}, [&](const LiveRow& row) {
      found.push_back(copy(row.values));
      return true;
    }));
    EXPECT_EQ(end.rows, found.size());
    EXPECT_GE(end.ranges, 1U);
    return found;
  }
};
HOLDFAST_CONTRACT(ScanContract);

TEST_P(ScanContract, shows_rows_in_the_order_of_row_numbers) {
  create({numbered("campaigns", {text_column("name")})});
  for (const std::int64_t id : {30, -5, 7, 12}) outside().insert("campaigns", {{"id", integer(id)}});
  EXPECT_THAT(scan("campaigns", {0}), ElementsAre(ElementsAre(integer(-5)), ElementsAre(integer(7)),
                                                  ElementsAre(integer(12)), ElementsAre(integer(30))));
}

TEST_P(ScanContract, shows_rows_in_the_order_of_a_composite_locator) {
  if (!capabilities.without_rowid) GTEST_SKIP() << "the engine has no such tables";
  TableDescription described;
  described.name = "stock";
  described.columns = {integer_column("n"), collated(text_column("code"), Collation::NoCase), text_column("note")};
  described.primary_key = {"code", "n"};
  described.without_rowid = true;
  create({described});
  const std::vector<std::pair<std::string, int>> inserted = {{"b", 2}, {"B", 1}, {"a", 9}, {"C", 0}};
  for (const auto& [code, n] : inserted) outside().insert("stock", {{"code", text(code)}, {"n", integer(n)}});
  const auto images_found = images("stock");
  std::vector<Locator> locators;
  for (const RowImage& image : images_found) locators.push_back(image.locator);
  EXPECT_THAT(locators, ElementsAre(Locator{text("a"), integer(9)}, Locator{text("B"), integer(1)},
                                    Locator{text("b"), integer(2)}, Locator{text("C"), integer(0)}));
}

TEST_P(ScanContract, gives_only_the_columns_asked_for_in_the_order_asked) {
  create({numbered("campaigns", {text_column("name"), text_column("cta_text"), integer_column("n")})});
  outside().insert("campaigns", {{"id", integer(1)}, {"name", text("Hulu")}, {"n", integer(4)}});
  EXPECT_THAT(scan("campaigns", {3, 1}), ElementsAre(ElementsAre(integer(4), text("Hulu"))));
  EXPECT_THAT(scan("campaigns", {2, 2}), ElementsAre(ElementsAre(null(), null())));
  EXPECT_THAT(scan("campaigns", {}), ElementsAre(IsEmpty())) << "no columns: the locator alone";
}

TEST_P(ScanContract, gives_locators_that_fetch_the_same_rows) {
  TableDescription keyless;
  keyless.name = "keyless";
  keyless.columns = {text_column("a"), text_column("b")};
  TableDescription text_key = keyless;
  text_key.name = "text_key";
  text_key.primary_key = {"b"};
  create({keyless, text_key});
  for (const std::string name : {"keyless", "text_key"}) {
    SCOPED_TRACE(name);
    for (const std::string key : {"one", "two", "three"}) {
      outside().insert(name, {{"a", text("x" + key)}, {"b", text(key)}});
    }
    const std::vector<RowImage> found = images(name);
    ASSERT_EQ(found.size(), 3U);
    for (const RowImage& image : found) EXPECT_EQ(fetch(store(), name, image.locator), image);
  }
}

TEST_P(ScanContract, stops_when_it_is_told_to) {
  create({numbered("campaigns", {text_column("name")})});
  for (int i = 0; i < 5; ++i) outside().insert("campaigns", {{"name", text("x")}});
  int shown = 0;
  const auto shape = table("campaigns");
  must(store().scan({shape.get(), {0}}, [&](const LiveRow&) { return ++shown < 2; }));
  EXPECT_EQ(shown, 2);
  const auto transaction = begin();
  shown = 0;
  must(transaction->scan_locked(*shape, ColumnList{0}, [&](const LiveRow&) { return ++shown < 2; }));
  EXPECT_EQ(shown, 2);
}

TEST_P(ScanContract, of_an_empty_table_shows_nothing) {
  create({numbered("campaigns", {text_column("name")})});
  EXPECT_THAT(scan("campaigns", {0, 1}), IsEmpty());
  EXPECT_EQ(must(store().count(*table("campaigns"), {}, {})), 0U);
}

TEST_P(ScanContract, keeps_equal_rows_of_a_keyless_table_apart) {
  if (!capabilities.rowid) GTEST_SKIP() << "the engine has no row numbers";
  TableDescription keyless;
  keyless.name = "keyless";
  keyless.columns = {text_column("a")};
  create({keyless});
  for (int i = 0; i < 3; ++i) outside().insert("keyless", {{"a", text("same")}});
  std::vector<RowImage> found = images("keyless");
  ASSERT_EQ(found.size(), 3U);
  const auto transaction = begin();
  EXPECT_TRUE(update(*transaction, "keyless", found[1].locator, {{"a", text("other")}}).ok());
  must(transaction->commit());
  EXPECT_THAT(rows("keyless"),
              ElementsAre(ElementsAre(text("same")), ElementsAre(text("other")), ElementsAre(text("same"))));
}

TEST_P(ScanContract, shows_ten_thousand_rows_once_each) {
  create({numbered("campaigns", {text_column("name")})});
  constexpr int rows_wanted = 10'000;
  outside().begin();
  // 7 and 10,000 have no common divisor: every number comes once, in no order.
  for (int i = 0; i < rows_wanted; ++i) {
    outside().insert("campaigns", {{"id", integer(i * 7 % rows_wanted)}, {"name", text("n" + std::to_string(i))}});
  }
  outside().commit();
  std::int64_t next = 0;
  const auto shape = table("campaigns");
  const ScanEnd end = must(store().scan({shape.get(), {0}}, [&](const LiveRow& row) {
    EXPECT_EQ(row.values[0].integer(), next);
    EXPECT_EQ(row.locator[0].integer(), next);
    return row.values[0].integer() == next++;
  }));
  EXPECT_EQ(next, rows_wanted);
  EXPECT_EQ(end.rows, static_cast<std::uint64_t>(rows_wanted));
  EXPECT_EQ(must(store().count(*shape, {}, {})), static_cast<std::uint64_t>(rows_wanted));

  // And writes them all in one transaction, each touched once.
  const auto transaction = begin();
  const ColumnList name{1};
  for (int i = 0; i < rows_wanted; ++i) {
    const std::vector<Assignment> values = {{1, ValueView::text("changed")}};
    ASSERT_TRUE(must(transaction->update(*shape, {integer(i)}, values)).ok());
  }
  EXPECT_EQ(transaction->touch_count(), static_cast<std::size_t>(rows_wanted));
  must(transaction->commit());
  EXPECT_EQ(must(store().count(*shape, name, std::vector<Value>{text("changed")})),
            static_cast<std::uint64_t>(rows_wanted));
}

TEST_P(ScanContract, is_not_confused_by_rows_that_come_meanwhile) {
  create({numbered("campaigns", {text_column("name")})});
  for (int i = 1; i <= 50; ++i) outside().insert("campaigns", {{"id", integer(i)}});
  std::multiset<std::int64_t> seen;
  bool inserted = false;
  const auto shape = table("campaigns");
  const ScanEnd end = must(store().scan({shape.get(), {0}}, [&](const LiveRow& row) {
    // Where a reader holds writers up, nothing is inserted, and that is fine too.
    if (seen.empty()) inserted = outside().try_insert("campaigns", {{"id", integer(1000)}});
    seen.insert(row.values[0].integer());
    return true;
  }));
  for (int i = 1; i <= 50; ++i) EXPECT_EQ(seen.count(i), 1U) << i;
  if (inserted && end.ranges == 1) {
    EXPECT_EQ(seen.count(1000), 0U) << "one piece is one moment";
  }
  if (inserted) {
    EXPECT_FALSE(end.mark.same_as(begin()->mark())) << "the mark is of the moment the scan began";
  }
}

TEST_P(ScanContract, of_a_table_that_has_gone_says_that_the_schema_has_changed) {
  create({numbered("campaigns", {text_column("name")})});
  const auto shape = table("campaigns");
  outside().drop_table("campaigns");
  const auto scanned = store().scan({shape.get(), {0}}, [](const LiveRow&) { return true; });
  ASSERT_FALSE(scanned.ok());
  EXPECT_EQ(scanned.error().kind, ErrorKind::SchemaChanged) << to_string(scanned.error());
}

}  // namespace
}  // namespace holdfast::contract
