// What the documents call the rows of a set whose key has references: names, where the key in the database has what
// they lead to. A row that somebody moves away from its name, by renaming its parent, has another key by then and has
// not left the documents.
//
// Nothing of it is needed for other sets: there the key says it. One thread; the set must outlive it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include "reconcilers/core/bound_set.h"

namespace holdfast {

// An owned row: its key as the journal has it, and a digest of what the documents called it. Empty: nothing, it had
// left them. Not there: the key says it, or an older version wrote it down.
struct OwnedKey {
  std::string bytes;
  std::optional<std::string> called;
  friend bool operator==(const OwnedKey&, const OwnedKey&) = default;
};

class RowNames {
 public:
  static constexpr std::uint32_t npos = KeyIndex::npos;

  explicit RowNames(const BoundSet& bound);
  bool needed() const { return needed_; }

  // What a declared row is called.
  std::optional<std::string> of(std::uint32_t row) const;

  // The declared row that is called so, or that a rename from there leads to.
  std::uint32_t find(const OwnedKey& key) const;

  // Whether a live row and some declared one are the same in all columns of the key that are no references.
  bool is_like_one(const RowImage& row) const;

  // A number that changes when what the rows are called changes.
  std::uint64_t sum() const;

 private:
  std::string name_of(const std::vector<ValueView>& key) const;
  std::vector<ValueView> key_of(std::uint32_t row) const;

  const BoundSet& bound_;
  bool needed_ = false;
  // Made when first asked for.
  mutable std::unordered_map<std::string, std::uint32_t> rows_;
  mutable std::optional<PartialKeys> alike_;
};

}  // namespace holdfast
