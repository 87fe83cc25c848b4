#include "reconcilers/rows/declared_once.h"

namespace holdfast {
namespace {

bool same_key_columns(const BoundSet& a, const BoundSet& b) {
  if (a.key.size() != b.key.size()) return false;
  for (std::size_t i = 0; i < a.key.size(); ++i) {
    if (a.columns[a.key[i]].column != b.columns[b.key[i]].column) return false;
  }
  return true;
}

void check_pair(const SetState& first, const SetState& second, Diagnostics& diagnostics) {
  const BoundSet& a = *first.bound;
  const BoundSet& b = *second.bound;
  for (const Rule& rule : a.forbidden) {
    for (std::size_t row = 0; row < b.rows.size(); ++row) {
      if (!rule_matches_declared(b, row, rule)) continue;
      diagnostics.error(b.rows.where(row),
                        "row " + describe_key(b, row) + " is declared here and forbidden in " + a.name,
                        "the rule is at " + to_string(first.document->at(rule.mark())));
    }
  }
  if (&first > &second || !same_key_columns(a, b) || a.index.size() == 0) return;
  for (std::size_t row = 0; row < b.rows.size(); ++row) {
    std::vector<ValueView> key;
    for (const ColumnIndex at : b.key) key.push_back(b.rows.cell(row, at).value());
    const std::uint32_t other = a.index.find(key);
    if (other == KeyIndex::npos) continue;
    diagnostics.error(b.rows.where(row), "row " + describe_key(b, row) + " is also declared in " + a.name,
                      "the other is at " + to_string(a.rows.where(other)));
  }
}

}  // namespace

void check_declared_once(std::span<const SetState> states, Diagnostics& diagnostics) {
  for (const SetState& first : states) {
    for (const SetState& second : states) {
      if (&first == &second || !first.bound || !second.bound || first.bound->table != second.bound->table) continue;
      check_pair(first, second, diagnostics);
    }
  }
}

}  // namespace holdfast
