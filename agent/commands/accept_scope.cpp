#include "agent/commands/accept_scope.h"

#include <algorithm>
#include <map>

#include "desired-state/nearest.h"
#include "reconcilers/core/row_image.h"
#include "reconcilers/rows/holds.h"

namespace holdfast::agent {
namespace {

std::string joined(const std::vector<Value>& values) { return key_text(encode_values(values)); }

// A declared row's key as its document spells it.
std::string written_key(const RowSetDocument& document, std::uint32_t row) {
  std::string text;
  for (const Name& name : document.key) {
    const ColumnIndex at = document.rows->find_column(name.text);
    const Cell cell = at == RowTable::npos ? Cell{} : document.rows->cell(row, at);
    text += (text.empty() ? "" : ",") + std::string(cell.bytes);
  }
  return text;
}

}  // namespace

const RowSetDocument* document_of(const DesiredState& documents, const std::string& row_set) {
  const auto found = std::find_if(documents.row_sets.begin(), documents.row_sets.end(),
                                  [&](const RowSetDocument& one) { return one.name.text == row_set; });
  return found == documents.row_sets.end() ? nullptr : &*found;
}

bool AcceptScope::is_key(const SetPlan& set, const RowSetDocument& document, std::uint32_t declared) const {
  return joined(set.set->key_of(declared)) == *key_ || written_key(document, declared) == *key_;
}

bool AcceptScope::includes(const SetPlan& set, const Change& change, const RowSetDocument& document) const {
  if (!includes(set)) return false;
  if (!key_) return true;
  if (!set.set) return false;
  if (change.declared != no_row) return is_key(set, document, change.declared);
  std::vector<Value> values;
  for (const auto& [name, cell] : key(set, change)) values.emplace_back(cell.value());
  return joined(values) == *key_;
}

std::optional<Error> AcceptScope::find_mistake(const std::vector<SetPlan>& sets, const DesiredState& documents) const {
  if (!row_set_) return std::nullopt;
  const RowSetDocument* document = document_of(documents, *row_set_);
  const auto set = std::find_if(sets.begin(), sets.end(), [&](const SetPlan& one) { return includes(one); });
  if (document == nullptr || set == sets.end()) {
    std::vector<std::string> names;
    for (const RowSetDocument& one : documents.row_sets) names.push_back(one.name.text);
    return Error{ErrorKind::Terminal, "there is no such row set", *row_set_,
                 mend_name(*row_set_, names, "the documents have")};
  }
  if (!key_ || !set->set) return std::nullopt;
  for (std::uint32_t row = 0; row < set->set->rows.size(); ++row) {
    if (is_key(*set, *document, row)) return std::nullopt;
  }
  return Error{ErrorKind::Terminal, "no row with this key is declared", *row_set_ + "/" + *key_,
               "write the values of its key with commas between them"};
}

std::vector<LeftDrift> AcceptScope::left(const std::vector<SetPlan>& sets, const DesiredState& documents) const {
  std::vector<LeftDrift> all;
  for (const SetPlan& set : sets) {
    const RowSetDocument* document = document_of(documents, set.name);
    if (!includes(set) || document == nullptr) continue;
    if (set.blocked != Reason::None) all.push_back({set.name, std::string(to_string(set.blocked)), 0});
    std::map<DriftClass, std::uint64_t> rows;
    for (const Change& change : set.changes) {
      if (includes(set, change, *document)) ++rows[change.drift];
    }
    for (const auto& [drift, count] : rows) all.push_back({set.name, std::string(to_string(drift)), count});
  }
  return all;
}

}  // namespace holdfast::agent
