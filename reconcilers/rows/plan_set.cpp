#include "reconcilers/rows/plan_set.h"

#include <algorithm>
#include <map>
#include <utility>

#include "reconcilers/core/diff.h"
#include "reconcilers/core/planner.h"

namespace holdfast {
namespace {

constexpr std::size_t fetch_rows = 1000;
constexpr std::size_t duplicates_shown = 100;  // live rows of one key that are looked at
constexpr std::uint64_t progress_rows = 65'536;

std::string identity(const Locator& locator) {
  std::string bytes;
  for (const Value& value : locator) append_identical(value.view(), bytes);
  return bytes;
}

class SetPlanner {
 public:
  SetPlanner(Store& store, SetState& state, SetPlan& plan)
      : store_(store), state_(state), set_(*state.set), plan_(plan) {}

  Result<bool> run(const ColumnList& watch, const Progress& progress) {
    Differ differ(set_, watch);
    std::uint64_t rows = 0;
    Result<ScanEnd> end = store_.scan({set_.table.get(), differ.columns()}, [&](const LiveRow& row) {
      differ.offer(row);
      if (progress && ++rows % progress_rows == 0) progress("reading " + set_.table->name, rows, 0);
      return true;
    });
    if (!end) return end.error();
    diff_ = differ.finish();
    plan_.mark = end->mark;
    plan_.declared_rows = set_.rows.size();
    plan_.live_rows = diff_.live_rows;
    plan_.unmanaged_rows = diff_.unmanaged_rows;
    for (std::size_t i = 0; i < watch.size(); ++i) {
      std::vector<std::optional<Value>>& values = state_.watched[watch[i]];
      values.clear();
      for (std::uint32_t row = 0; row < set_.rows.size(); ++row) values.push_back(differ.watched(i, row));
    }
    if (Result<void> found = plan_findings(); !found) return found.error();
    if (Result<void> several = plan_several(); !several) return several.error();
    if (Result<void> missing = plan_missing_rows(); !missing) return missing.error();
    for (std::size_t i = 0; i < plan_.changes.size(); ++i) {
      const Change& change = plan_.changes[i];
      if (change.declared != no_row && change.drift != DriftClass::Duplicate) state_.change_of[change.declared] = i;
    }
    plan_.in_sync = plan_.changes.empty();
    return raced_;
  }

 private:
  // Whole rows for what the scan found, since a plan shows and later compares whole rows.
  Result<void> plan_findings() {
    std::vector<Locator> locators;
    for (std::size_t first = 0; first < diff_.findings.size(); first += fetch_rows) {
      const std::size_t last = std::min(diff_.findings.size(), first + fetch_rows);
      locators.clear();
      for (std::size_t i = first; i < last; ++i) locators.push_back(diff_.findings[i].live);
      Result<std::vector<std::optional<RowImage>>> rows = store_.fetch(*set_.table, locators);
      if (!rows) return rows.error();
      for (std::size_t i = first; i < last; ++i) {
        std::optional<RowImage>& row = (*rows)[i - first];
        if (!row || !has_still_its_key(diff_.findings[i], *row)) {
          raced_ = true;
        } else {
          plan_finding(diff_.findings[i], std::move(*row));
        }
      }
    }
    return {};
  }

  // False when somebody has edited the key since the scan: the row is another declared one by now, or none.
  bool has_still_its_key(const Finding& finding, const RowImage& row) const {
    std::vector<ValueView> key;
    for (const ColumnIndex at : set_.key) key.push_back(row.values[set_.columns[at].column].view());
    const bool whole = std::none_of(key.begin(), key.end(), [](ValueView value) { return value.is_null(); });
    const std::uint32_t declared = whole ? set_.index.find(key) : KeyIndex::npos;
    switch (finding.kind) {
      case Finding::Kind::Changed:
      case Finding::Kind::Identity: return declared == finding.declared;
      case Finding::Kind::Forbidden:
      case Finding::Kind::Extra: return declared == KeyIndex::npos;
      case Finding::Kind::Renamed:
      case Finding::Kind::RenameLeft: break;
    }
    return std::any_of(set_.renames.begin(), set_.renames.end(), [&](const BoundRename& rename) {
      return rename.declared == finding.declared && same_key(key, rename.from);
    });
  }

  bool same_key(const std::vector<ValueView>& live, const std::vector<Value>& named) const {
    std::string a, b;
    for (std::size_t i = 0; i < live.size(); ++i) {
      const Column& column = set_.table->columns[set_.columns[set_.key[i]].column];
      append_key(column, live[i], a);
      append_key(column, named[i].view(), b);
    }
    return a == b;
  }

  void plan_finding(const Finding& finding, RowImage row) {
    switch (finding.kind) {
      case Finding::Kind::Forbidden: {
        std::vector<ValueView> values;
        for (const std::uint32_t column : set_.forbidden[finding.rule].columns())
          values.push_back(row.values[column].view());
        if (!set_.forbidden[finding.rule].matches(values)) {  // edited since the scan
          raced_ = true;
          return;
        }
        add_leaving(plan_forbidden(set_, finding.rule, std::move(row)));
        return;
      }
      case Finding::Kind::Extra: add_leaving(plan_extra(set_, std::move(row))); return;
      case Finding::Kind::RenameLeft:
        plan_.changes.push_back(plan_duplicate(set_, finding.declared, std::move(row)));
        return;
      case Finding::Kind::Changed:
      case Finding::Kind::Renamed:
      case Finding::Kind::Identity: add_found(finding.declared, std::move(row)); return;
    }
  }

