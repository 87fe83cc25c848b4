#include "reconcilers/sql/sqlite_number.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

namespace holdfast::sql {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// The parts of [+-] digits [. digits] [e [+-] digits]; nothing if the text is something else.
struct Decimal {
  bool negative = false;
  bool integer = true;  // neither point nor exponent
  std::string_view whole;
  std::string_view fraction;
  std::string_view exponent;  // with its sign
};

std::string_view take_digits(std::string_view& text) {
  std::size_t size = 0;
  while (size < text.size() && is_digit(text[size])) ++size;
  const std::string_view digits = text.substr(0, size);
  text.remove_prefix(size);
  return digits;
}

std::optional<Decimal> parse(std::string_view text) {
  Decimal decimal;
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
    decimal.negative = text[0] == '-';
    text.remove_prefix(1);
  }
  decimal.whole = take_digits(text);
  if (!text.empty() && text[0] == '.') {
    decimal.integer = false;
    text.remove_prefix(1);
    decimal.fraction = take_digits(text);
  }
  if (decimal.whole.empty() && decimal.fraction.empty()) return std::nullopt;
  if (!text.empty() && (text[0] == 'e' || text[0] == 'E')) {
    decimal.integer = false;
    text.remove_prefix(1);
    const std::string_view from = text;
    if (!text.empty() && (text[0] == '+' || text[0] == '-')) text.remove_prefix(1);
    if (take_digits(text).empty()) return std::nullopt;
    decimal.exponent = from.substr(0, from.size() - text.size());
  }
  if (!text.empty()) return std::nullopt;
  return decimal;
}

std::optional<std::int64_t> to_integer(std::string_view text) {
  if (!text.empty() && text[0] == '+') text.remove_prefix(1);
  std::int64_t number = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
  if (end.ec != std::errc() || end.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

// Overflow gives infinity and underflow zero, as strtod does.
double to_real(std::string_view text) {
  if (!text.empty() && text[0] == '+') text.remove_prefix(1);
  double number = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
  if (end.ec == std::errc::result_out_of_range) return std::strtod(std::string(text).c_str(), nullptr);
  return number;
}

// Significant digits and the power of ten of the last one, so that two spellings of one number are the same.
std::pair<std::string, long> significant(const Decimal& decimal) {
  std::string digits(decimal.whole);
  digits += decimal.fraction;
  long power = -static_cast<long>(decimal.fraction.size());
  if (!decimal.exponent.empty()) {
    power += static_cast<long>(
        std::clamp(to_integer(decimal.exponent).value_or(99999), std::int64_t{-99999}, std::int64_t{99999}));
  }
  digits.erase(0, digits.find_first_not_of('0'));
  while (!digits.empty() && digits.back() == '0') {
    digits.pop_back();
    ++power;
  }
  if (digits.empty()) power = 0;
  return {digits, power};
}

}  // namespace

std::optional<Value> number_from_text(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  const std::optional<Decimal> decimal = parse(text);
  if (!decimal) return std::nullopt;
  if (decimal->integer) {
    if (const auto integer = to_integer(text)) return Value::integer(*integer);
  }
  return integer_if_whole(to_real(text));
}

Value integer_if_whole(double number) {
  // SQLite leaves -2^63 a real: cast back, it could not be told from what was cut off. 2^63 does not fit.
  if (number > -9223372036854775808.0 && number < 9223372036854775808.0) {
    const auto whole = static_cast<std::int64_t>(number);
    if (static_cast<double>(whole) == number) return Value::integer(whole);
  }
  return Value::real(number);
}

std::string spelling(const Value& number) {
  std::array<char, 32> buffer;
  const ValueView view = number.view();
  if (view.kind() == ValueKind::Integer) {
    return {buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), view.integer()).ptr};
  }
  // Zeros rather than an exponent as far as people write them: 0.0001, not 1e-04.
  const double size = std::fabs(view.real());
  const bool fixed = size == 0 || (size >= 1e-6 && size < 1e16);
  return {buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), view.real(),
                                       fixed ? std::chars_format::fixed : std::chars_format::scientific)
                             .ptr};
}

bool keeps_digits(std::string_view decimal, const Value& value) {
  const std::optional<Decimal> written = parse(decimal);
  const std::string printed = spelling(value);  // the parts of a Decimal are views into it
  const std::optional<Decimal> stored = parse(printed);
  return written && stored && significant(*written) == significant(*stored);
}

PlainNumber plain_number(std::string_view text, bool core) {
  using Kind = PlainNumber::Kind;
  if (core && text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'o')) {
    std::int64_t number = 0;
    const auto end = std::from_chars(text.data() + 2, text.data() + text.size(), number, text[1] == 'x' ? 16 : 8);
    if (end.ptr != text.data() + text.size() || text[2] == '-') return {};
    if (end.ec == std::errc::result_out_of_range) return {Kind::TooLarge, {}, false};
    return {Kind::Number, Value::integer(number), false};
  }
  if (core) {
    std::string_view word = text;
    if (!word.empty() && (word[0] == '+' || word[0] == '-')) word.remove_prefix(1);
    for (const std::string_view one : {".inf", ".Inf", ".INF"}) {
      if (word == one) return {Kind::NotFinite, {}, false};
    }
    for (const std::string_view one : {".nan", ".NaN", ".NAN"}) {
      if (text == one) return {Kind::NotFinite, {}, false};
    }
  }
  const std::optional<Decimal> decimal = parse(text);
  if (!decimal) return {};
  if (decimal->integer) {
    const auto integer = to_integer(text);
    if (!integer) return {Kind::TooLarge, {}, true};
    return {Kind::Number, Value::integer(*integer), true};
  }
  const double real = to_real(text);
  if (!std::isfinite(real)) return {Kind::NotFinite, {}, true};
  return {Kind::Number, Value::real(real), true};
}

}  // namespace holdfast::sql
