#include "reconcilers/rows/journal.h"

#include <algorithm>

#include "reconcilers/core/plan.h"
#include "reconcilers/core/row_shape.h"
#include "reconcilers/core/text.h"
#include "reconcilers/rows/retention.h"
#include "reconcilers/rows/vanish.h"

namespace holdfast {
namespace {

constexpr std::size_t block_bytes = std::size_t{64} << 10;
constexpr std::int64_t row_bytes = 32;  // of a row beside its blob, about

std::int64_t milliseconds(std::chrono::system_clock::time_point at) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count();
}

ValueView text_or_null(std::string_view text) { return text.empty() ? ValueView::null() : ValueView::text(text); }

// A run has one cause: what most needs to be known.
int gravity(std::string_view cause) {
  if (cause == to_string(Cause::Edit)) return 1;
  if (cause == to_string(Cause::Rollout)) return 2;
  if (cause == to_string(Cause::Fight)) return 3;
  if (cause == to_string(Cause::Vanish)) return 4;
  if (cause == to_string(Cause::Wipe)) return 5;
  return cause.empty() ? 0 : 6;
}

struct Numbered {
  StateName table;
  std::uint32_t column;
};

// The number that the next row of a table gets; never one that was given before. Where somebody has deleted the mark,
// the numbers that are in use tell.
Result<std::int64_t> next_number(const State& state, Transaction& transaction, std::string_view mark,
                                 std::initializer_list<Numbered> used) {
  Result<std::int64_t> last = state.number(transaction, mark);
  if (!last) return last.error();
  const bool lost = *last == 0;
  for (const Numbered& one : used) {
    if (!lost) break;
    const ColumnList column = {one.column};
    std::int64_t most = *last;
    Result<void> scanned = transaction.scan_locked(state.table(one.table), column, [&](const LiveRow& row) {
      if (row.values.front().kind() == ValueKind::Integer) most = std::max(most, row.values.front().integer());
      return true;
    });
    if (!scanned) return scanned.error();
    *last = most;
  }
  const std::int64_t number = *last + 1;
  if (Result<void> set = state.set_meta(transaction, mark, std::to_string(number)); !set) return set.error();
  return number;
}

}  // namespace

Journal::Journal(const JournalSettings& settings, Transaction& transaction, JournalMemory memory)
    : settings_(settings),
      transaction_(transaction),
      memory_(std::move(memory)),
      steps_before_(memory_.steps),
      bytes_before_(memory_.bytes),
      grown_before_(memory_.grown) {}

bool Journal::redacted(const Column& column) const {
  const auto same = [&](const std::string& name) { return ascii_lower(name) == ascii_lower(column.name); };
  return std::any_of(settings_.redact.begin(), settings_.redact.end(), same);
}

std::string Journal::image(const Table& table, const std::vector<Value>& values) const {
  std::string bytes;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Column& column = table.columns[i];
    if (column.generated == Generated::Virtual) {
      append_computed(bytes);
    } else if (!settings_.redact.empty() && redacted(column)) {
      append_redacted(bytes);
    } else {
      append_cell(bytes, values[i].view());
    }
  }
  return bytes;
}

std::string Journal::key(const Table& table, const ColumnList& columns, const std::vector<Value>& values) const {
  std::string bytes;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (redacted(table.columns[columns[i]])) {
      append_redacted(bytes);
    } else {
      append_cell(bytes, values[i].view());
    }
  }
  return bytes;
}

std::int64_t Journal::part(std::uint64_t id, bool keep) {
  const auto found = memory_.parts_of.find(id);
  if (found != memory_.parts_of.end()) return found->second;
  ++memory_.parts;
  if (keep) memory_.parts_of.emplace(id, memory_.parts);
  return memory_.parts;
}

// The database may have been replaced by another one since the last transaction, or another run may have forgotten this
// one: its number then means something else, or nothing.
Result<void> Journal::check_run() {
  if (checked_) return {};
  checked_ = true;
  if (memory_.run != 0) {
    const Table& runs = settings_.state.table(StateName::Runs);
    const Locator at = {Value::integer(memory_.run)};
    Result<std::vector<std::optional<RowImage>>> there = transaction_.fetch(runs, {&at, 1});
    if (!there) return there.error();
    if (there->front() && there->front()->values[state::runs_id].view().bytes() == settings_.run) return {};
    memory_ = JournalMemory{};
    steps_before_ = bytes_before_ = 0;
    grown_before_.clear();
  }
  return begin_run();
}

Result<void> Journal::begin_run() {
  const Table& runs = settings_.state.table(StateName::Runs);
  if (Result<void> stamped = settings_.state.stamp(transaction_); !stamped) return stamped;
  Result<std::int64_t> number =
      next_number(settings_.state, transaction_, "last-run",
                  {{StateName::Changes, state::changes_run}, {StateName::Runs, state::runs_number}});
  if (!number) return number.error();
  memory_.run = *number;
  const RunOrigin& origin = settings_.origin;
  const Assignment row[] = {
      {state::runs_number, ValueView::integer(memory_.run)},
      {state::runs_id, ValueView::text(settings_.run)},
      {state::runs_at, ValueView::integer(milliseconds(settings_.at))},
      {state::runs_trigger, ValueView::text(origin.trigger)},
      {state::runs_revision, text_or_null(origin.revision)},
      {state::runs_who, text_or_null(origin.who)},
      {state::runs_undoes, text_or_null(origin.undoes)},
      {state::runs_held, ValueView::integer(static_cast<std::int64_t>(settings_.held))},
  };
  return must_succeed(transaction_.insert(runs, row), runs.name);
}

