#include "reconcilers/stores/sqlite/bounded.h"

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

}  // namespace

Bounds::Bounds(Connection& connection, std::chrono::milliseconds at_most, Allow allow)
    : database_(connection.handle()), deadline_(std::chrono::steady_clock::now() + at_most) {
  connection.wait_at_most(at_most);
  sqlite3_file_control(database_, "main", SQLITE_FCNTL_FILE_POINTER, &file_);
  if (allow == Allow::ReadingOnly) sqlite3_set_authorizer(database_, authorize, &denied_);
  sqlite3_progress_handler(database_, steps_between_looks, &Bounds::look, this);
  start();
}

Bounds::~Bounds() {
  sqlite3_set_authorizer(database_, nullptr, nullptr);
  sqlite3_progress_handler(database_, 0, nullptr, nullptr);
}

void Bounds::start() {
  gave_way_ = false;
  undisturbed_until_ = std::chrono::steady_clock::now() + undisturbed;
}

int Bounds::first_step(const Prepared& statement) {
  int code = statement.step();
  while (code == SQLITE_INTERRUPT && gave_way_ && !out_of_time()) {
    sqlite3_reset(statement.get());
    Connection::pause(pause_for_writers);
    start();
    code = statement.step();
  }
  return code;
}

int Bounds::look(void* self) {
  auto* bounds = static_cast<Bounds*>(self);
  if (bounds->out_of_time()) return 1;
  if (bounds->file_ == nullptr || std::chrono::steady_clock::now() < bounds->undisturbed_until_) return 0;
  int writer = 0;
  const int code = bounds->file_->pMethods->xCheckReservedLock(bounds->file_, &writer);
  bounds->gave_way_ = code == SQLITE_OK && writer != 0;
  bounds->ever_gave_way_ = bounds->ever_gave_way_ || bounds->gave_way_;
  return bounds->gave_way_ ? 1 : 0;
}

}  // namespace holdfast::stores
