#include "agent/commands/accept.h"

#include <algorithm>
#include <utility>

#include "agent/commands/accept_files.h"
#include "agent/commands/accept_rows.h"
#include "agent/commands/accept_scope.h"
#include "agent/commands/databases.h"
#include "agent/commands/documents.h"
#include "agent/exit_code.h"

namespace holdfast::agent {
namespace {

constexpr const char* by_hand = "change the document by hand, or let apply put the row right";

class Acceptance {
 public:
  Acceptance(const CommandLine& line, const Context& context)
      : line_(line), context_(context), scope_(line.row_set, line.key) {}

  int run() {
    Context keeping = context_;
    keeping.load = [this](std::span<const std::string> paths, const UrlOverrides& urls, Diagnostics& diagnostics) {
      return load(paths, urls, diagnostics);
    };
    Databases databases(line_, keeping);
    if (const int exit = databases.load(); exit != exit_done) return exit;
    if (texts_.too_large) {
      return failed({ErrorKind::Terminal, "the files of rows are too large to be edited", "accept",
                     "change them by hand, or name only some of the documents"});
    }
    const int planned = databases.run(Databases::Work::Plan);
    if (planned == exit_invalid || planned == exit_failed) return planned;
    if (moved_)
      return failed({ErrorKind::Transient, "the documents changed while they were read", "accept", "run it again"});
    return accept(databases);
  }

 private:
  // Documents are read once; when the schema moves under the plan they are read again, and must be the same.
  DesiredState load(std::span<const std::string> paths, const UrlOverrides& urls, Diagnostics& diagnostics) {
    edit::DocumentTexts texts;
    DesiredState state = context_.load_texts(paths, urls, diagnostics, texts);
    moved_ = moved_ || (loaded_ && !(texts == texts_));
    loaded_ = true;
    urls_ = urls;
    texts_ = std::move(texts);
    return state;
  }

  int accept(const Databases& databases) {
    Diagnostics diagnostics;
    before_ = context_.decode(texts_, urls_, diagnostics);
    const std::vector<SetPlan>& sets = databases.report().plan.sets;
    if (const auto mistake = scope_.find_mistake(sets, before_)) return failed(*mistake);
    edits_ = collect_edits(sets, before_, scope_,
                           [&](const std::string& database) -> Reader* { return databases.store(database); });
    report_.left = scope_.left(sets, before_);
    if (edits_.refused.empty() && edits_.rows.empty()) return finish();
    if (edits_.refused.empty()) edits_.refused = edit_files(edits_, texts_, edited_);
    if (edits_.refused.empty()) check_rows();
    if (edits_.refused.empty()) {
      if (const int exit = check_plan(); exit != exit_done) return exit;
    }
    if (!edits_.refused.empty()) return refuse();
    for (TakenRow& row : edits_.rows) report_.rows.push_back(std::move(row.shown));
    report_.files = diffs_of(edited_, before_, after_);
    if (!line_.dry_run) {
      if (Result<void> replaced = context_.files->replace(replacements_of(edited_)); !replaced) {
        return failed(replaced.error());
      }
      report_.written = true;
    }
    return finish();
  }

  // The edited texts, decoded: the rows are those of before with the live values, in all sets.
  void check_rows() {
    edit::DocumentTexts texts = texts_;
    for (const FileEdit& file : edited_) texts.replace(file.name, file.edited.text);
    Diagnostics diagnostics;
    after_ = context_.decode(texts, urls_, diagnostics);
    if (diagnostics.has_errors()) {
      const Diagnostic first = diagnostics.errors().front();
      return refuse_all("the documents would be invalid: " + first.message, to_string(first.position));
    }
    if (const auto other = edit::find_other_row(before_, after_, edits_.wanted)) {
      return refuse_all("rows of " + other->first + " would not be as wanted", to_string(other->second));
    }
    texts_ = std::move(texts);
  }

  void refuse_all(std::string what, std::string where) {
    edits_.refused.push_back({ErrorKind::Terminal, std::move(what), std::move(where), by_hand});
  }

  // Plans with the edited documents: they must fit the tables, and the rows that are taken over must be in sync, unless
  // they have been changed once more.
  int check_plan() {
    StringSink messages;
    Context quiet{.out = context_.out,
                  .err = messages,
                  .out_style = context_.out_style,
                  .err_style = Style(),
                  .clock = context_.clock,
                  .progress = context_.progress,
                  .load = [this](std::span<const std::string>, const UrlOverrides&,
                                 Diagnostics& diagnostics) { return context_.decode(texts_, urls_, diagnostics); },
                  .check = context_.check,
                  .open = context_.open,
                  .absolute_path = context_.absolute_path,
                  .who = context_.who,
                  .build = context_.build};
    Databases databases(line_, quiet);
    int exit = databases.load();
    if (exit == exit_done) exit = databases.run(Databases::Work::Plan);
    if (exit == exit_failed) {
      context_.err.write(messages.text);
      return exit;
    }
    if (exit == exit_invalid) {
      context_.err.write(messages.text);
      refuse_all("the documents would be invalid with the live values", "the errors above");
      return exit_done;
    }
    const std::vector<SetPlan>& sets = databases.report().plan.sets;
    for (const TakenRow& row : edits_.rows) check_in_sync(row, sets);
    report_.left = scope_.left(sets, after_);
    return exit_done;
  }

  void check_in_sync(const TakenRow& row, const std::vector<SetPlan>& sets) {
    const auto set = std::find_if(sets.begin(), sets.end(), [&](const SetPlan& one) {
      return one.name == row.shown.row_set && one.database == row.shown.database;
    });
    if (set == sets.end()) return;
    for (const Change& change : set->changes) {
      if (change.declared != row.declared || change.drift != DriftClass::Changed || change.before() == nullptr)
        continue;
      const auto as_taken = [&](const auto& one) { return change.before()->values[one.first] == one.second; };
      if (!std::all_of(row.live.begin(), row.live.end(), as_taken)) return;  // changed since; left for the next time
      refuse_all(row.label + " would still differ", to_string(row.shown.values.front().where));
    }
  }

  int refuse() {
    for (const Error& error : edits_.refused) {
      print_error(to_string(error), context_);
      report_.refused.push_back(to_string(error));
    }
    context_.err.write("nothing was written\n");
    report_.exit = exit_failed;
    if (line_.format == Format::Json) render_json(report_, context_.out);
    return exit_failed;
  }

  int failed(const Error& error) {
    print_error(to_string(error), context_);
    return exit_failed;
  }

  int finish() {
    report_.exit = report_.left.empty() ? exit_done : exit_drift;
    if (line_.format == Format::Json) {
      render_json(report_, context_.out);
      return report_.exit;
    }
    render_diff(report_, context_.out_style, context_.out);
    context_.err.write(accept_summary(report_, line_.dry_run) + "\n");
    for (const std::string& left : left_texts(report_)) {
      print_warning("drift is left: " + left + ": accept takes over values of changed rows only; see holdfast plan",
                    context_);
    }
    return report_.exit;
  }

  const CommandLine& line_;
  const Context& context_;
  AcceptScope scope_;
  edit::DocumentTexts texts_;  // as read; after check_rows() as edited
  UrlOverrides urls_;
  bool loaded_ = false;
  bool moved_ = false;
  DesiredState before_, after_;
  AcceptEdits edits_;
  std::vector<FileEdit> edited_;
  AcceptReport report_;
};

}  // namespace

int run_accept(const CommandLine& line, const Context& context) { return Acceptance(line, context).run(); }

}  // namespace holdfast::agent
