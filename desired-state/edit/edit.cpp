#include "desired-state/edit/edit.h"

#include <algorithm>

namespace holdfast::edit {

bool sort_splices(std::vector<Splice>& splices) {
  std::stable_sort(splices.begin(), splices.end(),
                   [](const Splice& a, const Splice& b) { return a.offset < b.offset; });
  for (std::size_t i = 1; i < splices.size(); ++i) {
    if (splices[i - 1].offset + splices[i - 1].size > splices[i].offset) return false;
  }
  return true;
}

std::string apply_splices(std::string_view text, std::span<const Splice> splices) {
  std::string edited;
  edited.reserve(text.size());
  std::size_t at = 0;
  for (const Splice& splice : splices) {
    edited += text.substr(at, splice.offset - at);
    edited += splice.text;
    at = splice.offset + splice.size;
  }
  edited += text.substr(at);
  return edited;
}

}  // namespace holdfast::edit
