#include "reconcilers/stores/memory/memory_store.h"
#include "reconcilers/stores/memory/reading.h"

namespace holdfast::stores {
namespace {

Writer::Cells cells_of(std::span<const Assignment> values) {
  Writer::Cells cells;
  cells.reserve(values.size());
  for (const Assignment& assignment : values) cells.emplace_back(assignment.column, Value(assignment.value));
  return cells;
}

}  // namespace

Result<void> MemoryTransaction::ready(FaultPoint point) {
  if (lost_ || writer_.ended()) {
    return Error{ErrorKind::Terminal, "the transaction is over", connection_->location(),
                 "roll it back, begin a new one"};
  }
  const Fault fault = connection_->next(point);
  // The lock is ours already: nobody can make a statement wait.
  if (fault == Fault::None || (fault == Fault::Busy && point != FaultPoint::Commit)) return {};
  writer_.end(fault == Fault::InDoubtDone);
  if (fault == Fault::InDoubtDone && writer_.changed()) ++connection_->own_commits;
  return connection_->error(fault);
}

Result<std::shared_ptr<const TableState>> MemoryTransaction::read(const Table& table) {
  if (Result<void> able = ready(FaultPoint::Read); !able) return able.error();
  return known(table, connection_->engine->current(table.name), connection_->location());
}

Result<std::vector<std::optional<RowImage>>> MemoryTransaction::fetch(const Table& table,
                                                                      std::span<const Locator> locators) {
  auto state = read(table);
  if (!state) return state.error();
  return fetch_rows(state->get(), locators);
}

Result<std::vector<RowImage>> MemoryTransaction::find(const Table& table, std::span<const std::uint32_t> columns,
                                                      std::span<const Value> values, std::size_t limit) {
  auto state = read(table);
  if (!state) return state.error();
  return find_rows(state->get(), columns, values, limit);
}

Result<std::uint64_t> MemoryTransaction::count(const Table& table, std::span<const std::uint32_t> columns,
                                               std::span<const Value> values) {
  auto state = read(table);
  if (!state) return state.error();
  return count_rows(state->get(), columns, values);
}

Result<std::vector<RowImage>> MemoryTransaction::find_referring(const ReferringColumns& reference,
                                                                std::span<const Value> values, std::size_t limit) {
  auto state = read(reference.child);
  if (!state) return state.error();
  return find_referring_rows(state->get(), reference, values, limit);
}

Result<std::uint64_t> MemoryTransaction::count_referring(const ReferringColumns& reference,
                                                         std::span<const Value> values) {
  auto rows = find_referring(reference, values, std::numeric_limits<std::size_t>::max());
  if (!rows) return rows.error();
  return std::uint64_t{rows->size()};
}

Result<std::shared_ptr<const Table>> MemoryTransaction::table_of(std::string_view name) {
  const std::string wanted(name);
  auto tables = related_tables(connection_->engine->catalogue(), {&wanted, 1});
  const auto found = tables.find(ascii_lower(name));
  if (found == tables.end()) return std::shared_ptr<const Table>();
  return std::make_shared<const Table>(std::move(found->second));
}

Result<void> MemoryTransaction::scan_locked(const Table& table, std::span<const std::uint32_t> columns,
                                            const std::function<bool(const LiveRow&)>& row) {
  auto state = read(table);
  if (!state) return state.error();
  scan_rows(state->get(), columns, row);
  return {};
}

Result<void> MemoryTransaction::writable(const Table& table) {
  if (Result<void> able = ready(FaultPoint::Write); !able) return able.error();
  auto state = known(table, connection_->engine->current(table.name), connection_->location());
  if (!state) return state.error();
  if (*state != nullptr) return {};
  return Error{ErrorKind::SchemaChanged, "no such table: " + table.name, connection_->location(),
               "run the setup, then load the schema again"};
}

WriteOutcome MemoryTransaction::noted(WriteOutcome outcome) {
  if (outcome.failure == RowFailure::TransactionLost) {
    lost_ = true;
    writer_.end(false);
  }
  return outcome;
}

Result<WriteOutcome> MemoryTransaction::insert(const Table& table, std::span<const Assignment> values) {
  if (Result<void> able = writable(table); !able) return able.error();
  return noted(writer_.insert(table.name, cells_of(values)));
}

Result<WriteOutcome> MemoryTransaction::update(const Table& table, const Locator& at,
                                               std::span<const Assignment> values) {
  if (Result<void> able = writable(table); !able) return able.error();
  return noted(writer_.update(table.name, at, cells_of(values)));
}

Result<WriteOutcome> MemoryTransaction::erase(const Table& table, const Locator& at) {
  if (Result<void> able = writable(table); !able) return able.error();
  return noted(writer_.erase(table.name, at));
}

Result<WriteOutcome> MemoryTransaction::restore(const Table& table, const RowImage& row) {
  if (Result<void> able = writable(table); !able) return able.error();
  return noted(writer_.restore(table.name, row));
}

Result<void> MemoryTransaction::no_savepoint() const {
  return Error{ErrorKind::Terminal, "no savepoint is open", connection_->location(), ""};
}

Result<void> MemoryTransaction::savepoint() {
  if (Result<void> able = ready(FaultPoint::Write); !able) return able.error();
  savepoints_.push_back(writer_.mark());
  return {};
}

Result<void> MemoryTransaction::release() {
  if (Result<void> able = ready(FaultPoint::Write); !able) return able.error();
  if (savepoints_.empty()) return no_savepoint();
  savepoints_.pop_back();
  return {};
}

Result<void> MemoryTransaction::rollback_to() {
  if (Result<void> able = ready(FaultPoint::Write); !able) return able.error();
  if (savepoints_.empty()) return no_savepoint();
  writer_.rollback_to(savepoints_.back());
  savepoints_.pop_back();
  return {};
}

Result<void> MemoryTransaction::commit() {
  if (Result<void> able = ready(FaultPoint::Commit); !able) return able.error();
  const bool changed = writer_.changed();
  writer_.end(true);
  if (changed) ++connection_->own_commits;
  return {};
}

}  // namespace holdfast::stores
