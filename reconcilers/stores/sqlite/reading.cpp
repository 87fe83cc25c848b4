#include "reconcilers/stores/sqlite/reading.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "reconcilers/sql/sqlite_statements.h"
#include "reconcilers/stores/sqlite/errors.h"

namespace holdfast::stores {
namespace {

using sql::equals_text;
using sql::locator_columns;
using sql::locator_condition;
using sql::locator_size;
using sql::quote;
using sql::referring_text;
using sql::select_text;

constexpr std::uint64_t rows_between_looks = 64;  // at the clock

std::string locator_order(const Table& table) { return " ORDER BY " + locator_columns(table); }

// One range: from after `last` (empty: the beginning) until the time is up, the rows end or the caller has enough.
class RangeScan {
 public:
  RangeScan(Connection& connection, const Table& table, std::span<const std::uint32_t> columns, const RowCallback& row)
      : connection_(connection),
        table_(table),
        columns_(columns),
        row_(row),
        locators_(static_cast<std::size_t>(locator_size(table))),
        values_(locators_.size() + columns.size()) {}

  // True when there may be more.
  Result<bool> run(std::chrono::milliseconds time, std::uint64_t& rows) {
    const std::string from = last_.empty() ? "" : " WHERE " + locator_condition(table_, ">", 1);
    Result<Prepared*> statement = connection_.prepare(select_text(table_, columns_, from + locator_order(table_)));
    if (!statement) return statement.error();
    for (std::size_t i = 0; i < last_.size(); ++i) (*statement)->bind(static_cast<int>(i) + 1, last_[i].view());
    const auto started = connection_.is_reading() ? connection_.reading_since() : std::chrono::steady_clock::now();
    Result<bool> more = step_through(**statement, started, time, rows);
    (*statement)->reset();
    return more;
  }

 private:
  Result<bool> step_through(const Prepared& statement, std::chrono::steady_clock::time_point started,
                            std::chrono::milliseconds time, std::uint64_t& rows) {
    sqlite3_stmt* raw = statement.get();
    const std::size_t size = values_.size();
    for (std::uint64_t here = 1;; ++here) {
      const int code = statement.step();
      if (code == SQLITE_DONE) return false;
      if (code != SQLITE_ROW) return connection_.error();
      for (std::size_t i = 0; i < size; ++i) values_[i] = column_value(raw, static_cast<int>(i));
      const std::span<const ValueView> all(values_);
      ++rows;
      if (!row_({all.first(locators_.size()), all.subspan(locators_.size())})) return false;
      if (time.count() == 0 || here % rows_between_looks != 0) continue;
      if (std::chrono::steady_clock::now() - started < time) continue;
      std::vector<Value> last;
      for (std::size_t i = 0; i < locators_.size(); ++i) last.emplace_back(values_[i]);
      last_ = std::move(last);
      return true;
    }
  }

  Connection& connection_;
  const Table& table_;
  std::span<const std::uint32_t> columns_;
  const RowCallback& row_;
  std::vector<ValueView> locators_;
  std::vector<ValueView> values_;
  std::vector<Value> last_;
};

}  // namespace

ColumnList all_columns(const Table& table) {
  ColumnList columns(table.columns.size());
  std::iota(columns.begin(), columns.end(), 0u);
  return columns;
}

RowImage image_of(const Prepared& statement, const Table& table) {
  RowImage image;
  const int locators = locator_size(table);
  for (int i = 0; i < locators; ++i) image.locator.emplace_back(column_value(statement.get(), i));
  image.values.reserve(table.columns.size());
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    image.values.emplace_back(column_value(statement.get(), locators + static_cast<int>(i)));
  }
  return image;
}

Result<ScanEnd> scan_rows(Connection& connection, const Table& table, std::span<const std::uint32_t> columns,
                          std::chrono::milliseconds range_time, const RowCallback& row) {
  ScanEnd end;
  Result<ReadMark> mark = connection.mark();
  if (!mark) return mark.error();
  end.mark = *mark;
  end.ranges = 0;
  RangeScan scan(connection, table, columns, row);
  for (bool more = true; more;) {
    // A table that takes so long is thought about for long as well: what follows is read by itself.
    if (++end.ranges > 1) connection.end_reading();
    connection.wait_at_most(connection.options().lock_timeout);
    Result<bool> again = scan.run(range_time, end.rows);
    if (!again) return again.error();
    more = *again;
  }
  return end;
}

