// A client that does with its socket what a test wants, and waits for everything with a deadline.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast::agent {

inline constexpr std::chrono::milliseconds patience{20'000};

struct RawResponse {
  unsigned status = 0;
  std::string header;  // with the status line
  std::string body;
  std::string field(std::string_view name) const;  // empty when it is not there
};

class RawClient {
 public:
  struct Options {
    std::string address = "127.0.0.1";
    int receive_bytes = 0;  // the kernel's buffer; 0: as it is
  };
  explicit RawClient(std::uint16_t port) : RawClient(port, Options()) {}
  RawClient(std::uint16_t port, const Options& options);
  ~RawClient();
  RawClient(RawClient&& other) noexcept;
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;
  RawClient& operator=(RawClient&&) = delete;

  bool connected() const { return descriptor_ >= 0; }
  // False when the other side does not take it any more.
  bool send(std::string_view bytes);
  // GET with a Host field, on a connection that stays open.
  bool get(std::string_view target, std::string_view fields = "");

  // The next response, its body by Content-Length; nothing when the connection ends before, or after `patience`.
  std::optional<RawResponse> response(bool head = false);
  // Everything up to and including `end`; nothing when the connection ends before.
  std::optional<std::string> until(std::string_view end);
  // Reads on until the other side has closed; false when it has not within `wait`.
  bool closed_by_peer(std::chrono::milliseconds wait = patience);
  std::string take_rest();  // what was read and not asked for

  void shut_down_sending();
  void close();

 private:
  bool read_some(std::chrono::steady_clock::time_point deadline);
  int descriptor_ = -1;
  std::string buffer_;
  bool ended_ = false;
};

}  // namespace holdfast::agent
