#include "reconcilers/describe/column_words.h"

#include <algorithm>
#include <initializer_list>

namespace holdfast {
namespace {

bool one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool any_of(const std::vector<std::string>& words, std::initializer_list<std::string_view> wanted) {
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) { return one_of(word, wanted); });
}

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || is_upper(c) || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
}

bool is_number(const Column& column) {
  return column.affinity == Affinity::Integer || column.affinity == Affinity::Numeric ||
         column.affinity == Affinity::Real;
}

}  // namespace

std::vector<std::string> column_words(std::string_view name) {
  std::vector<std::string> words(1);
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool hump = is_upper(name[i]) && i > 0 && !is_upper(name[i - 1]);
    if (!words.back().empty() && (hump || !is_word_character(name[i]))) words.emplace_back();
    if (is_word_character(name[i])) words.back() += ascii_lower(name.substr(i, 1));
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

bool looks_like_id(const Table& table, std::uint32_t column) {
  const Column& one = table.columns[column];
  const bool numbers_rows =
      table.primary_key.size() == 1 && table.primary_key.front() == column && one.affinity == Affinity::Integer;
  return numbers_rows || one_of(ascii_lower(one.name), {"id", "_id", "uuid", "guid", "rowid", "pk"});
}

bool looks_like_name(std::string_view column) {
  return one_of(ascii_lower(column), {"name", "code", "slug", "key", "email"});
}

bool looks_like_timestamp(const Column& column) {
  const std::string value = ascii_lower(column.default_sql);
  for (const std::string_view now : {"current_timestamp", "current_date", "current_time", "'now'"}) {
    if (value.find(now) != std::string::npos) return true;
  }
  const std::vector<std::string> words = column_words(column.name);
  if (words.empty()) return false;
  if (words.size() == 1) {
    return one_of(words[0],
                  {"timestamp", "created", "updated", "modified", "ctime", "mtime", "createdat", "updatedat"});
  }
  const bool of_the_row = any_of(words, {"created", "updated", "modified", "changed", "inserted", "last", "seen"});
  return of_the_row && one_of(words.back(), {"at", "on", "time", "date", "ts", "timestamp", "seen", "login", "used"});
}

bool looks_like_counter(const Column& column) {
  const std::vector<std::string> words = column_words(column.name);
  return !words.empty() && is_number(column) && !column.boolean &&
         one_of(words.back(), {"count", "counter", "hits", "views", "clicks", "impressions", "visits", "downloads",
                               "likes", "attempts", "uses"});
}

bool looks_edited(std::string_view column) {
  const std::vector<std::string> words = column_words(column);
  if (words.empty()) return false;
  return any_of(words, {"description", "image", "img", "logo", "photo", "picture", "icon", "avatar", "thumbnail",
                        "banner", "active", "enabled", "visible", "hidden", "featured", "published", "archived",
                        "paused", "disabled"}) ||
         one_of(words.back(), {"text", "body", "content", "bio", "note", "notes", "comment", "comments", "summary",
                               "message", "caption", "subtitle", "tagline", "remarks"});
}

bool looks_secret(std::string_view column) {
  const std::vector<std::string> words = column_words(column);
  if (any_of(words, {"password", "passwd", "pwd", "passphrase", "secret", "token", "apikey", "privatekey", "salt"})) {
    return true;
  }
  const bool key = any_of(words, {"key"});
  return (key && any_of(words, {"api", "private", "access", "signing", "encryption"})) ||
         (any_of(words, {"hash"}) && any_of(words, {"pass", "pw"}));
}

}  // namespace holdfast
