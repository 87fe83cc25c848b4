#include "reconcilers/stores/sqlite/connection.h"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <utility>

#include "desired-state/units.h"
#include "reconcilers/stores/sqlite/errors.h"

namespace holdfast::stores {
namespace {

constexpr std::size_t kept_statements = 500;
constexpr std::chrono::milliseconds commit_patience{50};
constexpr std::chrono::milliseconds reading_in_rollback_modes{20};  // a writer waits for it (G8)
constexpr std::chrono::milliseconds reading_in_wal{250};

bool same_file(const struct stat& a, const struct stat& b) { return a.st_dev == b.st_dev && a.st_ino == b.st_ino; }

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// A path that SQLite takes for a file whatever it looks like (":memory:", "file:x?mode=memory").
std::string plain_path(const std::string& path) { return !path.empty() && path[0] == '/' ? path : "./" + path; }

// The side files that we make (-wal, -shm, a journal that a crash of ours would leave) get the database's mode bits; as
// root SQLite also gives them to the file's owner.
bool owner_can_use_our_files(const struct stat& file, const std::string& folder) {
  if (geteuid() == 0 || geteuid() == file.st_uid || file.st_uid == 0) return true;
  const auto grants = [&](mode_t bits) { return (file.st_mode & bits) == bits; };
  if (grants(S_IROTH | S_IWOTH)) return true;
  struct stat about {};
  const bool inherited = stat(folder.c_str(), &about) == 0 && (about.st_mode & S_ISGID) != 0;
  return grants(S_IRGRP | S_IWGRP) && file.st_gid == (inherited ? about.st_gid : getegid());
}

}  // namespace

int Prepared::bind(int parameter, ValueView value) const {
  sqlite3_stmt* statement = get();
  const auto size = static_cast<sqlite3_uint64>(value.bytes().size());
  const char* bytes = size != 0 ? value.bytes().data() : "";
  switch (value.kind()) {
    case ValueKind::Null: break;
    case ValueKind::Integer: return sqlite3_bind_int64(statement, parameter, value.integer());
    case ValueKind::Real: return sqlite3_bind_double(statement, parameter, value.real());
    case ValueKind::Text: return sqlite3_bind_text64(statement, parameter, bytes, size, SQLITE_STATIC, SQLITE_UTF8);
    case ValueKind::Blob: return sqlite3_bind_blob64(statement, parameter, bytes, size, SQLITE_STATIC);
  }
  return sqlite3_bind_null(statement, parameter);
}

void Prepared::reset() const {
  sqlite3_reset(get());
  sqlite3_clear_bindings(get());
}

// On a NOMUTEX connection protected and unprotected values are the same thing, which saves a look-up a call.
ValueView column_value(sqlite3_stmt* statement, int column) {
  sqlite3_value* value = sqlite3_column_value(statement, column);
  const auto bytes = [value](const void* data) {
    return std::string_view(static_cast<const char*>(data), static_cast<std::size_t>(sqlite3_value_bytes(value)));
  };
  switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER: return ValueView::integer(sqlite3_value_int64(value));
    case SQLITE_FLOAT: return ValueView::real(sqlite3_value_double(value));
    // The text as it lies there: asking for it as text could make SQLite copy it to end it with a NUL.
    case SQLITE_TEXT: return ValueView::text(bytes(sqlite3_value_blob(value)));
    case SQLITE_BLOB: return ValueView::blob(bytes(sqlite3_value_blob(value)));
    default: return ValueView::null();
  }
}

Connection::Connection(SqliteOptions options) : options_(std::move(options)) { wait_at_most(options_.lock_timeout); }
Connection::~Connection() { close(); }

void Connection::close() {
  statements_.clear();
  soon_ = unsynced_ = reading_ = false;
  database_.reset();
}

sqlite3* Connection::handle() const { return database_ ? database_->getHandle() : nullptr; }
Error Connection::error() const {
  Error error = sqlite_error(handle(), where());
  const int code = sqlite3_errcode(handle()) & 0xff;
  if (code == SQLITE_BUSY || code == SQLITE_LOCKED) {
    error.hint = "another process kept the lock longer than lockTimeout (" + write_duration(options_.lock_timeout) +
                 "); shorten its transactions, or raise lockTimeout of the Database";
  }
  return error;
}

void Connection::wait_at_most(std::chrono::milliseconds time) { deadline_ = std::chrono::steady_clock::now() + time; }

