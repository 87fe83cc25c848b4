#include "agent/edges/supervisor/line_reader.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace holdfast::agent {

bool LineReader::feed(int socket) {
  std::array<char, 4096> bytes;
  ssize_t got = -1;
  do {
    got = ::recv(socket, bytes.data(), bytes.size(), MSG_DONTWAIT);
  } while (got < 0 && errno == EINTR);
  if (got > 0) take(std::string_view(bytes.data(), static_cast<std::size_t>(got)));
  return got > 0 || (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK));
}

void LineReader::take(std::string_view bytes) {
  std::size_t begin = buffer_.rfind('\n') + 1;  // of the line that is not whole yet; npos + 1 is 0
  for (const char byte : bytes) {
    if (byte != '\n' && dropping_) continue;
    if (byte == '\n' && dropping_) {
      dropping_ = false;
      continue;
    }
    buffer_ += byte;
    if (byte == '\n') {
      begin = buffer_.size();
    } else if (buffer_.size() - begin > most_bytes) {
      buffer_.resize(begin);
      dropping_ = true;
    }
  }
}

std::optional<std::string> LineReader::next() {
  const std::size_t end = buffer_.find('\n');
  if (end == std::string::npos) return std::nullopt;
  std::string line = buffer_.substr(0, end);
  buffer_.erase(0, end + 1);
  return line;
}

bool send_line(int socket, std::string_view line) {
  std::string text(line);
  text += '\n';
  ssize_t sent = -1;
  do {
    sent = ::send(socket, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  } while (sent < 0 && errno == EINTR);
  return sent == static_cast<ssize_t>(text.size());
}

}  // namespace holdfast::agent
