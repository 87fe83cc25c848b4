// Base64 as YAML's !!binary has it (RFC 4648, blanks and line breaks allowed between). PURE; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace holdfast {

// Nothing when the text is not base64: another character, a wrong length, padding in the middle.
std::optional<std::string> decode_base64(std::string_view text);

// On one line.
std::string encode_base64(std::string_view bytes);

}  // namespace holdfast
