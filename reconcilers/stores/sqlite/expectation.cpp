#include "reconcilers/stores/sqlite/expectation.h"

#include <chrono>

#include "reconcilers/stores/sqlite/errors.h"
#include "reconcilers/stores/sqlite/tokens.h"

namespace holdfast::stores {
namespace {

// DELETE … RETURNING passes as a query, a query may switch query_only off, ATTACH passes: only reading is let through.
int authorize(void* denied, int action, const char*, const char*, const char*, const char*) {
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_FUNCTION:
    case SQLITE_RECURSIVE: return SQLITE_OK;
    default: *static_cast<bool*>(denied) = true; return SQLITE_DENY;
  }
}

constexpr int steps_between_looks = 1000;  // of SQLite's virtual machine
// How long a reader may keep a writer of a rollback journal from committing (G8).
constexpr std::chrono::milliseconds undisturbed{20};
constexpr std::chrono::milliseconds pause_for_writers{5};

using Instant = std::chrono::steady_clock::time_point;

// The query ends when its time is over, and gives way when it has read for a while and somebody wants to write: in the
// rollback modes a reader keeps every commit waiting (in WAL mode no writer shows there). The hooks are the
// connection's: taken back however it ends.
class Bounds {
 public:
  Bounds(Connection& connection, std::chrono::milliseconds timeout)
      : database_(connection.handle()), deadline_(std::chrono::steady_clock::now() + timeout) {
    sqlite3_file_control(database_, "main", SQLITE_FCNTL_FILE_POINTER, &file_);
    sqlite3_set_authorizer(database_, authorize, &denied_);
    sqlite3_progress_handler(database_, steps_between_looks, &Bounds::look, this);
    start();
  }
  ~Bounds() {
    sqlite3_set_authorizer(database_, nullptr, nullptr);
    sqlite3_progress_handler(database_, 0, nullptr, nullptr);
  }
  Bounds(const Bounds&) = delete;
  bool denied() const { return denied_; }
  bool gave_way() const { return gave_way_; }
  bool out_of_time() const { return std::chrono::steady_clock::now() >= deadline_; }
  void start() {
    gave_way_ = false;
    undisturbed_until_ = std::chrono::steady_clock::now() + undisturbed;
  }

 private:
  static int look(void* self) {
    auto* bounds = static_cast<Bounds*>(self);
    if (bounds->out_of_time()) return 1;
    if (bounds->file_ == nullptr || std::chrono::steady_clock::now() < bounds->undisturbed_until_) return 0;
    int writer = 0;
    const int code = bounds->file_->pMethods->xCheckReservedLock(bounds->file_, &writer);
    bounds->gave_way_ = code == SQLITE_OK && writer != 0;
    return bounds->gave_way_ ? 1 : 0;
  }

  sqlite3* database_;
  sqlite3_file* file_ = nullptr;
  bool denied_ = false;
  bool gave_way_ = false;
  Instant deadline_;
  Instant undisturbed_until_;
};

}  // namespace

Result<ExpectationResult> run_expectation(Connection& connection, const Expectation& expectation) {
  Bounds bounds(connection, expectation.timeout);
  connection.wait_at_most(expectation.timeout);
  const std::string where = connection.where() + ", expectation " + expectation.name;
  const auto invalid = [&](const std::string& what) {
    return Error{ErrorKind::Invalid, what, where, "write one SELECT that gives one number"};
  };
  sqlite3_stmt* raw = nullptr;
  const char* tail = nullptr;
  const int code = sqlite3_prepare_v2(connection.handle(), expectation.query.c_str(), -1, &raw, &tail);
  const Prepared statement(raw);
  if (bounds.denied()) return invalid("the query does more than read");
  if (code != SQLITE_OK)
    return invalid(std::string("the query does not run (") + sqlite3_errmsg(connection.handle()) + ")");
  if (raw == nullptr) return invalid("the query is empty");
  if (!sql_words(tail).empty()) return invalid("there is more than one statement");
  if (sqlite3_stmt_readonly(raw) == 0 || sqlite3_column_count(raw) == 0)
    return invalid("the query does more than read");
  if (sqlite3_column_count(raw) != 1) return invalid("the query gives more than one column");
  int first = statement.step();
  bool writers = false;
  while (first == SQLITE_INTERRUPT && bounds.gave_way() && !bounds.out_of_time()) {
    writers = true;
    statement.reset();
    Connection::pause(pause_for_writers);
    bounds.start();
    first = statement.step();
  }
  const std::string time = std::to_string(expectation.timeout.count()) + "ms";
  if (writers && (first == SQLITE_INTERRUPT || (first & 0xff) == SQLITE_BUSY)) {
    return Error{ErrorKind::Transient, "the query gave way to writers for " + time, where,
                 "make it cheaper, or say journalMode: Wal, where readers keep nobody waiting"};
  }
  if (first == SQLITE_INTERRUPT) {
    return Error{ErrorKind::Transient, "the query took longer than " + time, where,
                 "make it cheaper, or raise its timeout"};
  }
  if (first == SQLITE_DONE) return invalid("the query gives no row");
  if (first != SQLITE_ROW) return connection.error();
  const int type = sqlite3_column_type(raw, 0);
  if (type != SQLITE_INTEGER && type != SQLITE_FLOAT) return invalid("the query gives no number");
  const ExpectationResult result{sqlite3_column_double(raw, 0)};
  if (statement.step() != SQLITE_DONE) return invalid("the query gives more than one row");
  return result;
}

}  // namespace holdfast::stores
