#include "tests/supervisor/stage.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace holdfast::agent {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds patience{60};  // the machine may be busy; nothing here takes seconds

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

std::vector<std::string> command_of(const Script& script) {
  std::vector<std::string> all = script.under;
  all.insert(all.end(), {HOLDFAST_ACTOR, "supervise", "--agent", script.agent});
  for (const auto& [option, value] : script.options) all.insert(all.end(), {option, value});
  all.push_back("--");
  if (script.command.empty()) {
    all.insert(all.end(), {HOLDFAST_ACTOR, "play", "api"});
    all.insert(all.end(), script.api.begin(), script.api.end());
  } else {
    all.insert(all.end(), script.command.begin(), script.command.end());
  }
  return all;
}

}  // namespace

std::string as_command(const std::string& name, const std::string& words) {
  return std::string("exec ") + HOLDFAST_ACTOR + " play " + name + " " + words;
}

Stage::Stage(const Script& script) {
  std::vector<std::string> words = command_of(script);
  std::map<std::string, std::string> environment = script.environment;
  environment.emplace("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
  std::vector<std::string> variables;
  for (const auto& [name, value] : environment) variables.push_back(name + "=" + value);
  const std::vector<char*> argv = pointers(words), envp = pointers(variables);
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  process_ = ::fork();
  if (process_ == 0) {
    // Whoever runs the tests may have signals ignored.
    for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
    ::dup2(ends[1], STDOUT_FILENO);
    if (script.terminal >= 0) ::dup2(script.terminal, STDIN_FILENO);
    if (script.descriptor >= 0) ::fcntl(script.descriptor, F_SETFD, 0);
    ::execvpe(argv[0], argv.data(), envp.data());
    ::_exit(94);
  }
  ::close(ends[1]);
  said_ = ends[0];
}

Stage::~Stage() {
  if (process_ > 0) {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }
  ::close(said_);
}

// False: nothing came within the patience, or nobody is left to say anything.
bool Stage::read_some() {
  pollfd source{.fd = said_, .events = POLLIN, .revents = 0};
  const auto deadline = Clock::now() + patience;
  while (!silent_ && Clock::now() < deadline) {
    if (::poll(&source, 1, 1000) <= 0) continue;
    char bytes[4096];
    const ssize_t got = ::read(said_, bytes, sizeof bytes);
    if (got <= 0) {
      silent_ = true;
      return false;
    }
    partial_.append(bytes, static_cast<std::size_t>(got));
    for (std::size_t end = 0; (end = partial_.find('\n')) != std::string::npos; partial_.erase(0, end + 1)) {
      lines_.push_back(partial_.substr(0, end));
    }
    return true;
  }
  return false;
}

std::string Stage::all() const {
  std::string text;
  for (const std::string& line : lines_) text += line + "\n";
  return text;
}

std::size_t Stage::count(const std::string& text) const {
  return static_cast<std::size_t>(std::count_if(
      lines_.begin(), lines_.end(), [&](const std::string& line) { return line.find(text) != std::string::npos; }));
}

testing::AssertionResult Stage::hears(const std::string& text, std::size_t times) {
  while (count(text) < times && read_some()) continue;
  if (count(text) >= times) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "not said: " << text << "\n" << all();
}

testing::AssertionResult Stage::falls_silent() {
  while (read_some()) continue;
  if (silent_) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "somebody is left over\n" << all();
}

std::size_t Stage::place(const std::string& text) const {
  for (std::size_t at = 0; at < lines_.size(); ++at) {
    if (lines_[at].find(text) != std::string::npos) return at;
  }
  ADD_FAILURE() << "not said: " << text << "\n" << all();
  return lines_.size();
}

pid_t Stage::process_of(const std::string& who) const {
  const std::string before = "supervisor: the " + who + " is started: process ";
  for (auto line = lines_.rbegin(); line != lines_.rend(); ++line) {
    if (line->starts_with(before)) return std::stoi(line->substr(before.size()));
  }
  throw std::runtime_error(who + " was not started");
}

void Stage::signal(int number) const { ::kill(process_, number); }

int Stage::exit() {
  const int process = static_cast<int>(::syscall(SYS_pidfd_open, process_, 0));
  const auto deadline = Clock::now() + patience;
  // Read meanwhile: it shall not wait for a full pipe.
  pollfd sources[] = {{.fd = process, .events = POLLIN, .revents = 0}, {.fd = said_, .events = POLLIN, .revents = 0}};
  while (sources[0].revents == 0 && Clock::now() < deadline) {
    ::poll(sources, 2, 1000);
    if (sources[1].revents != 0 && !read_some()) sources[1].fd = -1;
  }
  ::close(process);
  if (sources[0].revents == 0) {
    ADD_FAILURE() << "the supervisor does not end\n" << all();
    return -1;
  }
  int status = 0;
  ::waitpid(process_, &status, 0);
  process_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

Folder::Folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "holdfast-test-XXXXXX").string();
  if (!::mkdtemp(pattern.data())) throw std::runtime_error("no scratch folder");
  path_ = pattern;
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string Folder::script(const std::string& name, const std::string& text, bool executable) const {
  std::ofstream(path_ / name) << text;
  using std::filesystem::perms;
  std::filesystem::permissions(path_ / name, executable ? perms::owner_all : perms::owner_read);
  return (path_ / name).string();
}

}  // namespace holdfast::agent
