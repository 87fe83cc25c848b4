#include "reconcilers/rows/statements.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "reconcilers/core/sha256.h"
#include "reconcilers/core/text.h"

namespace holdfast {
namespace {

constexpr std::size_t digest_length = 16;  // of 64 hexadecimal digits: many rules, many rows
constexpr std::string_view first_line = "says\n";
constexpr std::size_t list_length = 32;
constexpr std::string_view list_line = "rules ";
constexpr std::string_view extra = "extra";
constexpr std::string_view removed = "removed";

void add_part(Sha256& digest, std::string_view bytes) {
  digest.add(std::to_string(bytes.size()) + ":");
  digest.add(bytes);
}

void add_part(Sha256& digest, const Scalar& scalar) {
  add_part(digest, std::to_string(static_cast<int>(scalar.kind)));
  add_part(digest, scalar.bytes);
}

std::string rule_statement(const ForbiddenRule& rule) {
  std::map<std::string_view, const Matcher*> columns;
  for (const auto& [column, matcher] : rule.columns) columns.emplace(column, &matcher);
  Sha256 digest;
  for (const auto& [column, part] : columns) {
    const Matcher& matcher = *part;
    add_part(digest, column);
    add_part(digest, std::to_string(static_cast<int>(matcher.kind)) + (matcher.is_null ? "n" : "") +
                         (matcher.ignore_case ? "i" : "") + (matcher.trim ? "t" : ""));
    add_part(digest, std::to_string(matcher.values.size()));
    for (const Scalar& value : matcher.values) add_part(digest, value);
  }
  return "rule " + digest.hex().substr(0, digest_length);
}

std::string name_of(std::string_view rules) {
  Sha256 digest;
  digest.add(rules);
  return digest.hex().substr(0, list_length);
}

}  // namespace

std::string row_digest(const BoundSet& bound, std::uint32_t row) {
  std::map<std::string, std::string> said;  // in whatever order other rows bring the columns in
  RowTable::Cursor cursor = bound.rows.cursor(row);
  for (const std::string& column : bound.rows.columns()) {
    const Cell cell = cursor.next();
    if (cell.present()) append_identical(as_written(cell), said[column]);
  }
  Sha256 digest;
  for (const auto& [column, bytes] : said) {
    add_part(digest, column);
    add_part(digest, bytes);
  }
  return digest.hex().substr(0, digest_length);
}

std::shared_ptr<const RuleList> rules_of(std::span<const SetState> states, std::string_view table) {
  RuleList list;
  for (const SetState& state : states) {
    if (!state.set || ascii_lower(state.set->table->name) != ascii_lower(table)) continue;
    for (const ForbiddenRule& rule : state.document->forbidden) list.rules.insert(rule_statement(rule));
  }
  if (list.rules.empty()) return nullptr;
  list.name = name_of(rules_text(list));
  return std::make_shared<const RuleList>(std::move(list));
}

std::string rules_text(const RuleList& list) {
  std::string text;
  for (const std::string& rule : list.rules) text += rule + '\n';
  return text;
}

std::shared_ptr<const RuleList> read_rules(std::string_view name, std::string_view text) {
  if (name_of(text) != name) return nullptr;
  RuleList list;
  list.name = name;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    list.rules.emplace(line);
  }
  return std::make_shared<const RuleList>(std::move(list));
}

void Statements::add(const SetState& state, std::uint32_t declared) {
  const RowSetDocument& document = *state.document;
  if (declared != no_row) {
    rows[state.set->name] = row_digest(*state.bound, declared);
    return;
  }
  if (document.policy.extra == ExtraPolicy::Delete) others.emplace(extra);
  if (document.policy.removed == RemovedPolicy::Delete) others.emplace(removed);
}

bool Statements::has_row(std::string_view digest) const {
  return std::any_of(rows.begin(), rows.end(), [&](const auto& row) { return row.second == digest; });
}

std::string statements_text(const Statements& said) {
  std::string text(first_line);
  if (said.rules) text.append(list_line).append(said.rules->name) += '\n';
  for (const std::string& other : said.others) text += other + '\n';
  for (const auto& [row_set, digest] : said.rows) text += "row " + digest + ' ' + row_set + '\n';
  return text;
}

std::string_view rules_named_in(std::string_view text) {
  if (text.substr(0, first_line.size()) != first_line) return {};
  text.remove_prefix(first_line.size());
  if (text.substr(0, list_line.size()) != list_line) return {};
  text = text.substr(list_line.size());
  return text.substr(0, text.find('\n'));
}

std::optional<Statements> read_statements(std::string_view text, std::shared_ptr<const RuleList> rules) {
  if (text.substr(0, first_line.size()) != first_line) return std::nullopt;
  const std::string_view named = rules_named_in(text);
  if (!named.empty() && (!rules || rules->name != named)) return std::nullopt;
  text.remove_prefix(first_line.size());
  Statements said;
  if (!named.empty()) {
    text.remove_prefix(std::min(text.size(), list_line.size() + named.size() + 1));
    said.rules = std::move(rules);
  }
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    constexpr std::string_view row = "row ";
    constexpr std::size_t name_at = row.size() + digest_length + 1;
    if (line.substr(0, row.size()) == row && line.size() > name_at) {
      said.rows[std::string(line.substr(name_at))] = line.substr(row.size(), digest_length);
    } else {
      said.others.emplace(line);
    }
  }
  return said;
}

bool asks_for(const Statements& said, const SetState& state, const Change& change) {
  if (change.declared != no_row) return said.has_row(row_digest(*state.bound, change.declared));
  if (change.drift == DriftClass::Forbidden && change.detail && change.detail->rule) {
    return said.rules && said.rules->rules.contains(rule_statement(state.document->forbidden[*change.detail->rule]));
  }
  return said.others.contains(std::string(change.drift == DriftClass::Removed ? removed : extra));
}

}  // namespace holdfast
