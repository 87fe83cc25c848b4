#include "tests/supervisor/actor_words.h"

#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>

#include "agent/edges/supervisor/line_reader.h"
#include "agent/edges/supervisor/supervised.h"

namespace holdfast::agent {
namespace {

constexpr std::pair<const char*, int> signals[] = {
    {"TERM", SIGTERM}, {"INT", SIGINT},     {"HUP", SIGHUP},   {"QUIT", SIGQUIT}, {"USR1", SIGUSR1},
    {"USR2", SIGUSR2}, {"WINCH", SIGWINCH}, {"KILL", SIGKILL}, {"SEGV", SIGSEGV}, {"CONT", SIGCONT}};

int number_of(const std::string& name) {
  for (const auto& [known, number] : signals) {
    if (name == known) return number;
  }
  ::_exit(99);
}

std::string name_of(int number) {
  for (const auto& [name, known] : signals) {
    if (number == known) return name;
  }
  return std::to_string(number);
}

long long now_ms() {
  using std::chrono::duration_cast;
  return duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

class Actor {
 public:
  explicit Actor(std::string name) : name_(std::move(name)) { ::sigemptyset(&heard_); }

  void act(const std::string& word) {
    const std::size_t colon = word.find(':');
    const std::string verb = word.substr(0, colon);
    const std::string rest = colon == std::string::npos ? "" : word.substr(colon + 1);
    if (verb == "say") return say(rest);
    if (verb == "time") return say("at " + std::to_string(now_ms()));
    if (verb == "where") return where();
    if (verb == "environment") return environment();
    if (verb == "descriptors") return descriptors();
    if (verb == "signals") return masks();
    if (verb == "input") return input();
    if (verb == "on") return on(rest);
    if (verb == "wait") return wait();
    if (verb == "until") return until(number_of(rest));
    if (verb == "exit") ::_exit(std::stoi(rest));
    if (verb == "die") return die(number_of(rest));
    if (verb == "worker") return worker(rest);
    if (verb == "orphan") return orphan();
    talk(verb, rest);
  }

 private:
  void say(const std::string& text) const {
    const std::string line = name_ + ": " + text + "\n";
    if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) ::_exit(98);
  }

  void where() const {
    say("process " + std::to_string(::getpid()) + " parent " + std::to_string(::getppid()) + " group " +
        (::getpgrp() == ::getpid() ? "own" : "other") + " session " + (::getsid(0) == ::getpid() ? "own" : "other"));
  }

  void environment() const {
    for (char** variable = environ; *variable; ++variable) say(std::string("has ") + *variable);
    say("has no more");
  }

  void descriptors() const {
    std::vector<int> open;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
      const int number = std::stoi(entry.path().filename());
      // Reading the folder needs one as well.
      if (number > 2 && std::filesystem::read_symlink(entry.path()).string().find("/fd") == std::string::npos)
        open.push_back(number);
    }
    std::sort(open.begin(), open.end());
    std::string text = "descriptors";
    for (const int number : open) text += " " + std::to_string(number);
    say(text);
  }

  void masks() const {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with("SigBlk") || line.starts_with("SigIgn"))
        say(line.substr(0, 6) + " " + line.substr(line.find_last_of('\t') + 1));
    }
  }

  void input() const {
    char bytes[100];
    const ssize_t got = ::read(STDIN_FILENO, bytes, sizeof bytes);
    say(got == 0 ? "nothing to read" : got < 0 ? "cannot read" : "read " + std::string(bytes, bytes + got - 1));
  }

  void on(const std::string& text) {
    const std::size_t equals = text.find('=');
    const int signal = number_of(text.substr(0, equals));
    ::sigaddset(&heard_, signal);
    ::sigprocmask(SIG_BLOCK, &heard_, nullptr);
    const std::string what = text.substr(equals + 1);
    ends_with_[signal] = what == "stay" ? std::optional<int>() : std::stoi(what.substr(what.find(':') + 1));
  }

  void wait() {
    if (heard_.__val[0] == 0) on("TERM=exit:0");
    say("waits");
    while (true) {
      int signal = 0;
      ::sigwait(&heard_, &signal);
      say("got " + name_of(signal));
      if (ends_with_[signal]) ::_exit(*ends_with_[signal]);
    }
  }

  void until(int signal) const {
    sigset_t one;
    ::sigemptyset(&one);
    ::sigaddset(&one, signal);
    ::sigprocmask(SIG_BLOCK, &one, nullptr);
    say("waits for " + name_of(signal));
    ::sigwait(&one, &signal);
  }

  static void die(int signal) {
    ::signal(signal, SIG_DFL);
    ::raise(signal);
  }

  void worker(const std::string& text) const {
    if (::fork() != 0) return;
    std::vector<std::string> words = {""};
    for (const char c : text) {
      if (c == '+')
        words.emplace_back();
      else
        words.back() += c;
    }
    ::_exit(play("worker", words));
  }

  // The middle process ends, the last one sees that it has another parent, says which, and ends too. Nobody but that
  // parent can wait for it.
  void orphan() const {
    int ends[2];
    if (::pipe(ends) != 0) ::_exit(97);
    if (const pid_t middle = ::fork(); middle != 0) {
      ::waitpid(middle, nullptr, 0);
      pid_t told[2] = {};
      if (::read(ends[0], told, sizeof told) != static_cast<ssize_t>(sizeof told)) ::_exit(96);
      const long long deadline = now_ms() + 20'000;
      while (::kill(told[0], 0) == 0 && now_ms() < deadline) ::sched_yield();
      const bool reaped = ::kill(told[0], 0) != 0;
      return say(std::string("orphan of ") + (told[1] == ::getppid() ? "our parent" : "somebody") +
                 (reaped ? " reaped" : " left"));
    }
    const pid_t middle = ::getpid();
    if (::fork() != 0) ::_exit(0);
    while (::getppid() == middle) ::sched_yield();
    const pid_t told[2] = {::getpid(), ::getppid()};
    ::_exit(::write(ends[1], told, sizeof told) < 0);
  }

  void talk(const std::string& verb, const std::string& rest) {
    if (!asked_) {
      asked_ = true;
      auto found = Supervised::from_environment();
      if (!found) return say(to_string(found.error()));
      supervised_ = std::move(found).value();
    }
    if (!supervised_) return say("nobody supervises");
    if (verb == "tell") {
      supervised_->say(rest);
    } else if (verb == "raw") {
      for (int i = 0; i < 20; ++i) send_line(supervised_->descriptor(), std::string(300, 'x') + rest);
    } else if (verb == "hang-up") {
      supervised_.reset();
    } else if (verb == "await-go") {
      await_go();
    } else {
      say("does not know the word " + verb);
    }
  }

  void await_go() {
    Supervised::Heard heard = Supervised::Heard::Nothing;
    while (heard == Supervised::Heard::Nothing) {
      pollfd source{.fd = supervised_->descriptor(), .events = POLLIN, .revents = 0};
      ::poll(&source, 1, -1);
      heard = supervised_->hear();
    }
    say(heard == Supervised::Heard::Go ? "heard go" : "heard that the supervisor is gone");
  }

  std::string name_;
  sigset_t heard_ = {};
  std::map<int, std::optional<int>> ends_with_;
  bool asked_ = false;
  std::optional<Supervised> supervised_;
};

}  // namespace

int play(const std::string& name, const std::vector<std::string>& words) {
  ::alarm(120);  // none outlives its test for long, whatever happens to that
  Actor actor(name);
  for (const std::string& word : words) actor.act(word);
  return 0;
}

}  // namespace holdfast::agent
