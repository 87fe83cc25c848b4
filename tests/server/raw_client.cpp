#include "tests/server/raw_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "agent/core/http/message.h"

namespace holdfast::agent {
namespace {

using Clock = std::chrono::steady_clock;

bool wait_for(int descriptor, short events, Clock::time_point deadline) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
  pollfd entry{descriptor, events, 0};
  return left.count() > 0 && ::poll(&entry, 1, static_cast<int>(left.count())) > 0;
}

}  // namespace

std::string RawResponse::field(std::string_view name) const {
  std::string_view rest = header;
  while (!rest.empty()) {
    const std::size_t end = rest.find("\r\n");
    const std::string_view line = rest.substr(0, end);
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos && http::same_name(line.substr(0, colon), name)) {
      return std::string(http::trimmed(line.substr(colon + 1)));
    }
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 2);
  }
  return {};
}

RawClient::RawClient(std::uint16_t port, const Options& options) {
  sockaddr_storage where{};
  socklen_t size = 0;
  if (options.address.find(':') != std::string::npos) {
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&where);
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
    ::inet_pton(AF_INET6, options.address.c_str(), &v6->sin6_addr);
    size = sizeof(sockaddr_in6);
  } else {
    auto* v4 = reinterpret_cast<sockaddr_in*>(&where);
    v4->sin_family = AF_INET;
    v4->sin_port = htons(port);
    ::inet_pton(AF_INET, options.address.c_str(), &v4->sin_addr);
    size = sizeof(sockaddr_in);
  }
  descriptor_ = ::socket(where.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (options.receive_bytes > 0) {
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &options.receive_bytes, sizeof options.receive_bytes);
  }
  if (::connect(descriptor_, reinterpret_cast<sockaddr*>(&where), size) != 0) close();
}

RawClient::~RawClient() { close(); }

RawClient::RawClient(RawClient&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), buffer_(std::move(other.buffer_)), ended_(other.ended_) {}

bool RawClient::send(std::string_view bytes) {
  const Clock::time_point deadline = Clock::now() + patience;
  while (!bytes.empty()) {
    const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno != EAGAIN || !wait_for(descriptor_, POLLOUT, deadline)) {
      return false;
    }
  }
  return true;
}

bool RawClient::get(std::string_view target, std::string_view fields) {
  return send("GET " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(fields) + "\r\n");
}

bool RawClient::read_some(Clock::time_point deadline) {
  if (ended_ || descriptor_ < 0 || !wait_for(descriptor_, POLLIN, deadline)) return false;
  char bytes[16 * 1024];
  const ssize_t got = ::recv(descriptor_, bytes, sizeof bytes, 0);
  if (got > 0) {
    buffer_.append(bytes, static_cast<std::size_t>(got));
  } else {
    ended_ = true;
  }
  return got > 0;
}

std::optional<std::string> RawClient::until(std::string_view end) {
  const Clock::time_point deadline = Clock::now() + patience;
  std::size_t at = std::string::npos;
  while ((at = buffer_.find(end)) == std::string::npos) {
    if (!read_some(deadline)) return std::nullopt;
  }
  std::string text = buffer_.substr(0, at + end.size());
  buffer_.erase(0, at + end.size());
  return text;
}

std::optional<RawResponse> RawClient::response(bool head) {
  RawResponse response;
  std::optional<std::string> header = until("\r\n\r\n");
  if (!header) return std::nullopt;
  response.header = *std::move(header);
  if (response.header.starts_with("HTTP/1."))
    response.status = static_cast<unsigned>(std::atoi(response.header.c_str() + 9));
  const std::size_t size = head ? 0 : std::strtoull(response.field("Content-Length").c_str(), nullptr, 10);
  const Clock::time_point deadline = Clock::now() + patience;
  while (buffer_.size() < size) {
    if (!read_some(deadline)) return std::nullopt;
  }
  response.body = buffer_.substr(0, size);
  buffer_.erase(0, size);
  return response;
}

bool RawClient::closed_by_peer(std::chrono::milliseconds wait) {
  const Clock::time_point deadline = Clock::now() + wait;
  while (read_some(deadline)) {
  }
  return ended_;
}

std::string RawClient::take_rest() { return std::exchange(buffer_, {}); }

void RawClient::shut_down_sending() { ::shutdown(descriptor_, SHUT_WR); }

void RawClient::close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

}  // namespace holdfast::agent
