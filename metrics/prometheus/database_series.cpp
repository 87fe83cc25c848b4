#include "metrics/prometheus/database_series.h"

#include <algorithm>
#include <limits>

namespace holdfast::metrics {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

// From what a mended row takes at best to what nobody should wait for; close together where the goals lie.
prometheus::Histogram::BucketBoundaries buckets() {
  return {50e-6, 100e-6, 150e-6, 250e-6, 500e-6, 1e-3, 2.5e-3, 5e-3, 10e-3, 25e-3,
          50e-3, 0.1,    0.25,   0.5,    1,      2.5,  5,      10,   30,    60};
}

template <class Value>
double number(const std::optional<Value>& value) {
  return value ? static_cast<double>(*value) : unknown;
}

void observe(prometheus::Histogram& histogram, std::chrono::nanoseconds duration) {
  histogram.Observe(std::max(0.0, std::chrono::duration<double>(duration).count()));
}

}  // namespace

DatabaseSeries::DatabaseSeries(const std::string& name)
    : labels_{{"database", name}},
      run_duration_(buckets()),
      detection_duration_(buckets()),
      heal_duration_(buckets()),
      persistent_(unknown),
      integrity_ok_(unknown),
      size_(unknown),
      wal_size_(unknown),
      disk_free_(unknown) {}

void DatabaseSeries::run_took(std::chrono::nanoseconds duration) { observe(run_duration_, duration); }
void DatabaseSeries::detected(std::chrono::nanoseconds duration) { observe(detection_duration_, duration); }
void DatabaseSeries::healed(std::chrono::nanoseconds duration) { observe(heal_duration_, duration); }

void DatabaseSeries::set(const DatabaseState& state) {
  up_.Set(state.up ? 1 : 0);
  persistent_.Set(number(state.persistent));
  integrity_ok_.Set(number(state.integrity_ok));
  size_.Set(number(state.size_bytes));
  wal_size_.Set(number(state.wal_size_bytes));
  disk_free_.Set(number(state.disk_free_bytes));
}

void DatabaseSeries::wiped(std::string_view cause, WallTime at) {
  const auto named = std::find(cause_names.begin(), cause_names.end() - 1, cause);
  wipes_[static_cast<std::size_t>(named - cause_names.begin())].Increment();
  last_wipe_.Set(seconds_of(at));
}

void DatabaseSeries::collect(Families& families) const {
  families.add(Metric::RunDuration, labels_, run_duration_);
  families.add(Metric::DetectionDuration, labels_, detection_duration_);
  families.add(Metric::HealDuration, labels_, heal_duration_);
  families.add(Metric::DatabaseUp, labels_, up_.Value());
  families.add(Metric::DatabasePersistent, labels_, persistent_.Value());
  families.add(Metric::DatabaseIntegrityOk, labels_, integrity_ok_.Value());
  families.add(Metric::DatabaseSize, labels_, size_.Value());
  families.add(Metric::DatabaseWalSize, labels_, wal_size_.Value());
  families.add(Metric::DatabaseDiskFree, labels_, disk_free_.Value());
  for (std::size_t i = 0; i < causes; ++i) {
    if (i == causes - 1 && wipes_[i].Value() == 0) continue;  // "other" is there only when it has happened
    families.add(Metric::Wipes, labels_, {{"cause", std::string(cause_names[i])}}, wipes_[i].Value());
  }
  families.add(Metric::LastWipe, labels_, last_wipe_.Value());
}

}  // namespace holdfast::metrics
