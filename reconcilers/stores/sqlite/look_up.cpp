#include "reconcilers/stores/sqlite/look_up.h"

#include <functional>
#include <utility>
#include <vector>

#include "reconcilers/sql/sqlite_statements.h"
#include "reconcilers/stores/sqlite/bounded.h"
#include "reconcilers/stores/sqlite/reading.h"

namespace holdfast::stores {
namespace {

constexpr std::chrono::milliseconds range_time{20};
constexpr std::chrono::milliseconds pause_for_writers{5};
constexpr std::chrono::hours no_end{24};

// A row that meets the condition. False: that is enough.
using Taker = std::function<bool(const Prepared&)>;

// A key whose columns go down is sorted before the first row comes: each range would take as long as the whole table.
bool is_sorted(const Prepared& statement) {
  return sqlite3_stmt_status(statement.get(), SQLITE_STMTSTATUS_SORT, 0) > 0;
}

// All rows in the locator's order, each with whether it meets the condition: only so does a range know where it ends.
class RangeLook {
 public:
  RangeLook(Connection& connection, const LookUp& look, std::span<const std::uint32_t> columns)
      : connection_(connection),
        look_(look),
        columns_(columns),
        locators_(sql::locator_size(look.table)),
        flag_(locators_ + static_cast<int>(columns.size())) {}

  Result<void> run(const Taker& take) {
    for (bool more = true; more;) {
      connection_.wait_at_most(connection_.options().lock_timeout);
      Result<bool> again = run_range(take);
      if (!again) return again.error();
      more = *again;
    }
    return {};
  }

 private:
  // True when there may be more.
  Result<bool> run_range(const Taker& take) {
    const int values = static_cast<int>(look_.values.size());
    const std::string from = last_.empty() ? "" : " WHERE " + sql::locator_condition(look_.table, ">", values + 1);
    const std::string rest = from + " ORDER BY " + sql::locator_columns(look_.table);
    Result<Prepared*> prepared = connection_.prepare(sql::flagged_text(look_.table, columns_, look_.condition, rest));
    if (!prepared) return prepared.error();
    const Prepared& statement = **prepared;
    int parameter = 0;
    for (const Value& value : look_.values) statement.bind(++parameter, value.view());
    for (const Value& value : last_) statement.bind(++parameter, value.view());
    const auto until = std::chrono::steady_clock::now() + range_time;
    Result<bool> more = step_through(statement, until, take);
    statement.reset();
    return more;
  }

  Result<bool> step_through(const Prepared& statement, std::chrono::steady_clock::time_point until, const Taker& take) {
    for (;;) {
      const int code = statement.step();
      if (code == SQLITE_DONE) return false;
      if (code != SQLITE_ROW) return connection_.error();
      if (sqlite3_column_int(statement.get(), flag_) != 0 && !take(statement)) return false;
      if (std::chrono::steady_clock::now() < until || is_sorted(statement)) continue;
      std::vector<Value> last;
      for (int i = 0; i < locators_; ++i) last.emplace_back(column_value(statement.get(), i));
      last_ = std::move(last);
      return true;
    }
  }

  Connection& connection_;
  const LookUp& look_;
  std::span<const std::uint32_t> columns_;
  int locators_;
  int flag_;  // the column that has it
  std::vector<Value> last_;
};

enum class Next : std::uint8_t { Done, Whole, Ranges };

// Reads by `read`, which runs `text`, and says what is to be done where that gave way. What an index led to is a few
// rows, and reading them once more is over sooner than any range.
template <class T, class Read>
Next read_unless_in_the_way(Connection& connection, const std::string& text, Result<T>& found, const Read& read) {
  {
    const Bounds bounds(connection, no_end, Bounds::Allow::Everything);
    connection.wait_at_most(connection.options().lock_timeout);
    found = read();
    if (found || !bounds.gave_way()) return Next::Done;
  }
  connection.end_reading();
  Connection::pause(pause_for_writers);
  connection.wait_at_most(connection.options().lock_timeout);
  const Result<Prepared*> statement = connection.prepare(text);
  const bool scans = statement && sqlite3_stmt_status((*statement)->get(), SQLITE_STMTSTATUS_FULLSCAN_STEP, 0) > 0;
  return scans ? Next::Ranges : Next::Whole;
}

}  // namespace

Result<std::vector<RowImage>> look_for_rows(Connection& connection, const LookUp& look, std::size_t limit) {
  const std::string text = find_where_text(look.table, look.condition, look.values.size());
  Result<std::vector<RowImage>> found = std::vector<RowImage>();
  const auto read = [&] { return find_rows(connection, look.table, text, look.values, limit); };
  switch (read_unless_in_the_way(connection, text, found, read)) {
    case Next::Done: return found;
    case Next::Whole: return read();
    case Next::Ranges: break;
  }
  std::vector<RowImage> rows;
  if (limit == 0) return rows;
  const ColumnList columns = all_columns(look.table);
  const Result<void> done = RangeLook(connection, look, columns).run([&](const Prepared& row) {
    rows.push_back(image_of(row, look.table));
    return rows.size() < limit;
  });
  if (!done) return done.error();
  return rows;
}

Result<std::uint64_t> look_and_count(Connection& connection, const LookUp& look) {
  const std::string text = count_where_text(look.table, look.condition);
  Result<std::uint64_t> found = std::uint64_t{0};
  const auto read = [&] { return count_rows(connection, text, look.values); };
  switch (read_unless_in_the_way(connection, text, found, read)) {
    case Next::Done: return found;
    case Next::Whole: return read();
    case Next::Ranges: break;
  }
  std::uint64_t rows = 0;
  const Result<void> done = RangeLook(connection, look, {}).run([&](const Prepared&) { return ++rows > 0; });
  if (!done) return done.error();
  return rows;
}

}  // namespace holdfast::stores
