#include "reconcilers/stores/sqlite/touches.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace holdfast::stores {
namespace {

// A trigger that changes more than this is not one that a run should let through: its rows are then not kept.
constexpr std::size_t most_kept_bytes = std::size_t{64} << 20;

Value hook_value(sqlite3_value* value) {
  const auto bytes = [value] {
    return std::string_view(static_cast<const char*>(sqlite3_value_blob(value)),
                            static_cast<std::size_t>(sqlite3_value_bytes(value)));
  };
  switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER: return Value::integer(sqlite3_value_int64(value));
    case SQLITE_FLOAT: return Value::real(sqlite3_value_double(value));
    case SQLITE_TEXT: return Value::text(bytes());
    case SQLITE_BLOB: return Value::blob(bytes());
    default: return Value::null();
  }
}

Value real(const Value& whole) { return Value::real(static_cast<double>(whole.view().integer())); }

// SQLite 3.40 makes numbers in the old row of a WITHOUT ROWID table real where the column at the place that this one
// has in the primary key's index, and not this one, is REAL (seen: 7 in a column without a type is shown as 7.0).
std::vector<bool> read_as_real(const Table& table) {
  std::vector<bool> wrong(table.columns.size(), false);
  if (!table.without_rowid) return wrong;
  std::size_t place = 0;
  const auto next = [&](std::uint32_t column) { wrong[column] = table.columns[place++].affinity == Affinity::Real; };
  for (const std::uint32_t column : table.locator) next(column);
  for (std::uint32_t i = 0; i < table.columns.size(); ++i) {
    const bool in_key = std::find(table.locator.begin(), table.locator.end(), i) != table.locator.end();
    if (!in_key && table.columns[i].generated != Generated::Virtual) next(i);
  }
  return wrong;
}

// What a SELECT would give for what the hook shows; nothing when that cannot be told.
std::optional<Value> selected(Value shown, const Column& column, bool shown_as_real) {
  if (column.affinity == Affinity::Real) return shown.kind() == ValueKind::Integer ? real(shown) : std::move(shown);
  if (!shown_as_real || shown.kind() != ValueKind::Real) return shown;
  const double number = shown.view().real();
  if (number != std::trunc(number)) return shown;
  const bool whole = column.affinity == Affinity::Integer || column.affinity == Affinity::Numeric;
  if (!whole || std::abs(number) > 0x1p53) return std::nullopt;
  return Value::integer(static_cast<std::int64_t>(number));
}

bool same_number(const Value& a, const Value& b) {
  const auto number = [](const Value& value) {
    return value.kind() == ValueKind::Integer ? static_cast<double>(value.view().integer()) : value.view().real();
  };
  const auto numeric = [](const Value& value) {
    return value.kind() == ValueKind::Integer || value.kind() == ValueKind::Real;
  };
  return numeric(a) && numeric(b) && number(a) == number(b);
}

}  // namespace

Touches::Touches(sqlite3* database, const Schema& schema) : database_(database), schema_(schema) {
  sqlite3_preupdate_hook(database_, &Touches::hook, this);
}

Touches::~Touches() { sqlite3_preupdate_hook(database_, nullptr, nullptr); }

std::uint32_t Touches::table_number(const char* name) {
  if (last_ < tables_.size() && tables_[last_].name == name) return last_;
  const auto found = numbers_.find(name);
  if (found != numbers_.end()) return last_ = found->second;
  Known known;
  known.name = name;
  const auto table = schema_.find(name);
  if (table && table->without_rowid) {
    known.by_key = true;
    const std::vector<bool> as_real = read_as_real(*table);
    for (const std::uint32_t column : table->locator) {
      int stored = 0;  // virtual generated columns are not
      for (std::uint32_t i = 0; i < column; ++i) stored += table->columns[i].generated == Generated::Virtual ? 0 : 1;
      known.key.push_back(static_cast<int>(column));
      known.stored_key.push_back(stored);
      known.key_columns.push_back(table->columns[column]);
      known.read_as_real.push_back(as_real[column]);
    }
  }
  last_ = static_cast<std::uint32_t>(tables_.size());
  tables_.push_back(std::move(known));
  numbers_.emplace(name, last_);
  return last_;
}

std::int64_t Touches::keep_key(const Known& table, const std::vector<int>& columns, bool old_row) {
  Locator key;
  for (const int column : columns) {
    sqlite3_value* value = nullptr;
    const int code =
        old_row ? sqlite3_preupdate_old(database_, column, &value) : sqlite3_preupdate_new(database_, column, &value);
    const std::size_t at = key.size();
    key.push_back(code == SQLITE_OK && value != nullptr ? hook_value(value) : Value::null());
    if (auto known = selected(key[at], table.key_columns[at], old_row && table.read_as_real[at]))
      key[at] = std::move(*known);
  }
  locators_.push_back(std::move(key));
  return static_cast<std::int64_t>(locators_.size() - 1);
}

