#include "reconcilers/rows/waiting.h"

#include <algorithm>
#include <map>

#include "reconcilers/core/row_image.h"
#include "reconcilers/core/sha256.h"
#include "reconcilers/core/text.h"

namespace holdfast {
namespace {

constexpr std::size_t most_lines = 1000;
constexpr std::size_t digest_length = 16;
constexpr char separator = '\t';  // between what a row is called and the digest of its values

bool is_one_of(std::span<const std::string> names, const std::string& name) {
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& one) { return ascii_lower(one) == ascii_lower(name); });
}

// A digest of a value tells it to whoever guesses it.
std::string digest_of(const Table& table, const Change& change, std::span<const std::string> redact) {
  Sha256 digest;
  const auto is_redacted = [&](std::uint32_t column) { return is_one_of(redact, table.columns[column].name); };
  if (std::none_of(table.locator.begin(), table.locator.end(), is_redacted) &&
      std::none_of(table.primary_key.begin(), table.primary_key.end(), is_redacted)) {
    digest.add(encode_values(change.before()->locator));
  }
  std::vector<Value> values = change.before()->values;
  for (std::uint32_t column = 0; column < values.size(); ++column) {
    // A virtual one follows from the others.
    if (is_redacted(column) || table.columns[column].generated == Generated::Virtual) values[column] = Value();
  }
  digest.add(encode_values(values));
  for (const DependentCount& dependent : change.detail->dependents) {
    digest.add(dependent.table + '\0' + std::to_string(dependent.rows));
  }
  return digest.hex().substr(0, digest_length);
}

// A name may have a line's end in it, or a tab.
std::string on_one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\n' || c == separator; }, ' ');
  return text;
}

// What rows are called -> the digests of those that are called so.
using Lines = std::map<std::string, std::vector<std::string>, std::less<>>;

Lines lines_of(std::string_view text) {
  Lines lines;
  text.remove_prefix(std::min(text.size(), text.find('\n')));  // the hash
  while (!text.empty()) {
    text.remove_prefix(1);
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(line.size());
    const std::size_t end = std::min(line.find(separator), line.size());
    lines[std::string(line.substr(0, end))].emplace_back(line.substr(std::min(end + 1, line.size())));
  }
  for (auto& [name, digests] : lines) std::sort(digests.begin(), digests.end());
  return lines;
}

}  // namespace

std::string waiting_text(const std::string& hash, const Plan& plan, std::span<const std::string> redact) {
  std::string text = hash;
  std::size_t lines = 0;
  for (const SetPlan& set : plan.sets) {
    for (const Change& change : set.changes) {
      if (!waits_for_confirmation(change) || ++lines > most_lines) continue;
      std::string name = std::string(to_string(change.drift)) + " row of " + set.name;
      for (const auto& [column, cell] : key(set, change)) {
        const bool hidden = set.set->is_sensitive(set.set->table->find(column)) || is_one_of(redact, column);
        name += " " + column + " " + (hidden ? "***" : describe(cell));
      }
      text += "\n" + on_one_line(std::move(name)) + separator + digest_of(*set.set->table, change, redact);
    }
  }
  return text;
}

std::vector<std::string> changed_since(std::string_view text, const Plan& plan,
                                       const std::vector<std::string>& confirmed, std::span<const std::string> redact) {
  std::vector<std::string> changed;
  const bool known = std::any_of(confirmed.begin(), confirmed.end(), [&](const std::string& one) {
    return !one.empty() && text.substr(0, one.size()) == one;
  });
  if (!known) return changed;
  const Lines before = lines_of(text), now = lines_of(waiting_text({}, plan, redact));
  for (const auto& [name, digests] : now) {
    const auto then = before.find(name);
    if (then == before.end()) {
      changed.push_back("+ " + name);
    } else if (then->second != digests) {
      changed.push_back("~ " + name);
    }
  }
  for (const auto& [name, digests] : before) {
    if (!now.contains(name)) changed.push_back("- " + name);
  }
  if (changed.empty()) changed.emplace_back("~ what is to be inserted, updated or deleted beside these");
  return changed;
}

}  // namespace holdfast
