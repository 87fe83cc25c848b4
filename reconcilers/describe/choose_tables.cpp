#include "reconcilers/describe/choose_tables.h"

#include <algorithm>

#include "desired-state/write/yaml_text.h"
#include "reconcilers/describe/choose_key.h"
#include "reconcilers/describe/column_words.h"

namespace holdfast {
namespace {

// By a foreign key, or by a name such as campaign_id beside a table campaigns.
bool refers(const Table& table, std::span<const ListedTable> all) {
  if (!table.references.empty()) return true;
  const auto there = [&](const std::string& name) {
    return std::any_of(all.begin(), all.end(), [&](const ListedTable& one) { return ascii_lower(one.name) == name; });
  };
  return std::any_of(table.columns.begin(), table.columns.end(), [&](const Column& column) {
    const std::string name = ascii_lower(column.name);
    if (name.size() < 4 || name.compare(name.size() - 3, 3, "_id") != 0) return false;
    const std::string stem = name.substr(0, name.size() - 3);
    const bool y = stem.back() == 'y';
    return there(stem) || there(stem + "s") || there(stem + "es") ||
           (y && there(stem.substr(0, stem.size() - 1) + "ies"));
  });
}

bool has_time(const Table& table) {
  return std::any_of(table.columns.begin(), table.columns.end(), [](const Column& column) {
    const std::string type = ascii_lower(column.declared_type);
    return type.find("date") != std::string::npos || type.find("time") != std::string::npos ||
           looks_like_timestamp(column);
  });
}

}  // namespace

std::string why_never(const ListedTable& listed) {
  if (listed.internal) return "the database's own";
  if (ascii_lower(listed.name).rfind("_holdfast_", 0) == 0) return "Holdfast's own";
  if (listed.kind == TableKind::View) return "a view";
  if (listed.kind == TableKind::Virtual) return "a virtual table";
  if (listed.kind == TableKind::Shadow) return "kept by a virtual table";
  return listed.name.empty() || !writing::can_be_text(listed.name) ? "its name cannot stand in a document" : "";
}

std::string why_never(const Table& table) { return table.unsupported; }

bool looks_append_only(const Table& table, std::span<const ListedTable> all) {
  return !has_natural_key(table) && has_time(table) && refers(table, all);
}

}  // namespace holdfast