// Sleeps of 20 µs, growing to 1 ms: a lock is mostly held for less than SQLite's own first sleep (BUDGETS).
int Connection::on_busy(void* self, int tries) {
  const auto* connection = static_cast<const Connection*>(self);
  if (std::chrono::steady_clock::now() >= connection->deadline_) return 0;
  if (connection->stopping()) return 0;
  const long longest = std::min(1'000'000L, 20'000L << std::min(tries, 10));
  const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
  const long jitter = static_cast<long>(now % std::max(1L, longest / 2));  // two waiters must not keep step
  pause(std::chrono::microseconds((longest / 2 + jitter) / 1000));
  return 1;
}

void Connection::pause(std::chrono::microseconds time) {
  const timespec length{time.count() / 1'000'000, static_cast<long>(time.count() % 1'000'000) * 1000};
  nanosleep(&length, nullptr);
}

Result<bool> Connection::ensure_open() {
  struct stat now {};
  if (stat(options_.path.c_str(), &now) != 0) {
    if (errno != ENOENT && errno != ENOTDIR) {
      return Error{ErrorKind::Terminal, std::string("cannot open the database (") + std::strerror(errno) + ")", where(),
                   "check the path and the rights on file and folder"};
    }
    close();
    struct stat folder {};
    if (stat(folder_of(options_.path).c_str(), &folder) != 0 || !S_ISDIR(folder.st_mode)) {
      return Error{ErrorKind::Terminal, "the folder of the database is not there", where(),
                   "check the path; attach the volume or create the folder (holdfast never does)"};
    }
    return false;
  }
  if (!S_ISREG(now.st_mode)) {
    return Error{ErrorKind::Terminal, "the database is not a file", where(), "check the path in the Database's url"};
  }
  if (database_ && same_file(now, file_)) return true;
  close();
  if (Result<void> opened = open(plain_path(options_.path), SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX); !opened) {
    return opened.error();
  }
  if (stat(options_.path.c_str(), &file_) != 0 || !same_file(now, file_)) {
    close();
    return Error{ErrorKind::Transient, "the database file was replaced while it was opened", where(), "run again"};
  }
  return true;
}

Result<void> Connection::create() {
  Result<bool> there = ensure_open();
  if (!there) return there.error();
  if (*there) return {};
  constexpr int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  if (Result<void> made = open(plain_path(options_.path), flags); !made) return made;
  stat(options_.path.c_str(), &file_);
  return {};
}

Result<void> Connection::open_memory() {
  return open(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX);
}

Result<void> Connection::open(const std::string& path, int flags) {
  try {
    database_ = std::make_unique<SQLite::Database>(path, flags, 0);
  } catch (const SQLite::Exception& problem) {
    return sqlite_error(problem.getExtendedErrorCode() > 0 ? problem.getExtendedErrorCode() : problem.getErrorCode(),
                        problem.what(), where());
  }
  ++generation_;
  Result<void> ready = prepare_connection();
  if (!ready) close();
  return ready;
}

Result<void> Connection::prepare_connection() {
  sqlite3_extended_result_codes(handle(), 1);
  sqlite3_busy_handler(handle(), &Connection::on_busy, this);
  wait_at_most(options_.lock_timeout);
  if (Result<void> encoding = check_encoding(); !encoding) return encoding;
  // Pages that do not fit the cache would be written in the middle of a transaction, which in rollback mode keeps
  // readers out until it ends. Batches are small enough to stay in memory.
  if (Result<void> kept = execute("PRAGMA cache_spill = OFF"); !kept) return kept;
  return read_journal_mode();
}

// The first real read: it also tells what is not a database.
Result<void> Connection::check_encoding() {
  Result<Prepared*> statement = prepare("PRAGMA encoding");
  if (!statement) return statement.error();
  if ((*statement)->step() != SQLITE_ROW) {
    const Error failed = error();
    (*statement)->reset();
    return failed;
  }
  // As text: column_value() takes the bytes as they lie there, which are UTF-16 where the database is.
  const std::string name = reinterpret_cast<const char*>(sqlite3_column_text((*statement)->get(), 0));
  (*statement)->reset();
  if (name == "UTF-8") return {};
  return Error{ErrorKind::Terminal, "the database is encoded in UTF-16", where(), "only UTF-8 is supported"};
}

Result<void> Connection::read_journal_mode() {
  Result<Value> mode = single("PRAGMA journal_mode");
  if (!mode) return mode.error();
  wal_ = mode->view().bytes() == "wal";
  mode_known_ = reading_;
  return {};
}

Result<Prepared*> Connection::prepare(const std::string& sql) {
  const auto known = statements_.find(sql);
  if (known != statements_.end()) {
    known->second.reset();
    return &known->second;
  }
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(handle(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                      &statement, nullptr);
  if (code == SQLITE_ERROR) {  // our texts are made from the schema: a name that is gone means that it has moved
    return Error{ErrorKind::SchemaChanged, "the schema changed (" + std::string(sqlite3_errmsg(handle())) + ")",
                 where(), "run again"};
  }
  if (code != SQLITE_OK) return error();
  if (statements_.size() >= kept_statements) statements_.clear();
  return &(statements_[sql] = Prepared(statement));
}

Result<void> Connection::execute(const std::string& sql) {
  if (sqlite3_exec(handle(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) return error();
  return {};
}

Result<void> Connection::command(const std::string& sql) {
  Result<Prepared*> statement = prepare(sql);
  if (!statement) return statement.error();
  const int code = (*statement)->step();
  const Error failed = code == SQLITE_DONE ? Error{} : error();
  (*statement)->reset();
  return code == SQLITE_DONE ? Result<void>() : failed;
}

// NORMAL is as good as FULL for a database in WAL mode, whose log is synced before each checkpoint, but for the end of
// the log; in the rollback modes it is not.
Result<void> Connection::match_durability() {
  if (soon_ == wal_) return {};
  if (Result<void> set = execute(wal_ ? "PRAGMA synchronous = NORMAL" : "PRAGMA synchronous = FULL"); !set) return set;
  soon_ = wal_;
  return {};
}

Result<void> Connection::begin_immediate() {
  for (int attempt = 0;; ++attempt) {
    if (Result<void> matched = match_durability(); !matched) return matched;
    if (Result<void> begun = command("BEGIN IMMEDIATE"); !begun) return begun;
    // From here on the mode stays. Somebody may have flipped it since it was read (TRAPS 17).
    const Result<void> mode = read_journal_mode();
    if (mode && (soon_ == wal_ || !soon_)) return {};
    (void)command("ROLLBACK");
    if (!mode || attempt > 2) {
      return mode ? Result<void>(Error{ErrorKind::Transient, "somebody keeps changing the journal mode", where(), ""})
                  : mode;
    }
  }
}

Result<void> Connection::commit_soon() {
  wait_at_most(commit_patience);
  Result<void> committed = command("COMMIT");
  wait_at_most(options_.lock_timeout);
  unsynced_ = unsynced_ || (committed && soon_);
  return committed;
}

Result<void> Connection::commit() {
  Result<void> committed = commit_soon();
  return committed ? make_durable() : committed;
}

// As SQLite does it with synchronous=FULL, after everybody may see the commit instead of before. Where the mode was
// flipped meanwhile there is no log, and who did that has written the database.
Result<void> Connection::make_durable() {
  if (!unsynced_) return {};
  sqlite3_file* log = nullptr;
  const int found = sqlite3_file_control(handle(), "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
  const bool open = found == SQLITE_OK && log != nullptr && log->pMethods != nullptr;
  if (open && log->pMethods->xSync(log, SQLITE_SYNC_NORMAL) != SQLITE_OK) {
    return Error{ErrorKind::InDoubt, "the disk did not take what was committed", where(),
                 "the changes are there, and may be gone after a cut of the power: look at the disk, then run again"};
  }
  unsynced_ = false;
  return {};
}

Result<void> Connection::begin_reading() {
  end_reading();
  if (Result<void> begun = command("BEGIN"); !begun) return begun;
  reading_ = true;
  mode_known_ = false;
  reading_since_ = std::chrono::steady_clock::now();
  return {};
}

void Connection::end_reading() {
  if (!std::exchange(reading_, false)) return;
  if (sqlite3_get_autocommit(handle()) == 0) (void)command("COMMIT");
}

Result<void> Connection::refresh_reading() {
  if (!reading_) return {};
  const auto longest = wal_ ? reading_in_wal : reading_in_rollback_modes;
  if (std::chrono::steady_clock::now() - reading_since_ < longest) return {};
  return begin_reading();
}

Result<Value> Connection::single(const std::string& sql) {
  Result<Prepared*> statement = prepare(sql);
  if (!statement) return statement.error();
  const int code = (*statement)->step();
  if (code != SQLITE_ROW) {
    const Error failed =
        code == SQLITE_DONE ? Error{ErrorKind::Terminal, "nothing was returned", where(), ""} : error();
    (*statement)->reset();
    return failed;
  }
  Value value(column_value((*statement)->get(), 0));
  (*statement)->reset();
  return value;
}

Result<ReadMark> Connection::mark() {
  Result<Value> version = single("PRAGMA data_version");
  if (!version) return version.error();
  return ReadMark{generation_ << 32 | static_cast<std::uint32_t>(version->view().integer())};
}

Result<void> Connection::check_writable() const {
  if (sqlite3_db_readonly(handle(), "main") == 1) return sqlite_error(SQLITE_READONLY, "", where());
  if (!owner_can_use_our_files(file_, folder_of(options_.path))) {
    return Error{ErrorKind::Terminal,
                 "the database belongs to another user, who could not use the side files that we make", where(),
                 "run as the user that owns the file, or share file and folder through its group"};
  }
  return {};
}

}  // namespace holdfast::stores
