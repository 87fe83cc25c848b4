#include "reconcilers/describe/remarks.h"

#include <algorithm>
#include <utility>

#include "reconcilers/core/text.h"

namespace holdfast {
namespace {

constexpr const char* cannot_be_said = "text that is not UTF-8 or has a NUL, or an infinite number";

std::string action_of(ForeignKeyAction action) {
  switch (action) {
    case ForeignKeyAction::Cascade: return "CASCADE";
    case ForeignKeyAction::SetNull: return "SET NULL";
    case ForeignKeyAction::SetDefault: return "SET DEFAULT";
    default: return {};
  }
}

}  // namespace

std::string counted_rows(std::size_t rows) {
  std::string digits = std::to_string(rows);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, 1, ',');
  return digits + (rows == 1 ? " row" : " rows");
}

std::string dependents_remark(const Table& table) {
  std::vector<std::string> tables;
  for (const ForeignKey& key : table.referenced_by) {
    if (!key.usable || action_of(key.on_delete).empty()) continue;
    const std::string one = printable(key.child_table) + " (ON DELETE " + action_of(key.on_delete) + ")";
    if (std::find(tables.begin(), tables.end(), one) == tables.end()) tables.push_back(one);
  }
  if (tables.empty()) return {};
  std::string text = "Where a row has to be deleted, rows that refer to it follow, as the schema says:";
  for (std::size_t i = 0; i < tables.size(); ++i) text += (i > 0 ? ", " : " ") + tables[i];
  return text + ".";
}

std::vector<std::string> left_out_remarks(const Table& table, const std::vector<ColumnRole>& roles,
                                          const DeclaredRows::Sorting& sorting) {
  std::vector<std::pair<std::string, std::string>> reasons;  // why, columns
  for (std::size_t i = 0; i < roles.size(); ++i) {
    if (roles[i].kind != ColumnRole::Kind::LeftOut) continue;
    auto found =
        std::find_if(reasons.begin(), reasons.end(), [&](const auto& one) { return one.first == roles[i].why; });
    if (found == reasons.end()) found = reasons.insert(found, {roles[i].why, ""});
    found->second += (found->second.empty() ? "" : ", ") + printable(table.columns[i].name);
  }
  std::vector<std::string> remarks;
  std::string text;
  for (const auto& [why, columns] : reasons) text += (text.empty() ? "" : "; ") + columns + " (" + why + ")";
  if (!text.empty()) remarks.push_back("Left out of the rows, so that nobody here looks after them: " + text + ".");
  if (sorting.rows_left_out > 0) {
    remarks.push_back(counted_rows(sorting.rows_left_out) + " left out: a document cannot say their key (" +
                      cannot_be_said + ").");
  }
  if (sorting.cells_left_out > 0) {
    const char* values = sorting.cells_left_out == 1 ? " value" : " values";
    remarks.push_back(std::to_string(sorting.cells_left_out) + values + " left out: a document cannot say " +
                      (sorting.cells_left_out == 1 ? "it" : "them") + " (" + cannot_be_said + ").");
  }
  return remarks;
}

}  // namespace holdfast
