#include "metrics/prometheus/families.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace holdfast::metrics {

double seconds_of(std::optional<std::chrono::system_clock::time_point> time) {
  if (!time) return 0;
  return std::max(0.0, std::chrono::duration<double>(time->time_since_epoch()).count());
}

void Families::append(Metric metric, const Labels& owner, std::initializer_list<Label> more,
                      prometheus::ClientMetric sample) {
  sample.label.reserve(owner.size() + more.size());
  sample.label = owner;
  sample.label.insert(sample.label.end(), more.begin(), more.end());
  samples_[static_cast<std::size_t>(metric)].push_back(std::move(sample));
}

void Families::add(Metric metric, const Labels& owner, std::initializer_list<Label> more, double value) {
  if (std::isnan(value)) return;
  prometheus::ClientMetric sample;
  if (describe(metric).type == prometheus::MetricType::Counter) {
    sample.counter.value = value;
  } else {
    sample.gauge.value = value;
  }
  append(metric, owner, more, std::move(sample));
}

void Families::add(Metric metric, const Labels& owner, const prometheus::Histogram& histogram) {
  append(metric, owner, {}, histogram.Collect());
}

std::vector<prometheus::MetricFamily> Families::take() {
  std::vector<prometheus::MetricFamily> families;
  for (std::size_t i = 0; i < metrics_count; ++i) {
    if (samples_[i].empty()) continue;
    const MetricDescription& description = describe(static_cast<Metric>(i));
    families.push_back({description.name, description.help, description.type, std::exchange(samples_[i], {})});
  }
  return families;
}

}  // namespace holdfast::metrics
