// How the memory engine orders values and turns them into what a column stores. Pure.
#pragma once

#include <string>
#include <vector>

#include "reconcilers/core/schema.h"
#include "reconcilers/core/store.h"

namespace holdfast::stores {

// Negative, zero or positive: null, then numbers by value, text under the collation, blobs bytewise.
int compare(Collation collation, ValueView a, ValueView b);

// Orders locators by their parts; the collations belong to the locator's columns and may be fewer (Binary then).
class LocatorOrder {
 public:
  LocatorOrder() = default;
  explicit LocatorOrder(std::vector<Collation> collations) : collations_(std::move(collations)) {}
  bool operator()(const Locator& a, const Locator& b) const;

 private:
  std::vector<Collation> collations_;
};

struct Stored {
  bool ok = true;
  Value value;
  std::string message;  // when not ok: why the column does not take the value
};

// What `column` stores for a value: its affinity applied, as SQLite does ('007' in an INTEGER column is 7).
Stored stored(const Column& column, bool strict, ValueView value);

}  // namespace holdfast::stores
