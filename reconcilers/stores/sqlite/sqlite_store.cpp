#include "reconcilers/stores/sqlite/sqlite_store.h"

#include <sys/vfs.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "reconcilers/core/state_tables.h"
#include "reconcilers/sql/sqlite_rules.h"
#include "reconcilers/sql/sqlite_statements.h"
#include "reconcilers/stores/sqlite/connection.h"
#include "reconcilers/stores/sqlite/errors.h"
#include "reconcilers/stores/sqlite/expectation.h"
#include "reconcilers/stores/sqlite/health.h"
#include "reconcilers/stores/sqlite/inspect.h"
#include "reconcilers/stores/sqlite/list.h"
#include "reconcilers/stores/sqlite/look_up.h"
#include "reconcilers/stores/sqlite/reading.h"
#include "reconcilers/stores/sqlite/setup.h"
#include "reconcilers/stores/sqlite/transaction.h"

namespace holdfast::stores {
namespace {

// In rollback mode a writer waits for readers: none of ours stays longer (G8).
constexpr std::chrono::milliseconds range_time{20};

// WAL needs memory shared between its users, which these do not give (statfs(2)'s f_type).
bool network_file_system(const std::string& path) {
  // NFS, SMB, SMB2, CIFS, 9P, Ceph, AFS. Not FUSE: rootless containers have it, and WAL works there.
  constexpr std::array<long, 7> types = {0x6969, 0x517B, 0xFE534D42, 0xFF534D42, 0x01021997, 0x00C36400, 0x5346414F};
  struct statfs about {};
  if (statfs(path.c_str(), &about) != 0) return false;
  return std::find(types.begin(), types.end(), static_cast<long>(about.f_type)) != types.end();
}

class SqliteStore : public Store {
 public:
  explicit SqliteStore(const SqliteOptions& options) : connection_(options) {}

  Result<void> open() {
    Result<bool> there = connection_.ensure_open();
    if (!there) return there.error();
    return {};
  }

  std::string name() const override { return connection_.options().name; }
  std::string location() const override { return connection_.where(); }
  const ValueRules& rules() const override { return sql::sqlite_rules(); }

  Result<Schema> inspect(std::span<const std::string> tables, const std::optional<std::string>& setup) override {
    Result<bool> there = connection_.ensure_open();
    if (!there) return there.error();
    if (!*there && !setup) return not_there();
    SetupScript script;
    if (setup) script = read_setup(*setup);
    if (!script.mistakes.empty()) return invalid(script.mistakes.front());
    std::vector<std::string> wanted(tables.begin(), tables.end());
    for (const auto& [name, table] : script.schema.tables) wanted.push_back(table->name);
    Schema schema;
    if (*there) {
      connection_.wait_at_most(connection_.options().lock_timeout);
      Result<Schema> live = inspect_tables(connection_, wanted);
      if (!live) return live;
      schema = std::move(*live);
    }
    for (const auto& [name, table] : script.schema.tables) {
      if (schema.find(name)) continue;
      auto planned = std::make_shared<Table>(*table);
      planned->planned = true;
      schema.names.push_back(planned->name);
      schema.tables[name] = std::move(planned);
    }
    return schema;
  }

  Result<std::vector<ListedTable>> list_tables() override {
    if (Result<void> ready = be_ready(); !ready) return ready.error();
    return holdfast::stores::list_tables(connection_);
  }
  Result<std::string> setup_text(std::span<const std::string> tables) override {
    if (Result<void> ready = be_ready(); !ready) return ready.error();
    return holdfast::stores::setup_text(connection_, tables);
  }

  Result<ScanEnd> scan(const ScanRequest& request, const std::function<bool(const LiveRow&)>& row) override {
    if (request.table->planned) return ScanEnd{};
    if (Result<void> ready = be_ready(); !ready) return ready.error();
    if (Result<void> mode = connection_.know_journal_mode(); !mode)
      return mode.error();  // an API may flip it (TRAPS 17)
    const auto time = connection_.wal() ? std::chrono::milliseconds(0) : range_time;
    return scan_rows(connection_, *request.table, request.columns, time, row);
  }

  Result<void> begin_reading() override {
    if (connection_.is_reading()) return connection_.refresh_reading();
    Result<bool> there = connection_.ensure_open();
    if (!there) return there.error();
    connection_.wait_at_most(connection_.options().lock_timeout);
    return *there ? connection_.begin_reading() : Result<void>();
  }
  void end_reading() override { connection_.end_reading(); }
  Result<void> make_durable() override { return connection_.make_durable(); }
  std::uint64_t opened() const override { return connection_.generation(); }

