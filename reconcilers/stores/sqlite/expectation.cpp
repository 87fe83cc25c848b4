#include "reconcilers/stores/sqlite/expectation.h"

#include "reconcilers/stores/sqlite/bounded.h"
#include "reconcilers/stores/sqlite/errors.h"
#include "reconcilers/stores/sqlite/tokens.h"

namespace holdfast::stores {

Result<ExpectationResult> run_expectation(Connection& connection, const Expectation& expectation) {
  Bounds bounds(connection, expectation.timeout, Bounds::Allow::ReadingOnly);
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
  const int first = bounds.first_step(statement);
  const bool writers = bounds.gave_way();
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
