// What a database tells about itself, as plain values: `holdfast doctor` asks its store, the checks of this folder
// judge.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reconcilers/core/health.h"
#include "reconcilers/core/result.h"
#include "reconcilers/databases/database_verdict.h"

namespace holdfast::agent::doctor {

struct ReferenceFacts {
  std::string child, child_columns, parent, parent_columns;  // columns with commas between them
  bool declared_only = false;                                // by a RowSet's `references`; the schema does not know it
  std::string unusable;                                      // why the engine cannot follow it; empty when it can
  bool indexed = true;                                       // the child has an index for it
  std::optional<OrphanReport> orphans;
  std::string unknown;  // why there is no report
};

struct StoreFacts {
  std::string database;
  std::string location;
  bool has_setup = false;
  std::optional<Error> error;  // it cannot be opened or read; nothing below is known then
  std::string journal_mode;    // empty: there is no database yet
  bool wants_wal = false;      // the document says journalMode: Wal
  std::chrono::milliseconds lock_timeout{0};
  std::vector<std::string> tables;          // of the application
  std::vector<std::string> missing_tables;  // that row sets are about
  std::vector<ReferenceFacts> references;
  std::optional<IntegrityReport> integrity;
  std::optional<StorageReport> storage;
  std::optional<DatabaseVerdict> verdict;
  std::int64_t newest_note_ms = 0;  // since 1970: the latest time that the marker or the journal holds
};

}  // namespace holdfast::agent::doctor
