// Which processes have which database open, from the links in /proc. Nothing is opened but folders of /proc.
//
// A database that is opened for each request shows only while it is open: what is found is so, what is not found may
// be. No state; any thread.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>

#include "agent/core/doctor/host_facts.h"

namespace holdfast::agent {

struct OpenFilesQuery {
  std::string path;        // of the database, real
  doctor::FileState file;  // as it is now; not there: only former ones of that path are found
  std::chrono::milliseconds at_most = std::chrono::milliseconds(500);
  std::optional<pid_t> below;  // only this process and those that it started, at any distance
};

// This process itself is left out. Files that are other databases (Relation::Other) are listed only with `below`.
doctor::OpenFiles find_open_files(const OpenFilesQuery& query);

}  // namespace holdfast::agent
