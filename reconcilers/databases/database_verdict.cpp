#include "reconcilers/databases/database_verdict.h"

#include <algorithm>
#include <utility>

namespace holdfast {
namespace {

using Tables = std::map<std::string, RememberedTable>;

bool had_rows(const RememberedTable& table) { return !table.mark.empty || table.rows.value_or(0) > 0; }

bool any_has_rows(const DatabaseFacts& facts) {
  return std::any_of(facts.tables.begin(), facts.tables.end(), [](const auto& one) { return !one.second.empty; });
}

// Rows were there, in tables that row sets are still about, and none is. A table that no row set is about any more is
// nobody's business.
bool all_gone(const Tables& before, const DatabaseFacts& facts) {
  const bool had = std::any_of(before.begin(), before.end(), [&](const auto& one) {
    return had_rows(one.second) && facts.tables.contains(one.first);
  });
  return had && !any_has_rows(facts);
}

// A number once given is never given back, but where a table is made anew.
bool numbers_went_back(const Tables& before, const DatabaseFacts& facts) {
  return std::any_of(before.begin(), before.end(), [&](const auto& one) {
    const auto now = facts.tables.find(one.first);
    if (now == facts.tables.end() || now->second.empty || !one.second.mark.given) return false;
    return now->second.given.value_or(0) < *one.second.mark.given;
  });
}

std::string rows_text(const Tables& tables) {
  std::string text;
  for (const auto& [name, table] : tables) {
    if (!had_rows(table)) continue;
    text += (text.empty() ? "" : ", ") + name;
    if (table.rows) text += " had " + std::to_string(*table.rows);
  }
  return text;
}

DatabaseVerdict verdict(VerdictKind kind, std::string reason, std::string hint = {}) {
  DatabaseVerdict made;
  made.kind = kind;
  made.reason = std::move(reason);
  made.hint = std::move(hint);
  made.may_write = kind != VerdictKind::Copy && kind != VerdictKind::WrongFile && kind != VerdictKind::Corrupt;
  made.new_place = made.may_write;
  return made;
}

constexpr const char* outlive_hint = "see holdfast doctor: does the file outlive a deploy?";
constexpr const char* adopt_hint =
    "the agent writes nothing to it; if it is meant to be looked after here, say holdfast adopt";

DatabaseVerdict wiped(std::string what, const Marker& before) {
  const std::string rows = rows_text(before.tables);
  return verdict(VerdictKind::Wiped, std::move(what) + (rows.empty() ? "" : " (rows were in: " + rows + ")"),
                 outlive_hint);
}

// What lies beside a database is about this place, or has come along with a copied folder and is about none.
const Marker* remembered_here(const DatabaseFacts& facts) {
  if (!facts.remembered || other_host(facts.remembered->place, facts.place)) return nullptr;
  const bool here = facts.remembered->place.path == facts.place.path;
  return here || same_file(facts.remembered->place, facts.place) ? &*facts.remembered : nullptr;
}

DatabaseVerdict judge_absent(const Marker* remembered) {
  if (remembered != nullptr) return wiped("the database is gone", *remembered);
  return verdict(VerdictKind::FirstStart, "there is no database yet, and nothing remembers one");
}

// A database in which we never wrote, or that has lost what we wrote.
DatabaseVerdict judge_unmarked(const DatabaseFacts& facts, const Marker* remembered) {
  if (remembered == nullptr) {
    return verdict(VerdictKind::FirstStart, any_has_rows(facts) ? "no agent has looked after it before"
                                                                : "nothing remembers rows in this database");
  }
  const bool same = same_file(remembered->place, facts.place);
  if (!any_has_rows(facts)) {
    if (!same && !facts.tables_there && facts.other_tables > 0) {
      return verdict(VerdictKind::WrongFile, "the file is another one, with none of the tables that the documents name",
                     std::string("check the Database's url; ") + adopt_hint);
    }
    return wiped(same ? "all rows and what was remembered of them are gone" : "an empty database is in its place",
                 *remembered);
  }
  if (same && !numbers_went_back(remembered->tables, facts)) {
    return verdict(VerdictKind::Intact, "somebody has deleted what Holdfast remembers, the rows are there",
                   "keep migrations from dropping tables that begin with _holdfast_");
  }
  return verdict(VerdictKind::Replaced, "another database, which was not looked after before, is in its place",
                 "who put it there? the rows that the documents declare are put back");
}

std::string at(const Place& place) { return place.path + (place.host.empty() ? "" : " on " + place.host); }

// Nothing when the marker shows that this is the database that belongs here.
std::optional<DatabaseVerdict> judge_foreign(const DatabaseFacts& facts, const Marker* remembered) {
  const Marker& marker = *facts.marker;
  if (remembered != nullptr && remembered->database != marker.database) {
    return verdict(VerdictKind::WrongFile,
                   "another database that is looked after, the one of " + at(marker.place) + ", is in its place",
                   std::string("check the Database's url; ") + adopt_hint);
  }
  const auto copy = [&](const char* how) {
    return verdict(VerdictKind::Copy, std::string("a copy of the database of ") + at(marker.place) + how, adopt_hint);
  };
  if (other_host(marker.place, facts.place)) return copy("");
  if (same_file(marker.place, facts.place) || marker.place.path == facts.place.path || remembered != nullptr) {
    return std::nullopt;
  }
  // Another file at another path. Where the first one is gone it was moved here, if we can look where it was.
  const bool can_look = !marker.place.host.empty() && marker.place.host == facts.place.host;
  if (facts.original_there) return copy(", which is still there");
  if (!can_look) return copy("");
  return std::nullopt;
}

DatabaseVerdict judge_marked(const DatabaseFacts& facts, const Marker* remembered) {
  const Marker& marker = *facts.marker;
  if (auto foreign = judge_foreign(facts, remembered)) return *foreign;
  const bool same = same_file(marker.place, facts.place);
  const bool beside_is_later = remembered != nullptr && remembered->sequence >= marker.sequence;
  const Marker& latest = beside_is_later ? *remembered : marker;
  if (all_gone(latest.tables, facts)) return wiped("all rows that were looked after are gone", latest);
  if (remembered != nullptr) {
    const bool older = marker.sequence < remembered->sequence || facts.last_run < remembered->last_run;
    const bool exchanged = !same_file(remembered->place, facts.place);
    if (older || (exchanged && numbers_went_back(remembered->tables, facts))) {
      return verdict(VerdictKind::RolledBack, "an older state of the database is in its place",
                     "who put it back? the declared rows are corrected; rows that were written since are missing");
    }
  }
  DatabaseVerdict intact =
      verdict(VerdictKind::Intact,
              same ? (marker.place.path == facts.place.path ? "as it was left" : "moved, and as it was left")
                   : "as it was left, in another file");
  intact.new_place = marker.place != facts.place;
  return intact;
}

}  // namespace

std::string_view to_string(VerdictKind kind) {
  switch (kind) {
    case VerdictKind::FirstStart: return "first start";
    case VerdictKind::Intact: return "intact";
    case VerdictKind::Wiped: return "wiped";
    case VerdictKind::Replaced: return "replaced";
    case VerdictKind::RolledBack: return "rolled back";
    case VerdictKind::Copy: return "copy";
    case VerdictKind::Corrupt: return "corrupt";
    case VerdictKind::WrongFile: return "wrong file";
  }
  return "";
}

std::string_view DatabaseVerdict::cause() const {
  switch (kind) {
    case VerdictKind::Wiped: return "wiped";
    case VerdictKind::Replaced: return "replaced";
    case VerdictKind::Corrupt: return "corrupt";
    case VerdictKind::RolledBack: return "rolled-back";
    case VerdictKind::FirstStart:
    case VerdictKind::Intact:
    case VerdictKind::Copy:
    case VerdictKind::WrongFile: break;
  }
  return "";
}

DatabaseVerdict judge_database(const DatabaseFacts& facts) {
  const Marker* remembered = remembered_here(facts);
  switch (facts.state) {
    case DatabaseState::Damaged:
      return verdict(VerdictKind::Corrupt, facts.damage, "restore it from a backup, or move the file away");
    case DatabaseState::Absent: return judge_absent(remembered);
    case DatabaseState::Readable: break;
  }
  return facts.marker ? judge_marked(facts, remembered) : judge_unmarked(facts, remembered);
}

Marker next_marker(const DatabaseFacts& facts, const DatabaseVerdict& verdict, bool adopt, const std::string& fresh_id,
                   const std::string& fresh_incarnation, std::int64_t now_ms) {
  const Marker* remembered = remembered_here(facts);
  const bool foreign = verdict.kind == VerdictKind::Copy || verdict.kind == VerdictKind::WrongFile;
  const bool own_id = !(adopt && foreign);
  Marker marker;
  if (own_id && facts.marker) marker.database = facts.marker->database;
  if (own_id && !facts.marker && remembered != nullptr) marker.database = remembered->database;
  if (marker.database.empty()) marker.database = fresh_id;
  const bool stays = !verdict.new_place && !adopt && facts.marker && facts.marker->place == facts.place;
  marker.incarnation = stays ? facts.marker->incarnation : fresh_incarnation;
  marker.place = facts.place;
  // Higher than anything that may still lie somewhere: what comes back of it is older.
  if (facts.marker) marker.sequence = facts.marker->sequence;
  if (remembered != nullptr) marker.sequence = std::max(marker.sequence, remembered->sequence);
  ++marker.sequence;
  marker.last_run = facts.last_run;
  marker.at_ms = now_ms;
  for (const auto& [name, mark] : facts.tables) {
    RememberedTable table{mark, std::nullopt};
    if (facts.marker) {
      const auto before = facts.marker->tables.find(name);
      if (before != facts.marker->tables.end() && before->second.mark == mark) table.rows = before->second.rows;
    }
    marker.tables.emplace(name, table);
  }
  return marker;
}

}  // namespace holdfast
