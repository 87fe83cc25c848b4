#include "agent/render/plan_markdown.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/agent/plan_builder.h"

namespace holdfast::agent {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string rendered(const Report& report, MarkdownOptions options = {}) {
  StringSink out;
  render_markdown(report, options, out);
  return out.text;
}

TEST(PlanMarkdown, is_a_table_of_sets_and_folded_changes) {
  EXPECT_EQ(rendered(usual_report()),
            R"(### Holdfast plan: 1 to insert, 1 to update, 1 to delete (with 4 dependents), 0 blocked

| RowSet | Table | Insert | Update | Delete | Dependents | Blocked | Held | Failed | Reported | In sync |
|---|---|--:|--:|--:|--:|--:|--:|--:|--:|---|
| <code>campaigns</code> | <code>campaigns</code> | 1 | 1 | 1 | 4 | 0 | 0 | 0 | 0 | 1 of 3 declared, 3 others not managed |

<details><summary><code>campaigns</code>: 3 changes</summary>

| | Row | Columns |
|---|---|---|
| - delete | <code>name &#34; PRIZIES&#34; &#40;id 13&#41;</code> | **forbidden, and 3 rows of clicks, 1 of campaign&#95;properties**<br><code>id</code>: <code>13</code><br><code>name</code>: <code>&#34; PRIZIES&#34;</code><br><code>offer&#95;id</code>: <code>&#34;1&#34;</code> |
| &#126; update | <code>name &#34;Hulu&#34; &#40;id 10&#41;</code> | <code>offer&#95;id</code>: <code>&#34;7777&#34;</code> → <code>&#34;5555&#34;</code> |
| &#43; insert | <code>name &#34;Trading Tips&#34;</code> | <code>id</code>: <code>2</code><br><code>name</code>: <code>&#34;Trading Tips&#34;</code><br><code>offer&#95;id</code>: <code>&#34;6998&#34;</code><br><code>email</code>: <code>null</code> |

</details>
)");
}

TEST(PlanMarkdown, hostile_values_stay_in_their_cell) {
  const std::string evil = "a|b`c</code></details><script>\n@everyone #1 [x](y)";
  SetBuilder set(evil, make_table(evil, {"id", "name"}), {0, 1}, {1});
  set.change(DriftClass::Missing, Action::Insert, set.row({integer(1), text(evil)}));
  Report report;
  report.plan.sets.push_back(set.build());
  report.plan.setup = {evil};
  report.failures = {{evil, evil}};
  report.unmet = {{evil, evil, evil, evil}};
  const std::string text = rendered(report);
  for (const char* bad : {"a|b", "`", "<script>", "@everyone", "[x]", "#1 "}) EXPECT_THAT(text, Not(HasSubstr(bad)));
  // Every row of the table has the same number of cells.
  EXPECT_THAT(text, HasSubstr("\n| &#43; insert | <code>"));
  const std::size_t begin = text.find("\n| &#43; insert") + 1, end = text.find('\n', begin);
  EXPECT_EQ(std::count(text.begin() + static_cast<std::ptrdiff_t>(begin),
                       text.begin() + static_cast<std::ptrdiff_t>(end), '|'),
            4);
}

TEST(PlanMarkdown, fits_into_a_comment_and_counts_the_rest) {
  SetBuilder set = campaigns();
  for (int i = 0; i < 5'000; ++i) {
    set.change(DriftClass::Missing, Action::Insert, set.row({integer(i), text("name " + std::to_string(i)), {}, {}}));
  }
  Report report;
  report.plan.sets.push_back(set.build());
  MarkdownOptions options;
  options.changes_per_set = 5'000;
  const std::string text = rendered(report, options);
  EXPECT_LT(text.size(), 60'000u);
  EXPECT_GT(text.size(), 40'000u);
  EXPECT_THAT(text, testing::ContainsRegex("[0-9],[0-9]{3} more changes: see"));
  EXPECT_THAT(text, HasSubstr("</details>\n"));
}

TEST(PlanMarkdown, tells_blocked_sets_failures_and_expectations) {
  Report report;
  SetPlan set;
  set.name = "clicks";
  set.table = "clicks";
  set.blocked = Reason::NoTable;
  set.blocked_message = "there is no table clicks";
  report.plan.sets.push_back(std::move(set));
  report.failures = {{"second", "database is locked"}};
  report.unmet = {{"popup", "campaigns", "no-orphans", "3 orphans"}};
  const std::string text = rendered(report);
  EXPECT_THAT(text, HasSubstr("\n- **blocked**, <code>clicks</code>: there is no table clicks\n"));
  EXPECT_THAT(text, HasSubstr("\n- **failed**, <code>second</code>: database is locked\n"));
  EXPECT_THAT(text, HasSubstr("\n- **expectation not met**, <code>campaigns</code>: 3 orphans\n"));
  EXPECT_THAT(text, HasSubstr("| blocked |\n"));
}

}  // namespace
}  // namespace holdfast::agent
