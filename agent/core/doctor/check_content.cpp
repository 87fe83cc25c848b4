// What the database is, and how it is kept.
#include "agent/core/doctor/checks.h"
#include "agent/core/doctor/mount_table.h"
#include "desired-state/units.h"
#include "reconcilers/core/text.h"

namespace holdfast::agent::doctor {
namespace {

constexpr std::uint64_t megabyte = 1U << 20U;

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

Severity severity_of(VerdictKind kind) {
  switch (kind) {
    case VerdictKind::Intact: return Severity::Ok;
    case VerdictKind::FirstStart: return Severity::Note;
    case VerdictKind::Wiped:
    case VerdictKind::Replaced:
    case VerdictKind::RolledBack:
    case VerdictKind::Copy:
    case VerdictKind::Corrupt:
    case VerdictKind::WrongFile: break;
  }
  return Severity::Problem;
}

// Of a wipe the verdict says to ask the doctor.
std::string todo_of(const DatabaseVerdict& verdict) {
  if (verdict.kind != VerdictKind::Wiped) return verdict.hint;
  return "if persistence above says that a deploy takes the file along, put it on a volume; else find out who has "
         "deleted "
         "it or its rows. A running agent puts the declared rows back, and so does holdfast apply";
}

}  // namespace

void check_verdict(const StoreFacts& store, Findings& findings) {
  const char* check = "database";
  if (store.error && !store.error->damaged) {
    findings.push_back({check, Severity::Problem, "cannot be read: " + store.error->what,
                        "nothing else can be looked at", store.error->hint});
    return;
  }
  if (store.verdict) {
    const DatabaseVerdict& verdict = *store.verdict;
    findings.push_back({check, severity_of(verdict.kind), std::string(to_string(verdict.kind)) + ": " + verdict.reason,
                        verdict.may_write                      ? ""
                        : verdict.kind == VerdictKind::Corrupt ? "Holdfast does not write to it"
                                                               : "a running agent does not write to it; apply does",
                        todo_of(verdict)});
  }
  if (store.journal_mode.empty() && !store.error) {
    findings.push_back(store.has_setup
                           ? Finding{check, Severity::Note, "there is no file yet; the setup makes it", "", ""}
                           : Finding{check, Severity::Problem, "there is no file, and nothing that would make it",
                                     "no row can be put back", "correct the Database's url, or give it a setup"});
  } else if (!store.missing_tables.empty()) {
    findings.push_back({check, store.has_setup ? Severity::Note : Severity::Problem,
                        "tables are missing: " + joined(store.missing_tables), "their rows cannot be there",
                        "let the application's migration make them (run --before), or give the Database a setup"});
  }
}

void check_integrity(const StoreFacts& store, Findings& findings) {
  if (!store.integrity) return;
  const char* check = "integrity";
  const std::string problems = joined(store.integrity->problems);
  switch (store.integrity->integrity) {
    case Integrity::Sound: findings.push_back({check, Severity::Ok, "no damage was found", "", ""}); break;
    case Integrity::Damaged:
      findings.push_back({check, Severity::Problem, "the database is damaged: " + in_one_line(problems),
                          "rows are lost or will be, and writing makes it worse",
                          "stop the application, keep a copy of the file and its side files, restore a backup; else "
                          "sqlite3 FILE .recover"});
      break;
    case Integrity::Unknown:
      findings.push_back({check, Severity::Note, "not looked through: " + problems, "it may be sound or not",
                          "sqlite3 FILE 'PRAGMA quick_check' tells, at a quiet hour"});
  }
}

void check_journal_mode(const HostFacts& host, const StoreFacts& store, Findings& findings) {
  const char* check = "journal-mode";
  const std::string what = "journal_mode is " + store.journal_mode;
  const bool network = host.mount && over_a_network(*host.mount);
  if (store.journal_mode == "off" || store.journal_mode == "memory") {
    findings.push_back({check, Severity::Problem, what, "a crash in a transaction damages the database",
                        "take the PRAGMA journal_mode out of the application"});
  } else if (store.journal_mode == "wal" && network) {
    findings.push_back({check, Severity::Problem, what + " on " + host.mount->type,
                        "WAL needs memory shared between its users, which this file system does not give",
                        "PRAGMA journal_mode = DELETE, or a local disk"});
  } else if (store.wants_wal && store.journal_mode != "wal") {
    findings.push_back({check, Severity::Warning, what + ", the document says journalMode: Wal",
                        "the application sets it back, or nothing has been applied yet",
                        "take the PRAGMA journal_mode out of the application"});
  } else {
    findings.push_back({check, Severity::Ok, what, "", ""});
  }
}

void check_time_outs(const StoreFacts& store, Findings& findings) {
  findings.push_back(
      {"time-outs", Severity::Note,
       "Holdfast waits " + write_duration(store.lock_timeout) +
           " for a lock; how long the application waits is set in each of its connections and shows nowhere",
       "without a time-out it fails whenever anybody else writes",
       "give it a second at least: Python sqlite3.connect(timeout=5), PRAGMA busy_timeout = 5000 elsewhere"});
}

void check_size(const HostFacts& host, const StoreFacts& store, Findings& findings) {
  const char* check = "size";
  if (!store.storage) return;
  const StorageReport& storage = *store.storage;
  const std::string what =
      bytes_text(storage.bytes) + ", of which " + bytes_text(storage.free_bytes) + " are free inside";
  if (storage.free_bytes > 64 * megabyte && storage.free_bytes * 2 > storage.bytes) {
    findings.push_back({check, Severity::Note, what, "copies and backups carry the free pages along",
                        "VACUUM gives them back, at a quiet hour: it locks the database"});
  } else {
    findings.push_back({check, Severity::Ok, what, "", ""});
  }
  for (const SideFile& side : host.side_files) {
    if (side.ending != "-wal" || side.file.bytes < 64 * megabyte || side.file.bytes < storage.bytes) continue;
    findings.push_back({check, Severity::Warning, "the write-ahead log has " + bytes_text(side.file.bytes),
                        "a reader that never ends keeps it from being taken over; reading gets slower",
                        "look for a transaction that is left open in the application"});
  }
}

}  // namespace holdfast::agent::doctor
