// Values as keys: what makes two of them the same under a column's collation. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "desired-state/value.h"
#include "reconcilers/core/schema.h"

namespace holdfast {

// A real that is a whole number becomes that integer: 1.0 and 1 are one key. Anything else is returned as it is.
ValueView key_number(ValueView value);

// The text that stands for all texts equal to this one: ASCII folded (NoCase), trailing spaces cut (RTrim).
// `buffer` holds it when it had to be changed.
std::string_view key_text(Collation collation, std::string_view text, std::string& buffer);

// Equal as keys under a collation; null equals nothing.
bool key_equal(Collation collation, ValueView a, ValueView b);
std::uint64_t key_hash(Collation collation, ValueView value, std::uint64_t seed);

}  // namespace holdfast
