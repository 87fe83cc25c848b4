#include "reconcilers/core/spelling.h"

#include <string>
#include <vector>

#include "desired-state/text_check.h"

namespace holdfast {
namespace {

using edit::NewValue;

// true and false as documents spell them.
struct TruthWords {
  std::string_view yes, no;
};
constexpr TruthWords truth_words[] = {{"true", "false"}, {"True", "False"}, {"TRUE", "FALSE"}};

bool is_written(const Cell& cell) {
  return cell.kind == CellKind::Plain || cell.kind == CellKind::Bare || cell.kind == CellKind::Text;
}

// The other word of the pair that the document uses.
void add_truth(ValueView live, const Cell& old, std::vector<std::string>& spellings) {
  if (live.kind() != ValueKind::Integer || (live.integer() != 0 && live.integer() != 1) || !is_written(old)) return;
  for (const TruthWords& words : truth_words) {
    if (old.bytes == words.yes || old.bytes == words.no) {
      spellings.emplace_back(live.integer() == 1 ? words.yes : words.no);
    }
  }
}

// A number as the engine writes it into a column of texts.
void add_number(const SpellingPlace& place, ValueView live, std::vector<std::string>& spellings) {
  Column texts;
  texts.affinity = Affinity::Text;
  const ValueRules::Outcome written = place.rules.canonical(texts, false, Cell::of(live));
  if (!written.ok || written.value.kind() != ValueKind::Text) return;
  std::string spelling(written.value.view().bytes());
  const bool whole = spelling.find_first_not_of("0123456789-") == std::string::npos;
  spellings.push_back(spelling);
  // In a column without affinity 5 is an integer.
  if (live.kind() == ValueKind::Real && whole) spellings.push_back(spelling + ".0");
}

}  // namespace

std::optional<NewValue> spelling_of(const SpellingPlace& place, ValueView live, const Cell& old) {
  const auto means = [&](const Cell& cell) {
    const ValueRules::Outcome outcome = place.rules.canonical(place.column, place.strict_table, cell);
    return outcome.ok && (outcome.value == live || place.rules.same(place.column, live, outcome.value.view()));
  };
  NewValue value;
  if (live.is_null()) return value;
  if (live.kind() == ValueKind::Blob) {
    value.kind = NewValue::Kind::Blob;
    value.blob = live.bytes();
    return means(Cell::of(live)) ? std::optional(value) : std::nullopt;
  }
  std::vector<std::string> spellings;
  add_truth(live, old, spellings);
  if (live.kind() == ValueKind::Text) {
    if (!find_bad_text(live.bytes())) spellings.emplace_back(live.bytes());
  } else {
    add_number(place, live, spellings);
  }
  value.kind = NewValue::Kind::Scalar;
  for (const std::string& spelling : spellings) {
    if (!value.bare && means({place.unquoted, 0, spelling})) value.bare = spelling;
    if (!value.quoted && means({CellKind::Text, 0, spelling})) value.quoted = spelling;
  }
  return value.bare || value.quoted ? std::optional(value) : std::nullopt;
}

}  // namespace holdfast
