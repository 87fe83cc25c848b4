#include "reconcilers/stores/sqlite/transaction.h"

#include <unordered_map>
#include <utility>

#include "reconcilers/sql/sqlite_statements.h"
#include "reconcilers/stores/sqlite/errors.h"
#include "reconcilers/stores/sqlite/inspect.h"
#include "reconcilers/stores/sqlite/reading.h"
#include "reconcilers/stores/sqlite/touches.h"

namespace holdfast::stores {
namespace {

using sql::delete_text;
using sql::insert_text;
using sql::restore_text;
using sql::update_text;

class SqliteTransaction : public Transaction {
 public:
  SqliteTransaction(Connection& connection, const Schema& schema)
      : connection_(connection), touches_(connection.handle(), schema) {}
  ~SqliteTransaction() override {
    SqliteTransaction::rollback();
    if (quiet_ && connection_.handle() != nullptr)
      sqlite3_db_config(connection_.handle(), SQLITE_DBCONFIG_ENABLE_TRIGGER, 1, nullptr);
  }

  // Before it begins: no trigger fires until it ends. False if the engine does not take it.
  bool silence() {
    int enabled = 1;
    quiet_ = true;
    return sqlite3_db_config(connection_.handle(), SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, &enabled) == SQLITE_OK &&
           enabled == 0;
  }

  void begun(ReadMark mark) {
    open_ = true;
    mark_ = mark;
  }

  ReadMark mark() override { return mark_; }

  Result<void> scan_locked(const Table& table, std::span<const std::uint32_t> columns,
                           const std::function<bool(const LiveRow&)>& row) override {
    Result<ScanEnd> end = scan_rows(connection_, table, columns, std::chrono::milliseconds(0), row);
    if (!end) return end.error();
    return {};
  }

  Result<std::vector<std::optional<RowImage>>> fetch(const Table& table, std::span<const Locator> locators) override {
    return fetch_rows(connection_, table, text(Shape::Fetch, table, {}), locators);
  }
  Result<std::vector<RowImage>> find(const Table& table, std::span<const std::uint32_t> columns,
                                     std::span<const Value> values, std::size_t limit) override {
    return find_rows(connection_, table, text(Shape::Find, table, columns), values, limit);
  }
  Result<std::uint64_t> count(const Table& table, std::span<const std::uint32_t> columns,
                              std::span<const Value> values) override {
    return count_rows(connection_, table, columns, values);
  }
  Result<std::vector<RowImage>> find_referring(const ReferringColumns& reference, std::span<const Value> values,
                                               std::size_t limit) override {
    if (reference.alike) return find(reference.child, reference.columns, values, limit);
    return find_referring_rows(connection_, reference, values, limit);
  }
  Result<std::uint64_t> count_referring(const ReferringColumns& reference, std::span<const Value> values) override {
    return count_referring_rows(connection_, reference, values);
  }

  Result<WriteOutcome> insert(const Table& table, std::span<const Assignment> values) override {
    return write(table, Shape::Insert, values, nullptr);
  }
  Result<WriteOutcome> update(const Table& table, const Locator& at, std::span<const Assignment> values) override {
    return write(table, Shape::Update, values, &at);
  }
  Result<WriteOutcome> erase(const Table& table, const Locator& at) override {
    return write(table, Shape::Delete, {}, &at);
  }

  Result<WriteOutcome> restore(const Table& table, const RowImage& row) override {
    std::vector<Assignment> values;
    for (std::uint32_t i = 0; i < table.columns.size(); ++i) {
      if (table.columns[i].generated == Generated::No) values.push_back({i, row.values[i].view()});
    }
    return write(table, Shape::Restore, values, table.locator.empty() ? &row.locator : nullptr);
  }

  Result<void> savepoint() override {
    if (lost()) return no_savepoint();
    if (Result<void> saved = connection_.command("SAVEPOINT holdfast"); !saved) return saved;
    points_.push_back(touches_.size());
    return {};
  }
  Result<void> release() override {
    if (points_.empty()) return no_savepoint();
    points_.pop_back();
    return connection_.command("RELEASE holdfast");
  }
  Result<void> rollback_to() override {
    if (points_.empty()) return no_savepoint();
    touches_.truncate(points_.back());
    points_.pop_back();
    if (Result<void> back = connection_.command("ROLLBACK TO holdfast"); !back) return back;
    return connection_.command("RELEASE holdfast");
  }

