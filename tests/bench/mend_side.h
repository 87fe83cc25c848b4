// The two sides of the mend benchmark: whoever notices that another process has changed one of 12 rows, and mends it.
// Each runs in a process of its own and tells the one that measures when it did what. All times are CLOCK_MONOTONIC.
#pragma once

#include <cstdint>
#include <string>

namespace holdfast::bench {

constexpr std::int64_t mended_rows = 12;

struct Mend {
  std::int64_t noticed_ns = 0;    // the event was read
  std::int64_t seen_ns = 0;       // a look has shown that somebody has committed
  std::int64_t committed_ns = 0;  // the mend's COMMIT has returned: everybody sees it
  std::int64_t done_ns = 0;       // and it lies on the disk, as far as the mode promises that
};

struct MendMode {
  std::string name;         // "WAL, NORMAL"
  std::string journal;      // PRAGMA journal_mode
  std::string synchronous;  // of the writer and of the raw program
};

std::int64_t now_ns();

// What each of the 12 rows has to say; the writer breaks offer_id.
std::string wanted_offer(std::int64_t number);

// The raw program: inotify on the folder, looks at the data version, all rows read and compared, and a row that differs
// read again under the lock and updated, in one transaction; everything is prepared beforehand. With `journal` that
// transaction also writes a row with the row's bytes before and after. Writes a Mend to `out` for each; a byte on
// `in` ends it.
void run_raw_mender(const std::string& path, const MendMode& mode, bool journal, int in, int out);

// Holdfast's worker thread with its watch, controller and store, as the agent has them, under the same documents. An
// 'r' on `in` starts another one in its place: what the old one knew about fights goes with it. Writes an empty Mend
// when it is ready; another byte ends it.
void run_agent_mender(const std::string& path, int in, int out);

}  // namespace holdfast::bench
