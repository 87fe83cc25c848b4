// What the controller decides, told as from / to / want: runs are told to it, its status and its orders are looked at.
#include "agent/core/controller.h"

#include <gmock/gmock.h>

#include "tests/controller/moment.h"

namespace holdfast::agent {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

Orders orders(const std::string& digest = "d1", std::vector<std::string> sets = {"campaigns"},
              std::chrono::milliseconds interval = seconds(30)) {
  Orders made{digest, digest, {}};
  for (const std::string& name : sets) made.sets.push_back({name, name, Mode::Enforce, interval});
  return made;
}

RunOutcome in_sync(std::uint64_t corrected = 0) {
  RunOutcome run;
  SetOutcome& set = run.sets["campaigns"];
  set.in_sync = true;
  set.declared_rows = 12;
  set.corrected = corrected;
  RunSummary::Set summary;
  summary.name = "campaigns";
  if (corrected > 0) summary.corrections[Action::Update] = corrected;
  run.summary.sets.push_back(summary);
  run.journalled = corrected > 0;
  return run;
}

RunOutcome drifted(DriftClass drift, Reason reason) {
  RunOutcome run = in_sync();
  SetOutcome& set = run.sets["campaigns"];
  set.in_sync = false;
  set.drift[static_cast<std::size_t>(drift)] = 1;
  set.blocked[reason] = 1;
  return run;
}

RunOutcome failed(ErrorKind kind) {
  RunOutcome run;
  run.error = Error{kind, "database is locked", "popup", "wait"};
  run.summary.error = to_string(*run.error);
  return run;
}

class ControllerTest : public testing::Test {
 protected:
  ControllerTest() { controller.take_orders(orders(), moment.now()); }

  std::optional<Trigger> due() {
    const std::optional<Work> work = controller.next(moment.now());
    return work ? std::optional<Trigger>(work->trigger) : std::nullopt;
  }
  void ran(const RunOutcome& outcome) { controller.ran(outcome, moment.now(), moment.now()); }
  // A whole run, which must be due.
  void run(const RunOutcome& outcome) {
    ASSERT_TRUE(due());
    ran(outcome);
  }
  SetStatus set() { return controller.status(moment.now()).sets.at(0); }
  std::string condition(ConditionType type) {
    for (const Condition& one : set().conditions) {
      if (one.type == type) return (one.status ? "yes " : "no ") + one.reason;
    }
    return "?";
  }
  std::vector<std::string> news() {
    std::vector<std::string> reasons;
    for (const Event& event : controller.take_news()) reasons.push_back(event.reason);
    return reasons;
  }

