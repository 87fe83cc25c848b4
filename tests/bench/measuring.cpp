#include "tests/bench/measuring.h"

#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace holdfast::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;

double seconds_of(const Program& program, int times) {
  if (program.prepare) program.prepare();
  const auto start = SteadyClock::now();
  for (int i = 0; i < times; ++i) program.run();
  return std::chrono::duration<double>(SteadyClock::now() - start).count() / times;
}

}  // namespace

void alternate(const std::string& what, std::int64_t rows, const std::vector<Program>& programs,
               const Measuring& measuring) {
  std::vector<int> times;
  for (const auto& program : programs) {
    const double once = seconds_of(program, 1);
    const double wanted = std::ceil(measuring.at_least_seconds / std::max(once, 1e-7));
    times.push_back(program.prepare ? 1 : static_cast<int>(std::clamp(wanted, 1.0, 1e5)));
  }
  for (int round = 0; round < measuring.repetitions; ++round) {
    std::printf(R"({"what": "%s", "rows": %lld, "round": %d, "seconds": {)", what.c_str(), static_cast<long long>(rows),
                round);
    for (std::size_t i = 0; i < programs.size(); ++i) {
      std::printf(R"(%s"%s": %.9f)", i == 0 ? "" : ", ", programs[i].name.c_str(), seconds_of(programs[i], times[i]));
    }
    std::printf("}}\n");
    std::fflush(stdout);
  }
}

void print_value(const std::string& what, std::int64_t rows, double value, const std::string& unit) {
  std::printf(R"({"what": "%s", "rows": %lld, "value": %.3f, "unit": "%s"})"
              "\n",
              what.c_str(), static_cast<long long>(rows), value, unit.c_str());
  std::fflush(stdout);
}

std::size_t heap_bytes() {
  const auto info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

void keep(std::uint64_t value) {
  static volatile std::uint64_t kept = 0;
  kept = kept + value;
}

void fail(const std::string& message) {
  std::fprintf(stderr, "error: the benchmark came out wrong: %s: look at tests/bench/\n", message.c_str());
  std::exit(1);
}

}  // namespace holdfast::bench
