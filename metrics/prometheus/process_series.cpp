#include "metrics/prometheus/process_series.h"

namespace holdfast::metrics {

void collect(const ProcessFacts& facts, Families& families) {
  const auto add = [&families](Metric metric, std::optional<std::uint64_t> value) {
    if (value) families.add(metric, {}, static_cast<double>(*value));
  };
  if (facts.cpu_time) {
    families.add(Metric::ProcessCpu, {}, std::chrono::duration<double>(*facts.cpu_time).count());
  }
  add(Metric::ProcessResident, facts.resident_bytes);
  add(Metric::ProcessVirtual, facts.virtual_bytes);
  add(Metric::ProcessOpenDescriptors, facts.open_descriptors);
  add(Metric::ProcessMostDescriptors, facts.most_descriptors);
  if (facts.started) families.add(Metric::ProcessStart, {}, seconds_of(facts.started));
}

}  // namespace holdfast::metrics
