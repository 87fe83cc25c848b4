#include "reconcilers/rows/reference_text.h"

#include "desired-state/nearest.h"
#include "reconcilers/core/text.h"

namespace holdfast {
namespace {

// A search compares a name with every declared one.
constexpr int most_searches = 20;
constexpr std::size_t most_declared = 10'000;

}  // namespace

ReferenceText::ReferenceText(const BoundSet& parent, std::uint32_t by, bool sensitive)
    : parent_(parent), by_(by), hidden_(by != Table::npos && (sensitive || parent.is_sensitive(by))) {}

std::string ReferenceText::none(ValueView name) {
  const std::string near = nearest(name);
  return "no row of " + parent_.table->name + " has " + shown(name) +
         (near.empty() ? "" : " (did you mean " + describe(ValueView::text(near)) + "?)");
}

std::string ReferenceText::several(ValueView name, std::uint64_t rows) const {
  return std::to_string(rows) + " rows of " + parent_.table->name + " have " + shown(name);
}

std::string ReferenceText::shown(ValueView name) const {
  return parent_.table->columns[by_].name + " " + (hidden_ ? "***" : describe(name));
}

std::string ReferenceText::nearest(ValueView name) {
  if (hidden_ || name.kind() != ValueKind::Text || parent_.rows.size() > most_declared) return {};
  if (searches_++ >= most_searches) return {};
  const ColumnIndex at = parent_.rows.find_column(parent_.table->columns[by_].name);
  if (searches_ == 1 && at != RowTable::npos) {
    for (std::size_t row = 0; row < parent_.rows.size(); ++row) {
      const Cell cell = parent_.rows.cell(row, at);
      if (cell.kind == CellKind::Text) declared_.emplace_back(cell.bytes);
    }
  }
  return nearest_name(name.bytes(), declared_);
}

std::string not_written_text(const BoundSet& parent, std::size_t row) {
  return "the row it refers to is not written: " + describe_key(parent, row);
}

}  // namespace holdfast
