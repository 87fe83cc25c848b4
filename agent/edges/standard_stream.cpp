#include "agent/edges/standard_stream.h"

#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace holdfast::agent {
namespace {
constexpr std::size_t buffer_bytes = 64 * 1024;
}  // namespace

void StandardStream::write(std::string_view text) {
  if (buffering_ == Buffering::Line) error_ = 0;
  if (error_ != 0) return;
  if (torn_) buffer_ += '\n';
  buffer_ += text;
  if (buffering_ == Buffering::Line || buffer_.size() >= buffer_bytes) flush();
}

void StandardStream::flush() {
  std::string_view left = buffer_;
  while (!left.empty() && error_ == 0) {
    const ssize_t written = ::write(descriptor_, left.data(), left.size());
    if (written >= 0) {
      left.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      error_ = errno;
    }
  }
  const std::size_t done = buffer_.size() - left.size();
  if (done > 0) torn_ = !left.empty() && buffer_[done - 1] != '\n';
  buffer_.clear();
}

std::string StandardStream::failure() const { return std::generic_category().message(error_); }

bool StandardStream::is_terminal() const { return ::isatty(descriptor_) == 1; }

}  // namespace holdfast::agent
