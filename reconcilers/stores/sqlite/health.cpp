#include "reconcilers/stores/sqlite/health.h"

#include <string_view>
#include <utility>

#include "desired-state/units.h"
#include "reconcilers/sql/sqlite_statements.h"
#include "reconcilers/stores/sqlite/bounded.h"
#include "reconcilers/stores/sqlite/errors.h"

namespace holdfast::stores {
namespace {

// The trees of a file are looked through in one go that nothing can break off (SQLite before 3.43): about 350 kB a
// millisecond from memory, less from a disk. So a file that is too large for the time is not begun with.
constexpr std::uint64_t checked_bytes_per_ms = 100'000;
constexpr std::size_t most_problems = 10;

IntegrityReport unknown(std::string why) { return {Integrity::Unknown, {std::move(why)}}; }

// A row that breaks a constraint (the constraint came later, checks were switched off) is the application's, and no
// damage.
bool about_a_row(std::string_view line) {
  return line.find(" value in ") != std::string_view::npos || line.rfind("CHECK constraint failed in ", 0) == 0;
}

Result<std::uint64_t> whole_number(Connection& connection, const std::string& sql) {
  Result<Value> value = connection.single(sql);
  if (!value) return value.error();
  return static_cast<std::uint64_t>(value->view().integer());
}

// Prepared for this once; null and the engine's code where that is not possible.
Prepared prepare_once(Connection& connection, const std::string& sql, int& code) {
  sqlite3_stmt* raw = nullptr;
  code = sqlite3_prepare_v2(connection.handle(), sql.c_str(), -1, &raw, nullptr);
  return Prepared(raw);
}

}  // namespace

Result<IntegrityReport> damage_or(const Error& error) {
  if (!error.damaged) return error;
  return IntegrityReport{Integrity::Damaged, {error.what}};
}

Result<IntegrityReport> check_integrity(Connection& connection, std::chrono::milliseconds at_most) {
  Result<StorageReport> storage = read_storage(connection);
  if (!storage) return damage_or(storage.error());
  if (storage->bytes > checked_bytes_per_ms * static_cast<std::uint64_t>(at_most.count())) {
    return unknown(std::to_string(storage->bytes >> 20) + " MiB are too much to look through within " +
                   write_duration(at_most));
  }
  // A page that is in memory says nothing about the file.
  sqlite3_db_release_memory(connection.handle());
  Bounds bounds(connection, at_most, Bounds::Allow::Everything);
  int code = SQLITE_OK;
  const Prepared statement = prepare_once(connection, "PRAGMA main.quick_check", code);
  if (code == SQLITE_OK) code = bounds.first_step(statement);
  IntegrityReport report{Integrity::Sound, {}};
  for (; code == SQLITE_ROW; code = statement.step()) {
    const std::string line(column_value(statement.get(), 0).bytes());
    if (line == "ok" || about_a_row(line)) continue;
    report.integrity = Integrity::Damaged;
    if (report.problems.size() < most_problems) report.problems.push_back(line);
  }
  if (code == SQLITE_DONE || report.integrity == Integrity::Damaged) return report;
  if (code == SQLITE_INTERRUPT) {
    return unknown(bounds.gave_way() ? "it gave way to writers for " + write_duration(at_most)
                                     : "it took longer than " + write_duration(at_most));
  }
  // A collation or a function that only the application registers.
  if ((code & 0xff) == SQLITE_ERROR) return unknown(sqlite3_errmsg(connection.handle()));
  return damage_or(connection.error());
}

Result<StorageReport> read_storage(Connection& connection) {
  Result<std::uint64_t> page = whole_number(connection, "PRAGMA main.page_size");
  if (!page) return page.error();
  Result<std::uint64_t> pages = whole_number(connection, "PRAGMA main.page_count");
  if (!pages) return pages.error();
  Result<std::uint64_t> free_pages = whole_number(connection, "PRAGMA main.freelist_count");
  if (!free_pages) return free_pages.error();
  return StorageReport{*pages * *page, *free_pages * *page};
}

Result<TableMark> read_table_mark(Connection& connection, const Table& table) {
  TableMark mark;
  const bool numbered = !table.without_rowid && (!table.locator.empty() || !sql::row_number_name(table).empty());
  const std::string from = " FROM main." + sql::quote(table.name);
  Result<Prepared*> statement = connection.prepare(numbered ? "SELECT max(" + sql::locator_columns(table) + ")" + from
                                                            : "SELECT 1" + from + " LIMIT 1");
  if (!statement) return statement.error();
  int code = (*statement)->step();
  if (code == SQLITE_ROW) {
    const ValueView value = column_value((*statement)->get(), 0);
    mark.empty = value.is_null();
    if (numbered && !mark.empty) mark.highest = value.integer();
  }
  const Error failed = code == SQLITE_ROW || code == SQLITE_DONE ? Error{} : connection.error();
  (*statement)->reset();
  if (code != SQLITE_ROW && code != SQLITE_DONE) return failed;
  if (!table.autoincrement) return mark;
  Result<Prepared*> sequence = connection.prepare("SELECT seq FROM main.sqlite_sequence WHERE name = ?1");
  if (!sequence) return sequence.error();
  (*sequence)->bind(1, ValueView::text(table.name));
  code = (*sequence)->step();
  if (code == SQLITE_ROW) {
    const ValueView value = column_value((*sequence)->get(), 0);
    if (value.kind() == ValueKind::Integer) mark.given = value.integer();
  }
  const Error unread = code == SQLITE_ROW || code == SQLITE_DONE ? Error{} : connection.error();
  (*sequence)->reset();
  if (code != SQLITE_ROW && code != SQLITE_DONE) return unread;
  return mark;
}

Result<OrphanReport> count_orphans(Connection& connection, const ReferringColumns& reference, std::uint64_t limit,
                                   std::chrono::milliseconds at_most) {
  Bounds bounds(connection, at_most, Bounds::Allow::ReadingOnly);
  int code = SQLITE_OK;
  const Prepared statement = prepare_once(
      connection, sql::orphans_text(reference.child, reference.columns, reference.parent, reference.parent_columns),
      code);
  if ((code & 0xff) == SQLITE_ERROR) {
    return Error{ErrorKind::Terminal,
                 std::string("the rows cannot be compared (") + sqlite3_errmsg(connection.handle()) + ")",
                 connection.where(), ""};
  }
  // Writers that leave no room for as long are no error either: they cannot be counted in that time.
  constexpr OrphanReport not_known{0, false, false};
  if ((code & 0xff) == SQLITE_BUSY) return not_known;
  if (code != SQLITE_OK) return connection.error();
  statement.bind(1, ValueView::integer(static_cast<std::int64_t>(limit)));
  code = bounds.first_step(statement);
  if (code == SQLITE_INTERRUPT || (code & 0xff) == SQLITE_BUSY) return not_known;
  if (code != SQLITE_ROW) return connection.error();
  OrphanReport report;
  report.rows = static_cast<std::uint64_t>(column_value(statement.get(), 0).integer());
  report.more = report.rows >= limit;
  return report;
}

}  // namespace holdfast::stores
