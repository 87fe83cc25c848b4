#include "reconcilers/describe/references.h"

#include <algorithm>

#include "desired-state/write/yaml_text.h"
#include "reconcilers/core/text.h"
#include "reconcilers/describe/declare_value.h"

namespace holdfast {
namespace {

struct Candidate {
  std::uint32_t column = 0;
  std::size_t parent = 0;
  std::uint32_t to = 0;
};

bool has_foreign_key(const Table& table, std::uint32_t column) {
  return std::any_of(table.references.begin(), table.references.end(), [&](const ForeignKey& key) {
    return std::any_of(key.child_columns.begin(), key.child_columns.end(),
                       [&](const std::string& name) { return table.find(name) == column; });
  });
}

std::vector<Candidate> candidates(std::span<const KeyedTable> tables, const Table& child) {
  std::vector<Candidate> found;
  for (const ForeignKey& key : child.references) {
    if (!key.usable || key.child_columns.size() != 1 || key.parent_columns.size() != 1) continue;
    const std::uint32_t column = child.find(key.child_columns.front());
    const bool taken =
        std::any_of(found.begin(), found.end(), [&](const Candidate& one) { return one.column == column; });
    if (taken || column == Table::npos || child.columns[column].generated != Generated::No) continue;
    for (std::size_t parent = 0; parent < tables.size(); ++parent) {
      const Table& table = *tables[parent].live->table;
      if (ascii_lower(table.name) != ascii_lower(key.parent_table) || tables[parent].key.size() != 1) continue;
      const std::uint32_t by = tables[parent].key.front();
      const std::uint32_t to = table.find(key.parent_columns.front());
      // A name that is itself an id of a third table says nothing to people.
      if (to != Table::npos && to != by && !has_foreign_key(table, by)) found.push_back({column, parent, to});
    }
  }
  return found;
}

// Rows of the child whose value leads to no row of the parent that a document could name.
std::size_t lost(const LiveTable& child, std::uint32_t column, const ParentRows& parent, const ValueRules& rules) {
  std::size_t count = 0;
  std::string keep;
  for (std::size_t row = 0; row < child.rows.size(); ++row) {
    const ValueView value = child.rows.cell(row, column).value();
    if (value.is_null()) continue;
    const std::uint32_t found = parent.find(value);
    const bool good =
        found != KeyIndex::npos &&
        rules.same(child.table->columns[column], value, parent.live().rows.cell(found, parent.to()).value()) &&
        parent.name(rules, found, keep).has_value();
    if (!good) ++count;
  }
  return count;
}

class Choosing {
 public:
  Choosing(std::span<const KeyedTable> tables, const ValueRules& rules)
      : tables_(tables), rules_(rules), choices_(tables.size()) {}

  std::vector<ReferenceChoice> run() {
    for (std::size_t child = 0; child < tables_.size(); ++child) {
      for (const Candidate& one : candidates(tables_, *tables_[child].live->table)) consider(child, one);
    }
    return std::move(choices_);
  }

 private:
  void consider(std::size_t child, const Candidate& one) {
    const LiveTable& live = *tables_[child].live;
    const KeyedTable& parent = tables_[one.parent];
    const std::string column = printable(live.table->columns[one.column].name);
    if (reaches(one.parent, child)) {
      choices_[child].remarks.push_back(column + " holds ids: names would make the references go in a circle.");
      return;
    }
    auto rows = std::make_shared<const ParentRows>(parent.live, parent.key.front(), one.to);
    const std::size_t missing = rows->unique() ? lost(live, one.column, *rows, rules_) : live.rows.size();
    if (missing > 0) {
      choices_[child].remarks.push_back(column + " holds ids: not every value leads to a row of " +
                                        printable(parent.live->table->name) + " that a document can name (" +
                                        std::to_string(missing) + (missing == 1 ? " does not)." : " do not)."));
      return;
    }
    choices_[child].references.push_back({one.column, one.parent, std::move(rows)});
  }

  bool reaches(std::size_t from, std::size_t to) const {
    if (from == to) return true;
    const auto& next = choices_[from].references;
    return std::any_of(next.begin(), next.end(), [&](const SetReference& one) { return reaches(one.parent, to); });
  }

  std::span<const KeyedTable> tables_;
  const ValueRules& rules_;
  std::vector<ReferenceChoice> choices_;
};

}  // namespace

ParentRows::ParentRows(std::shared_ptr<const LiveTable> parent, std::uint32_t by, std::uint32_t to)
    : parent_(std::move(parent)), by_(by), to_(to) {
  index_ = KeyIndex(parent_->rows, {{to_, parent_->table->columns[to_].collation}}, parent_->rows.size());
  for (std::uint32_t row = 0; row < parent_->rows.size(); ++row) {
    if (index_.add(row) != KeyIndex::npos) unique_ = false;
  }
}

std::optional<Cell> ParentRows::name(const ValueRules& rules, std::uint32_t row, std::string& keep) const {
  const Table& table = *parent_->table;
  return declare_value(rules, table.columns[by_], table.strict, Likeness::Identical,
                       parent_->rows.cell(row, by_).value(), keep);
}

std::vector<ReferenceChoice> choose_references(std::span<const KeyedTable> tables, const ValueRules& rules) {
  return Choosing(tables, rules).run();
}

}  // namespace holdfast
