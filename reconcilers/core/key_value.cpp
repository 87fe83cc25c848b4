#include "reconcilers/core/key_value.h"

#include <functional>

namespace holdfast {
namespace {

char fold(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

std::string_view without_trailing_spaces(std::string_view text) {
  const std::size_t last = text.find_last_not_of(' ');
  return last == std::string_view::npos ? std::string_view{} : text.substr(0, last + 1);
}

std::uint64_t mix(std::uint64_t seed, std::uint64_t value) {
  std::uint64_t x = (seed ^ value) + 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

}  // namespace

ValueView key_number(ValueView value) {
  if (value.kind() != ValueKind::Real) return value;
  const double number = value.real();
  // 2^63 itself does not fit; both bounds are exact doubles.
  if (!(number >= -9223372036854775808.0 && number < 9223372036854775808.0)) return value;
  const auto whole = static_cast<std::int64_t>(number);
  return static_cast<double>(whole) == number ? ValueView::integer(whole) : value;
}

std::string_view key_text(Collation collation, std::string_view text, std::string& buffer) {
  if (collation == Collation::RTrim) return without_trailing_spaces(text);
  if (collation != Collation::NoCase) return text;
  buffer.assign(text);
  for (char& c : buffer) c = fold(c);
  return buffer;
}

bool key_equal(Collation collation, ValueView a, ValueView b) {
  a = key_number(a);
  b = key_number(b);
  if (a.kind() != b.kind() || a.is_null()) return false;
  if (a.kind() != ValueKind::Text) return a == b;
  switch (collation) {
    case Collation::RTrim: return without_trailing_spaces(a.bytes()) == without_trailing_spaces(b.bytes());
    case Collation::NoCase: {
      const std::string_view x = a.bytes();
      const std::string_view y = b.bytes();
      if (x.size() != y.size()) return false;
      for (std::size_t i = 0; i < x.size(); ++i) {
        if (fold(x[i]) != fold(y[i])) return false;
      }
      return true;
    }
    case Collation::Binary:
    case Collation::Other: break;
  }
  return a.bytes() == b.bytes();
}

std::uint64_t key_hash(Collation collation, ValueView value, std::uint64_t seed) {
  value = key_number(value);
  if (value.kind() == ValueKind::Integer || value.kind() == ValueKind::Real) {
    return mix(seed, static_cast<std::uint64_t>(value.integer()));
  }
  std::string folded;
  std::string_view bytes = value.bytes();
  if (value.kind() == ValueKind::Text) bytes = key_text(collation, bytes, folded);
  return mix(seed + static_cast<std::uint64_t>(value.kind()), std::hash<std::string_view>{}(bytes));
}

}  // namespace holdfast
