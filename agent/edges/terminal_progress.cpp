#include "agent/edges/terminal_progress.h"

#include "agent/render/escape.h"

namespace holdfast::agent {
namespace {
constexpr std::chrono::milliseconds patience{1000};
constexpr std::chrono::milliseconds refresh{100};
constexpr std::string_view to_line_start = "\r\x1b[K";
}  // namespace

TerminalProgress::TerminalProgress(Sink& terminal, const Clock& clock)
    : terminal_(terminal), clock_(clock), next_(clock.now() + patience) {}

void TerminalProgress::show(std::string_view what, std::uint64_t done, std::uint64_t total) {
  const Clock::Instant now = clock_.now();
  if (now < next_) return;
  next_ = now + refresh;
  std::string text(to_line_start);
  text += printable(what);
  if (done > 0 || total > 0) text += " " + grouped(done);
  if (total > 0) text += " of " + grouped(total);
  terminal_.write(text);
  visible_ = true;
}

void TerminalProgress::clear() {
  if (visible_) terminal_.write(to_line_start);
  visible_ = false;
}

}  // namespace holdfast::agent
