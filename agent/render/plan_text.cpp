#include "agent/render/plan_text.h"

#include <algorithm>
#include <string>
#include <vector>

#include "agent/render/advice.h"
#include "agent/render/change_text.h"
#include "agent/render/escape.h"
#include "agent/render/utf8.h"

namespace holdfast::agent {
namespace {

constexpr std::size_t widest_name = 32;
constexpr std::size_t shown_hash_digits = 16;

Tone tone_of(Shape shape) {
  switch (shape) {
    case Shape::Delete: return Tone::Delete;
    case Shape::Update: return Tone::Update;
    case Shape::Insert: return Tone::Insert;
    case Shape::Pair: break;
  }
  return Tone::Problem;
}

class PlanText {
 public:
  PlanText(const Report& report, const TextOptions& options, Sink& out)
      : report_(report), options_(options), style_(options.style), out_(out) {}

  void write() {
    setup();
    for (const SetPlan& set : report_.plan.sets) {
      if (!out_.ok()) return;
      write_set(set);
    }
    absent_sets();
    summary();
    confirmations();
  }

 private:
  void line(std::size_t indent, std::string_view text) {
    out_.write(std::string(indent, ' ').append(text).append("\n"));
  }

  void setup() {
    if (report_.plan.setup.empty() && report_.journal_modes.empty()) return;
    for (const JournalModeSwitch& one : report_.journal_modes) {
      line(0, style_.paint(Tone::Update, "~") + " " + journal_mode_text(one, report_.applied));
    }
    for (const std::string& table : report_.plan.setup) {
      line(0, style_.paint(Tone::Insert, "+") + " table " + printable(table) +
                  (report_.applied ? " was created by the setup" : " would be created by the setup"));
    }
    line(0, "");
  }

  void write_set(const SetPlan& set) {
    // Whoever takes a run back means it, in whatever mode the set is by now.
    const std::string mode = report_.undo ? "" : set.mode == Mode::Enforce ? ", Enforce" : ", Observe";
    line(0, style_.paint(Tone::Title, printable(set.name)) +
                style_.paint(Tone::Faint,
                             "  table " + printable(set.table) + ", database " + printable(set.database) + mode));
    for (const std::string& warning : set.warnings) {
      line(2, style_.paint(Tone::Update, "warning:") + " " + printable(warning));
    }
    if (set.blocked != Reason::None) {
      line(2, style_.paint(Tone::Problem, "blocked: " + printable(set.blocked_message)));
      if (const auto step = next_step(set.blocked); !step.empty()) line(2, "next: " + std::string(step));
    } else {
      changes(set);
      next_steps(set);
      if (!report_.undo) in_sync(set);
    }
    line(0, "");
  }

  void in_sync(const SetPlan& set) {
    std::string sync = sync_text(set);
    sync[0] = 'I';
    line(2, style_.paint(rows_in_sync(set) == set.declared_rows ? Tone::Good : Tone::Plain, sync));
  }

  void changes(const SetPlan& set) {
    const ChangeViewer viewer(report_.plan, set);
    last_message_.clear();
    std::size_t shown = 0;
    for (const Shape shape : shape_order) {
      for (const Change& change : set.changes) {
        if (shape_of(change) != shape) continue;
        if (shown == options_.changes_per_set) {
          line(2, style_.paint(Tone::Faint, "… and " + counted(set.changes.size() - shown, "more change") +
                                                "; -o json has them all"));
          return;
        }
        ++shown;
        write_change(set, change, viewer.view(change));
        if (!out_.ok()) return;
      }
    }
  }

  void write_change(const SetPlan& set, const Change& change, const ChangeView& shown) {
    std::string text = style_.paint(tone_of(shown.shape),
                                    std::string(sign(shown.shape)) + " " + std::string(verb(change, shown.shape)));
    text += " " + key_text(shown, options_.characters);
    if (const std::string note = note_text(set, change); !note.empty()) text += ", " + note;
    const bool calm = change.outcome == Outcome::Reported;
    if (const std::string outcome = outcome_text(set, change, shown); !outcome.empty()) {
      text += "  " + style_.paint(calm ? Tone::Faint : Tone::Problem, "(" + outcome + ")");
    }
    line(2, text);
    // A budget says the same of every row; once is enough. What stands against taking a row back is about that row.
    const bool said = shown.message == last_message_ && !report_.undo;
    if (!shown.message.empty() && !said) line(6, printable(shown.message));
    last_message_ = shown.message;
    columns(shown);
  }

  void columns(const ChangeView& shown) {
    std::size_t width = 0;
    for (const ColumnView& column : shown.columns) {
      if (hidden(shown.shape, column)) continue;
      width = std::max(width, count_characters(printable(column.name)));
    }
    width = std::min(width, widest_name);
    std::string nulls;
    for (const ColumnView& column : shown.columns) {
      std::string name = printable(column.name);
      if (hidden(shown.shape, column)) {
        nulls += (nulls.empty() ? "" : ", ") + name;
        continue;
      }
      const std::size_t length = count_characters(name);
      if (length < width) name.append(width - length, ' ');
      line(6, name + "  " + values(shown.shape, column));
    }
    if (!nulls.empty()) line(6, style_.paint(Tone::Faint, "null: " + nulls));
  }

