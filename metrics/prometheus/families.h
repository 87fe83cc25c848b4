// The samples of one scrape, put together family by family in the catalogue's order. Not thread-safe; for one scrape.
#pragma once

#include <prometheus/client_metric.h>
#include <prometheus/histogram.h>
#include <prometheus/metric_family.h>

#include <array>
#include <chrono>
#include <initializer_list>
#include <optional>
#include <vector>

#include "metrics/prometheus/catalogue.h"

namespace holdfast::metrics {

using Label = prometheus::ClientMetric::Label;
using Labels = std::vector<Label>;

// Seconds since 1970. Before that, and without a time: 0.
double seconds_of(std::optional<std::chrono::system_clock::time_point> time);

class Families {
 public:
  // The labels of a sample are `owner`, then `more`. A value that is not a number is not known: it has no sample.
  void add(Metric metric, const Labels& owner, double value) { add(metric, owner, {}, value); }
  void add(Metric metric, const Labels& owner, std::initializer_list<Label> more, double value);
  void add(Metric metric, const Labels& owner, const prometheus::Histogram& histogram);

  // Those that have a sample. Families is empty afterwards.
  std::vector<prometheus::MetricFamily> take();

 private:
  void append(Metric metric, const Labels& owner, std::initializer_list<Label> more, prometheus::ClientMetric sample);

  std::array<std::vector<prometheus::ClientMetric>, metrics_count> samples_;
};

}  // namespace holdfast::metrics
