// A recorder that has been told something of everything, so that each metric has a sample.
#pragma once

#include <memory>

#include "metrics/prometheus/prometheus_recorder.h"

namespace holdfast::metrics {

inline ProcessFacts some_process() {
  return {std::chrono::seconds(1), 1, 2, 3, 4, WallTime(std::chrono::seconds(1'753'000'000))};
}

// `database`, `row_set` and so on may be anything that is UTF-8.
inline std::unique_ptr<PrometheusRecorder> recorder_of_everything(const std::string& database = "popup",
                                                                  const std::string& row_set = "campaigns",
                                                                  const std::string& expectation = "no-orphans",
                                                                  const std::string& revision = "main@1") {
  auto recorder = std::make_unique<PrometheusRecorder>(Build{"0.1.0", "v0.1.0-1-gabc"});
  const SetName set{database, row_set};
  const WallTime at(std::chrono::seconds(1'753'000'000));
  recorder->know_database(database);
  recorder->know_set(set, {expectation});
  recorder->run_ended(set, "change", RunResult::Corrected);
  recorder->run_took(database, std::chrono::milliseconds(3));
  recorder->corrected(set, Action::Insert, Cause::Wipe, 12);
  recorder->detected(database, std::chrono::microseconds(40));
  recorder->healed(database, std::chrono::microseconds(120));
  SetState state;
  state.expectations = {{expectation, true}};
  state.last_success = at;
  recorder->set_state(set, state);
  recorder->database_state(database, {true, true, true, 4096, 0, 1'000'000});
  recorder->wiped(database, "wiped", at);
  recorder->documents_state({revision, "sha256:aa", true});
  return recorder;
}

}  // namespace holdfast::metrics
