#include "agent/edges/supervisor/supervised.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>

namespace holdfast::agent {
namespace {

constexpr const char* variable = "HOLDFAST_SUPERVISED";

bool is_unix_socket(int descriptor) {
  int domain = 0;
  socklen_t size = sizeof domain;
  return ::getsockopt(descriptor, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 && domain == AF_UNIX;
}

}  // namespace

Result<std::optional<Supervised>> Supervised::from_environment() {
  const char* value = std::getenv(variable);
  if (!value) return std::optional<Supervised>();
  const std::string text = value;
  ::unsetenv(variable);
  int number = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  if (!whole || number <= STDERR_FILENO || !is_unix_socket(number)) {
    return Error{ErrorKind::Invalid, "there is no supervisor's socket",
                 std::string(variable) + "=" + text.substr(0, 20),
                 "unset it: `holdfast run -- COMMAND` sets it itself"};
  }
  ::fcntl(number, F_SETFD, FD_CLOEXEC);
  ::prctl(PR_SET_NAME, "holdfast-agent");
  return std::optional<Supervised>(Supervised(Descriptor(number)));
}

bool Supervised::say(std::string_view word) const { return send_line(socket_.number(), word); }

void Supervised::take(std::string_view line) {
  constexpr std::string_view api = "api ";
  if (line == "go") go_ = true;
  if (!line.starts_with(api)) return;
  line.remove_prefix(api.size());
  pid_t process = -1;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), process);
  if (error == std::errc() && end == line.data() + line.size() && process > 0) api_ = process;
}

Supervised::Heard Supervised::hear() {
  if (!gone_) gone_ = !lines_.feed(socket_.number());
  while (const std::optional<std::string> line = lines_.next()) take(*line);
  if (gone_) return Heard::Gone;
  return go_ ? Heard::Go : Heard::Nothing;
}

}  // namespace holdfast::agent
