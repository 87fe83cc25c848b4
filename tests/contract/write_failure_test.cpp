// Transaction: a row that breaks a rule fails alone. Nothing is replaced, nothing is half done, the rest goes on.
#include <gmock/gmock.h>

#include "tests/contract/contract_test.h"

namespace holdfast::contract {
namespace {

using testing::IsEmpty;

class WriteFailureContract : public StoreContract {
 protected:
  // `campaigns` has one of each rule and the rows 1 and 2.
  void create_guarded() {
    TableDescription guarded =
        numbered("campaigns", {not_null(with_default(text_column("name"), text("unnamed"))), text_column("code"),
                               collated(text_column("folded"), Collation::NoCase), integer_column("a"),
                               integer_column("b"), integer_column("percentage"), text_column("by_index")});
    guarded.unique = {
        {{"code"}, {}, ""}, {{"folded"}, {}, ""}, {{"a", "b"}, {}, ""}, {{"by_index"}, {Collation::NoCase}, ""}};
    if (capabilities.checks) guarded.checks = {{"percentage", 0}};
    create({guarded});
    for (std::int64_t id = 1; id <= 2; ++id) {
      const std::string suffix = std::to_string(id);
      put("campaigns", {{"id", integer(id)},
                        {"name", text("name" + suffix)},
                        {"code", text("code" + suffix)},
                        {"folded", text("Folded" + suffix)},
                        {"a", integer(1)},
                        {"b", integer(id)},
                        {"by_index", text("index" + suffix)}});
    }
  }

