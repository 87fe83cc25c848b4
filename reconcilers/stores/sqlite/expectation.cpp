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

int out_of_time(void* deadline) {
  return std::chrono::steady_clock::now() >= *static_cast<std::chrono::steady_clock::time_point*>(deadline) ? 1 : 0;
}

constexpr int steps_between_looks = 1000;  // of SQLite's virtual machine

// The hooks are the connection's: taken back however the query ends.
class Bounds {
 public:
  Bounds(sqlite3* database, std::chrono::milliseconds timeout)
      : database_(database), deadline_(std::chrono::steady_clock::now() + timeout) {
    sqlite3_set_authorizer(database_, authorize, &denied_);
    sqlite3_progress_handler(database_, steps_between_looks, out_of_time, &deadline_);
  }
  ~Bounds() {
    sqlite3_set_authorizer(database_, nullptr, nullptr);
    sqlite3_progress_handler(database_, 0, nullptr, nullptr);
  }
  Bounds(const Bounds&) = delete;
  bool denied() const { return denied_; }

 private:
  sqlite3* database_;
  bool denied_ = false;
  std::chrono::steady_clock::time_point deadline_;
};

}  // namespace

Result<ExpectationResult> run_expectation(Connection& connection, const Expectation& expectation) {
  const Bounds bounds(connection.handle(), expectation.timeout);
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
  const int first = statement.step();
  if (first == SQLITE_INTERRUPT) {
    return Error{ErrorKind::Transient,
                 "the query took longer than " + std::to_string(expectation.timeout.count()) + "ms", where,
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
