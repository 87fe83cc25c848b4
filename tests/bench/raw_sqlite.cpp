#include "tests/bench/raw_sqlite.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string_view>

#include "tests/bench/measuring.h"

namespace holdfast::bench {

RawDatabase::RawDatabase(const std::string& path, bool create) {
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (create ? SQLITE_OPEN_CREATE : 0);
  if (sqlite3_open_v2(path.c_str(), &handle_, flags, nullptr) != SQLITE_OK) fail("cannot open " + path);
}

RawDatabase::~RawDatabase() { sqlite3_close(handle_); }

void RawDatabase::wait_for_locks() {
  const auto wait = [](void*, int tries) {
    usleep(static_cast<useconds_t>(std::min(1'000, 20 << std::min(tries, 6))));
    return tries < 20'000 ? 1 : 0;
  };
  sqlite3_busy_handler(handle_, wait, nullptr);
}

void RawDatabase::execute(const std::string& sql) {
  if (sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    fail(sql + ": " + sqlite3_errmsg(handle_));
  }
}

RawStatement::RawStatement(RawDatabase& database, const std::string& sql) : database_(database) {
  if (sqlite3_prepare_v2(database.handle(), sql.c_str(), -1, &handle_, nullptr) != SQLITE_OK) {
    fail(sql + ": " + sqlite3_errmsg(database.handle()));
  }
}

RawStatement::~RawStatement() { sqlite3_finalize(handle_); }

bool RawStatement::step() {
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) fail(sqlite3_errmsg(database_.handle()));
  return false;
}

std::uint64_t read_all(RawStatement& select) {
  std::uint64_t rows = 0;
  std::uint64_t sum = 0;
  sqlite3_stmt* row = select.handle();
  const int columns = sqlite3_column_count(row);
  while (select.step()) {
    ++rows;
    for (int i = 0; i < columns; ++i) {
      switch (sqlite3_column_type(row, i)) {
        case SQLITE_INTEGER: sum += static_cast<std::uint64_t>(sqlite3_column_int64(row, i)); break;
        case SQLITE_FLOAT: sum += static_cast<std::uint64_t>(sqlite3_column_double(row, i)); break;
        case SQLITE_TEXT: {
          const unsigned char* text = sqlite3_column_text(row, i);
          sum += text[0] + static_cast<std::uint64_t>(sqlite3_column_bytes(row, i));
          break;
        }
        case SQLITE_BLOB: sum += static_cast<std::uint64_t>(sqlite3_column_bytes(row, i)); break;
        default: break;
      }
    }
  }
  select.reset();
  keep(sum);
  return rows;
}

void insert_all(RawDatabase& database, const PackedRows& rows) {
  database.execute("BEGIN IMMEDIATE");
  {
    RawStatement insert(database, "INSERT INTO campaigns VALUES (?,?,?,?,?,?,?,?,?,?,?)");
    rows.for_each([&](const PackedRows::Row& row) {
      int at = 1;
      sqlite3_bind_int64(insert.handle(), at++, row.id);
      for (const auto text : row.texts) {
        sqlite3_bind_text(insert.handle(), at++, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
      }
      sqlite3_bind_int64(insert.handle(), at++, row.active);
      sqlite3_bind_double(insert.handle(), at, row.payout_amount);
      insert.step();
      insert.reset();
    });
  }
  database.execute("COMMIT");
}

void remove_database(const std::string& path) {
  for (const std::string_view suffix : {"", "-wal", "-shm", "-journal"}) {
    std::filesystem::remove(path + std::string(suffix));
  }
}

}  // namespace holdfast::bench
