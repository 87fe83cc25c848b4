#include "reconcilers/stores/sqlite/tokens.h"

#include <algorithm>

namespace holdfast::stores {
namespace {

// The position after the quoted part that starts at `at`; a doubled closing quote belongs to it.
std::size_t after_quoted(std::string_view sql, std::size_t at) {
  const char close = sql[at] == '[' ? ']' : sql[at];
  for (++at; at < sql.size(); ++at) {
    if (sql[at] != close) continue;
    if (close != ']' && at + 1 < sql.size() && sql[at + 1] == close) {
      ++at;
      continue;
    }
    return at + 1;
  }
  return sql.size();
}

std::size_t after(std::string_view sql, std::size_t at, std::string_view end) {
  const std::size_t found = sql.find(end, at);
  return found == std::string_view::npos ? sql.size() : found + end.size();
}

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

std::vector<std::string> sql_words(std::string_view sql) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < sql.size();) {
    const char c = sql[at];
    if (c == '\'' || c == '"' || c == '`' || c == '[') {
      at = after_quoted(sql, at);
      words.emplace_back();  // something stands here: words on both sides are not neighbours
    } else if (sql.substr(at, 2) == "--") {
      at = after(sql, at, "\n");
    } else if (sql.substr(at, 2) == "/*") {
      at = after(sql, at + 2, "*/");
    } else if (is_word(c)) {
      std::string word;
      for (; at < sql.size() && is_word(sql[at]); ++at) {
        word += sql[at] >= 'a' && sql[at] <= 'z' ? static_cast<char>(sql[at] - 'a' + 'A') : sql[at];
      }
      words.push_back(std::move(word));
    } else {
      ++at;
    }
  }
  return words;
}

bool has_words(const std::vector<std::string>& words, const std::vector<std::string>& wanted) {
  return std::search(words.begin(), words.end(), wanted.begin(), wanted.end()) != words.end();
}

}  // namespace holdfast::stores
