#include <algorithm>

#include "desired-state/checks/checks.h"
#include "desired-state/nearest.h"
#include "desired-state/quote_text.h"

namespace holdfast::checks {
namespace {

// The first row that names a column.
Position first_use(const RowTable& rows, ColumnIndex column) {
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (rows.cell(row, column).present()) return rows.where(row, column);
  }
  return {};
}

void twice(const Position& where, const std::string& name, const std::string& other, Diagnostics& diagnostics) {
  diagnostics.error(where,
                    "columns " + quote_text(other) + " and " + quote_text(name) + " are the same but for their case",
                    "write the column in one way");
}

// Engines do not tell columns apart by case: one of two spellings would be lost without a word.
void check_case(const RowSetDocument& set, Diagnostics& diagnostics) {
  struct Named {
    std::string name;
    Position where;
  };
  std::vector<std::string> seen;
  const auto check = [&](const std::string& name, auto&& where) {
    const auto same =
        std::find_if(seen.begin(), seen.end(), [&](const std::string& one) { return same_ascii_name(one, name); });
    if (same == seen.end()) {
      seen.push_back(name);
    } else if (*same != name) {
      twice(where(), name, *same, diagnostics);
    }
  };
  for (const Name& name : set.key) check(name.text, [&] { return set.at(name.mark); });
  for (const auto& [name, scalar] : set.defaults) check(name, [&, mark = scalar.mark] { return set.at(mark); });
  const auto& columns = set.rows->columns();
  for (ColumnIndex i = 0; i < columns.size(); ++i) check(columns[i], [&] { return first_use(*set.rows, i); });
}

void check_initial(const RowSetDocument& set, Diagnostics& diagnostics) {
  for (const Name& initial : set.initial) {
    const auto in_key = [&](const Name& key) { return same_ascii_name(key.text, initial.text); };
    if (std::any_of(set.key.begin(), set.key.end(), in_key)) {
      diagnostics.error(set.at(initial.mark), "column " + quote_text(initial.text) + " is in key and in initial",
                        "a row is found by its key, so the key cannot be the users' own");
    }
  }
}

void key_is_missing(const RowSetDocument& set, std::size_t row, std::size_t column, bool null,
                    Diagnostics& diagnostics) {
  diagnostics.error(
      null ? set.rows->where(row, key_columns(set)[column].index) : set.rows->where(row),
      "the row has " + std::string(null ? "NULL" : "no value") + " for key column " + quote_text(set.key[column].text),
      "every row names its whole key");
}

// Every row has its whole key, from itself or from the defaults.
void check_keys(const RowSetDocument& set, Diagnostics& diagnostics) {
  const std::vector<KeyColumn> keys = key_columns(set);
  ColumnIndex last = 0;
  for (const KeyColumn& key : keys) {
    if (key.index != RowTable::npos) last = std::max(last, key.index);
  }
  std::vector<CellKind> kinds(last + 1);
  for (std::size_t row = 0; row < set.rows->size(); ++row) {
    RowTable::Cursor cursor = set.rows->cursor(row);
    for (CellKind& kind : kinds) kind = cursor.next().kind;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      CellKind kind = keys[i].index == RowTable::npos ? CellKind::Absent : kinds[keys[i].index];
      const bool absent = kind == CellKind::Absent;
      if (absent && keys[i].fallback) kind = keys[i].fallback->kind;
      if (kind == CellKind::Absent || kind == CellKind::Null) {
        key_is_missing(set, row, i, !absent, diagnostics);
        break;
      }
    }
  }
}

void check_empty(const RowSetDocument& set, Diagnostics& diagnostics) {
  if (!set.rows->empty() || set.policy.extra != ExtraPolicy::Delete || set.allow_empty || set.table.text.empty())
    return;
  diagnostics.error(set.at(set.mark),
                    "RowSet " + quote_text(set.name.text) + " has no rows and extra: Delete: it would empty the table",
                    "say allowEmpty: true if that is meant");
}

void check_matchers(const RowSetDocument& set, Diagnostics& diagnostics) {
  for (const ForbiddenRule& rule : set.forbidden) {
    for (std::size_t i = 0; i < rule.columns.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (!same_ascii_name(rule.columns[i].first, rule.columns[j].first)) continue;
        twice(set.at(rule.columns[i].second.mark), rule.columns[i].first, rule.columns[j].first, diagnostics);
      }
    }
  }
}

}  // namespace

std::vector<KeyColumn> key_columns(const RowSetDocument& set) {
  std::vector<KeyColumn> keys;
  for (const Name& name : set.key) {
    KeyColumn& key = keys.emplace_back();
    const auto& columns = set.rows->columns();
    for (ColumnIndex i = 0; i < columns.size(); ++i) {
      if (same_ascii_name(columns[i], name.text)) key.index = i;
    }
    for (const auto& [column, scalar] : set.defaults) {
      if (same_ascii_name(column, name.text)) key.fallback = &scalar;
    }
  }
  return keys;
}

void check_columns(const RowSetDocument& set, Diagnostics& diagnostics) {
  check_case(set, diagnostics);
  check_initial(set, diagnostics);
  check_matchers(set, diagnostics);
  check_keys(set, diagnostics);
  check_empty(set, diagnostics);
}

}  // namespace holdfast::checks
