// Numbers as SQLite reads them from text, and as documents may spell them. PURE.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "desired-state/value.h"

namespace holdfast::sql {

// What a column with numeric affinity makes of a text: an Integer or a Real where the whole text, blanks around it
// allowed, is a decimal number; nothing where it stays text. Agrees with SQLite about which texts are numbers and of
// which class; a real is the nearest one, from which SQLite's own conversion may be one bit off beyond 1e±22.
std::optional<Value> number_from_text(std::string_view text);

// A real that SQLite stores as an integer (numeric affinity: it is one, and fits) becomes that; others stay.
Value integer_if_whole(double number);

// The spelling that stands for a number: digits, and for a real the fewest that read back as the same (0.0001, 1e+300).
std::string spelling(const Value& number);

// True if the decimal text names exactly the number that `value` prints as: no digit is lost.
bool keeps_digits(std::string_view decimal, const Value& value);

// A plain scalar's number by YAML 1.2's core schema.
struct PlainNumber {
  enum class Kind { None, Number, NotFinite, TooLarge };
  Kind kind = Kind::None;
  Value value;           // Integer or Real, before any affinity
  bool decimal = false;  // spelled in decimal: keeps_digits() applies
};
// `core`: also 0o…, 0x…, .inf and .nan; otherwise decimal numbers only (an unquoted CSV field).
PlainNumber plain_number(std::string_view text, bool core);

}  // namespace holdfast::sql
