#include "agent/render/plan_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/agent/plan_builder.h"

namespace holdfast::agent {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string rendered(const Report& report, TextOptions options = {}) {
  StringSink out;
  render_text(report, options, out);
  return out.text;
}

Report report_of(SetPlan set) {
  Report report;
  report.plan.sets.push_back(std::move(set));
  return report;
}

TEST(PlanText, shows_deletes_first_row_by_row_and_column_by_column) {
  EXPECT_EQ(rendered(usual_report()), R"(campaigns  table campaigns, database popup, Enforce
  - delete name " PRIZIES" (id 13), forbidden, and 3 rows of clicks, 1 of campaign_properties
      id        13
      name      " PRIZIES"
      offer_id  "1"
      null: email
  ~ update name "Hulu" (id 10)
      offer_id  "7777" → "5555"
  + insert name "Trading Tips"
      id        2
      name      "Trading Tips"
      offer_id  "6998"
      email     null
  In sync: 1 of 3 declared, 3 others not managed

Plan: 1 to insert, 1 to update, 1 to delete (with 4 dependents), 0 blocked.
)");
}

TEST(PlanText, tells_what_was_done_and_under_which_run) {
  Report report = usual_report();
  report.applied = true;
  report.runs = {{"popup", "01JD0000000000000000000000", 1, 0}};
  for (Change& change : report.plan.sets[0].changes) change.outcome = Outcome::Applied;
  const std::string text = rendered(report);
  EXPECT_THAT(text, HasSubstr("  - deleted name \" PRIZIES\""));
  EXPECT_THAT(text, HasSubstr("  ~ updated name \"Hulu\""));
  EXPECT_THAT(text, HasSubstr("  + inserted name \"Trading Tips\""));
  EXPECT_THAT(text, HasSubstr("  In sync: 3 of 3 declared, 3 others not managed\n"));
  EXPECT_THAT(text, HasSubstr("Applied: 1 inserted, 1 updated, 1 deleted (with 4 dependents), 0 blocked.\n"
                              "Run 01JD0000000000000000000000\n"));
}

TEST(PlanText, says_so_when_there_is_nothing_to_do) {
  SetBuilder set = campaigns();
  set.row({integer(2), text("Trading Tips"), {}, {}});
  EXPECT_EQ(rendered(report_of(set.build())), R"(campaigns  table campaigns, database popup, Enforce
  In sync: 1 of 1 declared

Plan: nothing to do, everything is in sync.
)");
}

TEST(PlanText, gives_the_reason_and_the_next_step_of_what_does_not_happen) {
  SetBuilder set = campaigns();
  const auto a = set.row({integer(1), text("A"), {}, {}}), b = set.row({integer(2), text("B"), {}, {}});
  const auto c = set.row({integer(3), text("C"), {}, {}});
  for (const std::int64_t id : {13, 14}) {
    Change& erase = set.change(DriftClass::Forbidden, Action::Delete);
    erase.outcome = Outcome::Blocked;
    erase.reason = Reason::Budget;
    erase.more().message = "2 deletes in one run, limits.deletes is 1";
    erase.more().before = image({Value::integer(id), Value::text("Prizies"), Value::null(), Value::null()});
  }
  Change& reported = set.change(DriftClass::Missing, Action::None, a);
  reported.outcome = Outcome::Reported;
  Change& failed = set.change(DriftClass::Missing, Action::Insert, b);
  failed.outcome = Outcome::Failed;
  failed.reason = Reason::Constraint;
  failed.more().message = "NOT NULL constraint failed: campaigns.tune_url";
  Change& held = set.change(DriftClass::Missing, Action::Insert, c);
  held.outcome = Outcome::Held;
  held.reason = Reason::Fight;
  EXPECT_EQ(rendered(report_of(set.build())), R"(campaigns  table campaigns, database popup, Enforce
  - delete name "Prizies" (id 13), forbidden  (blocked: budget)
      2 deletes in one run, limits.deletes is 1
      id    13
      name  "Prizies"
      null: offer_id, email
  - delete name "Prizies" (id 14), forbidden  (blocked: budget)
      id    14
      name  "Prizies"
      null: offer_id, email
  + insert name "A"  (reported: policy missing is Report)
      id    1
      name  "A"
  + insert name "B"  (failed: constraint)
      NOT NULL constraint failed: campaigns.tune_url
      id    2
      name  "B"
  + insert name "C"  (held: another writer keeps undoing it)
      id    3
      name  "C"
  next: confirm the plan if all of these deletes are meant, or raise the set's limits
  next: change the set's policy when these are to be corrected
  next: correct the value in the document, or the row that it clashes with
  next: find out who else writes this row, and make one of the two stop
  In sync: 0 of 3 declared

Plan: 0 to insert, 0 to update, 0 to delete, 2 blocked, 1 reported, 1 held, 1 failed.
)");
}

// Policies have no say in an undo, so none is proposed.
TEST(PlanText, what_cannot_be_taken_back_has_steps_of_its_own) {
  for (const auto& [reason, step] : std::initializer_list<std::pair<Reason, std::string>>{
           {Reason::Dependents, "delete the rows that refer to it, or move them to another row, and take it back then"},
           {Reason::Reference, "bring the row back that is referred to, and take it back then"},
           {Reason::Constraint, "change the row that it clashes with, and take it back then"}}) {
    SetBuilder set = campaigns();
    const auto a = set.row({integer(1), text("A"), {}, {}});
    Change& change = set.change(DriftClass::Missing, Action::Insert, a);
    change.outcome = Outcome::Blocked;
    change.reason = reason;
    Report report = report_of(set.build());
    report.undo = true;
    EXPECT_THAT(rendered(report), HasSubstr("\n  next: " + step + "\n"));
  }
}

// One row of several said why; the others looked as if nobody knew.
TEST(PlanText, each_row_that_an_undo_leaves_says_why) {
  SetBuilder set = campaigns();
  for (const char* name : {"A", "B"}) {
    Change& change = set.change(DriftClass::Missing, Action::Insert, set.row({{}, text(name), {}, {}}));
    change.outcome = Outcome::Blocked;
    change.reason = Reason::Undo;
    change.more().message = "the columns of campaigns have changed since";
  }
  Report report = report_of(set.build());
  report.undo = true;
  const std::string shown = rendered(report);
  const std::string why = "\n      the columns of campaigns have changed since\n";
  EXPECT_NE(shown.find(why), shown.rfind(why));
}

TEST(PlanText, a_column_that_nobody_has_a_value_of_is_not_shown_as_null) {
  SetBuilder set = campaigns();
  set.computed("email");
  for (const DriftClass drift : {DriftClass::Extra, DriftClass::Missing, DriftClass::Changed}) {
    Change& change = set.change(drift, Action::Update);
    change.more().before = image({Value::integer(1), Value::text("A"), Value::text("7"), Value::null()});
    change.more().after = image({Value::integer(1), Value::text("B"), Value::text("7"), Value::text("x")});
    change.more().update = {1, 3};
  }
  Report report = report_of(set.build());
  report.undo = true;
  const std::string shown = rendered(report);
  EXPECT_THAT(shown, HasSubstr("\"A\" → \"B\""));
  EXPECT_THAT(shown, Not(HasSubstr("email")));
}

TEST(PlanText, observe_says_how_to_enforce) {
  SetBuilder set = campaigns();
  set.observe();
  const auto a = set.row({integer(1), text("A"), {}, {}});
  set.change(DriftClass::Missing, Action::None, a).outcome = Outcome::Reported;
  const std::string text = rendered(report_of(set.build()));
  EXPECT_THAT(text, HasSubstr("  + insert name \"A\"  (reported: mode is Observe)\n"));
  EXPECT_THAT(text, HasSubstr("  next: set mode: Enforce when these are to be corrected\n"));
}

TEST(PlanText, shows_both_rows_of_a_duplicate_and_of_an_identity) {
  SetBuilder set = campaigns();
  const auto hulu = set.row({integer(10), text("Hulu"), text("5555"), {}});
  for (const DriftClass drift : {DriftClass::Identity, DriftClass::Duplicate}) {
    Change& change = set.change(drift, Action::None, hulu);
    change.outcome = Outcome::Reported;
    change.more().before = image({Value::integer(14), Value::text("Hulu"), Value::text("1"), Value::null()});
  }
  EXPECT_EQ(rendered(report_of(set.build())), R"(campaigns  table campaigns, database popup, Enforce
  ? identity name "Hulu" (id 14)  (reported: the row is there under another primary key)
      id        live 14, declared 10
      name      "Hulu"
      offer_id  live "1", declared "5555"
      email     null
  ? duplicate name "Hulu" (id 14)  (reported: several live rows have this key)
      id        live 14, declared 10
      name      "Hulu"
      offer_id  live "1", declared "5555"
      email     null
  next: correct the primary key in the document, or set policy.identity to Move to change it with all references
  next: remove or rename the rows that should not be there; none is touched
  In sync: 0 of 1 declared

Plan: 0 to insert, 0 to update, 0 to delete, 0 blocked, 2 reported.
)");
}

TEST(PlanText, names_the_row_still_to_be_inserted_that_a_value_stands_for) {
  SetBuilder parents = campaigns();
  parents.row({{}, text("Trading Tips"), {}, {}});
  SetBuilder children("properties", make_table("campaign_properties", {"id", "campaign_id", "property_code"}), {1, 2},
                      {0, 1});
  children.refers(0, "campaigns", "name");
  const auto row = children.row({Cell::pending(0), text("mmm")});
  children.change(DriftClass::Missing, Action::Insert, row);
  Report report = report_of(parents.build());
  report.plan.sets.push_back(children.build());
  EXPECT_THAT(
      rendered(report),
      HasSubstr("  + insert campaign_id the new row of campaigns with name \"Trading Tips\", property_code \"mmm\"\n"));
}

TEST(PlanText, says_which_tables_the_setup_creates_and_which_sets_are_blocked) {
  Report report;
  report.plan.setup = {"campaigns"};
  SetPlan set;
  set.name = "clicks";
  set.database = "popup";
  set.table = "clicks";
  set.mode = Mode::Enforce;
  set.blocked = Reason::NoTable;
  set.blocked_message = "there is no table clicks";
  set.warnings = {"no index on clicks.campaign_id"};
  set.in_sync = false;
  report.plan.sets.push_back(std::move(set));
  EXPECT_EQ(rendered(report), R"(+ table campaigns would be created by the setup

clicks  table clicks, database popup, Enforce
  warning: no index on clicks.campaign_id
  blocked: there is no table clicks
  next: run the application's own migration first, or add the table to the Database's setup

Plan: 0 to insert, 0 to update, 0 to delete, 1 blocked.
)");
}

TEST(PlanText, counts_what_is_beyond_the_limit) {
  SetBuilder set = campaigns();
  for (int i = 0; i < 30; ++i) {
    const auto row = set.row({integer(i), text("name " + std::to_string(i)), {}, {}});
    set.change(DriftClass::Missing, Action::Insert, row);
  }
  TextOptions options;
  options.changes_per_set = 10;
  const std::string text = rendered(report_of(set.build()), options);
  EXPECT_THAT(text, HasSubstr("\"name 9\""));
  EXPECT_THAT(text, Not(HasSubstr("\"name 10\"")));
  EXPECT_THAT(text, HasSubstr("  … and 20 more changes; -o json has them all\n"));
  EXPECT_THAT(text, HasSubstr("Plan: 30 to insert"));
}

TEST(PlanText, colours_only_when_asked_and_never_inside_values) {
  TextOptions options;
  options.style = Style(true);
  const std::string text = rendered(usual_report(), options);
  EXPECT_THAT(text, HasSubstr("\x1b[31m- delete\x1b[0m name \" PRIZIES\""));
  EXPECT_THAT(text, HasSubstr("\x1b[31m\"7777\"\x1b[0m → \x1b[32m\"5555\"\x1b[0m"));
  EXPECT_THAT(rendered(usual_report()), Not(HasSubstr("\x1b")));
}

TEST(PlanText, hostile_names_and_values_write_no_escape_and_no_line) {
  const std::string evil = "x\x1b[2J\nPlan: nothing to do\xe2\x80\xae";
  SetBuilder set(evil, make_table(evil, {"id", evil}), {0, 1}, {1});
  const auto row = set.row({integer(1), text(evil)});
  Change& change = set.change(DriftClass::Missing, Action::Insert, row);
  change.outcome = Outcome::Failed;
  change.reason = Reason::Constraint;
  change.more().message = evil;
  change.more().dependents = {{evil, 1}};
  SetPlan plan = set.build();
  plan.warnings = {evil};
  Report report = report_of(std::move(plan));
  report.plan.setup = {evil};
  report.runs = {{evil, evil, 1, 0}};
  const std::string text = rendered(report);
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr("\xe2\x80\xae")));
  EXPECT_THAT(text, Not(HasSubstr("\nPlan: nothing")));
  EXPECT_THAT(text, HasSubstr("x\\x1b[2J\\nPlan: nothing to do\\u202e"));
}

}  // namespace
}  // namespace holdfast::agent
