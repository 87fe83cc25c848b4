// One line on a terminal that shows how far long work has come; nothing in the first second, ten times a second after.
#pragma once

#include "agent/progress_view.h"
#include "agent/render/sink.h"
#include "reconcilers/core/clock.h"

namespace holdfast::agent {

class TerminalProgress final : public ProgressView {
 public:
  TerminalProgress(Sink& terminal, const Clock& clock);
  ~TerminalProgress() override { clear(); }

  void show(std::string_view what, std::uint64_t done, std::uint64_t total) override;
  void clear() override;

 private:
  Sink& terminal_;
  const Clock& clock_;
  Clock::Instant next_;
  bool visible_ = false;
};

}  // namespace holdfast::agent
