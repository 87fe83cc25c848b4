// Names for runs: unique, and sorted by time as text.
#pragma once

#include <chrono>
#include <string>

namespace holdfast {

// 26 characters: ten for the milliseconds since 1970, sixteen random, in Crockford's base 32 (the ULID format).
std::string new_run_id(std::chrono::system_clock::time_point now);

}  // namespace holdfast
