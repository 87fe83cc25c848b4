// G10: a sensitive value is in no output, whatever the change and wherever it might slip in.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/render/plan_json.h"
#include "agent/render/plan_markdown.h"
#include "agent/render/plan_text.h"
#include "reconcilers/core/text.h"
#include "tests/agent/plan_builder.h"

namespace holdfast::agent {
namespace {

using testing::HasSubstr;
using testing::Not;

std::vector<std::string> all_outputs(const Report& report) {
  StringSink text, json, markdown;
  render_text(report, {}, text);
  render_json(report, json);
  render_markdown(report, {}, markdown);
  return {text.text, json.text, markdown.text};
}

const std::string old_secret = "s3cr3t-old@example.com", new_secret = "s3cr3t-new@example.com";

RowImage live_row() { return image({Value::integer(1), Value::text("A"), Value::text("1"), Value::text(old_secret)}); }

TEST(G10Masking, sensitive_columns_are_masked_in_every_class_and_format) {
  const std::pair<DriftClass, Action> table[] = {
      {DriftClass::Missing, Action::Insert},   {DriftClass::Changed, Action::Update},
      {DriftClass::Forbidden, Action::Delete}, {DriftClass::Extra, Action::Delete},
      {DriftClass::Removed, Action::Delete},   {DriftClass::Duplicate, Action::None},
      {DriftClass::Identity, Action::None},    {DriftClass::Identity, Action::Update},
      {DriftClass::Changed, Action::None},
  };
  for (const auto& [drift, action] : table) {
    SetBuilder set = campaigns();
    set.sensitive("EMAIL");  // names of columns compare as the engine does
    const auto row = set.row({integer(1), text("A"), text("1"), text(new_secret)});
    const bool of_declared =
        drift != DriftClass::Forbidden && drift != DriftClass::Extra && drift != DriftClass::Removed;
    Change& change = set.change(drift, action, of_declared ? row : no_row);
    change.outcome = Outcome::Failed;
    change.reason = Reason::Constraint;
    change.more().message = "the engine says:";
    if (of_declared) change.more().message += " clashes with " + describe(text(new_secret)) + " and " + new_secret;
    if (drift != DriftClass::Missing) {
      change.more().before = live_row();
      change.more().message += " instead of " + old_secret;
    }
    if (action == Action::Update || drift == DriftClass::Changed) change.more().update = {0, 3};
    Report report;
    report.plan.sets.push_back(set.build());
    for (const std::string& output : all_outputs(report)) {
      EXPECT_THAT(output, Not(HasSubstr("s3cr3t"))) << to_string(drift);
    }
    StringSink json;
    render_json(report, json);
    EXPECT_THAT(json.text, HasSubstr("\"email\": \"***\""));
  }
}

TEST(G10Masking, a_sensitive_key_and_a_sensitive_identity_are_masked) {
  SetBuilder set("people", make_table("people", {"ssn", "email"}), {1}, {0});
  set.sensitive("email").sensitive("ssn");
  const auto row = set.row({text(new_secret)});
  Change& change = set.change(DriftClass::Changed, Action::Update, row);
  change.more().before = image({Value::integer(123456789), Value::text(old_secret)});
  change.more().update = {1};
  change.more().message = "row 123456789";
  Report report;
  report.plan.sets.push_back(set.build());
  for (const std::string& output : all_outputs(report)) {
    EXPECT_THAT(output, Not(HasSubstr("s3cr3t")));
    EXPECT_THAT(output, Not(HasSubstr("123456789")));
  }
  StringSink out;
  render_text(report, {}, out);
  EXPECT_THAT(out.text, HasSubstr("  ~ update email *** (ssn ***)\n"));
  EXPECT_THAT(out.text, HasSubstr("      email  *** → ***\n"));
}

TEST(G10Masking, a_long_value_that_a_message_quotes_cut_is_masked) {
  const std::string secret = "s3cr3t " + std::string(200, 'x');
  SetBuilder set = campaigns();
  set.sensitive("email");
  const auto row = set.row({integer(1), text("A"), text("1"), text(secret)});
  Change& change = set.change(DriftClass::Missing, Action::Insert, row);
  change.outcome = Outcome::Failed;
  change.more().message = "refused " + describe(text(secret));
  Report report;
  report.plan.sets.push_back(set.build());
  for (const std::string& output : all_outputs(report)) EXPECT_THAT(output, Not(HasSubstr("s3cr3t")));
}

TEST(G10Masking, a_reference_to_a_row_with_a_sensitive_name_is_masked) {
  SetBuilder parents = campaigns();
  parents.sensitive("name");
  parents.row({{}, text(new_secret), {}, {}});
  SetBuilder children("properties", make_table("campaign_properties", {"id", "campaign_id", "property_code"}), {1, 2},
                      {0, 1});
  children.refers(0, "campaigns", "name");
  children.change(DriftClass::Missing, Action::Insert, children.row({Cell::pending(0), text("mmm")}));
  Report report;
  report.plan.sets.push_back(parents.build());
  report.plan.sets.push_back(children.build());
  for (const std::string& output : all_outputs(report)) EXPECT_THAT(output, Not(HasSubstr("s3cr3t")));
}

}  // namespace
}  // namespace holdfast::agent
