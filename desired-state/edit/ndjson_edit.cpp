#include "desired-state/edit/ndjson_edit.h"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "desired-state/edit/row_check.h"
#include "desired-state/nearest.h"
#include "desired-state/text_check.h"

namespace holdfast::edit {
namespace {

namespace json = boost::json;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r'; }

struct Member {
  std::string name;
  Range value;
};

struct Object {
  std::size_t begin = 0;  // behind the brace
  std::vector<Member> members;
  bool wide = false;  // "name": value, with a blank behind the colon
};

// Behind the JSON token at `at`: a string, a number or a word.
std::size_t token_end(std::string_view text, std::size_t at) {
  if (text[at] != '"') return std::min(text.find_first_of(" \t\r\n,:}", at), text.size());
  for (++at; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return std::min(at + 1, text.size());
}

std::string name_of(std::string_view token) {
  json::error_code error;
  const json::value value = json::parse(token, error);
  return error || !value.is_string() ? std::string() : std::string(value.get_string());
}

// The object on a line; the reader has taken it before.
Object read_object(std::string_view text, std::size_t line, std::size_t end) {
  Object object;
  const auto skip = [&](std::size_t at, std::string_view over) {
    while (at < end && (is_space(text[at]) || over.find(text[at]) != std::string_view::npos)) ++at;
    return at;
  };
  std::size_t at = skip(line, "") + 1;
  object.begin = at;
  for (at = skip(at, ","); at < end && text[at] == '"'; at = skip(at, ",")) {
    const std::size_t name_end = token_end(text, at);
    const std::size_t colon = skip(name_end, "");
    const std::size_t value = skip(colon, ":");
    if (value >= end) break;
    const std::size_t value_end = token_end(text, value);
    if (object.members.empty()) object.wide = value > colon + 1;
    object.members.push_back({name_of(text.substr(at, name_end - at)), {value, value_end}});
    at = value_end;
  }
  return object;
}

void each_object(std::string_view text, const std::function<void(const Object&)>& object) {
  for (std::size_t line = text.size() - without_byte_order_mark(text).size(); line < text.size();) {
    const std::size_t end = std::min(text.find('\n', line), text.size());
    if (!std::all_of(text.begin() + static_cast<std::ptrdiff_t>(line), text.begin() + static_cast<std::ptrdiff_t>(end),
                     is_space)) {
      object(read_object(text, line, end));
    }
    line = end + 1;
  }
}

// A number by JSON's grammar, true or false.
bool is_literal(const std::string& text) {
  json::error_code error;
  const json::value value = json::parse(text, error);
  return !error && (value.is_number() || value.is_bool());
}

std::optional<std::string> spell(const NewValue& value, bool quoted) {
  if (value.kind == NewValue::Kind::Null) return "null";
  if (value.kind == NewValue::Kind::Blob) return std::nullopt;
  const bool bare = value.bare && is_literal(*value.bare);
  if (bare && (!quoted || !value.quoted)) return *value.bare;
  if (!value.quoted) return std::nullopt;
  return json::serialize(json::string_view(*value.quoted));
}

class NdjsonEditor {
 public:
  NdjsonEditor(std::string_view text, std::span<const CellEdit> edits) : text_(text), edits_(edits) {}

  Edited run() {
    for (std::size_t i = 0; i < edits_.size(); ++i) by_row_[edits_[i].row].push_back(i);
    std::size_t next = 0;
    each_object(text_, [&](const Object& object) {
      if (const auto found = by_row_.find(next++); found != by_row_.end()) edit_row(found->second, object);
    });
    for (std::size_t i = 0; i < edits_.size(); ++i) {
      if (!done_.contains(i)) refuse(i, "the row is not where it was read", "run it again");
    }
    if (result_.ok()) finish();
    if (!result_.ok()) {
      result_.text.clear();
      result_.splices.clear();
    }
    return std::move(result_);
  }

 private:
  void refuse(std::size_t edit, std::string message, std::string hint) {
    done_.insert(edit);
    result_.problems.push_back({edit, std::move(message), std::move(hint)});
  }

  void edit_row(const std::vector<std::size_t>& edits, const Object& object) {
    std::string added;
    for (const std::size_t i : edits) {
      const CellEdit& edit = edits_[i];
      done_.insert(i);
      const auto member = std::find_if(object.members.begin(), object.members.end(),
                                       [&](const Member& one) { return one.name == edit.column; });
      const bool there = member != object.members.end();
      if (there == edit.add) {
        refuse(i, "the row is not as it was read", "run it again");
        continue;
      }
      const std::optional<std::string> spelled = spell(edit.value, there && text_[member->value.begin] == '"');
      if (!spelled) {
        refuse(i, "JSON has no way to write the new value", "write the row in YAML");
      } else if (there) {
        result_.splices.push_back({member->value.begin, member->value.end - member->value.begin, *spelled});
      } else {
        if (!object.members.empty() || !added.empty()) added += object.wide ? ", " : ",";
        added += json::serialize(json::string_view(edit.column)) + (object.wide ? ": " : ":") + *spelled;
      }
    }
    if (added.empty()) return;
    result_.splices.push_back({object.members.empty() ? object.begin : object.members.back().value.end, 0, added});
  }

  void finish() {
    if (!sort_splices(result_.splices)) return refuse(0, "the same cell is edited twice", "");
    result_.text = apply_splices(text_, result_.splices);
    const auto wrong = check_rows("edited.ndjson", text_, result_.text, edits_);
    if (wrong) {
      refuse(std::min(*wrong, edits_.size() - 1), "the new value would not be read as the same", "change it by hand");
    }
  }

  std::string_view text_;
  std::span<const CellEdit> edits_;
  std::map<std::size_t, std::vector<std::size_t>> by_row_;
  std::set<std::size_t> done_;
  Edited result_;
};

}  // namespace

Edited edit_ndjson(std::string_view text, std::span<const CellEdit> edits) { return NdjsonEditor(text, edits).run(); }

std::vector<Range> ndjson_ranges(std::string_view text, const std::vector<std::string>& columns) {
  std::vector<Range> ranges;
  each_object(text, [&](const Object& object) {
    for (const Member& member : object.members) {
      const auto same = [&](const std::string& column) { return same_ascii_name(column, member.name); };
      if (std::any_of(columns.begin(), columns.end(), same)) ranges.push_back(member.value);
    }
  });
  return ranges;
}

}  // namespace holdfast::edit
