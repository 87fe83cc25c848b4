#include "reconcilers/core/diff.h"

#include <algorithm>
#include <utility>

namespace holdfast {
namespace {

constexpr std::uint32_t nowhere = ~std::uint32_t{0};

Locator owned(std::span<const ValueView> values) {
  Locator locator;
  locator.reserve(values.size());
  for (const ValueView& value : values) locator.emplace_back(value);
  return locator;
}

bool same(const BoundSet& set, std::uint32_t table_column, ValueView live, const Cell& cell) {
  if (cell.kind == CellKind::Pending) return false;
  const ValueView declared = cell.value();
  return live == declared || set.rules->same(set.table->columns[table_column], live, declared);
}

}  // namespace

Differ::Differ(const BoundSet& set, const ColumnList& watch) : set_(set), seen_(set.rows.size(), Seen::No) {
  const auto position = [this](std::uint32_t column) {
    const auto found = std::find(columns_.begin(), columns_.end(), column);
    if (found != columns_.end()) return static_cast<std::uint32_t>(found - columns_.begin());
    columns_.push_back(column);
    return static_cast<std::uint32_t>(columns_.size() - 1);
  };
  for (const BoundColumn& column : set.columns) {
    const bool compare = column.key || !column.initial;
    compared_.push_back({compare ? position(column.column) : nowhere, column.identity});
  }
  for (const ColumnIndex at : set.key) key_positions_.push_back(position(set.columns[at].column));
  for (const Rule& rule : set.forbidden) {
    std::vector<std::uint32_t>& positions = rule_positions_.emplace_back();
    for (const std::uint32_t column : rule.columns()) positions.push_back(position(column));
  }
  for (const std::uint32_t column : watch) {
    watch_positions_.push_back(position(column));
    watched_.emplace_back(set.rows.size());
  }
  for (const BoundRename& rename : set.renames) {
    std::string bytes;
    for (std::size_t i = 0; i < set.key.size(); ++i) {
      append_key(set.table->columns[set.columns[set.key[i]].column], rename.from[i].view(), bytes);
    }
    renamed_from_.emplace(std::move(bytes), rename.declared);
  }
  key_.resize(key_positions_.size());
}

std::optional<Finding::Kind> Differ::compare(std::uint32_t declared, const LiveRow& row) const {
  RowTable::Cursor cursor = set_.rows.cursor(declared);
  bool changed = false;
  for (std::size_t i = 0; i < compared_.size(); ++i) {
    const Cell cell = cursor.next();
    const Compared& how = compared_[i];
    if (!cell.present() || how.position == nowhere) continue;
    if (same(set_, columns_[how.position], row.values[how.position], cell)) continue;
    if (how.identity) return Finding::Kind::Identity;  // outweighs every other difference
    changed = true;
  }
  if (changed) return Finding::Kind::Changed;
  return std::nullopt;
}

void Differ::offer(const LiveRow& row) {
  ++result_.live_rows;
  bool has_key = true;
  for (std::size_t i = 0; i < key_.size(); ++i) {
    key_[i] = row.values[key_positions_[i]];
    has_key = has_key && !key_[i].is_null();
  }
  // A row that waits is not in the index: what finds it must not depend on where the table has it.
  const bool hint = next_ < set_.rows.size() && set_.wait(next_) == BoundSet::Wait::None;
  const std::uint32_t declared = has_key ? set_.index.find(key_, hint ? next_ : KeyIndex::npos) : KeyIndex::npos;
  if (declared == KeyIndex::npos) {
    offer_unmatched(row);
    return;
  }
  next_ = declared + 1;
  ++result_.matched_rows;
  if (seen_[declared] == Seen::Once || seen_[declared] == Seen::Several) {
    if (seen_[declared] == Seen::Once) result_.several.push_back(declared);
    seen_[declared] = Seen::Several;
    return;
  }
  seen_[declared] = Seen::Once;
  for (std::size_t i = 0; i < watched_.size(); ++i) watched_[i][declared] = Value(row.values[watch_positions_[i]]);
  if (set_.wait(declared) != BoundSet::Wait::None) {
    result_.findings.push_back({Finding::Kind::Changed, declared, 0, owned(row.locator)});
  } else if (const auto kind = compare(declared, row)) {
    result_.findings.push_back({*kind, declared, 0, owned(row.locator)});
  }
}

void Differ::offer_unmatched(const LiveRow& row) {
  if (!renamed_from_.empty()) {
    std::string bytes;
    for (std::size_t i = 0; i < key_.size(); ++i) {
      append_key(set_.table->columns[set_.columns[set_.key[i]].column], key_[i], bytes);
    }
    const auto renamed = renamed_from_.find(bytes);
    if (renamed != renamed_from_.end()) {
      ++result_.matched_rows;
      result_.findings.push_back({Finding::Kind::Renamed, renamed->second, 0, owned(row.locator)});
      return;
    }
  }
  for (std::size_t i = 0; i < rule_positions_.size(); ++i) {
    rule_values_.clear();
    for (const std::uint32_t position : rule_positions_[i]) rule_values_.push_back(row.values[position]);
    if (!set_.forbidden[i].matches(rule_values_)) continue;
    result_.findings.push_back(
        {Finding::Kind::Forbidden, KeyIndex::npos, static_cast<std::uint32_t>(i), owned(row.locator)});
    return;
  }
  ++result_.unmanaged_rows;
  if (set_.policy.extra != ExtraPolicy::Keep) {
    result_.findings.push_back({Finding::Kind::Extra, KeyIndex::npos, 0, owned(row.locator)});
  }
}

DiffResult Differ::finish() {
  // The findings of rows with several live ones say nothing: the reconciler looks at all of them together.
  std::erase_if(result_.findings, [this](const Finding& finding) {
    return finding.declared != KeyIndex::npos && seen_[finding.declared] == Seen::Several &&
           finding.kind != Finding::Kind::Renamed;
  });
  // A rename is carried out once, and only where the new key is not there yet.
  for (Finding& finding : result_.findings) {
    if (finding.kind != Finding::Kind::Renamed) continue;
    if (seen_[finding.declared] == Seen::No) {
      seen_[finding.declared] = Seen::Renamed;
    } else {
      finding.kind = Finding::Kind::RenameLeft;
    }
  }
  for (std::uint32_t row = 0; row < seen_.size(); ++row) {
    if (seen_[row] == Seen::No) result_.missing.push_back(row);
  }
  std::sort(result_.several.begin(), result_.several.end());
  return std::move(result_);
}

const std::optional<Value>& Differ::watched(std::size_t index, std::uint32_t declared) const {
  return watched_[index][declared];
}

RowDifference compare_row(const BoundSet& set, std::uint32_t declared, const RowImage& live) {
  RowDifference difference;
  RowTable::Cursor cursor = set.rows.cursor(declared);
  for (const BoundColumn& column : set.columns) {
    const Cell cell = cursor.next();
    if (!cell.present() || (column.initial && !column.key)) continue;
    if (same(set, column.column, live.values[column.column].view(), cell)) continue;
    if (column.identity) {
      difference.identity = true;
    } else {
      difference.columns.push_back(column.column);
    }
  }
  return difference;
}

}  // namespace holdfast
