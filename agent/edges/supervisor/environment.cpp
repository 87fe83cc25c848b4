#include "agent/edges/supervisor/environment.h"

#include <unistd.h>

#include <cstdlib>
#include <cstring>

namespace holdfast::agent {
namespace {

constexpr std::string_view ours = "HOLDFAST_", notify = "NOTIFY_SOCKET=", supervised = "HOLDFAST_SUPERVISED=";

}  // namespace

std::optional<std::string> environment(std::string_view name) {
  const char* value = std::getenv(std::string(name).c_str());
  return value ? std::optional<std::string>(value) : std::nullopt;
}

ChildEnvironments child_environments() {
  ChildEnvironments all;
  for (char** variable = environ; variable && *variable; ++variable) {
    const std::string_view text = *variable;
    if (text.starts_with(notify)) {
      all.notify_socket = text.substr(notify.size());
      continue;
    }
    if (!text.starts_with(supervised)) all.agent.emplace_back(text);
    if (!text.starts_with(ours)) all.application.emplace_back(text);
  }
  return all;
}

void hide_environment(std::string_view prefix) {
  for (char** variable = environ; variable && *variable; ++variable) {
    if (!std::string_view(*variable).starts_with(prefix)) continue;
    if (char* value = std::strchr(*variable, '=')) ::explicit_bzero(value + 1, std::strlen(value + 1));
  }
}

}  // namespace holdfast::agent
