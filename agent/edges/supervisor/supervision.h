// What supervise() is made of: one loop that takes events in as facts, and steps that look at all the facts and the
// time.
//
// Level-triggered like the rest of Holdfast: no event decides anything by itself.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "agent/edges/supervisor/agent_process.h"
#include "agent/edges/supervisor/api_process.h"
#include "agent/edges/supervisor/environment.h"
#include "agent/edges/supervisor/notifier.h"
#include "agent/edges/supervisor/signal_channel.h"
#include "agent/edges/supervisor/supervisor.h"

namespace holdfast::agent {

inline std::chrono::milliseconds bounded(std::chrono::milliseconds timeout) {
  return std::clamp<std::chrono::milliseconds>(timeout, std::chrono::milliseconds(0), longest_supervisor_timeout);
}

// "30 s", "1500 ms"
std::string in_words(std::chrono::milliseconds span);

class Supervision {
 public:
  Supervision(const SupervisorOptions& options, const SupervisorLog& log);

  int run();  // as supervise()

 private:
  using Instant = AgentProcess::Instant;
  // After SIGKILL. Whoever is not gone then hangs in the kernel, and nobody waits for that.
  static constexpr std::chrono::seconds longest_death{2};
  enum class Before : std::uint8_t { Waiting, Running, Over };

  // Events: supervision.cpp
  void wait();
  void read_signals();
  void take_signal(int signal);
  void reap();
  void child_ended(const siginfo_t& info);
  void before_ended(const siginfo_t& info);
  std::optional<Instant> next_instant() const;

  // Decisions: supervision_steps.cpp
  void step(Instant now);
  bool may_start_agent(Instant now) const;
  void step_start(Instant now);
  void start_before(bool agent_is_prepared);
  void before_failed(const std::string& how);
  void start_api(bool late);
  std::string what_is_missing() const;
  void tell_ready();
  void begin_stop(int exit_code, Instant now);
  void step_stop(Instant now);
  bool is_over(Instant now) const;

  void remove_ready_file() const;
  void notify(std::string_view state) const;
  void say(SupervisorLevel level, const std::string& message) const { log_(level, message); }

  const SupervisorOptions& options_;
  const SupervisorLog& log_;
  ChildEnvironments environments_;
  Notifier notifier_;
  SignalChannel signals_;
  AgentProcess agent_;
  ApiProcess api_;
  Before before_;
  pid_t before_process_ = -1;

  const Instant started_;
  const Instant before_due_;  // --before runs now even if the agent is not prepared, so that it comes before the API
  const Instant start_due_;   // the API is started now
  bool told_ready_ = false;

  std::optional<int> exit_code_;  // set: we stop
  Instant agent_stop_due_{};      // of a stop: the agent gets its SIGTERM even if the API has not ended
  Instant kill_due_{};
  bool killed_ = false;
};

}  // namespace holdfast::agent
