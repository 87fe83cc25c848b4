// This process' environment, and what of it the children get.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::agent {

// One variable.
std::optional<std::string> environment(std::string_view name);

struct ChildEnvironments {
  std::vector<std::string> agent;  // everything but NOTIFY_SOCKET and HOLDFAST_SUPERVISED
  // Without NOTIFY_SOCKET and without HOLDFAST_*, all of them: any may hold a secret, a token or the password in an
  // address, and a list of those that do would be wrong with the next one.
  std::vector<std::string> application;
  std::string notify_socket;  // the value of NOTIFY_SOCKET; empty: none
};

// Copies; the process' own environment stays as it is.
ChildEnvironments child_environments();

// Overwrites the values of all variables of this process whose names begin with `prefix`, where they lie:
// /proc/PID/environ shows that memory to everybody with our user id, the API for one. Afterwards they are empty. No
// other thread may read the environment meanwhile.
void hide_environment(std::string_view prefix);

}  // namespace holdfast::agent
