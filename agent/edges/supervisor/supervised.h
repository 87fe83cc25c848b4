// The agent's end of its talk with the supervisor: "prepared", then wait for "go", then "ready". "api PID" comes once
// there is an API.
//
// An agent that nobody supervises has none and needs none. That the supervisor is gone also comes as SIGTERM.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string_view>

#include "agent/edges/descriptor.h"
#include "agent/edges/supervisor/line_reader.h"
#include "reconcilers/core/result.h"

namespace holdfast::agent {

class Supervised {
 public:
  enum class Heard : std::uint8_t { Nothing, Go, Gone };

  // Takes HOLDFAST_SUPERVISED out of the environment, and owns the socket that it names; names the process
  // "holdfast-agent", which would be "exe" in `ps` otherwise. Nothing where it is not set; Invalid where it names no
  // socket of ours. Before there are threads.
  static Result<std::optional<Supervised>> from_environment();

  // "prepared", "ready"; a word the supervisor does not know is ignored there. False: the supervisor is gone. Never
  // blocks.
  bool say(std::string_view word) const;

  // Can be read (poll, or Asio's stream_descriptor with async_wait and release()) when there is something to hear.
  // Stays ours.
  int descriptor() const { return socket_.number(); }
  // What came, without blocking. Go once it has been said, from then on; other lines are ignored. Gone ends the
  // hearing: do not wait for the descriptor after it.
  Heard hear();
  pid_t api() const { return api_; }  // -1: none that we know of

 private:
  explicit Supervised(Descriptor socket) : socket_(std::move(socket)) {}
  void take(std::string_view line);

  Descriptor socket_;
  LineReader lines_;
  bool go_ = false;
  pid_t api_ = -1;
  bool gone_ = false;
};

}  // namespace holdfast::agent
