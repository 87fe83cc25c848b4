// ReadMark: equal marks mean that nobody else has committed in between.
#include <gmock/gmock.h>

#include "tests/contract/contract_test.h"

namespace holdfast::contract {
namespace {

class MarkContract : public StoreContract {
 protected:
  void SetUp() override {
    create({numbered("campaigns", {text_column("name")})});
    outside().insert("campaigns", {{"id", integer(1)}, {"name", text("Hulu")}});
  }

  ReadMark scan_mark() {
    const auto shape = table("campaigns");
    return must(store().scan({shape.get(), {0}}, [](const LiveRow&) { return true; })).mark;
  }

  ReadMark locked_mark() { return begin()->mark(); }
};
HOLDFAST_CONTRACT(MarkContract);

TEST_P(MarkContract, stays_while_nobody_commits) {
  const ReadMark first = scan_mark();
  if (!first.value) GTEST_SKIP() << "the engine cannot tell";
  EXPECT_TRUE(first.same_as(scan_mark()));
  EXPECT_TRUE(first.same_as(locked_mark())) << "a transaction that begins now need not read again";
  EXPECT_TRUE(first.same_as(scan_mark()));
}

TEST_P(MarkContract, can_be_asked_for_by_itself) {
  const ReadMark first = must(store().mark());
  if (!first.value) GTEST_SKIP() << "the engine cannot tell";
  EXPECT_TRUE(first.same_as(must(store().mark())));
  EXPECT_TRUE(first.same_as(scan_mark()));
  put("campaigns", {{"name", text("ours")}});
  EXPECT_TRUE(first.same_as(must(store().mark()))) << "our own commits are no news";
  outside().insert("campaigns", {{"name", text("theirs")}});
  EXPECT_FALSE(first.same_as(must(store().mark())));
}

TEST_P(MarkContract, tells_another_schema) {
  const Schema before = load();
  EXPECT_TRUE(must(store().has_schema(before)));
  outside().insert("campaigns", {{"name", text("theirs")}});
  EXPECT_TRUE(must(store().has_schema(before)));
  outside().add_column("campaigns", text_column("later"));
  EXPECT_FALSE(must(store().has_schema(before)));
}

TEST_P(MarkContract, without_a_value_equals_nothing) {
  EXPECT_FALSE(ReadMark{}.same_as(ReadMark{}));
  EXPECT_FALSE(scan_mark().same_as(ReadMark{}));
}

TEST_P(MarkContract, moves_with_every_commit_of_somebody_else) {
  const std::vector<std::pair<std::string, std::function<void()>>> commits = {
      {"insert",
       [&] {
         outside().insert("campaigns", {{"name", text("x")}});
       }},
      {"update",
       [&] {
         outside().update("campaigns", "id", integer(1), {{"name", text("y")}});
       }},
      {"delete", [&] { outside().erase("campaigns", "id", integer(1)); }},
      {"a row that comes and goes",
       [&] {
         outside().insert("campaigns", {{"id", integer(77)}});
         outside().erase("campaigns", "id", integer(77));
       }},
      {"a new column", [&] { outside().add_column("campaigns", text_column("later")); }},
  };
  for (const auto& [name, commit] : commits) {
    SCOPED_TRACE(name);
    load();
    const ReadMark before = scan_mark();
    commit();
    load();
    EXPECT_FALSE(before.same_as(locked_mark()));
    EXPECT_FALSE(before.same_as(scan_mark()));
  }
}

TEST_P(MarkContract, does_not_move_under_the_lock) {
  const auto transaction = begin();
  const ReadMark first = transaction->mark();
  if (!first.value) GTEST_SKIP() << "the engine cannot tell";
  ASSERT_TRUE(insert(*transaction, "campaigns", {{"name", text("ours")}}).ok());
  EXPECT_TRUE(first.same_as(transaction->mark()));
}

TEST_P(MarkContract, is_not_confused_by_our_own_commits) {
  const ReadMark before = scan_mark();
  put("campaigns", {{"name", text("ours")}});
  const ReadMark ours = scan_mark();
  outside().insert("campaigns", {{"name", text("theirs")}});
  const ReadMark theirs = scan_mark();
  EXPECT_FALSE(before.same_as(theirs));
  EXPECT_FALSE(ours.same_as(theirs));
  put("campaigns", {{"name", text("ours again")}});
  EXPECT_FALSE(before.same_as(scan_mark()));
  EXPECT_FALSE(ours.same_as(scan_mark()));
}

TEST_P(MarkContract, moves_with_the_commits_of_another_store) {
  const auto other = fixture().open();
  const ReadMark before = scan_mark();
  const auto transaction = must(other->begin(load()));
  ASSERT_TRUE(insert(*transaction, "campaigns", {{"name", text("theirs")}}).ok());
  must(transaction->commit());
  EXPECT_FALSE(before.same_as(scan_mark()));
}

TEST_P(MarkContract, never_comes_back) {
  std::vector<ReadMark> seen = {scan_mark()};
  for (int i = 0; i < 20; ++i) {
    if (i % 3 == 0) put("campaigns", {{"name", text("ours")}});
    outside().insert("campaigns", {{"name", text("theirs")}});
    const ReadMark now = scan_mark();
    for (const ReadMark& earlier : seen) EXPECT_FALSE(now.same_as(earlier)) << i;
    seen.push_back(now);
  }
}

}  // namespace
}  // namespace holdfast::contract
