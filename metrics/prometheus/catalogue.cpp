#include "metrics/prometheus/catalogue.h"

#include <iterator>

namespace holdfast::metrics {
namespace {

constexpr auto counter = prometheus::MetricType::Counter;
constexpr auto gauge = prometheus::MetricType::Gauge;
constexpr auto histogram = prometheus::MetricType::Histogram;

constexpr MetricDescription catalogue[] = {
    {Metric::DriftRows, gauge, "holdfast_drift_rows",
     "Rows that were not as the documents say after the last run, by class of drift."},
    {Metric::Corrections, counter, "holdfast_corrections_total",
     "Rows that Holdfast has put right, by what it did and by what had made it necessary."},
    {Metric::Runs, counter, "holdfast_runs_total", "Runs that have ended, by what woke them and by how they ended."},
    {Metric::InSync, gauge, "holdfast_in_sync",
     "1 if the last run left no drift that the set's policy cares about, else 0; 0 before the first run."},
    {Metric::DeclaredRows, gauge, "holdfast_declared_rows", "Rows that the documents declare."},
    {Metric::UnmanagedRows, gauge, "holdfast_unmanaged_rows", "Rows of the table that no rule of the set names."},
    {Metric::HeldRows, gauge, "holdfast_held_rows",
     "Rows that are left as they are for now because of a fight, an undo or a pause."},
    {Metric::BlockedChanges, gauge, "holdfast_blocked_changes",
     "Changes that the last run could or may not make, by reason."},
    {Metric::ExpectationMet, gauge, "holdfast_expectation_met",
     "1 if the expectation held when it was last looked at, else 0; 0 before that."},
    {Metric::LastSuccess, gauge, "holdfast_last_success_timestamp_seconds",
     "When a run last ended without a failure, in seconds since 1970; 0 if none has."},
    {Metric::LastVanish, gauge, "holdfast_last_vanish_timestamp_seconds",
     "When somebody else was last seen to have deleted many rows at once, in seconds since 1970; 0 if never."},
    {Metric::LastForbidden, gauge, "holdfast_last_forbidden_timestamp_seconds",
     "When a forbidden row was last seen, in seconds since 1970; 0 if never."},
    {Metric::PauseEnd, gauge, "holdfast_pause_end_timestamp_seconds",
     "When the pause that the set is under ends by itself, in seconds since 1970; 0 if there is none."},
    {Metric::RunDuration, histogram, "holdfast_run_duration_seconds",
     "How long runs took, from reading to publishing."},
    {Metric::DetectionDuration, histogram, "holdfast_detection_duration_seconds",
     "How long changes by others were there before Holdfast saw them."},
    {Metric::HealDuration, histogram, "holdfast_heal_duration_seconds",
     "How long changes by others were there before Holdfast had mended them."},
    {Metric::DatabaseUp, gauge, "holdfast_database_up", "1 if the database could be reached by the last look, else 0."},
    {Metric::DatabasePersistent, gauge, "holdfast_database_persistent",
     "1 if the database outlives a deploy as far as that can be told, 0 if it does not; no sample while nobody knows."},
    {Metric::DatabaseIntegrityOk, gauge, "holdfast_database_integrity_ok",
     "1 if the last integrity check found nothing, 0 if it did; no sample while nobody knows."},
    {Metric::DatabaseSize, gauge, "holdfast_database_size_bytes",
     "The size of the database without its write-ahead log; no sample while nobody knows."},
    {Metric::DatabaseWalSize, gauge, "holdfast_database_wal_size_bytes",
     "The size of the database's write-ahead log; no sample where there is none."},
    {Metric::DatabaseDiskFree, gauge, "holdfast_database_disk_free_bytes",
     "The space that is left where the database lies; no sample while nobody knows."},
    {Metric::Wipes, counter, "holdfast_wipes_total",
     "Times that the database was found empty, replaced, corrupt or rolled back, by what had happened to it."},
    {Metric::LastWipe, gauge, "holdfast_last_wipe_timestamp_seconds",
     "When the database was last found so, in seconds since 1970; 0 if not since the agent has started."},
    {Metric::DesiredStateInfo, gauge, "holdfast_desired_state_info",
     "Always 1; its labels say which documents are in force. No sample before any are."},
    {Metric::DesiredStateValid, gauge, "holdfast_desired_state_valid",
     "1 if the documents that are there now are those in force, 0 if they are not, or none have been read yet."},
    {Metric::BuildInfo, gauge, "holdfast_build_info", "Always 1; its labels say which program this is."},
    {Metric::ProcessCpu, counter, "process_cpu_seconds_total",
     "Processor time that the agent's process has used, user and system."},
    {Metric::ProcessResident, gauge, "process_resident_memory_bytes", "Memory of the process that is in RAM."},
    {Metric::ProcessVirtual, gauge, "process_virtual_memory_bytes", "Address space that the process has mapped."},
    {Metric::ProcessOpenDescriptors, gauge, "process_open_fds", "File descriptors that the process has open."},
    {Metric::ProcessMostDescriptors, gauge, "process_max_fds",
     "File descriptors that the process may have open at most."},
    {Metric::ProcessStart, gauge, "process_start_time_seconds", "When the process began, in seconds since 1970."},
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < metrics_count; ++i) {
    if (static_cast<std::size_t>(catalogue[i].metric) != i) return false;
  }
  return true;
}
static_assert(std::size(catalogue) == metrics_count && in_order(), "each metric is described at its own place");

}  // namespace

const MetricDescription& describe(Metric metric) { return catalogue[static_cast<std::size_t>(metric)]; }

}  // namespace holdfast::metrics
