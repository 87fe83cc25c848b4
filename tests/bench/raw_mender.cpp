#include <poll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>

#include "tests/bench/campaign_rows.h"
#include "tests/bench/measuring.h"
#include "tests/bench/mend_side.h"
#include "tests/bench/raw_sqlite.h"

namespace holdfast::bench {
namespace {

constexpr std::string_view all_columns =
    "id, name, tune_url, logo_url, main_image_url, description, cta_text, offer_id, aff_id, active, payout_amount";
constexpr std::int64_t first_pause_ns = 20'000;
constexpr int offer_column = 7;

std::string_view text_at(sqlite3_stmt* row, int column) {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(row, column));
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(row, column))};
}

// Every column's bytes, one after the other: what a journal needs at least to put a row back.
std::string image_of(sqlite3_stmt* row) {
  std::string image;
  for (int i = 0; i < static_cast<int>(column_count); ++i) {
    const std::string_view bytes = text_at(row, i);
    image += static_cast<char>(sqlite3_column_type(row, i));
    const auto size = static_cast<std::uint32_t>(bytes.size());
    image.append(reinterpret_cast<const char*>(&size), sizeof size);
    image += bytes;
  }
  return image;
}

class RawMender {
 public:
  RawMender(const std::string& path, const MendMode& mode, bool journal) : database_(path), journal_(journal) {
    database_.execute("PRAGMA synchronous = " + mode.synchronous + "; PRAGMA foreign_keys = OFF");
    journal_path_ = path + "-journal";
    name_ = std::filesystem::path(path).filename().string();
    database_.wait_for_locks();
    const std::string from = "SELECT " + std::string(all_columns) + " FROM campaigns";
    version_.emplace(database_, "PRAGMA data_version");
    all_.emplace(database_, from + " ORDER BY id");
    one_.emplace(database_, from + " WHERE id = ?1");
    begin_.emplace(database_, "BEGIN IMMEDIATE");
    update_.emplace(database_, "UPDATE campaigns SET offer_id = ?1 WHERE id = ?2");
    if (journal) {
      database_.execute("CREATE TABLE IF NOT EXISTS journal (run INTEGER PRIMARY KEY, at, row, before, after)");
      write_.emplace(database_, "INSERT INTO journal (at, row, before, after) VALUES (?1, ?2, ?3, ?4)");
    }
    commit_.emplace(database_, "COMMIT");
    for (std::int64_t i = 1; i <= mended_rows; ++i) make_row(i, wanted_[static_cast<std::size_t>(i - 1)]);
    seen_version_ = version();
  }

  const std::string& name() const { return name_; }

  // True when somebody has committed since the last look. While a writer of a rollback mode is at work it does not
  // look.
  bool is_news() {
    struct stat about {};
    if (::stat(journal_path_.c_str(), &about) == 0) return false;
    const std::int64_t now = version();
    return std::exchange(seen_version_, now) != now;
  }

  void mend_all() {
    std::array<bool, mended_rows> differs{};
    std::size_t at = 0;
    bool any = false;
    for (; all_->step(); ++at) any = (differs.at(at) = !as_wanted(all_->handle(), wanted_.at(at))) || any;
    all_->reset();
    if (!any) return;
    run(*begin_);
    for (std::size_t i = 0; i < at; ++i) {
      if (differs.at(i)) mend(static_cast<std::int64_t>(i) + 1);
    }
    run(*commit_);
  }

 private:
  std::int64_t version() {
    version_->step();
    const std::int64_t version = sqlite3_column_int64(version_->handle(), 0);
    version_->reset();
    return version;
  }

  static void run(RawStatement& statement) {
    statement.step();
    statement.reset();
  }

  static bool as_wanted(sqlite3_stmt* row, const CampaignRow& wanted) {
    for (int i = 0; i < 8; ++i) {
      if (text_at(row, i + 1) != wanted.texts.at(static_cast<std::size_t>(i))) return false;
    }
    return sqlite3_column_int64(row, 0) == wanted.id && sqlite3_column_int64(row, 9) == wanted.active &&
           sqlite3_column_double(row, 10) == wanted.payout_amount;
  }

