#include "reconcilers/core/schema.h"

#include <algorithm>
#include <numeric>

namespace holdfast {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

// Levenshtein's distance, one row of the matrix at a time.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, replaced});
    }
  }
  return row.back();
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

bool same_shape(const Table& a, const Table& b) {
  return a.kind == b.kind && a.columns == b.columns && a.locator == b.locator && a.primary_key == b.primary_key &&
         a.without_rowid == b.without_rowid && a.strict == b.strict && a.autoincrement == b.autoincrement;
}

std::string ascii_lower(std::string_view text) {
  std::string lowered(text);
  std::transform(lowered.begin(), lowered.end(), lowered.begin(), lower);
  return lowered;
}

std::string closest(std::string_view wanted, const std::vector<std::string>& candidates) {
  if (wanted.size() > 100) return {};
  const std::string folded = ascii_lower(wanted);
  std::size_t best = std::max<std::size_t>(2, wanted.size() / 3) + 1;
  std::string found;
  for (const std::string& candidate : candidates) {
    if (candidate.size() > 100) continue;
    const std::size_t far = distance(folded, ascii_lower(candidate));
    if (far < best) {
      best = far;
      found = candidate;
    }
  }
  return found;
}

}  // namespace holdfast