  std::size_t touch_count() const override { return touches_.size(); }
  Touch touch(std::size_t index) const override { return touches_.at(index); }
  Result<std::shared_ptr<const Table>> table_of(std::string_view name) override {
    if (const auto known = touches_.schema().find(name)) return known;
    const auto found = others_.find(std::string(name));
    if (found != others_.end()) return found->second;
    const std::string wanted(name);
    Result<Schema> schema = inspect_tables(connection_, {&wanted, 1});
    if (!schema) return schema.error();
    return others_[wanted] = schema->find(name);
  }

  Result<void> commit() override {
    Result<void> committed = commit_soon();
    return committed ? connection_.make_durable() : committed;
  }

  Result<void> commit_soon() override {
    if (lost()) {
      open_ = false;
      return Error{ErrorKind::Transient, "the transaction was rolled back by a trigger or the engine",
                   connection_.where(), "run again"};
    }
    const Result<void> committed = connection_.commit_soon();
    if (!committed) {
      // An I/O error while committing may come after the point of no return.
      Error error = committed.error();
      const int code = sqlite3_extended_errcode(connection_.handle()) & 0xff;
      const bool unsure = code == SQLITE_IOERR || (code == SQLITE_FULL && connection_.wal());
      if (sqlite3_get_autocommit(connection_.handle()) != 0 && error.kind == ErrorKind::Terminal && unsure) {
        error.kind = ErrorKind::InDoubt;
        error.hint = "it happened while committing, so the change may stand or not: mend it and run again";
      }
      if (error.kind == ErrorKind::Transient) error.hint = "readers kept the lock; run again";
      rollback();
      return error;
    }
    open_ = false;
    return {};
  }

  void rollback() override {
    if (!open_) return;
    open_ = false;
    // Some errors (disk full, RAISE(ROLLBACK)) have rolled back already.
    if (sqlite3_get_autocommit(connection_.handle()) == 0) (void)connection_.command("ROLLBACK");
  }

 private:
  Error no_savepoint() const { return {ErrorKind::Terminal, "there is no savepoint", connection_.where(), ""}; }

  enum class Shape : std::uint8_t { Fetch, Find, Insert, Update, Delete, Restore };

  // Runs repeat a few shapes of statement for many rows: each text is made once.
  const std::string& text(Shape shape, const Table& table, std::span<const std::uint32_t> columns) {
    const auto at = reinterpret_cast<std::uintptr_t>(&table);
    shape_key_.assign(1, static_cast<char>(shape));
    shape_key_.append(reinterpret_cast<const char*>(&at), sizeof at);
    shape_key_.append(reinterpret_cast<const char*>(columns.data()), columns.size_bytes());
    const auto [found, fresh] = texts_.try_emplace(shape_key_);
    if (fresh) {
      switch (shape) {
        case Shape::Fetch: found->second = fetch_text(table); break;
        case Shape::Find: found->second = find_text(table, columns); break;
        case Shape::Insert: found->second = insert_text(table, columns); break;
        case Shape::Update: found->second = update_text(table, columns); break;
        case Shape::Delete: found->second = delete_text(table); break;
        case Shape::Restore: found->second = restore_text(table, columns); break;
      }
    }
    return found->second;
  }

  // A transaction that the engine has rolled back by itself: a statement now would be committed on its own.
  bool lost() const { return sqlite3_get_autocommit(connection_.handle()) != 0; }

  Result<WriteOutcome> write(const Table& table, Shape shape, std::span<const Assignment> values, const Locator* at) {
    if (lost()) {
      WriteOutcome outcome;
      outcome.failure = RowFailure::TransactionLost;
      outcome.message = "the transaction was rolled back";
      return outcome;
    }
    // A trigger's RAISE(FAIL) or RAISE(IGNORE) keeps what the statement did before it: then it is undone by a
    // savepoint.
    const bool guarded = !table.triggers.empty();
    if (guarded) {
      if (Result<void> saved = savepoint(); !saved) return saved.error();
    }
    const std::size_t before = touches_.size();
    columns_.clear();
    for (const Assignment& value : values) columns_.push_back(value.column);
    Result<WriteOutcome> outcome = run(table, text(shape, table, columns_), shape, values, at, before);
    if (!outcome || outcome->failure == RowFailure::TransactionLost) return outcome;
    if (!outcome->ok()) touches_.truncate(before);
    for (std::size_t i = before; i < touches_.size(); ++i) {
      if (!touches_.has_rows(i)) continue;
      Result<std::shared_ptr<const Table>> touched = table_of(touches_.at(i).table);
      if (!touched) return touched.error();
      if (*touched) touches_.complete_rows(i, **touched);
    }
    if (guarded) {
      const Result<void> ended = outcome->ok() ? release() : rollback_to();
      if (!ended) return ended.error();
    }
    return outcome;
  }

