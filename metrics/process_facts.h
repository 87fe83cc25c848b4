// What every monitoring system wants to know of a process, as a value. Whoever may open files reads it
// (agent/edges/host/process_facts.h) and hands it in; what could not be read is not set.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace holdfast::metrics {

struct ProcessFacts {
  std::optional<std::chrono::nanoseconds> cpu_time;  // user and system, all threads
  std::optional<std::uint64_t> resident_bytes;
  std::optional<std::uint64_t> virtual_bytes;
  std::optional<std::uint64_t> open_descriptors;
  std::optional<std::uint64_t> most_descriptors;  // the soft limit
  std::optional<std::chrono::system_clock::time_point> started;
};

}  // namespace holdfast::metrics
