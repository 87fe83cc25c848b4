#include "reconcilers/rows/history.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace holdfast {
namespace {

std::string text_of(const Value& value) { return std::string(value.view().bytes()); }
std::int64_t number_of(const Value& value) { return value.view().integer(); }

RunRecord run_of(const std::vector<Value>& row) {
  RunRecord run;
  run.number = number_of(row[state::runs_number]);
  run.id = text_of(row[state::runs_id]);
  run.at = number_of(row[state::runs_at]);
  run.trigger = text_of(row[state::runs_trigger]);
  run.cause = text_of(row[state::runs_cause]);
  run.revision = text_of(row[state::runs_revision]);
  run.who = text_of(row[state::runs_who]);
  run.undoes = text_of(row[state::runs_undoes]);
  run.inserted = number_of(row[state::runs_inserted]);
  run.updated = number_of(row[state::runs_updated]);
  run.deleted = number_of(row[state::runs_deleted]);
  run.held = number_of(row[state::runs_held]);
  run.steps = number_of(row[state::runs_steps]);
  return run;
}

Error unreadable(const RunRecord& run, std::int64_t number) {
  return {ErrorKind::Terminal, "the journal cannot be read", "run " + run.id + ", step " + std::to_string(number),
          "use the version of holdfast that wrote it, or a newer one"};
}

// An image of locator values; nothing when it holds anything else than values.
std::optional<Locator> locator_of(std::string_view bytes) {
  const auto cells = decode_image(bytes);
  if (!cells) return std::nullopt;
  Locator at;
  for (const ImageCell& cell : *cells) {
    if (cell.kind != ImageCell::Kind::Value) return std::nullopt;
    at.push_back(cell.value);
  }
  return at;
}

std::optional<StepRecord> step_of(const std::vector<Value>& row) {
  StepRecord step;
  step.number = number_of(row[state::changes_number]);
  step.part = number_of(row[state::changes_part]);
  step.shape = number_of(row[state::changes_shape]);
  step.kind = static_cast<TouchKind>(number_of(row[state::changes_kind]));
  step.depth = static_cast<int>(number_of(row[state::changes_depth]));
  step.cause = text_of(row[state::changes_cause]);
  step.key = text_of(row[state::changes_key]);
  step.undone = number_of(row[state::changes_undone]);
  step.inverts = number_of(row[state::changes_inverts]);
  auto at_before = locator_of(row[state::changes_at_before].view().bytes());
  auto at_after = locator_of(row[state::changes_at_after].view().bytes());
  auto before = decode_image(row[state::changes_before].view().bytes());
  auto after = decode_image(row[state::changes_after].view().bytes());
  if (!at_before || !at_after || !before || !after) return std::nullopt;
  step.at_before = std::move(*at_before);
  step.at_after = std::move(*at_after);
  step.before = std::move(*before);
  step.after = std::move(*after);
  return step;
}

}  // namespace

Result<std::vector<RunRecord>> History::runs(std::size_t limit) {
  Result<std::vector<RowImage>> rows =
      reader_.find(state_.table(StateName::Runs), {}, {}, std::numeric_limits<std::size_t>::max());
  if (!rows) return rows.error();
  std::vector<RunRecord> runs;
  for (auto row = rows->rbegin(); row != rows->rend() && runs.size() < limit; ++row) {
    runs.push_back(run_of(row->values));
  }
  return runs;
}

Result<std::optional<RunRecord>> History::run(std::string_view id) {
  Result<std::vector<RunRecord>> all = runs(std::numeric_limits<std::size_t>::max());
  if (!all) return all.error();
  std::optional<RunRecord> found;
  for (RunRecord& one : *all) {
    if (one.id == id) return std::optional<RunRecord>(std::move(one));
    if (id.empty() || one.id.compare(0, id.size(), id) != 0) continue;
    if (found) {
      return Error{ErrorKind::Invalid, "several runs begin like this", std::string(id), "say more of the run's id"};
    }
    found = std::move(one);
  }
  return found;
}

Result<std::vector<StepRecord>> History::steps(const RunRecord& run, std::int64_t first, std::int64_t last) {
  std::vector<Locator> locators;
  for (std::int64_t number = std::max<std::int64_t>(first, 1); number <= std::min(last, run.steps); ++number) {
    locators.push_back({Value::integer(run.number), Value::integer(number)});
  }
  Result<std::vector<std::optional<RowImage>>> rows = reader_.fetch(state_.table(StateName::Changes), locators);
  if (!rows) return rows.error();
  std::vector<StepRecord> steps;
  for (const std::optional<RowImage>& row : *rows) {
    if (!row) continue;
    std::optional<StepRecord> step = step_of(row->values);
    if (!step) return unreadable(run, number_of(row->values[state::changes_number]));
    steps.push_back(std::move(*step));
  }
  return steps;
}

Result<const RowShape*> History::shape(std::int64_t number) {
  const auto known = shapes_.find(number);
  if (known != shapes_.end()) return &known->second;
  const Locator at = {Value::integer(number)};
  Result<std::vector<std::optional<RowImage>>> rows = reader_.fetch(state_.table(StateName::Shapes), {&at, 1});
  if (!rows) return rows.error();
  std::optional<RowShape> shape;
  if (rows->front()) {
    const std::vector<Value>& row = rows->front()->values;
    shape = read_shape(row[state::shapes_row_set].view().bytes(), row[state::shapes_table].view().bytes(),
                       row[state::shapes_columns].view().bytes());
  }
  if (!shape) {
    return Error{ErrorKind::Terminal, "the journal cannot be read", "shape " + std::to_string(number),
                 "use the version of holdfast that wrote it, or a newer one"};
  }
  return &shapes_.emplace(number, std::move(*shape)).first->second;
}

}  // namespace holdfast
