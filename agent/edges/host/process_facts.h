// What Linux tells about this process, for the metrics. Not for anything that has to be exact: what cannot be read is
// left out.
#pragma once

#include "metrics/process_facts.h"

namespace holdfast::agent {

// Thread-safe: it keeps only when the process began, which it looks up once, so that setting the clock moves no start.
class ProcessFactsReader {
 public:
  ProcessFactsReader();

  // Reads /proc/self; some ten microseconds, and a few more for each thousand descriptors that are open.
  metrics::ProcessFacts read() const;

 private:
  std::optional<std::chrono::system_clock::time_point> started_;
};

}  // namespace holdfast::agent