std::int32_t Touches::keep_row(bool old_row) {
  if (kept_bytes_ > most_kept_bytes) return -1;
  std::vector<Value> row;
  const int columns = sqlite3_preupdate_count(database_);
  for (int i = 0; i < columns; ++i) {
    sqlite3_value* value = nullptr;
    const int code =
        old_row ? sqlite3_preupdate_old(database_, i, &value) : sqlite3_preupdate_new(database_, i, &value);
    row.push_back(code == SQLITE_OK && value != nullptr ? hook_value(value) : Value::null());
    kept_bytes_ += sizeof(Value) + row.back().view().bytes().size();
  }
  rows_.push_back(std::move(row));
  return static_cast<std::int32_t>(rows_.size() - 1);
}

void Touches::hook(void* self, sqlite3* database, int operation, const char* schema, const char* table,
                   sqlite3_int64 before, sqlite3_int64 after) {
  if (std::strcmp(schema, "main") != 0) return;
  auto* touches = static_cast<Touches*>(self);
  Record record{};
  record.kind = operation == SQLITE_INSERT   ? TouchKind::Insert
                : operation == SQLITE_DELETE ? TouchKind::Delete
                                             : TouchKind::Update;
  record.depth = static_cast<std::uint16_t>(sqlite3_preupdate_depth(database));
  record.table = touches->table_number(table);
  const Known& known = touches->tables_[record.table];
  record.before = before;
  record.after = after;
  if (known.by_key) {
    // Of a WITHOUT ROWID table the hook counts columns as the table does, but those of an UPDATE's new row as they are
    // stored (seen with 3.40.1; a test has a virtual column before the key).
    const std::vector<int>& after_key = record.kind == TouchKind::Update ? known.stored_key : known.key;
    if (record.kind != TouchKind::Insert) record.before = touches->keep_key(known, known.key, true);
    if (record.kind != TouchKind::Delete) record.after = touches->keep_key(known, after_key, false);
  }
  if (record.depth > 0) {
    if (record.kind != TouchKind::Insert) record.old_row = touches->keep_row(true);
    if (record.kind != TouchKind::Delete) record.new_row = touches->keep_row(false);
  }
  touches->records_.push_back(record);
}

Locator Touches::locator(const Known& table, std::int64_t value) const {
  if (table.by_key) return locators_[static_cast<std::size_t>(value)];
  Locator rowid;
  rowid.push_back(Value::integer(value));
  return rowid;
}

Touch Touches::at(std::size_t index) const {
  const Record& record = records_[index];
  const Known& table = tables_[record.table];
  Touch touch;
  touch.kind = record.kind;
  touch.table = table.name;
  touch.depth = record.depth;
  if (record.kind != TouchKind::Insert) touch.before = locator(table, record.before);
  if (record.kind != TouchKind::Delete) touch.after = locator(table, record.after);
  if (record.old_row >= 0) touch.old_row = &rows_[static_cast<std::size_t>(record.old_row)];
  if (record.new_row >= 0) touch.new_row = &rows_[static_cast<std::size_t>(record.new_row)];
  return touch;
}

void Touches::complete_rows(std::size_t index, const Table& table) {
  Record& record = records_[index];
  const bool computed = std::any_of(table.columns.begin(), table.columns.end(),
                                    [](const Column& column) { return column.generated == Generated::Virtual; });
  const std::vector<bool> as_real = read_as_real(table);
  const auto complete = [&](std::int32_t& which, std::int64_t number, bool old_row) {
    if (which < 0) return;
    std::vector<Value>& row = rows_[static_cast<std::size_t>(which)];
    if (computed || row.size() != table.columns.size()) {
      which = -1;
      return;
    }
    for (std::size_t i = 0; i < row.size(); ++i) {
      const Column& column = table.columns[i];
      const bool alias = !table.without_rowid && table.locator.size() == 1 && table.locator.front() == i;
      if (!alias && old_row && column.has_default && row[i].is_null()) {
        which = -1;  // NULL, or the default of a column that was added after the row: the hook cannot tell (3.40.1)
        return;
      }
      std::optional<Value> value =
          alias ? Value::integer(number) : selected(std::move(row[i]), column, old_row && as_real[i]);
      if (!value) {
        which = -1;
        return;
      }
      row[i] = std::move(*value);
    }
  };
  complete(record.old_row, record.before, true);
  complete(record.new_row, record.after, false);
}

void Touches::truncate(std::size_t size) { records_.resize(size); }

void Touches::found_at(std::string_view table, std::size_t from, const Locator& at) {
  for (std::size_t i = records_.size(); i-- > from;) {
    const Record& record = records_[i];
    if (record.depth != 0 || tables_[record.table].name != table) continue;
    if (!tables_[record.table].by_key || record.kind == TouchKind::Insert) return;
    Locator& shown = locators_[static_cast<std::size_t>(record.before)];
    for (std::size_t k = 0; k < shown.size() && k < at.size(); ++k) {
      if (same_number(shown[k], at[k])) shown[k] = at[k];
    }
    return;
  }
}

std::optional<Touch> Touches::last_own(std::string_view table, std::size_t from) const {
  for (std::size_t i = records_.size(); i-- > from;) {
    if (records_[i].depth == 0 && tables_[records_[i].table].name == table) return at(i);
  }
  return std::nullopt;
}

}  // namespace holdfast::stores