  Result<WriteOutcome> run(const Table& table, const std::string& sql, Shape shape, std::span<const Assignment> values,
                           const Locator* at, std::size_t before) {
    Result<Prepared*> prepared = connection_.prepare(sql);
    if (!prepared) return prepared.error();
    const Prepared& statement = **prepared;
    int parameter = 1;
    int code = SQLITE_OK;
    for (const Assignment& value : values) {
      if (code == SQLITE_OK) code = statement.bind(parameter++, value.value);
    }
    if (at != nullptr) {
      for (const Value& value : *at) statement.bind(parameter++, value.view());
    }
    if (code == SQLITE_OK) code = statement.step();
    if (code != SQLITE_DONE) {
      const int extended = sqlite3_extended_errcode(connection_.handle());
      const std::string message = sqlite3_errmsg(connection_.handle());
      const Error error = connection_.error();
      statement.reset();
      return failed(extended, message, error);
    }
    const bool changed = sqlite3_changes(connection_.handle()) > 0;
    statement.reset();
    if (at != nullptr) touches_.found_at(table.name, before, *at);
    const std::optional<Touch> touch = touches_.last_own(table.name, before);
    WriteOutcome outcome;
    if (!changed || !touch) {
      outcome.failure = RowFailure::RefusedByTrigger;
      outcome.message = "a trigger ignored it";
    } else if (shape != Shape::Delete) {
      outcome.locator = touch->after;
    }
    return outcome;
  }

  Result<WriteOutcome> failed(int code, const std::string& message, const Error& error) {
    WriteOutcome outcome;
    outcome.failure = row_failure(code);
    outcome.message = message;
    if (sqlite3_get_autocommit(connection_.handle()) != 0) {
      points_.clear();
      if (outcome.failure == RowFailure::None) return error;
      outcome.failure = RowFailure::TransactionLost;
      return outcome;
    }
    if (outcome.failure == RowFailure::None) return error;
    return outcome;
  }

  Connection& connection_;
  Touches touches_;
  std::vector<std::size_t> points_;  // touches_.size() at each savepoint
  ReadMark mark_;
  bool open_ = false;
  bool quiet_ = false;
  std::unordered_map<std::string, std::string> texts_;
  std::string shape_key_;
  std::unordered_map<std::string, std::shared_ptr<const Table>> others_;  // that only triggers know
  ColumnList columns_;
};

}  // namespace

Result<std::unique_ptr<Transaction>> begin_transaction(Connection& connection, const Schema& schema,
                                                       Triggers triggers) {
  if (Result<void> writable = connection.check_writable(); !writable) return writable.error();
  // Inside a transaction it would do nothing. The pragma is no way to read it back: SQLite answers that once, while the
  // statement is prepared.
  int actions = 1;
  const int off = sqlite3_db_config(connection.handle(), SQLITE_DBCONFIG_ENABLE_FKEY, 0, &actions);
  if (off != SQLITE_OK || actions != 0) {
    return Error{ErrorKind::Terminal, "foreign-key actions cannot be switched off", connection.where(),
                 "please report this"};
  }
  auto transaction = std::make_unique<SqliteTransaction>(connection, schema);
  if (triggers == Triggers::Quiet && !transaction->silence()) {
    return Error{ErrorKind::Terminal, "triggers cannot be switched off", connection.where(), "please report this"};
  }
  connection.wait_at_most(connection.options().lock_timeout);
  if (Result<void> begun = connection.begin_immediate(); !begun) return begun.error();
  // From here on nobody else commits. A commit before it shows in both of these.
  Result<ReadMark> mark = connection.mark();
  Result<Value> version = connection.single("PRAGMA schema_version");
  transaction->begun(mark ? *mark : ReadMark{});
  if (!mark) return mark.error();
  if (!version) return version.error();
  if (version->view().integer() != schema.version) {
    return Error{ErrorKind::SchemaChanged, "the schema changed since it was read", connection.where(), "run again"};
  }
  return std::unique_ptr<Transaction>(std::move(transaction));
}

}  // namespace holdfast::stores
