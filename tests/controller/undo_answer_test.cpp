// What an undo over HTTP is answered.
#include "agent/core/undo_answer.h"

#include <gmock/gmock.h>

#include "tests/agent/plan_builder.h"

namespace holdfast::agent {
namespace {

using testing::HasSubstr;
using testing::Not;

RowImage row_of(std::int64_t id) {
  return image({Value::integer(id), Value::text("A"), Value::text("1"), Value::text("secret@example.com")});
}

Change& change(SetBuilder& set, Outcome outcome, const std::string& message = {}) {
  Change& one = set.change(DriftClass::Changed, Action::Update);
  one.more().before = row_of(1);
  one.more().after = row_of(1);
  one.more().update = {2};
  one.more().message = message;
  one.outcome = outcome;
  if (outcome == Outcome::Blocked) one.reason = Reason::Undo;
  return one;
}

RunReport report_of(SetBuilder& set, std::uint32_t batches) {
  RunReport report;
  report.plan.sets.push_back(set.build());
  report.run = "01RUN";
  report.batches = batches;
  return report;
}

TEST(UndoAnswer, WhatIsTakenBackIsCountedAndHasARun) {
  SetBuilder set = campaigns();
  change(set, Outcome::Applied);
  change(set, Outcome::Applied);
  const Answer answer = undo_answer(report_of(set, 1));
  EXPECT_EQ(answer.kind, Answer::Kind::Done);
  EXPECT_EQ(answer.message, "2 changes taken back");
  EXPECT_EQ(answer.run, "01RUN");
}

TEST(UndoAnswer, WhatStaysIsNamedWithItsReason) {
  SetBuilder set = campaigns();
  change(set, Outcome::Applied);
  change(set, Outcome::Blocked, "the row has changed since");
  change(set, Outcome::Blocked, "the row has changed since");
  change(set, Outcome::Blocked);
  const Answer answer = undo_answer(report_of(set, 1));
  EXPECT_EQ(answer.kind, Answer::Kind::Done);
  EXPECT_EQ(answer.message,
            "1 change taken back, 3 changes left: campaigns: the row has changed since; campaigns: undo");
}

TEST(UndoAnswer, WhereNothingIsTakenBackItIsAConflictWithoutARun) {
  SetBuilder set = campaigns();
  change(set, Outcome::Blocked, "the row has changed since");
  const Answer stays = undo_answer(report_of(set, 0));
  EXPECT_EQ(stays.kind, Answer::Kind::Conflict);
  EXPECT_EQ(stays.message, "nothing is taken back, 1 change left: campaigns: the row has changed since");
  EXPECT_EQ(stays.run, "");

  const Answer nothing = undo_answer(RunReport());
  EXPECT_EQ(nothing.kind, Answer::Kind::Conflict);
  EXPECT_THAT(nothing.message, HasSubstr("taken back already"));
}

TEST(UndoAnswer, OnlyTheFirstThreeReasonsAreNamed) {
  SetBuilder set = campaigns();
  for (const char* why : {"one", "two", "three", "four"}) change(set, Outcome::Blocked, why);
  const Answer answer = undo_answer(report_of(set, 0));
  EXPECT_THAT(answer.message, HasSubstr("campaigns: three; holdfast undo --dry-run says more"));
  EXPECT_THAT(answer.message, Not(HasSubstr("four")));
}

// A disk that ran full in the middle said only that some changes were left.
TEST(UndoAnswer, WhyARunEndedEarlyIsSaid) {
  SetBuilder set = campaigns();
  change(set, Outcome::Applied);
  change(set, Outcome::Failed, "the run ended before it");
  RunReport report = report_of(set, 1);
  report.error = Error{ErrorKind::Terminal, "no room on the disk", "shop.db", ""};
  const Answer answer = undo_answer(report);
  EXPECT_EQ(answer.kind, Answer::Kind::Done);
  EXPECT_EQ(answer.message,
            "1 change taken back, 1 change left: campaigns: the run ended before it; it ended early: no room on the "
            "disk: shop.db");
}

// A full disk, a database that is read-only and a run that is partly forgotten were answered 404, as if there were no
// such run.
TEST(UndoAnswer, AnErrorIsNotThatThereIsNoSuchRun) {
  const std::pair<ErrorKind, Answer::Kind> table[] = {
      {ErrorKind::Terminal, Answer::Kind::Conflict},         {ErrorKind::Invalid, Answer::Kind::Conflict},
      {ErrorKind::Transient, Answer::Kind::Unavailable},     {ErrorKind::InDoubt, Answer::Kind::Unavailable},
      {ErrorKind::SchemaChanged, Answer::Kind::Unavailable},
  };
  for (const auto& [kind, want] : table) {
    const Answer answer = undo_refused({kind, "it went wrong", "shop.db", "mend it"});
    EXPECT_EQ(answer.kind, want);
    EXPECT_EQ(answer.message, "it went wrong: shop.db: mend it");
    EXPECT_EQ(answer.run, "");
  }
}

TEST(UndoAnswer, SensitiveValuesAreMasked) {
  SetBuilder set = campaigns();
  set.sensitive("email");
  change(set, Outcome::Blocked, "the row has changed since: email is secret@example.com");
  EXPECT_THAT(undo_answer(report_of(set, 0)).message, Not(HasSubstr("secret@")));
}

}  // namespace
}  // namespace holdfast::agent
