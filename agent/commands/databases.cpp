#include "agent/commands/databases.h"

#include <algorithm>
#include <iterator>
#include <limits>

#include "agent/commands/given_database.h"
#include "agent/exit_code.h"
#include "agent/render/diagnostics_view.h"
#include "agent/render/escape.h"
#include "agent/render/plan_json.h"
#include "agent/render/plan_markdown.h"
#include "agent/render/plan_text.h"
#include "desired-state/nearest.h"

namespace holdfast::agent {
namespace {

constexpr std::size_t shown_hash_digits = 16;
constexpr int most_schema_changes = 3;  // in one run; a schema that keeps moving is a migration under way

std::vector<std::string> names_of(const DesiredState& state) {
  std::vector<std::string> names;
  for (const DatabaseDocument& database : state.databases) names.push_back(database.name.text);
  return names;
}

std::vector<const RowSetDocument*> sets_of(const DesiredState& state, const std::string& database) {
  std::vector<const RowSetDocument*> sets;
  for (const RowSetDocument& set : state.row_sets) {
    if (set.database_ref && set.database_ref->text == database) sets.push_back(&set);
  }
  return sets;
}

}  // namespace

int Databases::load() {
  loaded_ = load_documents(line_, context_);
  if (loaded_.usage_error) {
    print_error(*loaded_.usage_error, context_);
    return exit_usage;
  }
  print_diagnostics(loaded_.diagnostics, context_);
  mistakes_.take(loaded_.diagnostics);
  return loaded_.diagnostics.has_errors() ? print_invalid(exit_invalid) : exit_done;
}

int Databases::run(Work work) {
  report_.applied = work == Work::Apply;
  int exit = exit_done;
  for (const std::string& name : names_of(loaded_.state)) exit = worse(exit, run_one(name, work));
  settle_refusals();
  return report_.exit = exit;
}

int Databases::check() {
  if (loaded_.state.databases.size() < 2) return exit_done;
  bool mistakes = false;
  for (const std::string& name : names_of(loaded_.state)) {
    Diagnostics diagnostics;
    const auto planned = attempt(name, Work::Plan, diagnostics);
    if (context_.progress) context_.progress->clear();
    if (diagnostics.has_errors()) {
      print_diagnostics(diagnostics, context_);
      mistakes_.take(diagnostics);
      mistakes = true;
    } else if (!planned && planned.error().kind == ErrorKind::Invalid) {
      print_error(to_string(planned.error()), context_);
      mistakes_.error({}, to_string(planned.error()));
      mistakes = true;
    } else if (planned) {
      hashes_[name] = hash(planned->plan);
    }
  }
  stores_.clear();
  return mistakes ? print_invalid(exit_invalid) : reload();
}

// The same documents once more: their warnings have been printed.
int Databases::reload() {
  loaded_ = load_documents(line_, context_);
  if (loaded_.usage_error || loaded_.diagnostics.has_errors()) {
    if (loaded_.usage_error) print_error(*loaded_.usage_error, context_);
    print_diagnostics(loaded_.diagnostics, context_, changed() ? Wrote::Something : Wrote::Nothing);
    return loaded_.usage_error ? exit_usage : exit_invalid;
  }
  return exit_done;
}

bool Databases::changed() const {
  return std::any_of(report_.runs.begin(), report_.runs.end(), [](const DatabaseRun& run) { return run.batches > 0; });
}

int Databases::run_one(const std::string& name, Work work) {
  for (int schema_changes = 0;; ++schema_changes) {
    Diagnostics diagnostics;
    auto done = attempt(name, work, diagnostics);
    if (context_.progress) context_.progress->clear();
    const bool wrote = changed() || (done && done->batches > 0);
    print_diagnostics(diagnostics, context_, wrote ? Wrote::Something : Wrote::Nothing);
    mistakes_.take(diagnostics);
    if (diagnostics.has_errors()) return exit_invalid;
    if (done) {
      const int exit = exit_code(*done, report_.applied);
      if (done->error) (void)failed(name, *done->error);
      take(name, std::move(done).value(), work, exit);
      return exit;
    }
    if (done.error().kind != ErrorKind::SchemaChanged || schema_changes == most_schema_changes) {
      return failed(name, done.error());
    }
    if (const int exit = reload(); exit != exit_done) return exit;
  }
}

const DatabaseDocument* Databases::find(const std::string& name) const {
  const auto& all = loaded_.state.databases;
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const DatabaseDocument& one) { return one.name.text == name; });
  return found == all.end() ? nullptr : &*found;
}

// The hashes that are for this database. Those that are for none of several are for each, and refused by each.
std::vector<std::string> Databases::confirmed(const std::string& database) const {
  if (hashes_.empty()) return line_.confirm;
  std::vector<std::string> own, nobodys;
  for (const std::string& one : line_.confirm) {
    const bool known = std::any_of(hashes_.begin(), hashes_.end(), [&](const auto& plan) {
      return is_confirmed({&one, 1}, plan.second);
    });
    if (!known) nobodys.push_back(one);
    const auto plan = hashes_.find(database);
    if (plan != hashes_.end() && is_confirmed({&one, 1}, plan->second)) own.push_back(one);
  }
  return nobodys.empty() ? own : nobodys;
}

