#include "desired-state/nearest.h"

#include <algorithm>
#include <numeric>

namespace holdfast {
namespace {

constexpr std::size_t longest_name = 100;
constexpr std::size_t most_listed = 20;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Levenshtein's distance without case, one row of the matrix at a time.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (lower(a[i]) == lower(b[j]) ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, replaced});
    }
  }
  return row.back();
}

}  // namespace

std::string nearest_name(std::string_view wanted, const std::vector<std::string>& candidates) {
  if (wanted.size() > longest_name) return {};
  // Two letters in the wrong order are a distance of two; in a name of three letters that is another name.
  std::size_t best = (wanted.size() <= 3 ? 1 : std::max<std::size_t>(2, wanted.size() / 3)) + 1;
  std::string found;
  for (const std::string& candidate : candidates) {
    if (candidate.size() > longest_name) continue;
    const std::size_t far = distance(wanted, candidate);
    if (far < best) {
      best = far;
      found = candidate;
    }
  }
  return found;
}

std::string name_list(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i == most_listed) return text + ", …";
    text += (i > 0 ? ", " : "") + names[i];
  }
  return text;
}

std::string mend_name(std::string_view wanted, const std::vector<std::string>& candidates, std::string_view intro) {
  const std::string near = nearest_name(wanted, candidates);
  if (!near.empty()) return "did you mean \"" + near + "\"?";
  return candidates.empty() ? std::string() : std::string(intro) + ": " + name_list(candidates);
}

bool same_ascii_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace holdfast
