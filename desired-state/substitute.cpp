#include "desired-state/substitute.h"

#include <algorithm>

#include "desired-state/quote_text.h"

namespace holdfast {
namespace {

bool is_name(std::string_view text) {
  const auto letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_'; };
  if (text.empty() || !letter(text[0])) return false;
  return std::all_of(text.begin(), text.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

// What stands between ${ and }.
void replace(std::string_view inside, const Environment& environment, Substitution& result) {
  const std::size_t colon = inside.find(":-");
  const std::string_view name = inside.substr(0, colon);
  if (!is_name(name)) {
    result.message = quote_text(name) + " is not the name of a variable";
    result.hint = "write ${NAME} or ${NAME:-default}, and $$ for a dollar sign";
    return;
  }
  const std::optional<std::string> value = environment(name);
  if (colon != std::string_view::npos) {
    result.text += value && !value->empty() ? std::string_view(*value) : inside.substr(colon + 2);
  } else if (value) {
    result.text += *value;
  } else {
    result.message = "the environment variable " + std::string(name) + " is not set";
    result.hint = "set it, or write ${" + std::string(name) + ":-default}";
  }
}

}  // namespace

Substitution substitute(std::string_view text, const Environment& environment) {
  Substitution result;
  while (!text.empty() && result.message.empty()) {
    const std::size_t dollar = std::min(text.find('$'), text.size());
    result.text += text.substr(0, dollar);
    text.remove_prefix(dollar);
    if (text.empty()) break;
    if (text.substr(0, 2) == "$$") {
      result.text += '$';
      text.remove_prefix(2);
    } else if (text.substr(0, 2) == "${" && text.find('}') != std::string_view::npos) {
      const std::size_t end = text.find('}');
      replace(text.substr(2, end - 2), environment, result);
      text.remove_prefix(end + 1);
    } else {
      result.message = text.substr(0, 2) == "${" ? "a ${ is not closed" : "a dollar sign stands alone";
      result.hint = "write ${NAME} or ${NAME:-default}, and $$ for a dollar sign";
    }
  }
  if (!result.message.empty()) result.text.clear();
  return result;
}

}  // namespace holdfast
