// The agent's log: a line for each thing that happened, JSON for programs, coloured text for a terminal. One thread.
//
// What a run did is told by its events, so that the log, the API and whoever is notified say the same words.
#pragma once

#include <string>
#include <string_view>

#include "agent/core/status.h"
#include "agent/render/sink.h"
#include "agent/render/style.h"
#include "reconcilers/core/clock.h"

namespace holdfast::agent {

class Log {
 public:
  enum class Form : std::uint8_t { Text, Json };
  // The sink is flushed by its own rules; both outlive the log.
  Log(Sink& out, Style style, Form form, const Clock& clock) : out_(out), style_(style), form_(form), clock_(clock) {}

  void event(const Event& event);
  // Of the agent itself: started, listening, stopping.
  void line(EventLevel level, std::string_view reason, std::string_view message);

 private:
  void text(const Event& event);
  void json(const Event& event);

  Sink& out_;
  Style style_;
  Form form_;
  const Clock& clock_;
};

}  // namespace holdfast::agent
