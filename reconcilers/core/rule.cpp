#include "reconcilers/core/rule.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "desired-state/nearest.h"

namespace holdfast {
namespace {

// A value as text, for matchers that look at spelling. Blobs and null have none.
std::optional<std::string_view> spelling(ValueView value, std::array<char, 32>& buffer) {
  std::to_chars_result end{};
  switch (value.kind()) {
    case ValueKind::Text: return value.bytes();
    case ValueKind::Integer: end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value.integer()); break;
    case ValueKind::Real: end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value.real()); break;
    case ValueKind::Null:
    case ValueKind::Blob: return std::nullopt;
  }
  return std::string_view(buffer.data(), static_cast<std::size_t>(end.ptr - buffer.data()));
}

// SQL's LIKE as a pattern: % is any text, _ one character, everything else itself.
std::string like_pattern(std::string_view like) {
  std::string pattern = "(?s)\\A";
  std::string plain;
  const auto flush = [&] {
    pattern += re2::RE2::QuoteMeta(plain);
    plain.clear();
  };
  for (const char c : like) {
    if (c != '%' && c != '_') {
      plain += c;
      continue;
    }
    flush();
    pattern += c == '%' ? ".*" : ".";
  }
  flush();
  return pattern + "\\z";
}

// The length in bytes of the white-space character at the start of `text`, or 0. Unicode's White_Space property.
std::size_t space_at(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  if ((byte(0) >= 0x09 && byte(0) <= 0x0d) || byte(0) == 0x20) return 1;
  if (byte(0) == 0xc2 && (byte(1) == 0x85 || byte(1) == 0xa0)) return 2;
  if (byte(0) == 0xe1 && byte(1) == 0x9a && byte(2) == 0x80) return 3;
  if (byte(0) == 0xe3 && byte(1) == 0x80 && byte(2) == 0x80) return 3;
  if (byte(0) != 0xe2) return 0;
  const bool general = byte(1) == 0x80 &&
                       ((byte(2) >= 0x80 && byte(2) <= 0x8a) || byte(2) == 0xa8 || byte(2) == 0xa9 || byte(2) == 0xaf);
  return general || (byte(1) == 0x81 && byte(2) == 0x9f) ? 3 : 0;
}

}  // namespace

std::string_view trim_unicode(std::string_view text) {
  while (const std::size_t size = space_at(text)) text.remove_prefix(size);
  for (bool again = true; again && !text.empty();) {
    again = false;
    for (const std::size_t size : {1u, 2u, 3u}) {
      if (text.size() >= size && space_at(text.substr(text.size() - size)) == size) {
        text.remove_suffix(size);
        again = true;
        break;
      }
    }
  }
  return text;
}

struct Rule::Part {
  Column column;
  const ValueRules* rules = nullptr;
  bool null = false;      // a null live value matches
  bool not_null = false;  // every other one does
  bool trim = false;
  std::vector<Value> exact;                 // as the column stores them
  std::vector<std::string> spelled;         // compared as text, after trimming
  std::shared_ptr<const re2::RE2> pattern;  // and this, against the text

  bool matches(ValueView live) const {
    if (live.is_null()) return null;
    if (not_null) return true;
    for (const Value& value : exact) {
      if (rules->same(column, live, value.view())) return true;
    }
    if (spelled.empty() && !pattern) return false;
    std::array<char, 32> buffer;
    std::optional<std::string_view> text = spelling(live, buffer);
    if (!text) return false;
    if (trim) text = trim_unicode(*text);
    if (std::find(spelled.begin(), spelled.end(), *text) != spelled.end()) return true;
    return pattern && re2::RE2::PartialMatch(re2::StringPiece(text->data(), text->size()), *pattern);
  }
};

Rule::Rule() = default;
Rule::Rule(const Rule&) = default;
Rule::Rule(Rule&&) noexcept = default;
Rule& Rule::operator=(const Rule&) = default;
Rule& Rule::operator=(Rule&&) noexcept = default;
Rule::~Rule() = default;

