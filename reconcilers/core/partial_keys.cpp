#include "reconcilers/core/partial_keys.h"

#include <algorithm>

#include "reconcilers/core/value_rules.h"

namespace holdfast {

void PartialKeys::add(std::span<const std::optional<Value>> values) {
  std::vector<bool> parts;
  std::string bytes;
  for (std::size_t i = 0; i < key_.size(); ++i) {
    parts.push_back(values[i].has_value());
    if (values[i] && values[i]->is_null()) return;
    if (values[i]) append_key(table_->columns[key_[i]], values[i]->view(), bytes);
  }
  known_[std::move(parts)].insert(std::move(bytes));
}

bool PartialKeys::may_be(const RowImage& row) const {
  if (empty() || std::any_of(key_.begin(), key_.end(), [&](std::uint32_t at) { return row.values[at].is_null(); })) {
    return false;
  }
  return std::any_of(known_.begin(), known_.end(), [&](const auto& some) {
    std::string bytes;
    for (std::size_t i = 0; i < key_.size(); ++i) {
      if (some.first[i]) append_key(table_->columns[key_[i]], row.values[key_[i]].view(), bytes);
    }
    return some.second.contains(bytes);
  });
}

}  // namespace holdfast