  void forget_cached() override {
    if (connection_.handle() != nullptr) sqlite3_db_release_memory(connection_.handle());
  }
  Result<ReadMark> mark() override {
    if (Result<void> ready = be_ready(); !ready) return ready.error();
    return connection_.mark();
  }
  Result<bool> has_schema(const Schema& schema) override {
    Result<bool> there = is_there();
    if (!there) return there.error();
    if (!*there) return schema.version == Schema{}.version;  // inspected where only a setup was
    connection_.wait_at_most(connection_.options().lock_timeout);
    Result<Value> version = connection_.single("PRAGMA schema_version");
    if (!version) return version.error();
    return version->view().integer() == schema.version;
  }

  Result<std::vector<std::optional<RowImage>>> fetch(const Table& table, std::span<const Locator> locators) override {
    if (table.planned) return std::vector<std::optional<RowImage>>(locators.size());
    if (Result<void> ready = be_ready(); !ready) return ready.error();
    return fetch_rows(connection_, table, fetch_text(table), locators);
  }
  Result<std::vector<RowImage>> find(const Table& table, std::span<const std::uint32_t> columns,
                                     std::span<const Value> values, std::size_t limit) override {
    if (table.planned) return std::vector<RowImage>();
    if (Result<void> ready = be_ready(); !ready) return ready.error();
    return look_for_rows(connection_, {table, sql::equals_text(table, columns), values}, limit);
  }
  Result<std::uint64_t> count(const Table& table, std::span<const std::uint32_t> columns,
                              std::span<const Value> values) override {
    if (table.planned) return std::uint64_t{0};
    if (Result<void> ready = be_ready(); !ready) return ready.error();
    return look_and_count(connection_, {table, sql::equals_text(table, columns), values});
  }
  Result<std::vector<RowImage>> find_referring(const ReferringColumns& reference, std::span<const Value> values,
                                               std::size_t limit) override {
    if (reference.child.planned) return std::vector<RowImage>();
    if (Result<void> ready = be_ready(); !ready) return ready.error();
    return look_for_rows(connection_, {reference.child, referring_condition(reference, values), values}, limit);
  }
  Result<std::uint64_t> count_referring(const ReferringColumns& reference, std::span<const Value> values) override {
    if (reference.child.planned) return std::uint64_t{0};
    if (Result<void> ready = be_ready(); !ready) return ready.error();
    return look_and_count(connection_, {reference.child, referring_condition(reference, values), values});
  }

  Result<std::unique_ptr<Transaction>> begin(const Schema& schema, Triggers triggers) override {
    connection_.end_reading();  // so that the file is looked at once more
    const std::uint64_t read_from = connection_.generation();
    if (Result<void> ready = be_ready(); !ready) return ready.error();
    Result<std::unique_ptr<Transaction>> begun = begin_transaction(connection_, schema, triggers);
    if (!begun || read_from == 0 || connection_.generation() == read_from) return begun;
    return Error{ErrorKind::Transient, "the database file was replaced since it was read", connection_.where(),
                 "run again"};
  }

  Result<std::string> journal_mode() override {
    Result<bool> there = is_there();
    if (!there) return there.error();
    if (!*there) return std::string();
    Result<Value> mode = connection_.single("PRAGMA journal_mode");
    if (!mode) return mode.error();
    return std::string(mode->view().bytes());
  }

  Result<void> set_journal_mode(JournalMode mode) override {
    if (mode == JournalMode::Keep) return {};
    connection_.end_reading();
    if (Result<void> ready = be_ready(); !ready) return ready;
    if (Result<void> now = connection_.read_journal_mode(); !now) return now;
    if (connection_.wal()) return {};
    if (network_file_system(connection_.options().path)) {
      return Error{ErrorKind::Terminal, "journalMode: Wal does not work on a network file system", location(),
                   "leave journalMode out, or put the database on a local disk"};
    }
    if (Result<void> writable = connection_.check_writable(); !writable) return writable;
    if (Result<void> matched = connection_.match_durability(); !matched) return matched;
    Result<Value> switched = connection_.single("PRAGMA journal_mode = WAL");
    if (!switched) return switched.error();
    if (switched->view().bytes() != "wal") {
      return Error{ErrorKind::Terminal, "the journal mode stays " + std::string(switched->view().bytes()), location(),
                   "WAL is not possible here; leave journalMode out"};
    }
    return connection_.read_journal_mode();
  }

  Result<SetupReport> set_up(const std::string& setup) override {
    const SetupScript script = read_setup(setup);
    if (!script.mistakes.empty()) return invalid(script.mistakes.front());
    connection_.end_reading();
    if (Result<void> made = connection_.create(); !made) return made.error();
    return run_setup(connection_, script);
  }

