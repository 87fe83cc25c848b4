// Looks at the machine for a database file: file system, volume, rights, room, clock, and who has which database open.
//
// Nothing here opens the database or its side files: stat and links of /proc only (TRAPS 14). Bounded: looking into
// other processes ends after `at_most`. No state; any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "agent/core/doctor/host_facts.h"
#include "desired-state/yaml_decoder.h"

namespace holdfast::agent {

struct HostQuery {
  std::string path;  // of the database, as its URL has it; relative to the current folder
  Environment environment;
  std::chrono::milliseconds at_most = std::chrono::milliseconds(500);
};

doctor::HostFacts look_at_host(const HostQuery& query);

// All of it but open_files: what is looked at again and again.
doctor::HostFacts look_at_place(const HostQuery& query);
// The parts of it that others ask for by themselves.
doctor::Host look_at_machine(const Environment& environment);
doctor::FileState look_at_file(const std::string& path);
// Absolute and with links followed, also where the last part is not there yet.
std::string real_path(const std::string& path);

}  // namespace holdfast::agent