Result<std::int64_t> Journal::shape(std::string_view row_set, const Table& table,
                                    const std::vector<std::string>& key_columns) {
  auto& [last_set, last_number] = last_shapes_[{&table, key_columns.empty()}];
  if (last_number != 0 && last_set == row_set) return last_number;
  const std::string text = shape_text(shape_of(row_set, table, key_columns));
  const std::string all = std::string(row_set) + '\0' + table.name + '\0' + text;
  const Table& shapes = settings_.state.table(StateName::Shapes);
  auto known = memory_.shapes.find(all);
  if (known == memory_.shapes.end()) {
    const ColumnList columns = {state::shapes_row_set, state::shapes_table, state::shapes_columns};
    const std::vector<Value> values = {Value::text(row_set), Value::text(table.name), Value::text(text)};
    Result<std::vector<RowImage>> there = transaction_.find(shapes, columns, values, 1);
    if (!there) return there.error();
    std::int64_t number = 0;
    if (!there->empty()) {
      number = there->front().values[state::shapes_number].view().integer();
    } else {
      Result<std::int64_t> next =
          next_number(settings_.state, transaction_, "last-shape", {{StateName::Shapes, state::shapes_number}});
      if (!next) return next.error();
      number = *next;
      const Assignment row[] = {
          {state::shapes_number, ValueView::integer(number)},
          {state::shapes_row_set, ValueView::text(row_set)},
          {state::shapes_table, ValueView::text(table.name)},
          {state::shapes_columns, ValueView::text(text)},
          {state::shapes_format, ValueView::integer(row_image_format)},
      };
      if (Result<void> made = must_succeed(transaction_.insert(shapes, row), shapes.name); !made) return made.error();
    }
    known = memory_.shapes.emplace(all, number).first;
  }
  last_set = row_set;
  last_number = known->second;
  return last_number;
}

Result<void> Journal::record(std::string_view row_set, const Table& table, const std::vector<std::string>& key_columns,
                             JournalStep step) {
  if (Result<void> checked = check_run(); !checked) return checked;
  Result<std::int64_t> shape_number = shape(row_set, table, key_columns);
  if (!shape_number) return shape_number.error();
  step.shape = *shape_number;
  append_step(block_, step);
  ++block_steps_;
  ++memory_.steps;
  if (gravity(step.cause) > gravity(memory_.cause)) memory_.cause = step.cause;
  if (step.kind == TouchKind::Insert) ++memory_.grown[ascii_lower(table.name)];
  if (step.kind == TouchKind::Delete) --memory_.grown[ascii_lower(table.name)];
  ++(step.kind == TouchKind::Insert   ? memory_.inserted
     : step.kind == TouchKind::Update ? memory_.updated
                                      : memory_.deleted);
  return block_.size() < block_bytes ? Result<void>() : write_block();
}

Result<void> Journal::write_block() {
  const Table& changes = settings_.state.table(StateName::Changes);
  const Assignment row[] = {
      {state::changes_run, ValueView::integer(memory_.run)},
      {state::changes_block, ValueView::integer(++memory_.blocks)},
      {state::changes_first, ValueView::integer(memory_.steps - block_steps_ + 1)},
      {state::changes_count, ValueView::integer(block_steps_)},
      {state::changes_steps, ValueView::blob(block_)},
  };
  if (Result<void> written = must_succeed(transaction_.insert(changes, row), changes.name); !written) return written;
  memory_.bytes += static_cast<std::int64_t>(block_.size()) + row_bytes;
  block_.clear();
  block_steps_ = 0;
  return {};
}

// By how many rows this transaction makes tables smaller.
std::map<std::string, std::int64_t> Journal::fewer() const {
  std::map<std::string, std::int64_t> tables;
  for (const auto& [table, grown] : memory_.grown) {
    const auto before = grown_before_.find(table);
    const std::int64_t more = grown - (before == grown_before_.end() ? 0 : before->second);
    if (more < 0) tables.emplace(table, -more);
  }
  return tables;
}

Result<void> Journal::finish() {
  if (memory_.steps == steps_before_) return {};
  if (block_steps_ > 0) {
    if (Result<void> written = write_block(); !written) return written;
  }
  const Table& runs = settings_.state.table(StateName::Runs);
  Locator at;
  at.push_back(Value::integer(memory_.run));
  const auto number = [](std::uint64_t count) { return ValueView::integer(static_cast<std::int64_t>(count)); };
  const Assignment counts[] = {
      {state::runs_inserted, number(memory_.inserted)},         {state::runs_updated, number(memory_.updated)},
      {state::runs_deleted, number(memory_.deleted)},           {state::runs_steps, ValueView::integer(memory_.steps)},
      {state::runs_blocks, ValueView::integer(memory_.blocks)}, {state::runs_bytes, ValueView::integer(memory_.bytes)},
      {state::runs_cause, text_or_null(memory_.cause)},
  };
  if (Result<void> counted = must_succeed(transaction_.update(runs, at, counts), runs.name); !counted) return counted;
  if (Result<void> lowered = lower_marks(transaction_, settings_.state, fewer()); !lowered) return lowered;
  return add_journal_bytes(transaction_, settings_.state, memory_.bytes - bytes_before_);
}

}  // namespace holdfast
