#include "agent/core/doctor/checks.h"

namespace holdfast::agent::doctor {

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::Ok: return "ok";
    case Severity::Note: return "note";
    case Severity::Warning: return "warning";
    case Severity::Problem: return "problem";
  }
  return "";
}

Findings examine(const HostFacts& host, const StoreFacts& store) {
  Findings findings;
  check_persistence(host, findings);
  check_open_files(host, findings);
  check_rights(host, findings);
  check_space(host, findings);
  check_clock(host, store, findings);
  check_verdict(store, findings);
  if (store.error && !store.error->damaged) return findings;
  check_integrity(store, findings);
  if (store.error || store.journal_mode.empty()) return findings;  // there is nothing to ask
  check_journal_mode(host, store, findings);
  check_time_outs(store, findings);
  check_size(host, store, findings);
  check_references(store, findings);
  check_migrations(store, findings);
  return findings;
}

}  // namespace holdfast::agent::doctor
