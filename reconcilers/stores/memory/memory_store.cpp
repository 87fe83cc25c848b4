#include "reconcilers/stores/memory/memory_store.h"

#include "reconcilers/core/state_tables.h"
#include "reconcilers/stores/memory/reading.h"

namespace holdfast::stores {
namespace {

TableDefinition state_definition(const StateTable& table) {
  TableDefinition definition;
  definition.shape.name = table.name;
  definition.shape.without_rowid = table.by_key;
  for (const StateColumn& from : table.columns) {
    Column column;
    column.name = from.name;
    column.affinity = from.affinity;
    column.primary_key = from.primary_key;
    definition.shape.columns.push_back(std::move(column));
  }
  return definition;
}

}  // namespace

Fault Connection::next(FaultPoint point) {
  if (lost) return Fault::ConnectionLost;
  if (engine->faults == nullptr) return Fault::None;
  const Fault fault = engine->faults->next(point, name);
  if (fault == Fault::ConnectionLost) lost = true;
  const bool in_doubt = fault == Fault::InDoubtDone || fault == Fault::InDoubtUndone;
  return in_doubt && point != FaultPoint::Commit ? Fault::None : fault;
}

Error Connection::error(Fault fault) const {
  switch (fault) {
    case Fault::Busy: return {ErrorKind::Transient, "database is locked", location(), "try again"};
    case Fault::Full: return {ErrorKind::Terminal, "disk is full", location(), "make room, then try again"};
    case Fault::ConnectionLost: return {ErrorKind::Transient, "connection lost", location(), "open the database anew"};
    case Fault::InDoubtDone:
    case Fault::InDoubtUndone:
      return {ErrorKind::InDoubt, "no answer to the commit", location(), "read the rows before doing anything"};
    case Fault::None: break;
  }
  return {ErrorKind::Terminal, "no fault", location(), ""};
}

Result<void> Connection::step(FaultPoint point) {
  const Fault fault = next(point);
  if (fault == Fault::None) return {};
  return error(fault);
}

Result<std::shared_ptr<const TableState>> MemoryStore::read(const Table& table) {
  if (Result<void> step = connection_->step(FaultPoint::Read); !step) return step.error();
  return known(table, connection_->engine->committed(table.name), location());
}

Result<Schema> MemoryStore::inspect(std::span<const std::string> tables, const std::optional<std::string>& setup) {
  if (Result<void> step = connection_->step(FaultPoint::Read); !step) return step.error();
  std::vector<std::string> created;
  Result<Catalogue> catalogue = connection_->engine->after_setup(setup.value_or(""), created);
  if (!catalogue) return catalogue.error();
  Schema schema;
  schema.version = connection_->engine->schema_version;
  std::vector<std::string> wanted(tables.begin(), tables.end());
  // Whatever the setup would create is shown, whether it is asked for or not.
  wanted.insert(wanted.end(), created.begin(), created.end());
  for (const auto& [name, table] : *catalogue) {
    if (!is_state_table(name)) schema.names.push_back(table->shape.name);
  }
  for (auto& [name, table] : related_tables(*catalogue, wanted)) {
    table.planned = connection_->engine->current(name) == nullptr;
    schema.tables.emplace(name, std::make_shared<const Table>(std::move(table)));
  }
  return schema;
}

Result<std::vector<ListedTable>> MemoryStore::list_tables() {
  if (Result<void> step = connection_->step(FaultPoint::Read); !step) return step.error();
  std::vector<ListedTable> tables;
  for (const auto& [name, definition] : connection_->engine->catalogue()) tables.push_back({definition->shape.name});
  return tables;
}

Result<std::string> MemoryStore::setup_text(std::span<const std::string> tables) {
  if (Result<void> step = connection_->step(FaultPoint::Read); !step) return step.error();
  const Catalogue catalogue = connection_->engine->catalogue();
  std::vector<std::shared_ptr<const TableDefinition>> definitions;
  std::string text;
  for (const std::string& name : tables) {
    const auto found = catalogue.find(ascii_lower(name));
    if (found == catalogue.end()) continue;
    definitions.push_back(found->second);
    text += (text.empty() ? "" : " ") + found->second->shape.name;
  }
  if (text.empty()) return text;
  text = "the tables as they are: " + text;
  connection_->engine->plan_again(text, std::move(definitions));
  return text;
}

Result<ScanEnd> MemoryStore::scan(const ScanRequest& request, const std::function<bool(const LiveRow&)>& row) {
  ScanEnd end;
  end.mark = connection_->mark();
  auto state = read(*request.table);
  if (!state) return state.error();
  end.rows = scan_rows(state->get(), request.columns, row);
  return end;
}

Result<std::vector<std::optional<RowImage>>> MemoryStore::fetch(const Table& table, std::span<const Locator> locators) {
  auto state = read(table);
  if (!state) return state.error();
  return fetch_rows(state->get(), locators);
}

Result<std::vector<RowImage>> MemoryStore::find(const Table& table, std::span<const std::uint32_t> columns,
                                                std::span<const Value> values, std::size_t limit) {
  auto state = read(table);
  if (!state) return state.error();
  return find_rows(state->get(), columns, values, limit);
}

Result<std::uint64_t> MemoryStore::count(const Table& table, std::span<const std::uint32_t> columns,
                                         std::span<const Value> values) {
  auto state = read(table);
  if (!state) return state.error();
  return count_rows(state->get(), columns, values);
}

Result<std::vector<RowImage>> MemoryStore::find_referring(const ReferringColumns& reference,
                                                          std::span<const Value> values, std::size_t limit) {
  auto state = read(reference.child);
  if (!state) return state.error();
  return find_referring_rows(state->get(), reference, values, limit);
}

Result<std::uint64_t> MemoryStore::count_referring(const ReferringColumns& reference, std::span<const Value> values) {
  auto rows = find_referring(reference, values, std::numeric_limits<std::size_t>::max());
  if (!rows) return rows.error();
  return std::uint64_t{rows->size()};
}

Result<ReadMark> MemoryStore::mark() {
  if (Result<void> step = connection_->step(FaultPoint::Read); !step) return step.error();
  return connection_->mark();
}

Result<bool> MemoryStore::has_schema(const Schema& schema) {
  if (Result<void> step = connection_->step(FaultPoint::Read); !step) return step.error();
  return schema.version == connection_->engine->schema_version;
}

Result<std::unique_ptr<Transaction>> MemoryStore::begin(const Schema& schema, Triggers triggers) {
  if (Result<void> step = connection_->step(FaultPoint::Begin); !step) return step.error();
  const Engine& engine = *connection_->engine;
  if (engine.writer != nullptr) return connection_->error(Fault::Busy);
  if (schema.version != engine.schema_version) {
    return Error{ErrorKind::SchemaChanged, "the schema has changed", location(), "load the schema and plan again"};
  }
  std::unique_ptr<Transaction> transaction = std::make_unique<MemoryTransaction>(connection_, triggers);
  return transaction;
}

Result<void> MemoryStore::set_journal_mode(JournalMode mode) {
  if (mode == JournalMode::Keep) return {};
  return Error{ErrorKind::Invalid, "the memory engine has no write-ahead log", location(), "use journalMode: Keep"};
}

Result<SetupReport> MemoryStore::set_up(const std::string& setup) {
  if (Result<void> step = connection_->step(FaultPoint::Begin); !step) return step.error();
  SetupReport report;
  Result<Catalogue> catalogue = connection_->engine->after_setup(setup, report.created);
  if (!catalogue) return catalogue.error();
  std::vector<std::shared_ptr<const TableDefinition>> tables;
  for (const std::string& name : report.created) tables.push_back(catalogue->at(ascii_lower(name)));
  if (Result<void> created = connection_->engine->create(tables); !created) return created.error();
  if (!tables.empty()) ++connection_->own_commits;
  return report;
}

Result<Schema> MemoryStore::open_state(bool create) {
  if (Result<void> step = connection_->step(FaultPoint::Begin); !step) return step.error();
  std::vector<std::string> names;
  std::vector<std::shared_ptr<const TableDefinition>> missing;
  for (const StateTable& table : state_tables()) {
    names.emplace_back(table.name);
    if (connection_->engine->current(ascii_lower(table.name)) != nullptr) continue;
    Result<std::shared_ptr<const TableDefinition>> definition = complete(state_definition(table));
    if (!definition) return definition.error();
    missing.push_back(std::move(*definition));
  }
  if (create && !missing.empty()) {
    if (Result<void> created = connection_->engine->create(missing); !created) return created.error();
    ++connection_->own_commits;
  }
  return inspect(names, std::nullopt);
}

Result<ExpectationResult> MemoryStore::expect(const Expectation& expectation) {
  return Error{ErrorKind::Invalid, "the memory engine answers no queries", "expectation \"" + expectation.name + "\"",
               "leave it out for this database"};
}

Result<IntegrityReport> MemoryStore::check_integrity(std::chrono::milliseconds) {
  if (Result<void> step = connection_->step(FaultPoint::Read); !step) return step.error();
  return IntegrityReport{Integrity::Sound, {}};
}

// Memory has no file: rows are counted as the values that they are.
Result<StorageReport> MemoryStore::storage() {
  if (Result<void> step = connection_->step(FaultPoint::Read); !step) return step.error();
  StorageReport report;
  for (const auto& [name, definition] : connection_->engine->catalogue()) {
    const auto state = connection_->engine->committed(name);
    for (const auto& [at, row] : state->rows()) {
      for (const Value& value : *row) report.bytes += sizeof(Value) + value.view().bytes().size();
    }
  }
  return report;
}

Result<TableMark> MemoryStore::table_mark(const Table& table) {
  auto state = read(table);
  if (!state) return state.error();
  TableMark mark;
  if (*state == nullptr) return mark;
  mark.empty = (*state)->rows().empty();
  if (!mark.empty && (*state)->numbered()) mark.highest = (*state)->rows().rbegin()->first.front().view().integer();
  if (table.autoincrement && (*state)->sequence() > 0) mark.given = (*state)->sequence();
  return mark;
}

Result<OrphanReport> MemoryStore::count_orphans(const ReferringColumns& reference, std::uint64_t limit,
                                                std::chrono::milliseconds) {
  auto child = read(reference.child);
  if (!child) return child.error();
  auto parent = read(reference.parent);
  if (!parent) return parent.error();
  return count_orphan_rows(child->get(), parent->get(), reference, limit);
}

}  // namespace holdfast::stores
