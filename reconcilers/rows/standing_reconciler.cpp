#include "reconcilers/rows/standing_reconciler.h"

#include <optional>
#include <utility>

#include "reconcilers/rows/apply_run.h"
#include "reconcilers/rows/database_run.h"
#include "reconcilers/rows/run_id.h"

namespace holdfast {

StandingReconciler::StandingReconciler(Store& store, const Clock& clock, ReconcilerOptions options,
                                       DatabaseDocument database, std::vector<RowSetDocument> sets, Progress progress)
    : store_(store),
      clock_(clock),
      options_(std::move(options)),
      database_(std::move(database)),
      sets_(std::move(sets)),
      progress_(std::move(progress)) {
  for (const RowSetDocument& set : sets_) pointers_.push_back(&set);
}

StandingReconciler::~StandingReconciler() = default;

bool StandingReconciler::schema_moved() const { return run_ && run_->schema_moved(); }

std::optional<std::string> StandingReconciler::remembered(std::string_view name) const {
  if (!run_) return std::nullopt;
  const auto found = run_->marks().find(name);
  return found == run_->marks().end() ? std::nullopt : std::optional(found->second);
}

Result<void> StandingReconciler::bind(Diagnostics& diagnostics) {
  if (run_) return run_->renew();
  auto run = std::make_unique<DatabaseRun>(store_, clock_, progress_, options_, database_, pointers_, mistakes_);
  Result<void> bound = run->bind_sets();
  diagnostics.take(std::exchange(mistakes_, Diagnostics()));
  if (bound && !diagnostics.has_errors()) run_ = std::move(run);
  return bound;
}

Result<RunReport> StandingReconciler::plan(Diagnostics& diagnostics) {
  RunReport report;
  if (Result<void> bound = bind(diagnostics); !bound) return bound.error();
  if (diagnostics.has_errors()) return report;
  const Result<void> planned = run_->plan();
  diagnostics.take(std::exchange(mistakes_, Diagnostics()));
  if (!planned) return planned.error();
  if (diagnostics.has_errors()) return report;
  report.plan = std::move(run_->current());
  if (report.plan.setup.empty()) report.unmet = run_->expectations();
  return report;
}

Result<RunReport> StandingReconciler::apply(const std::string& trigger, const std::string& who,
                                            Diagnostics& diagnostics) {
  RunReport report;
  report.run = new_run_id(clock_.wall());
  options_.origin.trigger = trigger;
  options_.origin.who = who;
  // To the end of the first plan, or to the first thing that is written. Not while the documents are bound.
  std::optional<OneMoment> moment;
  if (run_ && run_->is_small() && !moment.emplace(store_).begun()) return moment->begun().error();
  if (Result<void> bound = bind(diagnostics); !bound) return bound.error();
  if (diagnostics.has_errors()) return report;
  Result<void> applied = apply_bound(store_, options_, database_, *run_, mistakes_, report);
  options_.confirm.clear();
  if (applied) options_.cause.reset();
  diagnostics.take(std::exchange(mistakes_, Diagnostics()));
  if (!applied) return applied.error();
  return report;
}

}  // namespace holdfast
