#include "reconcilers/core/journal_block.h"

#include <utility>

namespace holdfast {
namespace {

// The cells of a step, in this order.
enum Cell : std::uint8_t { Part, Shape, Kind, Depth, Cause, Key, AtBefore, AtAfter, Before, After, Inverts, cells };

constexpr std::int64_t owned_delete = 3;  // the other kinds are those of TouchKind

void append_bytes(std::string& block, std::string_view bytes) {
  append_cell(block, bytes.empty() ? ValueView::null() : ValueView::blob(bytes));
}

void append_locator(std::string& block, const Locator& at) { append_bytes(block, encode_values(at)); }

std::optional<Locator> locator_of(const Value& bytes) {
  const auto image = decode_image(bytes.view().bytes());
  if (!image) return std::nullopt;
  Locator at;
  for (const ImageCell& cell : *image) {
    if (cell.kind != ImageCell::Kind::Value) return std::nullopt;
    at.push_back(cell.value);
  }
  return at;
}

std::optional<StepRecord> step_of(const ImageCell* cell) {
  for (const int number : {Part, Shape, Kind, Depth, Inverts}) {
    if (cell[number].value.kind() != ValueKind::Integer) return std::nullopt;
  }
  const std::int64_t kind = cell[Kind].value.view().integer();
  if (kind < 0 || kind > owned_delete) return std::nullopt;
  StepRecord step;
  step.part = cell[Part].value.view().integer();
  step.shape = cell[Shape].value.view().integer();
  step.owned = kind == owned_delete;
  step.kind = step.owned ? TouchKind::Delete : static_cast<TouchKind>(kind);
  step.depth = static_cast<int>(cell[Depth].value.view().integer());
  step.cause = cell[Cause].value.view().bytes();
  step.key = cell[Key].value.view().bytes();
  step.inverts = cell[Inverts].value.view().integer();
  auto at_before = locator_of(cell[AtBefore].value), at_after = locator_of(cell[AtAfter].value);
  auto before = decode_image(cell[Before].value.view().bytes()), after = decode_image(cell[After].value.view().bytes());
  if (!at_before || !at_after || !before || !after) return std::nullopt;
  step.at_before = std::move(*at_before);
  step.at_after = std::move(*at_after);
  step.before = std::move(*before);
  step.after = std::move(*after);
  return step;
}

}  // namespace

void append_step(std::string& block, const JournalStep& step) {
  append_cell(block, ValueView::integer(step.part));
  append_cell(block, ValueView::integer(step.shape));
  append_cell(block, ValueView::integer(step.owned ? owned_delete : static_cast<int>(step.kind)));
  append_cell(block, ValueView::integer(step.depth));
  append_cell(block, ValueView::text(step.cause));
  append_bytes(block, step.key);
  append_locator(block, step.at_before);
  append_locator(block, step.at_after);
  append_bytes(block, step.before);
  append_bytes(block, step.after);
  append_cell(block, ValueView::integer(step.inverts));
}

std::optional<std::vector<StepRecord>> read_steps(std::string_view block, std::int64_t first) {
  const auto image = decode_image(block);
  if (!image || image->size() % cells != 0) return std::nullopt;
  std::vector<StepRecord> steps;
  for (std::size_t at = 0; at < image->size(); at += cells) {
    std::optional<StepRecord> step = step_of(&(*image)[at]);
    if (!step) return std::nullopt;
    step->number = first++;
    steps.push_back(std::move(*step));
  }
  return steps;
}

}  // namespace holdfast
