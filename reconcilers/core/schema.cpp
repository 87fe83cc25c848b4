#include "reconcilers/core/schema.h"

#include <algorithm>

namespace holdfast {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace

std::uint32_t Table::find(std::string_view column) const {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (same_name(columns[i].name, column)) return static_cast<std::uint32_t>(i);
  }
  return npos;
}

std::shared_ptr<const Table> Schema::find(std::string_view table) const {
  const auto found = tables.find(ascii_lower(table));
  return found == tables.end() ? nullptr : found->second;
}

bool compare_alike(const Column& a, const Column& b) {
  const auto kind = [](Affinity affinity) {
    const bool number = affinity == Affinity::Integer || affinity == Affinity::Real || affinity == Affinity::Numeric;
    return number ? Affinity::Numeric : affinity;
  };
  return kind(a.affinity) == kind(b.affinity) && ascii_lower(a.collation_name) == ascii_lower(b.collation_name);
}

bool same_shape(const Table& a, const Table& b) {
  return a.kind == b.kind && a.columns == b.columns && a.locator == b.locator && a.primary_key == b.primary_key &&
         a.without_rowid == b.without_rowid && a.strict == b.strict && a.autoincrement == b.autoincrement;
}

std::string ascii_lower(std::string_view text) {
  std::string lowered(text);
  std::transform(lowered.begin(), lowered.end(), lowered.begin(), lower);
  return lowered;
}

}  // namespace holdfast
