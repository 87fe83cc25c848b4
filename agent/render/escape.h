// Foreign text made safe to show. Everything that comes from a database, a document or an engine's message passes
// through here before it reaches a terminal, a log or a pull request. PURE.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace holdfast::agent {

// Control characters, bidirectional marks and bytes that are not UTF-8 become \n, \t, \x1b, \u202e…; the result is one
// line of valid UTF-8. Nothing else changes: a backslash stays a backslash.
std::string printable(std::string_view bytes);

// "printable" in double quotes, with quotes and backslashes inside escaped, so that where a text ends is never in
// doubt.
std::string in_quotes(std::string_view bytes);

// For HTML inside Markdown, a table cell included: <code>…</code> in which no character means anything.
std::string markdown_code(std::string_view printable_text);
// The same without the tags, for prose.
std::string markdown_text(std::string_view printable_text);

// A word of a command line, in single quotes where a shell would read something else; with characters that cannot be
// printed as $'…', which bash, zsh and ksh read. Printable itself.
std::string quoted_for_shell(std::string_view word);

std::string base64(std::string_view bytes);

// 1234567 -> "1,234,567"
std::string grouped(std::uint64_t number);
// (1, "row") -> "1 row"; (3, "row") -> "3 rows"
std::string counted(std::uint64_t number, std::string_view noun);

}  // namespace holdfast::agent