  // A failing statement leaves no trace, and the transaction goes on.
  void expect_alone(const std::function<WriteOutcome(Transaction&)>& statement, RowFailure want) {
    const auto before = rows("campaigns");
    const auto transaction = begin();
    const WriteOutcome outcome = statement(*transaction);
    EXPECT_EQ(outcome.failure, want) << outcome.message;
    EXPECT_FALSE(outcome.message.empty());
    EXPECT_EQ(transaction->touch_count(), 0U);
    EXPECT_EQ(rows_locked(*transaction, "campaigns"), before) << "nothing is replaced";
    EXPECT_TRUE(insert(*transaction, "campaigns", {{"id", integer(50)}}).ok()) << "the rest goes on";
    EXPECT_EQ(transaction->touch_count(), 1U);
    must(transaction->commit());
    EXPECT_EQ(outside().erase("campaigns", "id", integer(50)), 1U);
    EXPECT_EQ(rows("campaigns"), before);
  }
};
HOLDFAST_CONTRACT(WriteFailureContract);

struct FailureCase {
  std::string name;
  Cells cells;
  RowFailure want;
};

std::vector<FailureCase> broken_rules(const Capabilities& capabilities) {
  std::vector<FailureCase> cases = {
      {"null where none may be, default or not", {{"name", null()}}, RowFailure::NotNull},
      {"primary key", {{"id", integer(2)}}, RowFailure::Unique},
      {"primary key written as text", {{"id", text("2")}}, RowFailure::Unique},
      {"unique column", {{"code", text("code2")}}, RowFailure::Unique},
      {"unique under NOCASE", {{"folded", text("FOLDED2")}}, RowFailure::Unique},
      {"unique together", {{"a", integer(1)}, {"b", integer(2)}}, RowFailure::Unique},
      {"unique together, one of them a whole real", {{"a", real(1.0)}, {"b", integer(2)}}, RowFailure::Unique},
      {"unique by an index with another collation", {{"by_index", text("INDEX2")}}, RowFailure::Unique},
  };
  if (capabilities.rowid) {
    cases.push_back({"a row number that is no number", {{"id", text("two")}}, RowFailure::Datatype});
  }
  if (capabilities.checks) cases.push_back({"check", {{"percentage", integer(-1)}}, RowFailure::Check});
  return cases;
}

TEST_P(WriteFailureContract, an_insert_that_breaks_a_rule_fails_alone) {
  create_guarded();
  for (const FailureCase& one : broken_rules(capabilities)) {
    SCOPED_TRACE(one.name);
    expect_alone([&](Transaction& transaction) { return insert(transaction, "campaigns", one.cells); }, one.want);
  }
}

TEST_P(WriteFailureContract, an_update_that_breaks_a_rule_fails_alone) {
  create_guarded();
  for (const FailureCase& one : broken_rules(capabilities)) {
    SCOPED_TRACE(one.name);
    expect_alone([&](Transaction& transaction) { return update(transaction, "campaigns", {integer(1)}, one.cells); },
                 one.want);
  }
}

TEST_P(WriteFailureContract, a_rule_is_broken_by_what_the_transaction_itself_has_written) {
  create_guarded();
  const auto transaction = begin();
  ASSERT_TRUE(insert(*transaction, "campaigns", {{"code", text("new")}}).ok());
  EXPECT_EQ(insert(*transaction, "campaigns", {{"code", text("new")}}).failure, RowFailure::Unique);
  ASSERT_TRUE(erase(*transaction, "campaigns", {integer(2)}).ok());
  EXPECT_TRUE(insert(*transaction, "campaigns", {{"code", text("code2")}}).ok()) << "free again";
}

TEST_P(WriteFailureContract, a_row_does_not_clash_with_itself) {
  create_guarded();
  const auto transaction = begin();
  EXPECT_TRUE(update(*transaction, "campaigns", {integer(1)},
                     {{"id", integer(1)}, {"code", text("code1")}, {"folded", text("FOLDED1")}, {"b", integer(1)}})
                  .ok());
  EXPECT_EQ(fetch(*transaction, "campaigns", {integer(1)})->values[3], text("FOLDED1"));
}

TEST_P(WriteFailureContract, nulls_are_never_equal) {
  create_guarded();
  for (int i = 0; i < 2; ++i) {
    put("campaigns", {{"code", null()}, {"folded", null()}, {"a", integer(1)}, {"b", null()}});
  }
  EXPECT_EQ(rows("campaigns").size(), 4U);
}

TEST_P(WriteFailureContract, a_partial_unique_index_counts_its_own_rows_only) {
  if (!capabilities.partial_unique) GTEST_SKIP() << "the engine has no partial indexes";
  TableDescription described = numbered("partly", {text_column("code"), integer_column("live")});
  described.unique = {{{"code"}, {}, "live"}};
  create({described});
  put("partly", {{"code", text("x")}, {"live", integer(1)}});
  put("partly", {{"code", text("x")}});
  put("partly", {{"code", text("x")}});
  const auto transaction = begin();
  EXPECT_EQ(insert(*transaction, "partly", {{"code", text("x")}, {"live", integer(2)}}).failure, RowFailure::Unique);
  EXPECT_EQ(update(*transaction, "partly", {integer(2)}, {{"live", integer(2)}}).failure, RowFailure::Unique);
  EXPECT_TRUE(update(*transaction, "partly", {integer(1)}, {{"live", null()}}).ok());
  EXPECT_TRUE(update(*transaction, "partly", {integer(2)}, {{"live", integer(2)}}).ok());
}

TEST_P(WriteFailureContract, a_key_without_row_numbers_is_unique_and_never_null) {
  if (!capabilities.without_rowid) GTEST_SKIP() << "the engine has no such tables";
  TableDescription described;
  described.name = "stock";
  described.columns = {collated(text_column("code"), Collation::NoCase), integer_column("n")};
  described.primary_key = {"code", "n"};
  described.without_rowid = true;
  create({described});
  put("stock", {{"code", text("a")}, {"n", integer(1)}});
  put("stock", {{"code", text("b")}, {"n", integer(1)}});
  const auto transaction = begin();
  EXPECT_EQ(insert(*transaction, "stock", {{"code", text("A")}, {"n", integer(1)}}).failure, RowFailure::Unique);
  EXPECT_EQ(insert(*transaction, "stock", {{"code", text("a")}}).failure, RowFailure::NotNull);
  EXPECT_EQ(update(*transaction, "stock", {text("b"), integer(1)}, {{"code", text("a")}}).failure, RowFailure::Unique);
  EXPECT_EQ(transaction->touch_count(), 0U);
}

TEST_P(WriteFailureContract, a_strict_table_refuses_other_types) {
  if (!capabilities.strict) GTEST_SKIP() << "the engine has no strict tables";
  TableDescription described = numbered("strict_one", {integer_column("n"),
                                                       text_column("t"),
                                                       real_column("r"),
                                                       {"b", "BLOB", Affinity::Blob, false, Collation::Binary, {}}});
  described.strict = true;
  create({described});
  const std::vector<Cells> refused = {{{"n", text("seven")}}, {{"n", real(2.5)}},    {{"n", blob("7")}},
                                      {{"t", blob("x")}},     {{"r", text("much")}}, {{"b", text("x")}},
                                      {{"b", integer(1)}}};
  const auto transaction = begin();
  for (const Cells& cells : refused) {
    SCOPED_TRACE(cells.front().first + " " + testing::PrintToString(cells.front().second));
    EXPECT_EQ(insert(*transaction, "strict_one", cells).failure, RowFailure::Datatype);
  }
  EXPECT_THAT(rows_locked(*transaction, "strict_one"), IsEmpty());
  const std::vector<Cells> taken = {
      {{"n", integer(7)}}, {{"t", text("x")}}, {{"r", integer(1)}}, {{"b", blob("x")}}, {{"n", null()}}};
  for (const Cells& cells : taken) EXPECT_TRUE(insert(*transaction, "strict_one", cells).ok()) << cells.front().first;
  EXPECT_EQ(fetch(*transaction, "strict_one", {integer(3)})->values[3], real(1.0));
}

}  // namespace
}  // namespace holdfast::contract
