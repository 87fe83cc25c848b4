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
  run.blocks = number_of(row[state::runs_blocks]);
  return run;
}

Error unreadable(const RunRecord& run, std::int64_t number) {
  return {ErrorKind::Terminal, "the journal cannot be read", "run " + run.id + ", block " + std::to_string(number),
          "use the version of holdfast that wrote it, or a newer one"};
}

}  // namespace

Result<std::vector<RunRecord>> History::runs(std::size_t limit) {
  Result<std::vector<RowImage>> rows = state_.find(reader_, StateName::Runs, {}, {});
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

Result<std::vector<StepRecord>> History::block(const RunRecord& run, std::int64_t number) {
  const Locator at = {Value::integer(run.number), Value::integer(number)};
  Result<std::optional<RowImage>> found = state_.fetch(reader_, StateName::Changes, at);
  if (!found) return found.error();
  if (!*found) {
    return Error{ErrorKind::Terminal, "a part of the run is not in the journal any more",
                 "run " + run.id + ", block " + std::to_string(number),
                 "it cannot be taken back; journal.maxAge and journal.maxSize say how long runs are kept"};
  }
  const std::vector<Value>& row = (*found)->values;
  auto steps = read_steps(row[state::changes_steps].view().bytes(), number_of(row[state::changes_first]));
  if (!steps) return unreadable(run, number);
  return std::move(*steps);
}

Result<std::unordered_set<std::int64_t>> History::undone(const RunRecord& run) {
  std::unordered_set<std::int64_t> numbers;
  Result<std::vector<RunRecord>> all = runs(std::numeric_limits<std::size_t>::max());
  if (!all) return all.error();
  for (const RunRecord& other : *all) {
    if (other.undoes != run.id || other.number <= run.number) continue;  // an undo comes later
    Result<std::unordered_set<std::int64_t>> void_by_now = undone(other);
    if (!void_by_now) return void_by_now.error();
    for (std::int64_t at = 1; at <= other.blocks; ++at) {
      Result<std::vector<StepRecord>> steps = block(other, at);
      if (!steps) return steps.error();
      for (const StepRecord& step : *steps) {
        if (step.inverts != 0 && !void_by_now->contains(step.number)) numbers.insert(step.inverts);
      }
    }
  }
  return numbers;
}

Result<const RowShape*> History::shape(std::int64_t number) {
  const auto known = shapes_.find(number);
  if (known != shapes_.end()) return &known->second;
  const Locator at = {Value::integer(number)};
  Result<std::optional<RowImage>> found = state_.fetch(reader_, StateName::Shapes, at);
  if (!found) return found.error();
  std::optional<RowShape> shape;
  if (*found) {
    const std::vector<Value>& row = (*found)->values;
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