Result<Store*> Databases::open(const std::string& name) {
  const DatabaseDocument* found = find(name);
  if (found == nullptr) {
    return Error{ErrorKind::Terminal, "the documents changed during the run", name, "run it again"};
  }
  auto opened = context_.open(*found);
  if (!opened) return opened.error();
  stores_.push_back(std::move(opened).value());
  return stores_.back().get();
}

void Databases::keep_documents() {
  if (!context_.read_texts) return;
  for (const DatabaseRun& run : report_.runs) {
    Store* const found = store(run.database);
    if (run.exit == exit_failed || found == nullptr) continue;
    const Result<bool> kept = holdfast::keep_documents(
        *found, context_.clock, loaded_.state.digest, loaded_.state.bytes,
        [&](const TextVisitor& visit) { return context_.read_texts(line_.files, loaded_.state, visit); });
    if (kept) continue;
    print_warning("the database could not keep the documents: " + to_string(kept.error()), context_);
  }
}

bool Databases::declares(const std::string& row_set) const {
  const auto& sets = loaded_.state.row_sets;
  return std::any_of(sets.begin(), sets.end(), [&](const RowSetDocument& set) { return set.name.text == row_set; });
}

std::string Databases::nearest_set(const std::string& row_set) const {
  std::vector<std::string> names;
  for (const RowSetDocument& set : loaded_.state.row_sets) names.push_back(set.name.text);
  return mend_name(row_set, names, "the documents have");
}

Store* Databases::store(const std::string& database) const {
  const auto found = std::find_if(stores_.rbegin(), stores_.rend(),
                                  [&](const std::unique_ptr<Store>& one) { return one->name() == database; });
  return found == stores_.rend() ? nullptr : found->get();
}

DatabaseReconciler Databases::reconciler(Store& store) const {
  Progress progress;
  if (context_.progress) {
    progress = [view = context_.progress](std::string_view what, std::uint64_t done, std::uint64_t total) {
      view->show(what, done, total);
    };
  }
  ReconcilerOptions options;
  options.origin.revision = loaded_.state.revision;
  options.origin.digest = loaded_.state.digest;
  options.origin.who = context_.who;
  options.confirm = confirmed(store.name());
  return DatabaseReconciler(store, context_.clock, std::move(progress), options);
}

Result<RunReport> Databases::attempt(const std::string& name, Work work, Diagnostics& diagnostics) {
  Result<Store*> store = open(name);
  if (!store) return store.error();
  const DatabaseDocument& database = *find(name);
  DatabaseReconciler reconciler = this->reconciler(**store);
  const std::vector<const RowSetDocument*> sets = sets_of(loaded_.state, name);
  switch (work) {
    case Work::Plan: return reconciler.plan(database, sets, diagnostics);
    case Work::Apply: return reconciler.apply(database, sets, diagnostics);
    case Work::Undo: break;
  }
  return reconciler.undo(database, sets, undo_, diagnostics);
}

int Databases::each(const std::function<Result<void>(DatabaseReconciler&, const DatabaseDocument&)>& work) {
  int exit = exit_done;
  for (const std::string& name : names_of(loaded_.state)) {
    Result<Store*> store = open(name);
    if (!store) {
      exit = worse(exit, failed(name, store.error()));
      continue;
    }
    // A setup makes the file, but only when something is applied. Until then it is no database without a history.
    const char* hint =
        "check the Database's url, or name the file with --database NAME=URL; apply makes it, with a setup";
    if (Result<void> there = must_be_there(**store, hint); !there) {
      exit = worse(exit, failed(name, there.error()));
      continue;
    }
    DatabaseReconciler reconciler = this->reconciler(**store);
    if (Result<void> done = work(reconciler, *find(name)); !done) exit = worse(exit, failed(name, done.error()));
  }
  return exit;
}

int Databases::undo(const UndoRequest& request) {
  // A run lies in one database; `last` is the newest of all.
  std::vector<std::pair<std::string, RunRecord>> found;
  const bool last = request.run == "last";
  const std::size_t limit = last ? 1 : std::numeric_limits<std::size_t>::max();
  const int looked = each([&](DatabaseReconciler& reconciler, const DatabaseDocument& database) -> Result<void> {
    Result<std::vector<RunRecord>> runs = reconciler.history(database, limit);
    if (!runs) return runs.error();
    for (RunRecord& run : *runs) {
      const bool asked = last || run.id.compare(0, request.run.size(), request.run) == 0;
      if (asked) found.emplace_back(database.name.text, std::move(run));
    }
    return {};
  });
  // A newer run, or another one that begins so, may be in the one that cannot be read.
  const bool sure = found.size() == 1 && found.front().second.id == request.run;
  if (looked != exit_done && !sure) {
    if (!found.empty()) {
      (void)failed("", {ErrorKind::Terminal, "not every database could be asked which run is meant", request.run,
                        "nothing was changed; name the run with all of its id"});
    }
    return report_.exit = looked;
  }
  if (last && found.size() > 1) {
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.second.at > b.second.at; });
    found.resize(1);
  }
  if (found.size() != 1) {
    const bool none = found.empty();
    return report_.exit =
               failed("", {ErrorKind::Terminal, none ? "there is no such run" : "several runs begin like this",
                           request.run, none ? "holdfast history lists the runs" : "say more of the run's id"});
  }
  undo_ = request;
  undo_.run = found.front().second.id;
  report_.applied = request.carry_out;
  report_.undo = true;
  return report_.exit = run_one(found.front().first, Work::Undo);
}

