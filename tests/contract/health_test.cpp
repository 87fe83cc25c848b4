// What a store tells about the whole: soundness, size, marks of tables, rows that refer to nothing.
#include <gmock/gmock.h>

#include "tests/contract/contract_test.h"

namespace holdfast::contract {
namespace {

using namespace std::chrono_literals;

class HealthContract : public StoreContract {
 protected:
  void create_family() {
    TableDescription clicks = numbered("clicks", {integer_column("campaign_id"), text_column("code")});
    clicks.references = {{{"campaign_id"}, "campaigns", {"id"}, ForeignKeyAction::Cascade, {}}};
    create({numbered("campaigns", {text_column("name")}), clicks});
  }

  TableMark mark(const std::string& name) { return must(store().table_mark(*table(name))); }

  OrphanReport orphans(const std::string& child, const std::string& column, const std::string& parent,
                       const std::string& parent_column, std::uint64_t limit = 100) {
    const auto one = table(child), other = table(parent);
    const ColumnList columns = {one->find(column)}, parents = {other->find(parent_column)};
    return must(store().count_orphans({*one, columns, *other, parents}, limit, 5s));
  }
};
HOLDFAST_CONTRACT(HealthContract);

TEST_P(HealthContract, a_sound_database_is_sound) {
  create_family();
  outside().insert("campaigns", {{"id", integer(1)}, {"name", text("Hulu")}});
  const IntegrityReport report = must(store().check_integrity(5s));
  EXPECT_EQ(report.integrity, Integrity::Sound);
  EXPECT_TRUE(report.problems.empty());
}

TEST_P(HealthContract, storage_grows_with_rows) {
  create_family();
  const StorageReport before = must(store().storage());
  for (int i = 0; i < 100; ++i) outside().insert("campaigns", {{"name", text(std::string(1000, 'x'))}});
  const StorageReport after = must(store().storage());
  EXPECT_GE(after.bytes, before.bytes + 100'000);
  EXPECT_LE(after.free_bytes, after.bytes);
}

TEST_P(HealthContract, a_mark_says_whether_a_table_is_empty_and_how_far_it_is) {
  create_family();
  EXPECT_EQ(mark("campaigns"), TableMark{});
  outside().insert("campaigns", {{"id", integer(7)}, {"name", text("Hulu")}});
  outside().insert("campaigns", {{"id", integer(3)}, {"name", text("Paramount")}});
  EXPECT_FALSE(mark("campaigns").empty);
  EXPECT_EQ(mark("campaigns").highest, 7);
  outside().erase("campaigns", "id", integer(7));
  EXPECT_EQ(mark("campaigns").highest, 3) << "of the rows that are there";
  EXPECT_EQ(mark("campaigns").given, std::nullopt) << "nothing remembers it without AUTOINCREMENT";
}

TEST_P(HealthContract, a_mark_remembers_what_autoincrement_has_given) {
  TableDescription campaigns = numbered("campaigns", {text_column("name")});
  campaigns.autoincrement = true;
  create({campaigns});
  EXPECT_EQ(mark("campaigns").given, std::nullopt);
  outside().insert("campaigns", {{"id", integer(9)}, {"name", text("Hulu")}});
  outside().erase("campaigns", "id", integer(9));
  const TableMark emptied = mark("campaigns");
  EXPECT_TRUE(emptied.empty);
  EXPECT_EQ(emptied.highest, std::nullopt);
  EXPECT_EQ(emptied.given, 9);
}

TEST_P(HealthContract, a_mark_of_a_table_without_row_numbers_has_none) {
  if (!capabilities.without_rowid) GTEST_SKIP();
  TableDescription codes;
  codes.name = "codes";
  codes.columns = {text_column("code"), text_column("name")};
  codes.primary_key = {"code"};
  codes.without_rowid = true;
  create({codes});
  EXPECT_EQ(mark("codes"), TableMark{});
  outside().insert("codes", {{"code", text("mmm")}, {"name", text("ModeMarketMunchies")}});
  EXPECT_FALSE(mark("codes").empty);
  EXPECT_EQ(mark("codes").highest, std::nullopt);
}

TEST_P(HealthContract, orphans_are_rows_whose_reference_leads_nowhere) {
  create_family();
  outside().insert("campaigns", {{"id", integer(1)}, {"name", text("Hulu")}});
  outside().insert("clicks", {{"campaign_id", integer(1)}});
  outside().insert("clicks", {{"campaign_id", integer(2)}});
  outside().insert("clicks", {{"campaign_id", integer(3)}});
  outside().insert("clicks", {{"campaign_id", null()}});
  const OrphanReport found = orphans("clicks", "campaign_id", "campaigns", "id");
  EXPECT_TRUE(found.complete);
  EXPECT_EQ(found.rows, 2U) << "null refers to nothing by intent";
  EXPECT_FALSE(found.more);
}

TEST_P(HealthContract, orphans_are_counted_to_a_limit) {
  create_family();
  for (int i = 1; i <= 5; ++i) outside().insert("clicks", {{"campaign_id", integer(i)}});
  EXPECT_EQ(orphans("clicks", "campaign_id", "campaigns", "id", 3).rows, 3U);
  EXPECT_TRUE(orphans("clicks", "campaign_id", "campaigns", "id", 3).more);
  EXPECT_FALSE(orphans("clicks", "campaign_id", "campaigns", "id", 6).more);
}

TEST_P(HealthContract, orphans_are_compared_as_the_parents_column_compares) {
  TableDescription names = numbered("names", {collated(text_column("name"), Collation::NoCase)});
  names.unique = {{{"name"}, {}, ""}};
  create({names, numbered("uses", {any_column("name")})});
  outside().insert("names", {{"name", text("Hulu")}});
  outside().insert("names", {{"name", text("007")}});
  outside().insert("uses", {{"name", text("HULU")}});
  outside().insert("uses", {{"name", integer(7)}});  // as text it is '7'
  EXPECT_EQ(orphans("uses", "name", "names", "name").rows, 1U);
}

}  // namespace
}  // namespace holdfast::contract
