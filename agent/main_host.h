// Part of the composition root: the machine under a database file, as its worker asks for it.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "agent/database_host.h"
#include "reconcilers/databases/surroundings.h"

namespace holdfast::agent {

// `child`: the process of the application that this program has started; below 0: not started yet, 0: it starts none.
// It outlives what is made.
std::unique_ptr<DatabaseHost> host_of(const std::string& path, const std::atomic<int>& child);

// Where the database lies, and what is remembered beside it, or in the state folder where there is one.
std::unique_ptr<Surroundings> surroundings_of(const std::string& path, const std::string& state_folder);

}  // namespace holdfast::agent