int Databases::failed(const std::string& name, const Error& error) {
  print_error(to_string(error), context_);
  report_.failures.push_back({name, to_string(error)});
  if (error.kind == ErrorKind::Invalid) mistakes_.error({}, to_string(error));
  return error.kind == ErrorKind::Invalid ? exit_invalid : exit_failed;
}

void Databases::take(const std::string& name, RunReport&& run, Work work, int exit) {
  const std::string hash_now = run.refused ? hash(run.plan).substr(0, shown_hash_digits) : std::string();
  std::move(run.plan.sets.begin(), run.plan.sets.end(), std::back_inserter(report_.plan.sets));
  std::vector<std::string>& tables = work == Work::Apply ? run.created : run.plan.setup;
  std::move(tables.begin(), tables.end(), std::back_inserter(report_.plan.setup));
  for (UnmetExpectation& unmet : run.unmet) {
    report_.unmet.push_back(
        {name, std::move(unmet.row_set), std::move(unmet.name), std::move(unmet.message), unmet.checked});
  }
  if (run.journal_mode) {
    report_.journal_modes.push_back({name, std::move(run.journal_mode->from), std::move(run.journal_mode->to)});
  }
  for (std::string& row_set : run.plan.absent) report_.absent.push_back({name, std::move(row_set)});
  if (!run.confirm.empty()) report_.confirm.push_back({name, std::move(run.confirm)});
  if (run.refused) {
    // What is new since is known only where the plan that was confirmed is.
    std::string what = "the plan is no longer the one that was confirmed";
    if (run.changed.empty()) {
      std::string hashes;
      for (const std::string& one : confirmed(name)) {
        hashes += (hashes.empty() ? "" : ", ") + one.substr(0, shown_hash_digits);
      }
      what = "no plan with the hash " + hashes + " is known now";
    }
    print_error(to_string(Error{ErrorKind::Terminal, std::move(what), name,
                                "nothing was changed; the plan has the hash " + hash_now +
                                    " now: look at it again, and confirm that if it is meant"}),
                context_);
    for (const std::string& line : run.changed) context_.err.write("  " + printable(line) + "\n");
    refused_.push_back(name);
    run.run.clear();
  }
  if (!report_.applied) run.run.clear();
  report_.runs.push_back({name, std::move(run.run), run.batches, exit});
}

// Where nothing was carried out the report is a plan; beside others, what one database refused has failed.
void Databases::settle_refusals() {
  if (refused_.empty()) return;
  report_.applied = report_.runs.size() > refused_.size();
  if (!report_.applied) return;
  for (SetPlan& set : report_.plan.sets) {
    if (std::find(refused_.begin(), refused_.end(), set.database) == refused_.end()) continue;
    for (Change& change : set.changes) {
      if (change.outcome != Outcome::Planned) continue;
      change.outcome = Outcome::Failed;
      change.reason = Reason::Confirm;
      change.more().message = "the plan is no longer the one that was confirmed";
    }
  }
}

int Databases::print_invalid(int exit) {
  if (line_.format == Format::Json) render_diagnostics_json(mistakes_, context_.out);
  if (line_.format == Format::Markdown) render_diagnostics_markdown(mistakes_, context_.out);
  return exit;
}

namespace {

std::string unmet_text(const MissedExpectation& unmet) {
  return unmet.checked ? "expectation not met: " : "expectation " + unmet.name + " could not be checked: ";
}

}  // namespace

void Databases::print() {
  report_.documents.clear();
  for (const std::string& file : line_.files) report_.documents += " -f " + quoted_for_shell(file);
  for (const MissedExpectation& unmet : report_.unmet) {
    print_warning(unmet_text(unmet) + unmet.row_set + ": " + unmet.message, context_);
  }
  if (line_.format == Format::Json) {
    render_json(report_, context_.out);
  } else if (report_.runs.empty() && !report_.failures.empty()) {
    return;  // every database failed, and each has said so
  } else if (line_.format == Format::Markdown) {
    render_markdown(report_, MarkdownOptions{}, context_.out);
  } else {
    TextOptions options;
    options.style = context_.out_style;
    render_text(report_, options, context_.out);
  }
}

}  // namespace holdfast::agent
