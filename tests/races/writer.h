// An application's process that writes as fast as it can, and knows of each row that is its own what must be in it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <string>

namespace holdfast::agent {

constexpr int declared_rows = 120;
std::string declared_url(int id);

struct WriterReport {
  std::uint64_t tried = 0;
  std::uint64_t failed = 0;  // locked longer than the application waits, or any other error
  std::uint64_t healed = 0;  // how often a row that it had broken was as declared again
  std::string wrong;         // the first thing that was not as it had left it; empty when there is none
};

// Works on its own share of the declared rows (those with id % writers == number) and on rows of its own: counts in a
// column that nobody declares, breaks a column that is declared, inserts and deletes. After `span` it waits for
// finish() before it looks at everything once more.
class Writer {
 public:
  Writer(const std::string& database, int number, int writers, std::chrono::milliseconds span, std::string report_file);
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  WriterReport finish();

 private:
  pid_t process_ = -1;
  int go_ = -1;  // a byte in this pipe lets it end
  std::string report_file_;
};

}  // namespace holdfast::agent
