// Measures programs that are compared with one another: in one process, alternating, so that what the machine does
// meanwhile hits all of them. Prints one JSON line a measurement on stdout; scripts/bench.py makes the tables.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace holdfast::bench {

struct Program {
  std::string name;
  std::function<void()> run;      // the measured part
  std::function<void()> prepare;  // before each run, not measured; may be empty
};

struct Measuring {
  int repetitions = 5;             // rounds A B C A B C …
  double at_least_seconds = 0.02;  // a run is repeated until a measurement takes this long; not with `prepare`
};

// {"what": WHAT, "rows": ROWS, "round": N, "seconds": {"A": …, "B": …}} a round, after one round to warm up.
void alternate(const std::string& what, std::int64_t rows, const std::vector<Program>& programs,
               const Measuring& measuring = {});

// {"what": WHAT, "rows": ROWS, "value": VALUE, "unit": UNIT}
void print_value(const std::string& what, std::int64_t rows, double value, const std::string& unit);

// Bytes that the heap has handed out and not got back.
std::size_t heap_bytes();

// Keeps the compiler from leaving out what computes `value`.
void keep(std::uint64_t value);

// Ends the program: a benchmark with a wrong result measures nothing.
[[noreturn]] void fail(const std::string& message);

}  // namespace holdfast::bench
