#include "agent/edges/host/process_facts.h"

#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

#include <ctime>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

namespace holdfast::agent {
namespace {

// What stands in /proc/self/stat behind the program's name, which may have blanks and brackets in it: the first one is
// field 3 of proc(5). Empty when it cannot be read.
std::vector<std::string> stat_fields() {
  std::ifstream in("/proc/self/stat", std::ios::binary);
  const std::string line{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  const std::size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return {};
  std::istringstream rest(line.substr(name_end + 1));
  return {std::istream_iterator<std::string>(rest), std::istream_iterator<std::string>()};
}

constexpr std::size_t start_ticks = 22 - 3, virtual_bytes = 23 - 3, resident_pages = 24 - 3;

std::optional<std::uint64_t> field(const std::vector<std::string>& fields, std::size_t index) {
  std::uint64_t value = 0;
  if (index >= fields.size() || !(std::istringstream(fields[index]) >> value)) return std::nullopt;
  return value;
}

std::optional<std::chrono::nanoseconds> time_of(clockid_t clock) {
  timespec time{};
  if (::clock_gettime(clock, &time) != 0) return std::nullopt;
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

std::optional<std::uint64_t> open_descriptors() {
  DIR* folder = ::opendir("/proc/self/fd");
  if (folder == nullptr) return std::nullopt;
  std::uint64_t count = 0;
  while (const dirent* entry = ::readdir(folder)) {
    if (entry->d_name[0] != '.') ++count;
  }
  ::closedir(folder);
  return count == 0 ? 0 : count - 1;  // not the one that was open to count them
}

}  // namespace

ProcessFactsReader::ProcessFactsReader() {
  const std::optional<std::uint64_t> ticks = field(stat_fields(), start_ticks);
  const std::optional<std::chrono::nanoseconds> since_boot = time_of(CLOCK_BOOTTIME);
  const long ticks_per_second = ::sysconf(_SC_CLK_TCK);
  if (!ticks || !since_boot || ticks_per_second <= 0) return;
  const std::chrono::duration<double> began(static_cast<double>(*ticks) / static_cast<double>(ticks_per_second));
  const auto age = *since_boot - std::chrono::duration_cast<std::chrono::nanoseconds>(began);
  started_ = std::chrono::system_clock::now() - std::chrono::duration_cast<std::chrono::system_clock::duration>(age);
}

metrics::ProcessFacts ProcessFactsReader::read() const {
  metrics::ProcessFacts facts;
  const std::vector<std::string> fields = stat_fields();
  facts.cpu_time = time_of(CLOCK_PROCESS_CPUTIME_ID);
  facts.virtual_bytes = field(fields, virtual_bytes);
  const long page_bytes = ::sysconf(_SC_PAGESIZE);
  if (const auto pages = field(fields, resident_pages); pages && page_bytes > 0) {
    facts.resident_bytes = *pages * static_cast<std::uint64_t>(page_bytes);
  }
  facts.open_descriptors = open_descriptors();
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
    facts.most_descriptors = limit.rlim_cur;
  facts.started = started_;
  return facts;
}

}  // namespace holdfast::agent