  Moment moment;
  Controller controller{"popup", "sqlite:popup.db", 1};
};

TEST_F(ControllerTest, StartsWithARunAndThenLooksAtEachInterval) {
  EXPECT_EQ(due(), Trigger::Start);
  EXPECT_FALSE(controller.decided());
  ran(in_sync());
  EXPECT_TRUE(controller.decided());
  EXPECT_EQ(due(), std::nullopt);
  EXPECT_EQ(*controller.wake_at(moment.now()) - moment.instant(), seconds(30));
  moment.pass(seconds(30));
  EXPECT_EQ(due(), Trigger::Interval);
}

TEST_F(ControllerTest, TheShortestIntervalOfItsSetsCounts) {
  controller.take_orders(orders("d2", {"campaigns", "properties"}, seconds(7)), moment.now());
  run(in_sync());
  EXPECT_EQ(*controller.wake_at(moment.now()) - moment.instant(), seconds(7));
}

TEST_F(ControllerTest, WithoutDocumentsNothingIsRun) {
  Controller fresh("shop", "", 1);
  fresh.wake(Trigger::Change);
  EXPECT_FALSE(fresh.next(moment.now()));
}

// Found by the simulation: there is nothing that could be done now, and whoever was woken for it spun.
TEST_F(ControllerTest, WithoutDocumentsNothingIsDue) {
  Controller fresh("shop", "", 1);
  fresh.wake(Trigger::Person);
  EXPECT_FALSE(fresh.wake_at(moment.now()));
  Request pause;
  pause.length = minutes(30);
  fresh.pause(pause, moment.now());
  EXPECT_EQ(*fresh.wake_at(moment.now()) - moment.instant(), minutes(30));
  fresh.take_orders(orders(), moment.now());
  EXPECT_LE(*fresh.wake_at(moment.now()), moment.instant());
}

TEST_F(ControllerTest, ALongRunIsShownWhileItLasts) {
  run(drifted(DriftClass::Changed, Reason::None));
  const auto others = [&] {
    return condition(ConditionType::Ready) + condition(ConditionType::Stalled) + condition(ConditionType::Drifted);
  };
  const std::string before = others();
  controller.goes_on(moment.now());
  EXPECT_EQ(condition(ConditionType::Reconciling), "yes Running");
  EXPECT_EQ(others(), before);
  controller.wake(Trigger::Person);
  run(in_sync());
  EXPECT_EQ(condition(ConditionType::Reconciling), "no Idle");
}

TEST_F(ControllerTest, WhatMayBeTheDatabaseComingBackHurries) {
  run(in_sync());
  const auto fail_often = [&](ErrorKind kind) {
    for (int failure = 0; failure < 12; ++failure) {
      controller.wake(Trigger::Person);
      run(failed(kind));
    }
  };
  fail_often(ErrorKind::Terminal);
  controller.wake(Trigger::Change);
  EXPECT_EQ(*controller.wake_at(moment.now()) - moment.instant(), seconds(1));
  // It can be reached, and a change does not get through: somebody who writes all the time is no reason to hurry.
  fail_often(ErrorKind::SchemaChanged);
  controller.wake(Trigger::Change);
  EXPECT_GT(*controller.wake_at(moment.now()) - moment.instant(), seconds(20));
  controller.saw_another_file();
  EXPECT_EQ(*controller.wake_at(moment.now()) - moment.instant(), seconds(1));
}

struct Said {
  std::string what;
  RunOutcome run;
  std::string ready, reconciling, stalled, drifted;
};

TEST_F(ControllerTest, ConditionsSayWhatARunHasLeft) {
  RunOutcome no_table = in_sync();
  no_table.sets["campaigns"].in_sync = false;
  no_table.sets["campaigns"].stopped = "table campaigns is not there";
  no_table.sets["campaigns"].stopped_reason = Reason::NoTable;
  RunOutcome waits = drifted(DriftClass::Forbidden, Reason::Budget);
  waits.sets["campaigns"].waits = true;
  RunOutcome fails = drifted(DriftClass::Changed, Reason::None);
  fails.sets["campaigns"].failed = 1;
  const Said cases[] = {
      {"in sync", in_sync(), "yes Decided", "no Idle", "no Progressing", "no InSync"},
      {"blocked", drifted(DriftClass::Forbidden, Reason::Dependents), "yes Decided", "no Idle", "yes Blocked",
       "yes DriftLeft"},
      {"over budget", waits, "yes Decided", "no Idle", "yes WaitsForConfirmation", "yes DriftLeft"},
      {"no table", no_table, "yes Decided", "no Idle", "yes NoTable", "yes DriftLeft"},
      {"a change fails", fails, "yes Decided", "yes Retrying", "yes ChangesFail", "yes DriftLeft"},
      {"locked", failed(ErrorKind::Transient), "yes Decided", "yes Retrying", "no Retrying", "yes DriftLeft"},
      {"corrupt", failed(ErrorKind::Terminal), "yes Decided", "yes Retrying", "yes DatabaseUnusable", "yes DriftLeft"},
  };
  for (const Said& one : cases) {
    controller.wake(Trigger::Person);
    run(one.run);
    EXPECT_EQ(condition(ConditionType::Ready), one.ready) << one.what;
    EXPECT_EQ(condition(ConditionType::Reconciling), one.reconciling) << one.what;
    EXPECT_EQ(condition(ConditionType::Stalled), one.stalled) << one.what;
    EXPECT_EQ(condition(ConditionType::Drifted), one.drifted) << one.what;
  }
}

TEST_F(ControllerTest, AConditionKeepsItsTimeWhileItStays) {
  run(in_sync());
  const WallTime since = set().conditions[3].since;
  moment.pass(minutes(5));
  run(in_sync());
  EXPECT_EQ(set().conditions[3].since, since);
}

TEST_F(ControllerTest, AFailedRunComesBackByItself) {
  run(failed(ErrorKind::Transient));
  EXPECT_FALSE(controller.status(moment.now()).up);
  EXPECT_EQ(due(), std::nullopt);
  moment.pass(std::chrono::milliseconds(120));
  EXPECT_EQ(due(), Trigger::Retry);
  ran(in_sync());
  EXPECT_TRUE(controller.status(moment.now()).up);
}

TEST_F(ControllerTest, DriftThatStaysIsToldOnce) {
  run(drifted(DriftClass::Forbidden, Reason::Dependents));
  EXPECT_THAT(news(), testing::Contains("DriftLeft"));
  for (int i = 0; i < 5; ++i) {
    moment.pass(seconds(31));
    run(drifted(DriftClass::Forbidden, Reason::Dependents));
  }
  EXPECT_THAT(news(), testing::IsEmpty());
  moment.pass(seconds(31));
  run(in_sync());
  EXPECT_THAT(news(), testing::ElementsAre("InSync"));
}

TEST_F(ControllerTest, CorrectionsAreToldAndKeptAsRuns) {
  run(in_sync(2));
  EXPECT_THAT(news(), testing::Contains("Corrected"));
  EXPECT_EQ(controller.status(moment.now()).runs.size(), 1U);
  moment.pass(seconds(31));
  run(in_sync());
  EXPECT_EQ(controller.status(moment.now()).runs.size(), 1U) << "a run that found nothing to do is none to keep";
}

TEST_F(ControllerTest, APauseEndsByItselfAndItsEndIsLookedAt) {
  run(in_sync());
  Request request;
  request.row_set = "campaigns";
  request.length = minutes(30);
  request.who = "ann";
  EXPECT_EQ(controller.pause(request, moment.now()).kind, Answer::Kind::Done);
  EXPECT_EQ(due(), Trigger::Person);
  ran(in_sync());
  ASSERT_TRUE(set().pause);
  EXPECT_EQ(set().pause->who, "ann");
  EXPECT_EQ(condition(ConditionType::Reconciling), "no Paused");
  moment.pass(minutes(30));
  EXPECT_EQ(due(), Trigger::Resume);
  EXPECT_FALSE(set().pause);
  EXPECT_THAT(news(), testing::Contains("PauseEnded"));
}

TEST_F(ControllerTest, APauseOfASetThatIsNotThereIsRefused) {
  Request request;
  request.row_set = "campaign";
  EXPECT_EQ(controller.pause(request, moment.now()).kind, Answer::Kind::NotFound);
  EXPECT_EQ(controller.resume(request, moment.now()).kind, Answer::Kind::NotFound);
}

TEST_F(ControllerTest, PausesOutliveARestartAndTheirSetDoesNot) {
  Request request;
  request.length = minutes(30);
  controller.pause(request, moment.now());
  Controller next("popup", "", 1);
  next.take_orders(orders(), moment.now());
  Pauses kept = controller.pauses();
  kept["gone"] = {moment.now().wall + minutes(5), "bob"};
  kept["campaigns"] = {moment.now().wall - minutes(5), "bob"};
  next.take_pauses(kept, moment.now());
  EXPECT_EQ(next.pauses().size(), 1U);
  EXPECT_TRUE(next.pauses().contains(""));
}

TEST_F(ControllerTest, ResumeOfASetOfAPausedDatabaseSaysWhatToDo) {
  controller.pause({}, moment.now());
  Request request;
  request.row_set = "campaigns";
  EXPECT_EQ(controller.resume(request, moment.now()).kind, Answer::Kind::Conflict);
  EXPECT_EQ(controller.resume({}, moment.now()).kind, Answer::Kind::Done);
  EXPECT_TRUE(controller.pauses().empty());
}

TEST_F(ControllerTest, NewDocumentsRollOutAndForgetWhatIsGone) {
  run(in_sync());
  controller.take_orders(orders("d2", {"properties"}), moment.now());
  EXPECT_EQ(due(), Trigger::Documents);
  EXPECT_EQ(set().name, "properties");
  EXPECT_FALSE(controller.decided()) << "it has had no run yet";
  EXPECT_THAT(news(), testing::Contains("DocumentsChanged"));
}

// Found by the simulation: somebody adds five forbidden rows at once, they go in one run, and that was a fight.
TEST_F(ControllerTest, ManyRowsOfOneRuleInOneRunAreNoFight) {
  RunOutcome mended = in_sync(5);
  for (const char* id : {"1", "2", "3", "4", "5", "6"}) {
    mended.corrections.push_back({"campaigns", "rule 0", std::string("id ") + id, DriftClass::Forbidden, id});
  }
  run(mended);
  EXPECT_THAT(news(), testing::Not(testing::Contains("Fight")));
  EXPECT_TRUE(set().fights.empty());
  for (int i = 2; i <= 5; ++i) {
    controller.wake(Trigger::Person);
    run(mended);
  }
  EXPECT_THAT(news(), testing::Contains("Fight"));
}

TEST_F(ControllerTest, AFightIsHeldAndLookedAtAgainWhenTheHoldEnds) {
  RunOutcome mended = in_sync(1);
  mended.corrections.push_back({"campaigns", "row 1", "name \"Hulu\"", DriftClass::Changed, "x"});
  for (int made = 0; made < 5; ++made) {
    controller.wake(Trigger::Change);
    run(mended);
    moment.pass(seconds(1));
  }
  EXPECT_THAT(news(), testing::Contains("Fight"));
  ASSERT_EQ(set().fights.size(), 1U);
  EXPECT_TRUE(set().fights[0].held_until);
  EXPECT_EQ(*controller.wake_at(moment.now()) - moment.instant(), seconds(4));
  moment.pass(seconds(4));
  EXPECT_EQ(due(), Trigger::Resume);
}

// What review() does to a plan.
class ReviewTest : public ControllerTest {
 protected:
  // One planned change of a row that nothing declares; `cause` of the run.
  Plan plan(Cause cause = Cause::Edit) {
    Plan made;
    SetPlan set_plan;
    set_plan.name = "campaigns";
    set_plan.set = std::make_shared<const BoundSet>();
    set_plan.cause = cause;
    for (const Outcome outcome : {Outcome::Planned, Outcome::Blocked}) {
      Change change;
      change.action = Action::Update;
      change.outcome = outcome;
      set_plan.changes.push_back(std::move(change));
    }
    made.sets.push_back(std::move(set_plan));
    return made;
  }
  std::string first(const Plan& reviewed) {
    const Change& change = reviewed.sets[0].changes[0];
    return std::string(to_string(change.outcome)) + " " + std::string(to_string(change.reason));
  }
  void fight() {
    RunOutcome mended = in_sync(1);
    const Plan one = plan();
    mended.corrections.push_back(
        {"campaigns", subject_of(one.sets[0], one.sets[0].changes[0]), "?", DriftClass::Changed, "x"});
    for (int made = 0; made < 5; ++made) {
      controller.wake(Trigger::Change);
      run(mended);
    }
  }
};

TEST_F(ReviewTest, WhatIsPlannedIsCarriedOut) {
  Plan one = plan();
  controller.review(one, moment.now());
  EXPECT_EQ(first(one), "planned ");
}

TEST_F(ReviewTest, APausedSetHoldsWhatIsPlannedAndNothingElse) {
  Request request;
  request.row_set = "campaigns";
  controller.pause(request, moment.now());
  Plan one = plan();
  controller.review(one, moment.now());
  EXPECT_EQ(first(one), "held pause");
  EXPECT_EQ(one.sets[0].changes[1].outcome, Outcome::Blocked);
}

TEST_F(ReviewTest, ARowInAFightIsHeldButNotARollOutOrWhatAWipeTook) {
  fight();
  for (const auto& [cause, want] : {std::pair{Cause::Edit, "held fight"}, std::pair{Cause::Rollout, "planned "},
                                    std::pair{Cause::Wipe, "planned "}, std::pair{Cause::Vanish, "planned "}}) {
    Plan one = plan(cause);
    controller.review(one, moment.now());
    EXPECT_EQ(first(one), want) << to_string(cause);
  }
}

TEST_F(ReviewTest, OtherDocumentsAreAnotherWish) {
  fight();
  controller.take_orders(orders("d2"), moment.now());
  Plan one = plan();
  controller.review(one, moment.now());
  EXPECT_EQ(first(one), "planned ");
}

TEST_F(ControllerTest, ARowThatFailsEachTimeDoesNotHoldUpTheOthers) {
  RunOutcome failing = drifted(DriftClass::Missing, Reason::None);
  failing.sets["campaigns"].failed = 1;
  run(failing);
  for (int times = 0; times < 20; ++times) {
    moment.pass(
        std::chrono::duration_cast<std::chrono::milliseconds>(*controller.wake_at(moment.now()) - moment.instant()) +
        std::chrono::milliseconds(1));
    run(failing);
  }
  EXPECT_EQ(condition(ConditionType::Stalled), "yes ChangesFail");
  controller.wake(Trigger::Change);
  EXPECT_EQ(due(), Trigger::Change);
}

// A migration has taken a declared column away: nothing can be compared any more, and status said "in sync".
TEST_F(ControllerTest, DocumentsThatDoNotFitAnyMoreAreNotInSync) {
  run(in_sync());
  RunOutcome unfit;
  unfit.mistakes = {"rows.yaml:3:5: there is no column url"};
  unfit.summary.error = unfit.mistakes.front();
  controller.wake(Trigger::Change);
  run(unfit);
  EXPECT_EQ(controller.status(moment.now()).error, unfit.summary.error);
  EXPECT_FALSE(set().in_sync);
  EXPECT_TRUE(controller.status(moment.now()).up);
  controller.wake(Trigger::Person);
  run(in_sync());
  EXPECT_TRUE(set().in_sync);
  EXPECT_EQ(controller.status(moment.now()).error, "");
}

TEST_F(ControllerTest, ABusyDatabaseIsAsItWasLastSeen) {
  run(in_sync());
  controller.wake(Trigger::Change);
  run(failed(ErrorKind::Transient));
  EXPECT_TRUE(set().in_sync);
}

TEST_F(ControllerTest, AClockThatIsSetBackMakesNoPauseLonger) {
  run(in_sync());
  Request pause;
  pause.kind = Request::Kind::Pause;
  pause.length = minutes(30);
  (void)controller.pause(pause, moment.now());
  moment.pass(minutes(29));
  Now back = moment.now();
  back.wall -= std::chrono::hours(24);
  (void)controller.next(back);
  ASSERT_EQ(controller.pauses().size(), 1U);
  EXPECT_EQ(*controller.wake_at(back), std::min(*controller.wake_at(back), moment.instant() + minutes(1)));
  moment.pass(minutes(1));
  back = moment.now();
  back.wall -= std::chrono::hours(24);
  (void)controller.next(back);
  EXPECT_TRUE(controller.pauses().empty());
}

TEST_F(ControllerTest, APauseThatWasKeptIsNoLongerThanOneMayBe) {
  run(in_sync());
  controller.take_pauses({{"campaigns", {moment.now().wall + std::chrono::hours(24 * 365), "ann"}}}, moment.now());
  moment.pass(longest_pause);
  (void)controller.next(moment.now());
  EXPECT_TRUE(controller.pauses().empty());
}

TEST_F(ControllerTest, AnExpectationThatIsNotMetIsACondition) {
  RunOutcome run_now = in_sync();
  run_now.sets["campaigns"].expectations = {{"twelve", false}, {"some", true}};
  run(run_now);
  const auto healthy = [this] {
    for (const Condition& one : controller.status(moment.now()).conditions) {
      if (one.type == ConditionType::Healthy) return one.reason + ": " + one.message;
    }
    return std::string("?");
  };
  EXPECT_EQ(healthy(), "ExpectationNotMet: what is expected is not so: campaigns: twelve");
  run_now.sets["campaigns"].expectations["twelve"] = true;
  controller.wake(Trigger::Change);
  run(run_now);
  EXPECT_EQ(healthy(), "NothingFound: ");
}

}  // namespace
}  // namespace holdfast::agent
