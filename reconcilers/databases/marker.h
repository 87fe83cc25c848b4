// What is remembered about a database so that it can be told from another one: in the database itself (the mark
// `marker` of _holdfast_meta), and beside it, where it outlives the file. docs/design/0004-verdict.md says why.
//
// Plain values. PURE; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "reconcilers/core/health.h"

namespace holdfast {

// Where a file lies. Copying makes another inode and another birth time; moving within a file system makes neither.
struct Place {
  std::string host;          // a machine or a deployed service; empty where the name changes with each start
  std::string path;          // real, with links followed
  std::uint64_t inode = 0;   // 0: the engine has no files
  std::int64_t born_ns = 0;  // since 1970; 0: the file system does not tell
  friend bool operator==(const Place&, const Place&) = default;
};

// Both hosts are known, and are two.
bool other_host(const Place& a, const Place& b);
// The same file, under whatever path. Inodes are used again at once (TRAPS 18): the birth time decides where it is
// known.
bool same_file(const Place& a, const Place& b);

struct RememberedTable {
  TableMark mark;
  std::optional<std::uint64_t> rows;  // where a run has counted them
  friend bool operator==(const RememberedTable&, const RememberedTable&) = default;
};

struct Marker {
  std::string database;     // its id: kept for as long as it is the same database, wherever it lies
  std::string incarnation;  // random; another one at each new place
  Place place;
  std::uint64_t sequence = 0;                     // rises by one each time that the marker is written
  std::int64_t last_run = 0;                      // number of the last run in the journal
  std::int64_t at_ms = 0;                         // since 1970, by the clock of the machine
  std::map<std::string, RememberedTable> tables;  // by name in ASCII lower case; those that row sets are about
  friend bool operator==(const Marker&, const Marker&) = default;
};

std::string marker_text(const Marker& marker);
// Nothing when it is not one, or cut short: it counts as never written then.
std::optional<Marker> read_marker(std::string_view text);

}  // namespace holdfast