std::string fetch_text(const Table& table) {
  return select_text(table, all_columns(table), " WHERE " + locator_condition(table, "=", 1));
}

std::string find_where_text(const Table& table, const std::string& condition, std::size_t values) {
  return select_text(table, all_columns(table),
                     condition + locator_order(table) + " LIMIT ?" + std::to_string(values + 1));
}

std::string find_text(const Table& table, std::span<const std::uint32_t> columns) {
  return find_where_text(table, equals_text(table, columns), columns.size());
}

std::string count_where_text(const Table& table, const std::string& condition) {
  return "SELECT count(*) FROM main." + quote(table.name) + condition;
}

std::string referring_condition(const ReferringColumns& reference, std::span<const Value> values) {
  if (reference.alike) return equals_text(reference.child, reference.columns);
  return referring_text(reference.child, reference.columns, reference.parent, reference.parent_columns, values);
}

Result<std::vector<std::optional<RowImage>>> fetch_rows(Connection& connection, const Table& table,
                                                        const std::string& text, std::span<const Locator> locators) {
  std::vector<std::optional<RowImage>> rows;
  Result<Prepared*> statement = connection.prepare(text);
  if (!statement) return statement.error();
  for (const Locator& locator : locators) {
    for (std::size_t i = 0; i < locator.size(); ++i) (*statement)->bind(static_cast<int>(i) + 1, locator[i].view());
    const int code = (*statement)->step();
    if (code == SQLITE_ROW) {
      rows.emplace_back(image_of(**statement, table));
    } else if (code == SQLITE_DONE) {
      rows.emplace_back();
    } else {
      const Error failed = connection.error();
      (*statement)->reset();
      return failed;
    }
    (*statement)->reset();
  }
  return rows;
}

Result<std::vector<RowImage>> find_rows(Connection& connection, const Table& table, const std::string& text,
                                        std::span<const Value> values, std::size_t limit) {
  Result<Prepared*> statement = connection.prepare(text);
  if (!statement) return statement.error();
  for (std::size_t i = 0; i < values.size(); ++i) (*statement)->bind(static_cast<int>(i) + 1, values[i].view());
  const auto most = static_cast<std::int64_t>(std::min<std::uint64_t>(limit, std::numeric_limits<std::int64_t>::max()));
  (*statement)->bind(static_cast<int>(values.size()) + 1, ValueView::integer(most));
  std::vector<RowImage> rows;
  int code;
  while ((code = (*statement)->step()) == SQLITE_ROW) rows.push_back(image_of(**statement, table));
  const Error failed = code == SQLITE_DONE ? Error{} : connection.error();
  (*statement)->reset();
  if (code != SQLITE_DONE) return failed;
  return rows;
}

Result<std::uint64_t> count_rows(Connection& connection, const std::string& text, std::span<const Value> values) {
  Result<Prepared*> statement = connection.prepare(text);
  if (!statement) return statement.error();
  for (std::size_t i = 0; i < values.size(); ++i) (*statement)->bind(static_cast<int>(i) + 1, values[i].view());
  const int code = (*statement)->step();
  const Error failed = code == SQLITE_ROW ? Error{} : connection.error();
  const std::int64_t count = code == SQLITE_ROW ? sqlite3_column_int64((*statement)->get(), 0) : 0;
  (*statement)->reset();
  if (code != SQLITE_ROW) return failed;
  return static_cast<std::uint64_t>(count);
}

Result<std::vector<RowImage>> find_referring_rows(Connection& connection, const ReferringColumns& reference,
                                                  std::span<const Value> values, std::size_t limit) {
  const Table& child = reference.child;
  const std::string text = find_where_text(child, referring_condition(reference, values), values.size());
  return find_rows(connection, child, text, values, limit);
}

Result<std::uint64_t> count_referring_rows(Connection& connection, const ReferringColumns& reference,
                                           std::span<const Value> values) {
  return count_rows(connection, count_where_text(reference.child, referring_condition(reference, values)), values);
}

Result<std::uint64_t> count_rows(Connection& connection, const Table& table, std::span<const std::uint32_t> columns,
                                 std::span<const Value> values) {
  return count_rows(connection, count_where_text(table, equals_text(table, columns)), values);
}

}  // namespace holdfast::stores