namespace {

// The pattern that a matcher stands for when it compares by pattern; empty for those that compare by value.
std::string pattern_of(const Matcher& matcher) {
  if (matcher.kind == Matcher::Kind::Regex) return matcher.values[0].bytes;
  if (matcher.kind == Matcher::Kind::Like) return like_pattern(matcher.values[0].bytes);
  std::string any;
  for (const Scalar& value : matcher.values) {
    if (value.kind == CellKind::Null) continue;
    const std::string_view wanted = matcher.trim ? trim_unicode(value.bytes) : std::string_view(value.bytes);
    any += (any.empty() ? "" : "|") + re2::RE2::QuoteMeta(re2::StringPiece(wanted.data(), wanted.size()));
  }
  return "\\A(?:" + any + ")\\z";
}

}  // namespace

namespace {

bool goes_by_pattern(const Matcher& matcher) {
  return matcher.kind != Matcher::Kind::IsNull &&
         (matcher.ignore_case || matcher.kind == Matcher::Kind::Like || matcher.kind == Matcher::Kind::Regex);
}

std::shared_ptr<const re2::RE2> compile(const Matcher& matcher) {
  re2::RE2::Options options(re2::RE2::Quiet);
  options.set_case_sensitive(!matcher.ignore_case);
  return std::make_shared<re2::RE2>(pattern_of(matcher), options);
}

std::string pattern_error(const re2::RE2& pattern) { return "not a regular expression: " + pattern.error(); }

}  // namespace

void check_patterns(const DesiredState& state, Diagnostics& diagnostics) {
  for (const RowSetDocument& set : state.row_sets) {
    for (const ForbiddenRule& rule : set.forbidden) {
      for (const auto& [column, matcher] : rule.columns) {
        if (!goes_by_pattern(matcher)) continue;
        const auto pattern = compile(matcher);
        if (!pattern->ok()) diagnostics.error(set.at(matcher.mark), pattern_error(*pattern));
      }
    }
  }
}

std::optional<Rule> Rule::bind(const ForbiddenRule& rule, const std::string& file, const Table& table,
                               const ValueRules& values, Diagnostics& diagnostics) {
  Rule bound;
  bound.mark_ = rule.mark;
  bool good = true;
  for (const auto& [name, matcher] : rule.columns) {
    const auto fail = [&](Mark mark, std::string message, std::string hint = {}) {
      diagnostics.error({file, mark}, std::move(message), std::move(hint));
      good = false;
    };
    const std::uint32_t index = table.find(name);
    if (index == Table::npos) {
      std::vector<std::string> names;
      for (const Column& column : table.columns) names.push_back(column.name);
      const std::string near = nearest_name(name, names);
      fail(matcher.mark, "table " + table.name + " has no column \"" + name + "\"",
           near.empty() ? "" : "did you mean \"" + near + "\"?");
      continue;
    }
    Part part;
    part.column = table.columns[index];
    part.rules = &values;
    part.trim = matcher.trim;
    const bool by_text = goes_by_pattern(matcher);
    if (matcher.kind == Matcher::Kind::IsNull) {
      part.null = matcher.is_null;
      part.not_null = !matcher.is_null;
    }
    for (const Scalar& value : matcher.values) {
      if (value.kind == CellKind::Null) {
        part.null = true;
      } else if (by_text) {
        continue;
      } else if (matcher.trim) {
        part.spelled.emplace_back(trim_unicode(value.bytes));
      } else {
        ValueRules::Outcome outcome = values.canonical(part.column, table.strict, value.cell());
        if (!outcome.ok) fail(value.mark, "column " + name + ": " + outcome.message, outcome.hint);
        part.exact.push_back(std::move(outcome.value));
      }
    }
    if (by_text) {
      part.pattern = compile(matcher);
      if (!part.pattern->ok()) fail(matcher.mark, pattern_error(*part.pattern));
    }
    bound.columns_.push_back(index);
    bound.parts_.push_back(std::move(part));
  }
  if (!good) return std::nullopt;
  return bound;
}

bool Rule::matches(std::span<const ValueView> values) const {
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    if (!parts_[i].matches(values[i])) return false;
  }
  return !parts_.empty();
}

}  // namespace holdfast