  void add_leaving(Change change) {
    if (change.outcome == Outcome::Planned) leaving_.emplace(identity(change.before()->locator), plan_.changes.size());
    plan_.changes.push_back(std::move(change));
  }

  void add_found(std::uint32_t declared, RowImage row) {
    // Under its old name the scan has not seen it as this row.
    for (auto& [column, values] : state_.watched) {
      if (!values[declared]) values[declared] = row.values[column];
    }
    std::optional<Change> change = plan_found(set_, declared, std::move(row));
    if (!change) return;
    if (change->drift == DriftClass::Identity && change->outcome == Outcome::Planned) {
      leaving_.emplace(identity(change->before()->locator), plan_.changes.size());
      moves_.push_back(plan_.changes.size());
    }
    plan_.changes.push_back(std::move(*change));
  }

  // Several live rows under one key: the one with the declared primary key is the row, else the first.
  Result<void> plan_several() {
    ColumnList columns;
    for (const ColumnIndex at : set_.key) columns.push_back(set_.columns[at].column);
    for (const std::uint32_t declared : diff_.several) {
      const std::vector<Value> key = set_.key_of(declared);
      Result<std::vector<RowImage>> rows = store_.find(*set_.table, columns, key, duplicates_shown);
      if (!rows) return rows.error();
      if (rows->size() < 2) {
        raced_ = true;
        continue;
      }
      std::size_t chosen = 0;
      for (std::size_t i = rows->size(); i-- > 0;) {
        if (!compare_row(set_, declared, (*rows)[i]).identity) chosen = i;
      }
      for (std::size_t i = 0; i < rows->size(); ++i) {
        if (i != chosen) plan_.changes.push_back(plan_duplicate(set_, declared, std::move((*rows)[i])));
      }
      for (auto& [column, values] : state_.watched) values[declared] = (*rows)[chosen].values[column];
      add_found(declared, std::move((*rows)[chosen]));
    }
    return {};
  }

  // The live row that has a declared row's primary key under another key, and stays. If it leaves instead, `change`
  // waits for that.
  Result<std::optional<RowImage>> occupant(std::uint32_t declared, std::size_t change) {
    std::vector<Value> values;
    for (const std::uint32_t column : set_.table->primary_key) {
      for (ColumnIndex at = 0; at < set_.columns.size(); ++at) {
        if (set_.columns[at].column == column) values.emplace_back(set_.rows.cell(declared, at).value());
      }
    }
    Result<std::vector<RowImage>> rows = store_.find(*set_.table, set_.table->primary_key, values, 1);
    if (!rows) return rows.error();
    if (rows->empty()) return std::optional<RowImage>();
    if (const auto leaving = leaving_.find(identity(rows->front().locator)); leaving != leaving_.end()) {
      if (leaving->second != change) state_.waits_for.emplace(change, leaving->second);
      return std::optional<RowImage>();
    }
    return std::optional<RowImage>(std::move(rows->front()));
  }

  Result<void> plan_missing_rows() {
    const bool identity_declared = std::any_of(set_.columns.begin(), set_.columns.end(),
                                               [](const BoundColumn& column) { return column.identity; });
    // A move may only go where nobody stays.
    for (const std::size_t move : moves_) {
      Change& change = plan_.changes[move];
      if (!declares_identity(set_, change.declared)) continue;
      Result<std::optional<RowImage>> other = occupant(change.declared, move);
      if (!other) return other.error();
      if (!*other) continue;
      change.outcome = Outcome::Blocked;
      change.reason = Reason::Identity;
      change.more().message += "; that one belongs to another row";
    }
    for (const std::uint32_t declared : diff_.missing) {
      // With no rows but the declared ones there is nobody to have taken it.
      if (identity_declared && diff_.live_rows > 0 && declares_identity(set_, declared)) {
        Result<std::optional<RowImage>> other = occupant(declared, plan_.changes.size());
        if (!other) return other.error();
        if (*other) {
          plan_.changes.push_back(plan_occupied(set_, declared, std::move(**other)));
          continue;
        }
      }
      plan_.changes.push_back(plan_missing(set_, declared));
    }
    return {};
  }

  Store& store_;
  SetState& state_;
  const BoundSet& set_;
  SetPlan& plan_;
  DiffResult diff_;
  std::map<std::string, std::size_t> leaving_;  // locators whose primary key will be free -> the change that frees it
  std::vector<std::size_t> moves_;              // changes that move a row to another primary key
  bool raced_ = false;
};

}  // namespace

Result<bool> plan_set(Store& store, SetState& state, SetPlan& plan, const ColumnList& watch, const Progress& progress) {
  return SetPlanner(store, state, plan).run(watch, progress);
}

}  // namespace holdfast