  // The empty columns of a row that goes away tell little, one line each.
  static bool hidden(Shape shape, const ColumnView& column) {
    return shape == Shape::Delete && !column.masked && column.before && column.before->kind == CellKind::Null;
  }

  std::string values(Shape shape, const ColumnView& column) const {
    const auto [before, after] = column_texts(column, options_.characters);
    if (shape == Shape::Pair) {
      if (after.empty()) return before;
      if (before.empty()) return "declared " + after;
      if (before == after && !column.masked) return before;
      return "live " + before + ", declared " + after;
    }
    if (shape == Shape::Delete) return before;
    if (shape == Shape::Insert) return after;
    return style_.paint(Tone::Delete, before) + " → " + style_.paint(Tone::Insert, after);
  }

  // Once for each reason, not once for each row.
  void next_steps(const SetPlan& set) {
    std::vector<std::string_view> said;
    for (const Change& change : set.changes) {
      const std::string_view step = report_.undo ? next_step_of_undo(change) : next_step(set, change);
      if (step.empty() || std::find(said.begin(), said.end(), step) != said.end()) continue;
      said.push_back(step);
      line(2, style_.paint(Tone::Title, "next:") + " " + std::string(step));
    }
  }

  void absent_sets() {
    for (const AbsentSet& set : report_.absent) line(0, absent_text(set));
    if (!report_.absent.empty()) line(0, "");
  }

  void summary() {
    line(0, style_.paint(Tone::Title, headline(report_)) + ": " + summary_text(report_) + ".");
    for (const DatabaseRun& run : report_.runs) {
      if (run.run.empty() || run.batches == 0) continue;  // a run that changed nothing is not in the history
      std::string text = "Run " + printable(run.run);
      if (report_.runs.size() > 1) text += " on " + printable(run.database);
      line(0, style_.paint(Tone::Faint, text));
    }
  }

  void confirmations() {
    for (const WaitingPlan& waiting : report_.confirm) {
      std::string text = "Deletes wait for a confirmation: holdfast apply" + printable(report_.documents) +
                         " --confirm " + waiting.hash.substr(0, shown_hash_digits);
      if (report_.confirm.size() > 1) text += " for " + printable(waiting.database);
      line(0, style_.paint(Tone::Title, text));
    }
  }

  const Report& report_;
  const TextOptions& options_;
  const Style& style_;
  Sink& out_;
  std::string last_message_;
};

}  // namespace

std::string journal_mode_text(const JournalModeSwitch& one, bool applied) {
  return "journal mode of " + printable(one.database) + (applied ? " was switched" : " would be switched") +
         (one.from.empty() ? "" : " from " + printable(one.from)) + " to " + printable(one.to);
}

std::string absent_text(const AbsentSet& set) {
  return "Row set " + printable(set.row_set) + " of " + printable(set.database) +
         " is not in these documents; the rows that it owns stay. If it is gone for good: holdfast release " +
         quoted_for_shell(set.row_set);
}

std::string headline(const Report& report) {
  if (report.undo) return report.applied ? "Taken back" : "Plan to take it back";
  return report.applied ? "Applied" : "Plan";
}

std::string summary_text(const Report& report) {
  const Totals sum = totals(report.plan, report.applied ? Outcome::Applied : Outcome::Planned);
  const bool quiet = std::all_of(report.plan.sets.begin(), report.plan.sets.end(),
                                 [](const SetPlan& set) { return set.changes.empty() && set.blocked == Reason::None; });
  if (quiet && report.plan.setup.empty() && report.journal_modes.empty()) {
    if (!report.failures.empty()) return "nothing that could be done";
    return report.undo ? "no such change is left in the run" : "nothing to do, everything is in sync";
  }
  const auto part = [&](std::uint64_t count, const char* future, const char* past) {
    return grouped(count) + " " + (report.applied ? past : future);
  };
  std::string text = part(sum.insert, "to insert, ", "inserted, ") + part(sum.update, "to update", "updated");
  if (sum.following > 0) text += " (and " + counted(sum.following, "row") + " with references to them)";
  text += ", " + part(sum.erase, "to delete", "deleted");
  if (sum.dependents > 0) text += " (with " + counted(sum.dependents, "dependent") + ")";
  if (sum.restored > 0) text += ", " + counted(sum.restored, "other row") + " as before";
  text += ", " + grouped(sum.blocked) + " blocked";
  if (sum.reported > 0) text += ", " + grouped(sum.reported) + " reported";
  if (sum.held > 0) text += ", " + grouped(sum.held) + " held";
  if (sum.failed > 0) text += ", " + grouped(sum.failed) + " failed";
  return text;
}

void render_text(const Report& report, const TextOptions& options, Sink& out) {
  PlanText(report, options, out).write();
}

}  // namespace holdfast::agent
