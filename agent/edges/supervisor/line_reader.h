// Lines from a socket that never blocks: what agent and supervisor say to each other.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace holdfast::agent {

// Feed it whenever the socket can be read. Lines of more than most_bytes are dropped whole. One thread.
class LineReader {
 public:
  static constexpr std::size_t most_bytes = 256;

  // Reads what is there, up to 4 KiB. False: the other side is gone, and what it said before that has been taken.
  bool feed(int socket);
  // The next whole line, without its line feed.
  std::optional<std::string> next();

 private:
  void take(std::string_view bytes);

  std::string buffer_;
  bool dropping_ = false;  // the rest of a line that is too long
};

// One line, all or nothing; never blocks, raises no SIGPIPE. False: the other side is gone or does not read.
bool send_line(int socket, std::string_view line);

}  // namespace holdfast::agent
