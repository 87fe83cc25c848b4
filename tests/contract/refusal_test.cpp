// What not every engine can do: it does it, or it refuses it by name. Tested both ways.
#include <gmock/gmock.h>

#include "tests/contract/contract_test.h"

namespace holdfast::contract {
namespace {

using testing::HasSubstr;

class RefusalContract : public StoreContract {
 protected:
  void SetUp() override {
    create({numbered("campaigns", {text_column("name")})});
    for (int i = 0; i < 3; ++i) outside().insert("campaigns", {{"name", text("x")}});
  }

  static Expectation expectation(const std::string& query) {
    Expectation made;
    made.name = "no-orphans";
    made.query = query;
    return made;
  }
};
HOLDFAST_CONTRACT(RefusalContract);

TEST_P(RefusalContract, the_journal_mode_is_switched_or_refused) {
  must(store().set_journal_mode(JournalMode::Keep));
  const Result<void> switched = store().set_journal_mode(JournalMode::Wal);
  if (capabilities.wal) {
    must(switched);
    must(store().set_journal_mode(JournalMode::Wal));
  } else {
    ASSERT_FALSE(switched.ok());
    EXPECT_EQ(switched.error().kind, ErrorKind::Invalid);
    EXPECT_THAT(to_string(switched.error()), HasSubstr("journalMode"));
  }
  put("campaigns", {{"name", text("after")}});
  EXPECT_EQ(outside().rows("campaigns").size(), 4U);
}

TEST_P(RefusalContract, an_expectation_is_answered_or_refused) {
  const auto answer = store().expect(expectation("SELECT count(*) FROM campaigns"));
  if (capabilities.expectations) {
    EXPECT_EQ(must(answer).value, 3.0);
    EXPECT_EQ(must(store().expect(expectation("SELECT 0.5"))).value, 0.5);
  } else {
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.error().kind, ErrorKind::Invalid);
    EXPECT_THAT(to_string(answer.error()), HasSubstr("no-orphans"));
  }
}

TEST_P(RefusalContract, an_expectation_only_reads_one_number) {
  for (const std::string query :
       {"DELETE FROM campaigns", "DELETE FROM campaigns RETURNING 1", "UPDATE campaigns SET name = 'y'",
        "DROP TABLE campaigns", "SELECT 1; DELETE FROM campaigns", "SELECT 1, 2", "SELECT id FROM campaigns",
        "SELECT 'text'", "SELECT NULL", "SELECT id FROM campaigns WHERE id = 99", "no words of any language", ""}) {
    SCOPED_TRACE(query);
    const auto answer = store().expect(expectation(query));
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.error().kind, ErrorKind::Invalid) << to_string(answer.error());
    EXPECT_THAT(to_string(answer.error()), HasSubstr("no-orphans")) << "which one";
  }
  const auto left = outside().rows("campaigns");
  ASSERT_EQ(left.size(), 3U);
  EXPECT_EQ(left[0][1], text("x"));
}

TEST_P(RefusalContract, an_expectation_ends_when_its_time_is_over) {
  if (!capabilities.expectations) GTEST_SKIP() << "the engine answers no expectations";
  Expectation endless =
      expectation("WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r");
  endless.timeout = std::chrono::milliseconds(30);
  const auto answer = store().expect(endless);
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().kind, ErrorKind::Transient) << to_string(answer.error());
  EXPECT_EQ(must(store().expect(expectation("SELECT count(*) FROM campaigns"))).value, 3.0)
      << "and the next is answered";
}

}  // namespace
}  // namespace holdfast::contract
