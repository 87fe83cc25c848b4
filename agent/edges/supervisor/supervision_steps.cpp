// What is done next, from all that is known: the start, the stop.
#include <csignal>
#include <system_error>

#include "agent/edges/supervisor/ready_file.h"
#include "agent/edges/supervisor/supervision.h"

namespace holdfast::agent {

std::string in_words(std::chrono::milliseconds span) {
  constexpr auto second = 1000;
  if (span.count() % second == 0) return std::to_string(span.count() / second) + " s";
  return std::to_string(span.count()) + " ms";
}

void Supervision::step(Instant now) {
  if (!exit_code_ && api_.state() == ApiProcess::State::Waiting) step_start(now);
  if (!exit_code_ && may_start_agent(now)) agent_.start_if_due(now);
  tell_ready();
  if (exit_code_) step_stop(now);
}

// An agent that is started looks at the database, and may restore it: not while a migration runs, if there is time.
bool Supervision::may_start_agent(Instant now) const {
  return before_ != Before::Running || api_.state() != ApiProcess::State::Waiting || now >= start_due_;
}

void Supervision::step_start(Instant now) {
  const bool late = now >= start_due_;
  if (before_ == Before::Waiting) {
    // A strict start waits for the agent, and ends when it does not come.
    const bool alone = now >= before_due_ && !options_.strict_start;
    if (agent_.was_prepared() || alone) start_before(agent_.was_prepared());
    if (exit_code_) return;
  }
  if (before_ == Before::Over || late) agent_.allow();
  if (before_ == Before::Over && agent_.was_ready()) {
    start_api(false);
  } else if (late && options_.strict_start) {
    say(SupervisorLevel::Error, "the API is not started: " + what_is_missing() + " within " +
                                    in_words(options_.start_timeout) +
                                    ": see what was said before, or leave --strict-start out");
    begin_stop(exit_supervisor, now);
  } else if (late) {
    start_api(true);
  }
}

void Supervision::start_before(bool agent_is_prepared) {
  if (!agent_is_prepared) {
    say(SupervisorLevel::Error,
        "the agent is not prepared: --before is run without it, so that it comes before the API");
  }
  say(SupervisorLevel::Info, "--before is run");  // not the command: it may name a password
  const Launched launched = launch({.program = "/bin/sh",
                                    .arguments = {"/bin/sh", "-c", *options_.before},
                                    .environment = environments_.application,
                                    .own_session = true,
                                    .reads_nothing = true});
  if (launched.error != 0) {
    before_ = Before::Over;
    before_failed("cannot be run by /bin/sh: " + std::generic_category().message(launched.error));
    return;
  }
  before_ = Before::Running;
  before_process_ = launched.process;
}

void Supervision::before_failed(const std::string& how) {
  if (options_.strict_start && api_.state() == ApiProcess::State::Waiting) {
    say(SupervisorLevel::Error, "--before " + how + ": the API is not started: mend it, or leave --strict-start out");
    begin_stop(exit_supervisor, std::chrono::steady_clock::now());
  } else {
    say(SupervisorLevel::Error, "--before " + how + ": the start goes on without it: see what it said before that");
  }
}

std::string Supervision::what_is_missing() const {
  if (before_ == Before::Running) return "--before has not ended";
  if (!agent_.was_prepared()) return "the agent has not said that it is prepared";
  return "the agent has not said that it is ready";
}

void Supervision::start_api(bool late) {
  if (late) {
    say(SupervisorLevel::Error, "the API is started although " + what_is_missing() + " within " +
                                    in_words(options_.start_timeout) + ": its rows may not be as declared");
  }
  if (const auto refused = api_.start()) {
    say(SupervisorLevel::Error, to_string(refused->error));
    begin_stop(refused->exit_code, std::chrono::steady_clock::now());
    return;
  }
  say(SupervisorLevel::Info, "the API is started: process " + std::to_string(api_.process()));
  notify("READY=1");
  agent_.tell_api(api_.process());
}

void Supervision::tell_ready() {
  if (told_ready_ || options_.ready_file.empty() || exit_code_) return;
  if (api_.state() != ApiProcess::State::Running || !agent_.was_ready()) return;
  told_ready_ = true;
  if (const int error = write_ready_file_at(options_.ready_file)) {
    say(SupervisorLevel::Error,
        "the ready file cannot be written: " + options_.ready_file + ": " + std::generic_category().message(error));
  }
}

void Supervision::begin_stop(int exit_code, Instant now) {
  if (!exit_code_) {
    agent_stop_due_ = now + bounded(options_.stop_timeout) * 6 / 10;
    kill_due_ = now + bounded(options_.stop_timeout);
    notify("STOPPING=1");
    if (before_ == Before::Running) ::kill(-before_process_, SIGTERM);
  }
  exit_code_ = exit_code;
}

void Supervision::step_stop(Instant now) {
  // The agent sees the API's last writes, but has some time of its own in any case.
  if (api_.state() != ApiProcess::State::Running || now >= agent_stop_due_) agent_.stop();
  if (killed_ || now < kill_due_ || is_over(now)) return;
  killed_ = true;
  std::string who;
  const auto add = [&](bool left, std::string_view name) {
    if (left) who.append(who.empty() ? "" : ", ").append(name);
  };
  add(!api_.is_gone(), "the API");
  add(agent_.process() > 0, "the agent");
  add(before_ == Before::Running, "--before");
  say(SupervisorLevel::Error, who + " did not end within " + in_words(options_.stop_timeout) + ": killed");
  if (!api_.is_gone()) api_.kill_group();
  agent_.kill();
  if (before_ == Before::Running) ::kill(-before_process_, SIGKILL);
}

bool Supervision::is_over(Instant now) const {
  const bool all_gone = api_.is_gone() && agent_.process() < 0 && before_ != Before::Running;
  return all_gone || (killed_ && now >= kill_due_ + longest_death);
}

void Supervision::remove_ready_file() const {
  if (options_.ready_file.empty()) return;
  if (const int error = remove_ready_file_at(options_.ready_file)) {
    say(SupervisorLevel::Error,
        "the ready file cannot be removed: " + options_.ready_file + ": " + std::generic_category().message(error));
  }
}

void Supervision::notify(std::string_view state) const {
  if (const int error = notifier_.tell(state)) {
    say(SupervisorLevel::Warning, "the service manager cannot be told " + std::string(state) + ": " +
                                      notifier_.socket() + ": " + std::generic_category().message(error));
  }
}

}  // namespace holdfast::agent
