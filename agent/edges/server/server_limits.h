// What the server allows its clients. Everything has a limit, so that no client can take what others need.
#pragma once

#include <chrono>
#include <cstddef>

namespace holdfast::agent {

struct ServerLimits {
  std::size_t header_bytes = 8 * 1024;
  std::size_t body_bytes = 64 * 1024;
  std::size_t connections = 64;  // event streams among them; a further one is answered 503 and closed
  std::size_t refusals = 32;     // of those at a time; a further one is closed without a word
  std::size_t streams = 16;
  std::size_t stream_bytes = 256 * 1024;  // that wait for a client of a stream; with more it is cut off
  std::chrono::milliseconds read{
      10'000};  // for a whole request, from its first byte; for the first byte of a connection
  std::chrono::milliseconds idle{30'000};          // between two requests
  std::chrono::milliseconds answer{30'000};        // for the agent to answer a POST: 504 after that
  std::chrono::milliseconds write{30'000};         // for a whole response
  std::chrono::milliseconds stream_write{10'000};  // for each piece of a stream
  std::chrono::milliseconds heartbeat{15'000};     // between comments in a quiet stream
  std::chrono::milliseconds gather{20};            // how long events are gathered for one piece
  std::chrono::milliseconds linger{1'000};  // for a client to take a last response before its connection is closed
  std::chrono::milliseconds retry{5'000};   // between attempts to listen on a busy port
};

}  // namespace holdfast::agent
