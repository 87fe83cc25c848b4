#include "agent/render/plan_markdown.h"

#include <string>

#include "agent/render/change_text.h"
#include "agent/render/change_view.h"
#include "agent/render/escape.h"
#include "agent/render/plan_text.h"

namespace holdfast::agent {
namespace {

// What has to fit after the changes of the last set: closing tags, counts, failures.
constexpr std::size_t reserve_bytes = 4'000;

std::string code(std::string_view text) { return markdown_code(printable(text)); }
std::string prose(std::string_view text) { return markdown_text(printable(text)); }

std::string column_line(Shape shape, const ColumnView& column, std::size_t characters) {
  const auto [before, after] = column_texts(column, characters);
  std::string text = code(column.name) + ": ";
  if (shape == Shape::Pair && !before.empty() && !after.empty()) {
    if (before == after && !column.masked) return text + markdown_code(before);
    return text + "live " + markdown_code(before) + ", declared " + markdown_code(after);
  }
  if (shape == Shape::Update) return text + markdown_code(before) + " → " + markdown_code(after);
  return text + markdown_code(before.empty() ? after : before);
}

std::string change_row(const SetPlan& set, const Change& change, const ChangeView& shown,
                       const MarkdownOptions& options) {
  std::string row = "| " + markdown_text(sign(shown.shape)) + " " + std::string(verb(change, shown.shape)) + " | ";
  row += markdown_code(key_text(shown, options.characters)) + " | ";
  bool first = true;
  const auto add = [&](const std::string& line) {
    row += (first ? "" : "<br>") + line;
    first = false;
  };
  if (const std::string note = note_text(set, change); !note.empty()) add("**" + markdown_text(note) + "**");
  if (const std::string reason = outcome_text(set, change, shown); !reason.empty())
    add("_" + markdown_text(reason) + "_");
  if (!shown.message.empty()) add(prose(shown.message));
  for (const ColumnView& column : shown.columns) {
    const bool empty = shown.shape == Shape::Delete && column.before && column.before->kind == CellKind::Null;
    if (!empty) add(column_line(shown.shape, column, options.characters));
  }
  return row + " |\n";
}

std::string sets_table(const Report& report) {
  std::string text =
      "| RowSet | Table | Insert | Update | Delete | Dependents | Blocked | Held | Failed | Reported | In sync "
      "|\n|---|---|--:|--:|--:|--:|--:|--:|--:|--:|---|\n";
  for (const SetPlan& set : report.plan.sets) {
    const Totals sum = totals(set, report.applied ? Outcome::Applied : Outcome::Planned);
    text += "| " + code(set.name) + " | " + code(set.table);
    for (const std::uint64_t count : {sum.insert, sum.update, sum.erase, sum.dependents + sum.restored, sum.blocked,
                                      sum.held, sum.failed, sum.reported}) {
      text += " | " + grouped(count);
    }
    text += " | ";
    text += report.undo                   ? ""
            : set.blocked == Reason::None ? sync_text(set).substr(std::string_view("in sync: ").size())
                                          : "blocked";
    text += " |\n";
  }
  return text;
}

std::string set_details(const Report& report, const SetPlan& set, const MarkdownOptions& options, std::size_t room) {
  std::string text = "\n<details><summary>" + code(set.name) + ": " + counted(set.changes.size(), "change") +
                     "</summary>\n\n| | Row | Columns |\n|---|---|---|\n";
  const ChangeViewer viewer(report.plan, set);
  std::size_t shown = 0;
  bool full = false;
  for (const Shape shape : shape_order) {
    for (const Change& change : set.changes) {
      if (full || shape_of(change) != shape) continue;
      const std::string row = change_row(set, change, viewer.view(change), options);
      full = shown == options.changes_per_set || text.size() + row.size() > room;
      if (full) continue;
      text += row;
      ++shown;
    }
  }
  text += "\n";
  if (full) {
    text += counted(set.changes.size() - shown, "more change") + ": see <code>holdfast plan -o json</code>.\n\n";
  }
  return text + "</details>\n";
}

}  // namespace

void render_markdown(const Report& report, const MarkdownOptions& options, Sink& out) {
  std::string text =
      std::string("### Holdfast ") + ascii_lower(headline(report)) + ": " + summary_text(report) + "\n\n";
  if (!report.plan.sets.empty()) text += sets_table(report);
  for (const JournalModeSwitch& one : report.journal_modes) {
    text += "\n- " + prose(journal_mode_text(one, report.applied)) + "\n";
  }
  for (const std::string& table : report.plan.setup) {
    text += "\n- table " + code(table) + (report.applied ? " was created" : " would be created") + " by the setup\n";
  }
  for (const SetPlan& set : report.plan.sets) {
    for (const std::string& warning : set.warnings) {
      if (text.size() + reserve_bytes > options.bytes) break;
      text += "\n- warning, " + code(set.name) + ": " + prose(warning) + "\n";
    }
    if (set.blocked != Reason::None) {
      text += "\n- **blocked**, " + code(set.name) + ": " + prose(set.blocked_message) + "\n";
    }
  }
  for (const DatabaseFailure& failure : report.failures) {
    text += "\n- **failed**, " + code(failure.database) + ": " + prose(failure.message) + "\n";
  }
  for (const MissedExpectation& missed : report.unmet) {
    text += (missed.checked ? "\n- **expectation not met**, " : "\n- **expectation could not be checked**, ") +
            code(missed.row_set) + ": " + prose(missed.message) + "\n";
  }
  for (const AbsentSet& set : report.absent) text += "\n- " + prose(absent_text(set)) + "\n";
  for (const WaitingPlan& waiting : report.confirm) {
    text += "\n- **deletes wait** in " + code(waiting.database) + ": " +
            code("holdfast apply" + report.documents + " --confirm " + waiting.hash) + "\n";
  }
  for (const SetPlan& set : report.plan.sets) {
    if (set.changes.empty()) continue;
    const std::size_t used = text.size() + reserve_bytes;
    text += set_details(report, set, options, used < options.bytes ? options.bytes - used : 0);
  }
  for (const DatabaseRun& run : report.runs) {
    if (!run.run.empty()) text += "\nRun " + code(run.run) + "\n";
  }
  out.write(text);
}

}  // namespace holdfast::agent
