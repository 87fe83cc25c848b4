// Every metric of Holdfast: its name, its kind and what it tells, in the order of docs/metrics.md. Pure.
//
// Names and labels only ever get added: dashboards and alerts of others hang on them.
#pragma once

#include <prometheus/metric_type.h>

#include <cstddef>
#include <cstdint>

namespace holdfast::metrics {

enum class Metric : std::uint8_t {
  // of a row set
  DriftRows,
  Corrections,
  Runs,
  InSync,
  DeclaredRows,
  UnmanagedRows,
  HeldRows,
  BlockedChanges,
  ExpectationMet,
  LastSuccess,
  LastVanish,
  LastForbidden,
  PauseEnd,
  // of a database
  RunDuration,
  DetectionDuration,
  HealDuration,
  DatabaseUp,
  DatabasePersistent,
  DatabaseIntegrityOk,
  DatabaseSize,
  DatabaseWalSize,
  DatabaseDiskFree,
  Wipes,
  LastWipe,
  // of the agent
  DesiredStateInfo,
  DesiredStateValid,
  BuildInfo,
  ProcessCpu,
  ProcessResident,
  ProcessVirtual,
  ProcessOpenDescriptors,
  ProcessMostDescriptors,
  ProcessStart,
};
inline constexpr std::size_t metrics_count = static_cast<std::size_t>(Metric::ProcessStart) + 1;

struct MetricDescription {
  Metric metric;
  prometheus::MetricType type;
  const char* name;
  const char* help;
};

const MetricDescription& describe(Metric metric);

}  // namespace holdfast::metrics
