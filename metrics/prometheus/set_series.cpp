#include "metrics/prometheus/set_series.h"

#include <algorithm>

namespace holdfast::metrics {
namespace {

template <class Enumeration>
std::string name_of(std::size_t index) {
  return std::string(to_string(static_cast<Enumeration>(index)));
}

}  // namespace

void SetSeries::know(const std::vector<std::string>& expectations) {
  std::map<std::string, bool> known;
  const std::lock_guard lock(expectations_mutex_);
  for (const std::string& name : expectations) {
    const auto before = expectations_.find(name);
    known.emplace(name, before != expectations_.end() && before->second);
  }
  expectations_ = std::move(known);
}

void SetSeries::run_ended(std::string_view trigger, RunResult result) {
  const auto named = std::find(trigger_names.begin(), trigger_names.end() - 1, trigger);
  runs_[static_cast<std::size_t>(named - trigger_names.begin())][static_cast<std::size_t>(result)].Increment();
}

void SetSeries::corrected(Action action, Cause cause, std::uint64_t rows) {
  corrections_[static_cast<std::size_t>(action)][static_cast<std::size_t>(cause)].Increment(static_cast<double>(rows));
}

void SetSeries::set(const SetState& state) {
  for (std::size_t i = 0; i < classes; ++i) drift_[i].Set(static_cast<double>(state.drift_rows[i]));
  // Each is set once, so that no scrape sees a 0 that was never true.
  auto blocked = state.blocked.begin();
  for (std::size_t i = 0; i < reasons; ++i) {
    const bool named = blocked != state.blocked.end() && static_cast<std::size_t>(blocked->first) == i;
    blocked_[i].Set(named ? static_cast<double>(blocked->second) : 0);
    if (named) ++blocked;
  }
  in_sync_.Set(state.in_sync ? 1 : 0);
  declared_rows_.Set(static_cast<double>(state.declared_rows));
  unmanaged_rows_.Set(static_cast<double>(state.unmanaged_rows));
  held_rows_.Set(static_cast<double>(state.held_rows));
  last_success_.Set(seconds_of(state.last_success));
  last_vanish_.Set(seconds_of(state.last_vanish));
  last_forbidden_.Set(seconds_of(state.last_forbidden));
  pause_end_.Set(seconds_of(state.pause_end));
  const std::lock_guard lock(expectations_mutex_);
  for (auto& [name, met] : expectations_) {
    const auto told = state.expectations.find(name);
    met = told != state.expectations.end() && told->second;
  }
}

void SetSeries::collect(Families& families) const {
  for (std::size_t i = 0; i < classes; ++i) {
    families.add(Metric::DriftRows, labels_, {{"class", name_of<DriftClass>(i)}}, drift_[i].Value());
  }
  for (std::size_t action = 1; action < actions; ++action) {
    for (std::size_t cause = 0; cause < causes; ++cause) {
      families.add(Metric::Corrections, labels_,
                   {{"action", name_of<Action>(action)}, {"cause", name_of<Cause>(cause)}},
                   corrections_[action][cause].Value());
    }
  }
  for (std::size_t trigger = 0; trigger < triggers; ++trigger) {
    for (std::size_t result = 0; result < results; ++result) {
      const double ended = runs_[trigger][result].Value();
      if (trigger == triggers - 1 && ended == 0) continue;  // "other" is there only when it has happened
      families.add(Metric::Runs, labels_,
                   {{"trigger", std::string(trigger_names[trigger])}, {"result", name_of<RunResult>(result)}}, ended);
    }
  }
  for (std::size_t i = 1; i < reasons; ++i) {
    families.add(Metric::BlockedChanges, labels_, {{"reason", name_of<Reason>(i)}}, blocked_[i].Value());
  }
  families.add(Metric::InSync, labels_, in_sync_.Value());
  families.add(Metric::DeclaredRows, labels_, declared_rows_.Value());
  families.add(Metric::UnmanagedRows, labels_, unmanaged_rows_.Value());
  families.add(Metric::HeldRows, labels_, held_rows_.Value());
  families.add(Metric::LastSuccess, labels_, last_success_.Value());
  families.add(Metric::LastVanish, labels_, last_vanish_.Value());
  families.add(Metric::LastForbidden, labels_, last_forbidden_.Value());
  families.add(Metric::PauseEnd, labels_, pause_end_.Value());
  const std::lock_guard lock(expectations_mutex_);
  for (const auto& [name, met] : expectations_) {
    families.add(Metric::ExpectationMet, labels_, {{"expectation", name}}, met ? 1 : 0);
  }
}

}  // namespace holdfast::metrics
