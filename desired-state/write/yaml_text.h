// Foreign text as YAML that reads back as the same bytes, in any reader of YAML 1.1 or 1.2: texts are double-quoted,
// and what could end a line, steer a terminal or hide is escaped. PURE; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "desired-state/row_table.h"

namespace holdfast::writing {

// True if a document can hold the text: valid UTF-8 without NUL. The functions below write anything else with \x…,
// which is fit for a comment only.
bool can_be_text(std::string_view text);
// True if it can be the name of a column: not empty, and short enough for a key on one line.
bool can_be_column(std::string_view name);

// In double quotes.
void append_quoted(std::string& out, std::string_view text);
std::string quoted(std::string_view text);
// As it is where that is a word to every reader (campaign_id), else in double quotes (007, yes, "a b").
std::string word(std::string_view text);
// [a, b], or a line for each where that is too long; `indent` is that of the field whose value it is, `used` its width.
std::string word_list(const std::vector<std::string>& words, std::size_t indent, std::size_t used);

// A cell of a row as it is written: Null, Text, Plain (as it stands) or Blob (!!binary).
void append_cell(std::string& out, const Cell& cell);

// "# …" on as many lines as it takes, broken at blanks.
void append_comment(std::string& out, std::size_t indent, std::string_view text);

// A text of several lines behind a field's colon, to the end of the line: a literal block where that keeps every byte,
// else in double quotes. `indent` is that of the field.
void append_block(std::string& out, std::size_t indent, std::string_view text);

}  // namespace holdfast::writing
