// What is known of one database, as numbers beside each other; see set_series.h. Thread-safe.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>

#include <array>
#include <chrono>
#include <string>
#include <string_view>

#include "metrics/prometheus/families.h"
#include "metrics/recorder.h"

namespace holdfast::metrics {

class DatabaseSeries {
 public:
  explicit DatabaseSeries(const std::string& name);

  void run_took(std::chrono::nanoseconds duration);
  void detected(std::chrono::nanoseconds duration);
  void healed(std::chrono::nanoseconds duration);
  void set(const DatabaseState& state);
  void wiped(std::string_view cause, WallTime at);

  void collect(Families& families) const;

 private:
  static constexpr std::size_t causes = 5;
  static constexpr std::array<std::string_view, causes> cause_names = {"wiped", "replaced", "corrupt", "rolled-back",
                                                                       "other"};
  const Labels labels_;
  prometheus::Histogram run_duration_, detection_duration_, heal_duration_;
  prometheus::Gauge up_;
  // Not a number: not known, and without a sample.
  prometheus::Gauge persistent_, integrity_ok_, size_, wal_size_, disk_free_;
  std::array<prometheus::Counter, causes> wipes_;
  prometheus::Gauge last_wipe_;
};

}  // namespace holdfast::metrics
