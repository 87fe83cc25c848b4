// Names and values in messages about documents. PURE; any thread.
#pragma once

#include <string>
#include <string_view>

namespace holdfast {

// The text in double quotes, cut after about 60 bytes (never inside of a character): a message is a line, not a page.
// Control characters stay; whoever prints makes them harmless.
inline std::string quote_text(std::string_view text) {
  constexpr std::size_t most = 60;
  if (text.size() <= most) return '"' + std::string(text) + '"';
  std::size_t cut = most;
  while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xc0) == 0x80) --cut;
  return '"' + std::string(text.substr(0, cut)) + "…\"";
}

}  // namespace holdfast