  Result<Schema> open_state(bool create) override {
    if (create) connection_.end_reading();
    Result<bool> there = is_there();
    if (!there) return there.error();
    if (!*there) return create ? Result<Schema>(not_there()) : Schema{};
    std::vector<std::string> names;
    for (const StateTable& table : state_tables()) names.emplace_back(table.name);
    connection_.wait_at_most(connection_.options().lock_timeout);
    Result<Schema> state = live_state(names);
    if (!state || !create) return state;
    std::string setup;
    for (const StateTable& table : state_tables()) setup += sql::create_state_text(table);
    std::string missing = columns_to_add(*state);
    const bool complete = state->tables.size() == names.size();
    if (complete && missing.empty()) return state;
    if (Result<void> writable = connection_.check_writable(); !writable) return writable.error();
    while (!missing.empty()) {
      Result<void> added = connection_.begin_immediate();  // all of them or none
      if (added) added = connection_.execute(missing);
      if (added) added = connection_.commit();
      if (added) break;
      if (sqlite3_get_autocommit(connection_.handle()) == 0) (void)connection_.execute("ROLLBACK");
      state = inspect_tables(connection_, names);  // somebody else may have come first
      if (!state) return state;
      std::string still = columns_to_add(*state);
      if (still == missing) return added.error();
      missing = std::move(still);
    }
    if (!complete) {
      if (Result<SetupReport> made = run_setup(connection_, read_setup(setup)); !made) return made.error();
    }
    return inspect_tables(connection_, names);
  }

  Result<ExpectationResult> expect(const Expectation& expectation) override {
    if (Result<void> ready = be_ready(); !ready) return ready.error();
    return run_expectation(connection_, expectation);
  }

  Result<IntegrityReport> check_integrity(std::chrono::milliseconds at_most) override {
    if (Result<void> ready = be_ready(); !ready) return damage_or(ready.error());
    return holdfast::stores::check_integrity(connection_, at_most);
  }
  Result<StorageReport> storage() override {
    if (Result<void> ready = be_ready(); !ready) return ready.error();
    return read_storage(connection_);
  }
  Result<TableMark> table_mark(const Table& table) override {
    if (table.planned) return TableMark{};
    if (Result<void> ready = be_ready(); !ready) return ready.error();
    return read_table_mark(connection_, table);
  }
  Result<OrphanReport> count_orphans(const ReferringColumns& reference, std::uint64_t limit,
                                     std::chrono::milliseconds at_most) override {
    if (reference.child.planned) return OrphanReport{};
    if (Result<void> ready = be_ready(); !ready) return ready.error();
    return holdfast::stores::count_orphans(connection_, reference, limit, at_most);
  }

 private:
  // Inspected once for each version of the schema: every run looks at the state several times.
  Result<Schema> live_state(const std::vector<std::string>& names) {
    Result<Value> version = connection_.single("PRAGMA schema_version");
    if (!version) return version.error();
    const bool known =
        state_ && state_generation_ == connection_.generation() && state_->version == version->view().integer();
    if (known) return *state_;
    Result<Schema> state = inspect_tables(connection_, names);
    if (!state) return state;
    state_ = *state;
    state_generation_ = connection_.generation();
    return state;
  }

  // What a state of an older version lacks.
  static std::string columns_to_add(const Schema& there) {
    std::string statements;
    for (const StateTable& table : state_tables()) {
      const std::shared_ptr<const Table> known = there.find(table.name);
      for (const StateColumn& column : table.columns) {
        if (known && known->find(column.name) == Table::npos) statements += sql::add_state_column_text(table, column);
      }
    }
    return statements;
  }

  Error not_there() const {
    return {ErrorKind::Terminal, "the database file is not there", location(),
            "check the Database's url, or give the Database a setup, which creates it"};
  }

  Error invalid(const SetupMistake& mistake) const {
    return {ErrorKind::Invalid, mistake.message, location() + ", line " + std::to_string(mistake.line) + " of setup",
            mistake.hint};
  }

  // While reading as of one moment the file is the one that was looked at when it began.
  Result<bool> is_there() {
    if (!connection_.is_reading()) return connection_.ensure_open();
    if (Result<void> fresh = connection_.refresh_reading(); !fresh) return fresh.error();
    return true;
  }

  Result<void> be_ready() {
    Result<bool> there = is_there();
    if (!there) return there.error();
    if (!*there) return not_there();
    connection_.wait_at_most(connection_.options().lock_timeout);
    return {};
  }

  Connection connection_;
  std::optional<Schema> state_;  // as it was inspected last
  std::uint64_t state_generation_ = 0;
};

}  // namespace

Result<std::unique_ptr<Store>> open_sqlite(const SqliteOptions& options) {
  auto store = std::make_unique<SqliteStore>(options);
  if (Result<void> opened = store->open(); !opened) return opened.error();
  return std::unique_ptr<Store>(std::move(store));
}

std::string sqlite_version() { return sqlite3_libversion(); }

}  // namespace holdfast::stores
