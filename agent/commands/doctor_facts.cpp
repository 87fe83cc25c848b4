#include "agent/commands/doctor_facts.h"

#include <algorithm>
#include <utility>

#include "reconcilers/core/state_tables.h"
#include "reconcilers/databases/database_witness.h"
#include "reconcilers/databases/look_at_database.h"

namespace holdfast::agent {
namespace {

using doctor::ReferenceFacts;
using doctor::StoreFacts;

constexpr std::uint64_t most_orphans = 1'000'000;
constexpr std::chrono::seconds each_reference{2};
// While a reader of a rollback journal is at work every commit waits.
constexpr std::chrono::milliseconds integrity_beside_writers{250};
constexpr std::chrono::milliseconds integrity_in_wal{5000};

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

class Questions {
 public:
  Questions(Store& store, std::span<const RowSetDocument* const> sets, StoreFacts& facts)
      : store_(store), sets_(sets), facts_(facts) {}

  Result<void> ask() {
    Result<std::string> mode = store_.journal_mode();
    if (!mode) return mode.error();
    facts_.journal_mode = *mode;
    if (mode->empty()) return {};
    if (Result<void> whole = ask_whole(); !whole) return whole;
    Result<Schema> schema = store_.inspect(facts_.tables, std::nullopt);
    if (!schema) return schema.error();
    for (const RowSetDocument* set : sets_) {
      if (!schema->find(set->table.text)) facts_.missing_tables.push_back(set->table.text);
    }
    for (const auto& [name, table] : schema->tables) {
      for (const ForeignKey& key : table->references) ask_reference(*schema, *table, key);
    }
    for (const RowSetDocument* set : sets_) {
      for (const Reference& reference : set->references) ask_declared(*schema, *set, reference);
    }
    return {};
  }

 private:
  Result<void> ask_whole() {
    const bool wal = facts_.journal_mode == "wal";
    Result<IntegrityReport> integrity = store_.check_integrity(wal ? integrity_in_wal : integrity_beside_writers);
    if (!integrity) return integrity.error();
    facts_.integrity = std::move(*integrity);
    if (facts_.integrity->integrity == Integrity::Damaged) {
      return Error{ErrorKind::Terminal, "it is damaged", store_.location(), "", true};
    }
    Result<StorageReport> storage = store_.storage();
    if (!storage) return storage.error();
    facts_.storage = *storage;
    Result<std::vector<ListedTable>> listed = store_.list_tables();
    if (!listed) return listed.error();
    for (const ListedTable& table : *listed) {
      const bool users = table.kind == TableKind::Table && !table.internal && !is_state_table(table.name);
      if (users) facts_.tables.push_back(table.name);
    }
    return {};
  }

  void ask_reference(const Schema& schema, const Table& child, const ForeignKey& key) {
    ReferenceFacts facts;
    facts.child = child.name;
    facts.child_columns = joined(key.child_columns);
    facts.parent = key.parent_table;
    facts.parent_columns = joined(key.parent_columns);
    facts.indexed = key.indexed;
    if (!key.usable) facts.unusable = key.unusable;
    const std::shared_ptr<const Table> parent = schema.find(key.parent_table);
    if (key.usable && parent) count(child, key.child_columns, *parent, key.parent_columns, facts);
    facts_.references.push_back(std::move(facts));
  }

  // References that only the documents know of: `featured_campaign_id` and its like.
  void ask_declared(const Schema& schema, const RowSetDocument& set, const Reference& reference) {
    const auto named = [&](const RowSetDocument* one) { return one->name.text == reference.row_set; };
    const auto target = std::find_if(sets_.begin(), sets_.end(), named);
    const std::shared_ptr<const Table> child = schema.find(set.table.text);
    if (target == sets_.end() || !child) return;
    const std::shared_ptr<const Table> parent = schema.find((*target)->table.text);
    if (!parent) return;
    const auto in_schema = [&](const ForeignKey& key) {
      return key.child_columns.size() == 1 && same_name(key.child_columns.front(), reference.column) &&
             same_name(key.parent_table, parent->name);
    };
    if (std::any_of(child->references.begin(), child->references.end(), in_schema)) return;
    ReferenceFacts facts;
    facts.child = child->name;
    facts.child_columns = reference.column;
    facts.parent = parent->name;
    facts.parent_columns = reference.to_column;
    facts.declared_only = true;
    count(*child, {reference.column}, *parent, {reference.to_column}, facts);
    facts_.references.push_back(std::move(facts));
  }

  void count(const Table& child, const std::vector<std::string>& child_names, const Table& parent,
             const std::vector<std::string>& parent_names, ReferenceFacts& facts) {
    ColumnList columns, parent_columns;
    for (const std::string& name : child_names) columns.push_back(child.find(name));
    for (const std::string& name : parent_names) parent_columns.push_back(parent.find(name));
    const auto missing = [](const ColumnList& list) {
      return std::find(list.begin(), list.end(), Table::npos) != list.end();
    };
    if (columns.size() != parent_columns.size() || missing(columns) || missing(parent_columns)) {
      facts.unknown = "a column is not there";
      return;
    }
    Result<OrphanReport> orphans =
        store_.count_orphans({child, columns, parent, parent_columns}, most_orphans, each_reference);
    if (orphans) {
      facts.orphans = *orphans;
    } else {
      facts.unknown = orphans.error().what;
    }
  }

  static bool same_name(const std::string& a, const std::string& b) { return ascii_lower(a) == ascii_lower(b); }

  Store& store_;
  std::span<const RowSetDocument* const> sets_;
  StoreFacts& facts_;
};

void ask_witness(Store* store, const std::optional<Error>& unopened, std::span<const RowSetDocument* const> sets,
                 Surroundings& surroundings, const Clock& clock, StoreFacts& facts) {
  std::vector<std::string> tables;
  for (const RowSetDocument* set : sets) tables.push_back(set->table.text);
  DatabaseWitness witness(surroundings, clock, [] { return std::string("none is made"); });
  Result<DatabaseVerdict> verdict =
      store != nullptr ? witness.judge(*store, tables) : witness.judge_unopened(*unopened);
  if (verdict) facts.verdict = std::move(*verdict);
  if (store == nullptr || facts.journal_mode.empty()) return;
  const Result<DatabaseFacts> found = look_at_database(*store, tables);
  if (found && found->marker) facts.newest_note_ms = found->marker->at_ms;
}

}  // namespace

doctor::StoreFacts ask_store(Result<std::unique_ptr<Store>>& store, const DatabaseDocument& database,
                             std::span<const RowSetDocument* const> sets, Surroundings* surroundings,
                             const Clock& clock) {
  StoreFacts facts;
  facts.database = database.name.text;
  facts.has_setup = database.setup.has_value();
  facts.wants_wal = database.journal_mode == JournalMode::Wal;
  facts.lock_timeout = database.lock_timeout;
  if (store) {
    facts.location = (*store)->location();
    if (Result<void> asked = Questions(**store, sets, facts).ask(); !asked) facts.error = asked.error();
  } else {
    facts.error = store.error();
  }
  if (facts.error && facts.error->damaged && !facts.integrity) {
    facts.integrity = IntegrityReport{Integrity::Damaged, {facts.error->what}};
  }
  if (surroundings != nullptr) {
    ask_witness(store ? store->get() : nullptr, facts.error, sets, *surroundings, clock, facts);
  }
  return facts;
}

}  // namespace holdfast::agent
