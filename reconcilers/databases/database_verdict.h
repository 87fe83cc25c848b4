// The verdict: what became of a database since it was last seen. Facts in, verdict out.
//
// What can be known is in docs/design/0004-verdict.md, with the table that judge_database() is. PURE; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "reconcilers/core/health.h"
#include "reconcilers/databases/marker.h"

namespace holdfast {

enum class DatabaseState : std::uint8_t { Absent, Readable, Damaged };

struct DatabaseFacts {
  DatabaseState state = DatabaseState::Absent;
  std::string damage;                // Damaged: the engine's words
  Place place;                       // where the file lies, or would lie
  std::optional<Marker> marker;      // in the database
  std::optional<Marker> remembered;  // beside it, or by this process since its start; the later one
  // The file that the marker in the database was written for is still where it was, and is not this one.
  bool original_there = false;
  std::map<std::string, TableMark> tables;  // that row sets are about, by name in ASCII lower case; not there: empty
  bool tables_there = false;                // at least one of them is
  std::uint64_t other_tables = 0;           // of the application, about which no row set is
  std::int64_t last_run = 0;                // number of the last run in the journal
};

enum class VerdictKind : std::uint8_t {
  FirstStart,  // nobody remembers anything: a new database, or one that was never looked after
  Intact,
  Wiped,       // rows were there, and all of them are gone
  Replaced,    // another database, unknown to us, is in its place
  RolledBack,  // an older state of the same one is in its place
  Copy,        // of a database that lies somewhere else
  Corrupt,
  WrongFile,  // a database that is known to be another one, or that has nothing to do with the documents
};
// "first start", "intact", "wiped", "replaced", "rolled back", "copy", "corrupt", "wrong file".
std::string_view to_string(VerdictKind kind);

struct DatabaseVerdict {
  VerdictKind kind = VerdictKind::FirstStart;
  std::string reason;  // for people, one line: what was seen
  std::string hint;    // what to do about it; empty when there is nothing
  // False: nobody writes, marker included, before somebody has said `adopt` or put another file there.
  bool may_write = true;
  bool new_place = false;  // the marker gets another incarnation
  // The `cause` of holdfast_wipes_total: "wiped", "replaced", "corrupt", "rolled-back"; empty for the others.
  std::string_view cause() const;
};

DatabaseVerdict judge_database(const DatabaseFacts& facts);

// The marker that is to be written now: `fresh_id` and `fresh_incarnation` are used where a new one is due. Adopting
// makes a copy or a wrong file a database of its own. `facts.tables` become its marks; rows are taken over where the
// table has not moved.
Marker next_marker(const DatabaseFacts& facts, const DatabaseVerdict& verdict, bool adopt, const std::string& fresh_id,
                   const std::string& fresh_incarnation, std::int64_t now_ms);

}  // namespace holdfast
