#include "desired-state/core_schema.h"

#include <algorithm>
#include <charconv>

namespace holdfast {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t skip_digits(std::string_view text, std::size_t at) {
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

bool one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

bool is_integer(std::string_view text) {
  if (text.substr(0, 2) == "0x" || text.substr(0, 2) == "0o") {
    const std::string_view digits = text[1] == 'x' ? "0123456789abcdefABCDEF" : "01234567";
    return text.size() > 2 && text.find_first_not_of(digits, 2) == std::string_view::npos;
  }
  const std::size_t first = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  return first < text.size() && skip_digits(text, first) == text.size();
}

// [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
bool is_float(std::string_view text) {
  std::string_view rest = text;
  if (!rest.empty() && (rest[0] == '-' || rest[0] == '+')) rest.remove_prefix(1);
  if (one_of(rest, {".inf", ".Inf", ".INF"}) || one_of(text, {".nan", ".NaN", ".NAN"})) return true;
  std::size_t at = skip_digits(rest, 0);
  const std::size_t whole = at;
  if (at < rest.size() && rest[at] == '.') {
    const std::size_t end = skip_digits(rest, at + 1);
    if (whole == 0 && end == at + 1) return false;
    at = end;
  } else if (whole == 0) {
    return false;
  }
  if (at == rest.size()) return true;
  if (rest[at] != 'e' && rest[at] != 'E') return false;
  ++at;
  if (at < rest.size() && (rest[at] == '-' || rest[at] == '+')) ++at;
  return at < rest.size() && skip_digits(rest, at) == rest.size();
}

std::string_view without_plus(std::string_view text) {
  if (!text.empty() && text[0] == '+') text.remove_prefix(1);
  return text;
}

}  // namespace

std::optional<bool> core_boolean(std::string_view plain) {
  if (one_of(plain, {"true", "True", "TRUE"})) return true;
  if (one_of(plain, {"false", "False", "FALSE"})) return false;
  return std::nullopt;
}

CoreType core_type(std::string_view plain) {
  if (plain.empty() || one_of(plain, {"~", "null", "Null", "NULL"})) return CoreType::Null;
  if (core_boolean(plain)) return CoreType::Boolean;
  if (is_integer(plain)) return CoreType::Integer;
  return is_float(plain) ? CoreType::Float : CoreType::Text;
}

std::optional<std::int64_t> core_integer(std::string_view plain) {
  if (core_type(plain) != CoreType::Integer) return std::nullopt;
  plain = without_plus(plain);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(plain.data(), plain.data() + plain.size(), number);
  if (error != std::errc() || end != plain.data() + plain.size()) return std::nullopt;
  return number;
}

std::optional<double> core_number(std::string_view plain) {
  const CoreType type = core_type(plain);
  if (type != CoreType::Integer && type != CoreType::Float) return std::nullopt;
  plain = without_plus(plain);
  double number = 0;
  const auto [end, error] = std::from_chars(plain.data(), plain.data() + plain.size(), number);
  if (error != std::errc() || end != plain.data() + plain.size()) return std::nullopt;
  return number;
}

}  // namespace holdfast
