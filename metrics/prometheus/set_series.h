// What is known of one row set, as numbers beside each other: nothing is looked up by its labels when something is
// counted, the labels are put to the numbers when somebody scrapes. 1.3 kB a set.
//
// Thread-safe. Lives as long as one of those who share it; one that was forgotten may still be told something, to no
// effect.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>

#include <array>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/prometheus/families.h"
#include "metrics/recorder.h"

namespace holdfast::metrics {

class SetSeries {
 public:
  explicit SetSeries(const SetName& name) : labels_{{"database", name.database}, {"rowset", name.row_set}} {}

  // Those that are known already stay as they are.
  void know(const std::vector<std::string>& expectations);

  void run_ended(std::string_view trigger, RunResult result);
  void corrected(Action action, Cause cause, std::uint64_t rows);
  void set(const SetState& state);

  void collect(Families& families) const;

 private:
  static constexpr std::size_t classes = 7;   // of DriftClass
  static constexpr std::size_t actions = 4;   // of Action; None is never shown
  static constexpr std::size_t causes = 6;    // of Cause
  static constexpr std::size_t reasons = 18;  // of Reason; None is never shown
  static constexpr std::size_t triggers = 8;  // of agent::Trigger, and "other"
  static constexpr std::size_t results = 4;   // of RunResult

  static constexpr std::array<std::string_view, triggers> trigger_names = {"start",  "change", "documents", "interval",
                                                                           "person", "retry",  "resume",    "other"};

  const Labels labels_;
  std::array<prometheus::Gauge, classes> drift_;
  std::array<std::array<prometheus::Counter, causes>, actions> corrections_;
  std::array<std::array<prometheus::Counter, results>, triggers> runs_;
  std::array<prometheus::Gauge, reasons> blocked_;
  prometheus::Gauge in_sync_, declared_rows_, unmanaged_rows_, held_rows_;
  prometheus::Gauge last_success_, last_vanish_, last_forbidden_, pause_end_;

  mutable std::mutex expectations_mutex_;
  std::map<std::string, bool> expectations_;  // by name; met
};

}  // namespace holdfast::metrics
