// Asks a running agent, one request a connection. Waits for the answer; not for a thread that has other things to do.
// Not thread-safe.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "agent/agent_client.h"

namespace holdfast::agent {

struct HttpClientOptions {
  std::string url = "http://127.0.0.1:8790";   // --agent
  std::string token = {};                      // empty: none is sent
  std::chrono::milliseconds deadline{10'000};  // for everything; looking a name up may take longer
  std::size_t answer_bytes = 64 * 1024 * 1024;
};

class HttpClient final : public AgentClient {
 public:
  // Invalid when the URL is not http://HOST[:PORT], with at most a slash behind it: no https, no user and no password.
  static Result<std::unique_ptr<HttpClient>> make(HttpClientOptions options);

  Result<AgentAnswer> get(std::string_view path) override;
  Result<AgentAnswer> post(std::string_view path, std::string_view body) override;

 private:
  explicit HttpClient(HttpClientOptions options) : options_(std::move(options)) {}
  struct Exchange;
  Result<AgentAnswer> ask(bool post, std::string_view path, std::string_view body);

  HttpClientOptions options_;
  std::string host_;  // without brackets
  std::string port_;
  std::string authority_;  // as in the URL
};

}  // namespace holdfast::agent
