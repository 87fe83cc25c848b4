#include "reconcilers/describe/declare_value.h"

#include <array>
#include <charconv>
#include <cmath>

#include "desired-state/text_check.h"

namespace holdfast {
namespace {

// The fewest digits that read back as the same number, and never those of an integer.
std::string real_text(double number) {
  std::array<char, 40> buffer;
  const double size = std::fabs(number);
  const bool fixed = size == 0 || (size >= 1e-6 && size < 1e16);
  std::string text(buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), number,
                                                fixed ? std::chars_format::fixed : std::chars_format::scientific)
                                      .ptr);
  return fixed && text.find('.') == std::string::npos ? text + ".0" : text;
}

std::optional<Cell> written(const Column& column, ValueView live, std::string& keep) {
  switch (live.kind()) {
    case ValueKind::Null: return Cell::null();
    case ValueKind::Blob: return Cell::of(live);
    case ValueKind::Text:
      if (find_bad_text(live.bytes())) return std::nullopt;
      return Cell::of(live);
    case ValueKind::Real:
      if (!std::isfinite(live.real())) return std::nullopt;
      keep = real_text(live.real());
      break;
    case ValueKind::Integer: {
      const bool truth = column.boolean && (live.integer() == 0 || live.integer() == 1);
      keep = truth ? (live.integer() == 1 ? "true" : "false") : std::to_string(live.integer());
    }
  }
  return Cell::plain(keep);
}

}  // namespace

std::optional<Cell> declare_value(const ValueRules& rules, const Column& column, bool strict_table, Likeness likeness,
                                  ValueView live, std::string& keep) {
  const std::optional<Cell> cell = written(column, live, keep);
  if (!cell || (cell->kind == CellKind::Text && rules.keeps_text(column, strict_table))) return cell;
  const ValueRules::Outcome outcome = rules.canonical(column, strict_table, *cell);
  const bool good = outcome.ok && (likeness == Likeness::Identical ? outcome.value == live
                                                                   : rules.same(column, live, outcome.value.view()));
  return good ? cell : std::nullopt;
}

}  // namespace holdfast
