#include "reconcilers/stores/sqlite/setup.h"

#include <algorithm>
#include <set>

#include "reconcilers/stores/sqlite/errors.h"
#include "reconcilers/stores/sqlite/inspect.h"
#include "reconcilers/stores/sqlite/tokens.h"

namespace holdfast::stores {
namespace {

// What the statement under way creates, as SQLite's authorizer tells it.
struct Seen {
  std::string name;   // of the table or index; they share one name space
  std::string table;  // the table, or the index's
  bool creates_table = false;
  bool refused = false;
};

constexpr const char* does_something_else = "setup: the statement does something else than create a table or an index";
constexpr std::chrono::milliseconds pause_between_tries{20};

int authorize(void* context, int action, const char* first, const char* second, const char* schema, const char*) {
  auto* seen = static_cast<Seen*>(context);
  switch (action) {
    case SQLITE_CREATE_TABLE:
      if (std::string_view(first) == "sqlite_sequence") return SQLITE_OK;  // AUTOINCREMENT's own
      if (std::string_view(schema) != "main") break;
      seen->name = seen->table = first;
      seen->creates_table = true;
      return SQLITE_OK;
    case SQLITE_CREATE_INDEX:
      if (!seen->creates_table) seen->name = first;  // a table's UNIQUE makes indexes too
      seen->table = second;
      return SQLITE_OK;
    case SQLITE_INSERT:
    case SQLITE_UPDATE:
    case SQLITE_READ:
    case SQLITE_DELETE: {
      // Creating writes the schema table, and the counter of AUTOINCREMENT; a default or CHECK may read its own
      // columns.
      const std::string table = first == nullptr ? "" : first;
      const bool internal = table.rfind("sqlite_", 0) == 0;
      if (internal || action == SQLITE_READ) return SQLITE_OK;
      break;
    }
    case SQLITE_FUNCTION:
    case SQLITE_REINDEX: return SQLITE_OK;
    default: break;
  }
  seen->refused = true;
  return SQLITE_DENY;
}

class SetupReader {
 public:
  explicit SetupReader(const std::string& text)
      : text_(text), connection_({"setup", ":memory:", std::chrono::seconds(1)}) {}

  SetupScript read() {
    if (Result<void> opened = connection_.open_memory(); !opened) {
      script_.mistakes.push_back({1, to_string(opened.error()), ""});
      return std::move(script_);
    }
    if (const std::size_t nul = text_.find('\0'); nul != std::string::npos) {
      mistake(text_.c_str() + nul, "setup: there is a NUL byte in it", "take it out");
      return std::move(script_);
    }
    sqlite3_set_authorizer(connection_.handle(), authorize, &seen_);
    const char* at = text_.c_str();
    const char* end = at + text_.size();
    while (at < end && read_statement(at)) {
    }
    sqlite3_set_authorizer(connection_.handle(), nullptr, nullptr);
    Result<Schema> schema = inspect_all_tables(connection_);
    if (schema) script_.schema = std::move(*schema);
    return std::move(script_);
  }

 private:
  void mistake(const char* at, std::string message, std::string hint) {
    while (*at == ' ' || *at == '\n' || *at == '\t' || *at == '\r') ++at;
    const auto lines = std::count(text_.c_str(), at, '\n');
    if (hint.empty()) hint = "write CREATE TABLE IF NOT EXISTS and CREATE INDEX IF NOT EXISTS, and nothing else";
    script_.mistakes.push_back({static_cast<std::uint32_t>(lines) + 1, std::move(message), std::move(hint)});
  }

  // One statement; `at` moves behind it. False when the rest cannot be read.
  bool read_statement(const char*& at) {
    const char* start = at;
    const char* tail = nullptr;
    seen_ = {};
    sqlite3_stmt* raw = nullptr;
    const int code = sqlite3_prepare_v2(connection_.handle(), start, -1, &raw, &tail);
    Prepared statement(raw);
    if (code != SQLITE_OK) {
      mistake(start,
              seen_.refused ? does_something_else
                            : std::string("the setup does not parse: ") + sqlite3_errmsg(connection_.handle()),
              "");
      return false;
    }
    at = tail;
    if (raw == nullptr) return true;  // a comment or an empty statement
    const std::string sql(start, tail);
    const std::vector<std::string> words = sql_words(sql);
    if (words.empty() || words.front() != "CREATE") {
      mistake(start, does_something_else, "");
      return true;
    }
    if (!has_words(words, {"IF", "NOT", "EXISTS"})) {
      mistake(start, "setup: say IF NOT EXISTS", "the statement runs only where its table is not there");
      return true;
    }
    // An index that is there already is not even asked about.
    if (seen_.name.empty() || !made_.insert(ascii_lower(seen_.name)).second) {
      mistake(start, "setup: the same table or index is created twice", "");
      return true;
    }
    if (statement.step() != SQLITE_DONE) {
      mistake(start, std::string("setup: ") + sqlite3_errmsg(connection_.handle()), "");
      return false;
    }
    script_.statements.push_back({sql, seen_.table, seen_.creates_table});
    return true;
  }

  const std::string& text_;
  Connection connection_;
  Seen seen_;
  std::set<std::string> made_;
  SetupScript script_;
};

Result<SetupReport> run_missing(Connection& connection, const SetupScript& script) {
  Result<Schema> there = inspect_all_tables(connection);
  if (!there) return there.error();
  SetupReport report;
  for (const SetupStatement& statement : script.statements) {
    if (there->find(statement.table)) continue;
    if (Result<void> ran = connection.execute(statement.sql); !ran) return ran.error();
    if (statement.creates_table) report.created.push_back(statement.table);
  }
  return report;
}

Result<SetupReport> run_once(Connection& connection, const SetupScript& script,
                             std::chrono::steady_clock::time_point deadline) {
  connection.wait_until(deadline);
  if (Result<void> begun = connection.begin_immediate(); !begun) return begun.error();
  Result<SetupReport> report = run_missing(connection, script);
  if (report) {
    if (Result<void> committed = connection.commit(); !committed) report = committed.error();
  }
  if (!report && sqlite3_get_autocommit(connection.handle()) == 0) (void)connection.execute("ROLLBACK");
  return report;
}

}  // namespace

SetupScript read_setup(const std::string& setup) { return SetupReader(setup).read(); }

std::vector<SetupMistake> check_setup(const std::string& setup) { return read_setup(setup).mistakes; }

Result<SetupReport> run_setup(Connection& connection, const SetupScript& script) {
  if (Result<void> writable = connection.check_writable(); !writable) return writable.error();
  const auto deadline = std::chrono::steady_clock::now() + connection.options().lock_timeout;
  for (;;) {
    Result<SetupReport> report = run_once(connection, script, deadline);
    const bool over = std::chrono::steady_clock::now() >= deadline || connection.stopping();
    if (report || report.error().kind != ErrorKind::Transient || over) return report;
    connection.pause(pause_between_tries);  // readers get their turn
  }
}

}  // namespace holdfast::stores