  void mend(std::int64_t id) {
    const std::string& offer = wanted_.at(static_cast<std::size_t>(id - 1)).texts[offer_column - 1];
    std::string before, after;
    read(id, before);
    sqlite3_bind_text(update_->handle(), 1, offer.data(), static_cast<int>(offer.size()), SQLITE_STATIC);
    sqlite3_bind_int64(update_->handle(), 2, id);
    run(*update_);
    if (!journal_) return;
    read(id, after);
    sqlite3_bind_int64(write_->handle(), 1, now_ns());
    sqlite3_bind_int64(write_->handle(), 2, id);
    sqlite3_bind_blob(write_->handle(), 3, before.data(), static_cast<int>(before.size()), SQLITE_STATIC);
    sqlite3_bind_blob(write_->handle(), 4, after.data(), static_cast<int>(after.size()), SQLITE_STATIC);
    run(*write_);
  }

  void read(std::int64_t id, std::string& image) {
    sqlite3_bind_int64(one_->handle(), 1, id);
    if (!one_->step()) fail("a row is gone");
    image = image_of(one_->handle());
    one_->reset();
  }

  RawDatabase database_;
  bool journal_;
  std::string journal_path_, name_;
  std::array<CampaignRow, mended_rows> wanted_;
  std::optional<RawStatement> version_, all_, one_, begin_, update_, write_, commit_;
  std::int64_t seen_version_ = 0;
};

// Looks after an event with growing pauses, as agent/edges/worker/settle.h has them.
struct Pauses {
  std::int64_t began = 0, pause = first_pause_ns;
  void begin(std::int64_t now) {
    began = now;
    pause = first_pause_ns;
  }
  // -1: until the next event.
  std::int64_t next(std::int64_t now) {
    if (began == 0 || now - began >= 5'000'000'000) return -1;
    const std::int64_t longest = now - began < 200'000'000 ? 1'000'000 : 20'000'000;
    const std::int64_t wait = std::min(pause, longest);
    pause = std::min(2 * pause, longest);
    return wait;
  }
};

bool about_database(const char* events, ssize_t size, const std::string& name) {
  for (ssize_t at = 0; at < size;) {
    const auto* event = reinterpret_cast<const inotify_event*>(events + at);
    const std::string_view file = event->len > 0 ? event->name : "";
    if (file == name || file == name + "-wal" || file == name + "-journal") return true;
    at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
  }
  return false;
}

}  // namespace

std::int64_t now_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

std::string wanted_offer(std::int64_t number) {
  CampaignRow row;
  make_row(number, row);
  return row.texts[offer_column - 1];
}

void run_raw_mender(const std::string& path, const MendMode& mode, bool journal, int in, int out) {
  RawMender mender(path, mode, journal);
  const int events = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  const std::string folder = std::filesystem::path(path).parent_path().string();
  inotify_add_watch(events, folder.c_str(),
                    IN_MODIFY | IN_CREATE | IN_DELETE | IN_MOVED_TO | IN_MOVED_FROM | IN_ATTRIB);
  const Mend ready;
  if (write(out, &ready, sizeof ready) != sizeof ready) fail("nobody reads");
  Pauses pauses;
  Mend mend;
  std::array<pollfd, 2> waits{{{events, POLLIN, 0}, {in, POLLIN, 0}}};
  for (;;) {
    const std::int64_t pause = pauses.next(now_ns());
    const timespec wait{pause / 1'000'000'000, pause % 1'000'000'000};
    const int woken = ppoll(waits.data(), waits.size(), pause < 0 ? nullptr : &wait, nullptr);
    if (woken > 0 && waits[1].revents != 0) return;
    if (woken > 0) {
      alignas(inotify_event) std::array<char, 16384> bytes;
      const ssize_t size = ::read(events, bytes.data(), bytes.size());
      if (!about_database(bytes.data(), size, mender.name())) continue;
      mend.noticed_ns = now_ns();
      pauses.begin(mend.noticed_ns);
    }
    if (!mender.is_news()) continue;
    mend.seen_ns = now_ns();
    mender.mend_all();
    mend.committed_ns = mend.done_ns = now_ns();
    if (write(out, &mend, sizeof mend) != sizeof mend) fail("nobody reads");
  }
}

}  // namespace holdfast::bench
