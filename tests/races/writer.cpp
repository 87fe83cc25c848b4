#include "tests/races/writer.h"

#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <map>
#include <stdexcept>
#include <utility>

namespace holdfast::agent {
namespace {

constexpr int application_waits_ms = 1000;

// In the writer's process only.
class Work {
 public:
  Work(const std::string& database, int number, int writers) : number_(number), writers_(writers) {
    if (::sqlite3_open_v2(database.c_str(), &connection_, SQLITE_OPEN_READWRITE, nullptr) != SQLITE_OK) wrong("open");
    ::sqlite3_busy_timeout(connection_, application_waits_ms);
  }
  ~Work() { ::sqlite3_close(connection_); }
  Work(const Work&) = delete;
  Work& operator=(const Work&) = delete;

  void run(std::chrono::milliseconds span) {
    for (const auto end = std::chrono::steady_clock::now() + span; std::chrono::steady_clock::now() < end; ++turn_) {
      const int id = number_ + writers_ * static_cast<int>(turn_ / 4 % (declared_rows / writers_));
      switch (turn_ % 4) {
        case 0: count(id); break;
        case 1: break_row(id); break;
        case 2: insert_own(); break;
        case 3: delete_own(); break;
      }
    }
  }

  WriterReport last_look() {
    for (const auto& [id, url] : broken_)
      found_before(id, look("SELECT url FROM campaigns WHERE id = " + std::to_string(id)));
    for (const auto& [id, seen] : seen_) expect("seen", id, std::to_string(seen));
    return report_;
  }

 private:
  void wrong(const std::string& what) {
    if (report_.wrong.empty()) report_.wrong = what;
  }

  // One transaction of the application. False when it failed, and nothing happened.
  bool transact(const std::string& sql) {
    ++report_.tried;
    if (::sqlite3_exec(connection_, ("BEGIN IMMEDIATE;" + sql).c_str(), nullptr, nullptr, nullptr) == SQLITE_OK &&
        ::sqlite3_exec(connection_, "COMMIT", nullptr, nullptr, nullptr) == SQLITE_OK) {
      return true;
    }
    if (::sqlite3_get_autocommit(connection_) == 0) ::sqlite3_exec(connection_, "ROLLBACK", nullptr, nullptr, nullptr);
    ++report_.failed;
    return false;
  }

  // The first column of the first row; waits as long as it takes, and counts as no try.
  std::string look(const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    while (::sqlite3_prepare_v2(connection_, sql.c_str(), -1, &statement, nullptr) == SQLITE_BUSY) continue;
    int code = SQLITE_BUSY;
    while ((code = ::sqlite3_step(statement)) == SQLITE_BUSY) ::sqlite3_reset(statement);
    const auto* bytes = code == SQLITE_ROW ? ::sqlite3_column_text(statement, 0) : nullptr;
    std::string text = bytes != nullptr ? reinterpret_cast<const char*>(bytes) : "nothing";
    ::sqlite3_finalize(statement);
    return text;
  }

  void expect(const char* column, int id, const std::string& want) {
    const std::string found =
        look(std::string("SELECT ") + column + " FROM campaigns WHERE id = " + std::to_string(id));
    if (found != want) wrong(std::string(column) + " of " + std::to_string(id) + " is " + found + ", not " + want);
  }

  void count(int id) {
    const std::string at = std::to_string(id);
    if (transact("UPDATE campaigns SET seen = seen + 1 WHERE id = " + at))
      expect("seen", id, std::to_string(++seen_[id]));
  }

  // The last value that it wrote is there, or the declared one after it was seen and corrected: nothing else ever.
  void break_row(int id) {
    const std::string at = std::to_string(id),
                      broken = "broken-" + std::to_string(number_) + "-" + std::to_string(turn_);
    // What was there before is kept by the very transaction that breaks it.
    if (!transact("UPDATE campaigns SET was = url WHERE id = " + at + "; UPDATE campaigns SET url = '" + broken +
                  "' WHERE id = " + at)) {
      return;
    }
    found_before(id, look("SELECT was FROM campaigns WHERE id = " + at));
    broken_[id] = broken;
  }
  void found_before(int id, const std::string& found) {
    const auto mine = broken_.find(id);
    const bool whole = found == declared_url(id);
    if (mine == broken_.end() ? !whole : !whole && found != mine->second)
      wrong("url of " + std::to_string(id) + " was " + found);
    if (mine != broken_.end() && whole) ++report_.healed;
  }

  void insert_own() {
    own_ = 100'000 * (number_ + 1) + static_cast<int>(turn_ % 100'000);
    inserted_ = transact("INSERT INTO campaigns (id, name, url) VALUES (" + std::to_string(own_) + ", 'own " +
                         std::to_string(own_) + "', 'own')");
  }
  void delete_own() {
    if (!inserted_) return;
    expect("url", own_, "own");
    const std::string at = std::to_string(own_);
    if (transact("DELETE FROM campaigns WHERE id = " + at) && ::sqlite3_changes(connection_) != 1)
      wrong("its own row " + at + " had gone");
  }

  const int number_, writers_;
  sqlite3* connection_ = nullptr;
  WriterReport report_;
  std::uint64_t turn_ = 0;
  int own_ = 0;
  bool inserted_ = false;
  std::map<int, std::uint64_t> seen_;
  std::map<int, std::string> broken_;
};

}  // namespace

std::string declared_url(int id) { return "https://shop.example/" + std::to_string(id); }

Writer::Writer(const std::string& database, int number, int writers, std::chrono::milliseconds span,
               std::string report_file)
    : report_file_(std::move(report_file)) {
  int ends[2] = {-1, -1};
  if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
  go_ = ends[1];
  process_ = ::fork();
  if (process_ != 0) {
    ::close(ends[0]);
    return;
  }
  Work work(database, number, writers);
  work.run(span);
  char go = 0;
  while (::read(ends[0], &go, 1) < 0) continue;
  const WriterReport report = work.last_look();
  std::ofstream(report_file_) << report.tried << ' ' << report.failed << ' ' << report.healed << ' ' << report.wrong
                              << '\n';
  ::_exit(0);
}

Writer::~Writer() {
  if (process_ > 0) (void)finish();
}

WriterReport Writer::finish() {
  const char go = 1;
  while (::write(go_, &go, 1) < 0) continue;
  ::close(go_);
  ::waitpid(process_, nullptr, 0);
  process_ = -1;
  WriterReport report;
  std::ifstream in(report_file_);
  if (!(in >> report.tried >> report.failed >> report.healed)) report.wrong = "it left no report";
  std::string wrong;
  if (report.wrong.empty() && in.ignore() && std::getline(in, wrong)) report.wrong = wrong;
  return report;
}

}  // namespace holdfast::agent
