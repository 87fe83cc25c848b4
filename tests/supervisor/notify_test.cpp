// What the service manager and health checks are told.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <csignal>
#include <cstddef>
#include <cstring>
#include <filesystem>

#include "agent/edges/supervisor/notifier.h"
#include "tests/supervisor/stage.h"

namespace holdfast::agent {
namespace {

// The service manager's end.
class Manager {
 public:
  explicit Manager(const std::string& name) : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, name.data(), name.size());
    if (name[0] == '@') address.sun_path[0] = '\0';
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), length), 0);
  }
  ~Manager() { ::close(socket_); }
  Manager(const Manager&) = delete;
  Manager& operator=(const Manager&) = delete;

  std::string hears() const {
    pollfd source{.fd = socket_, .events = POLLIN, .revents = 0};
    if (::poll(&source, 1, 60'000) != 1) return "nothing";
    char bytes[100];
    const ssize_t got = ::recv(socket_, bytes, sizeof bytes, 0);
    return {bytes, bytes + got};
  }
  bool has_more() const {
    pollfd source{.fd = socket_, .events = POLLIN, .revents = 0};
    return ::poll(&source, 1, 0) == 1;
  }

 private:
  int socket_;
};

TEST(Notify, tells_ready_when_the_api_is_started_and_stopping_once) {
  const Folder folder;
  const std::string gate = folder / "gate";
  ASSERT_EQ(::mkfifo(gate.c_str(), 0600), 0);
  for (const std::string& name : {folder / "notify", "@holdfast-test-" + std::to_string(::getpid())}) {
    const Manager manager(name);
    Stage stage({.api = {"on:TERM=exit:0", "wait"},
                 .options = {{"--before", "echo before: waits; read line < " + gate}, {"--start-timeout", "100000"}},
                 .environment = {{"NOTIFY_SOCKET", name}}});
    EXPECT_TRUE(stage.hears("before: waits"));
    EXPECT_FALSE(manager.has_more());
    const int opened = ::open(gate.c_str(), O_WRONLY | O_CLOEXEC);
    EXPECT_EQ(::write(opened, "\n", 1), 1);
    ::close(opened);
    EXPECT_EQ(manager.hears(), "READY=1");
    EXPECT_TRUE(stage.hears("api: waits"));
    EXPECT_FALSE(manager.has_more());
    stage.signal(SIGTERM);
    EXPECT_EQ(manager.hears(), "STOPPING=1");
    EXPECT_EQ(stage.exit(), 0);
    EXPECT_FALSE(manager.has_more());
  }
}

TEST(Notify, tells_stopping_when_the_api_ends_by_itself) {
  const Folder folder;
  const Manager manager(folder / "notify");
  Stage stage({.api = {"exit:0"}, .environment = {{"NOTIFY_SOCKET", folder / "notify"}}});
  EXPECT_EQ(manager.hears(), "READY=1");
  EXPECT_EQ(manager.hears(), "STOPPING=1");
  EXPECT_EQ(stage.exit(), 0);
}

TEST(Notify, a_manager_that_is_not_there_stops_nothing) {
  Stage stage({.api = {"exit:11"}, .environment = {{"NOTIFY_SOCKET", "/no/such/socket"}}});
  EXPECT_EQ(stage.exit(), 11);
  EXPECT_TRUE(
      stage.hears("warning: the service manager cannot be told READY=1: /no/such/socket: No such file or directory"));
  EXPECT_EQ(Notifier("").tell("READY=1"), 0);
  EXPECT_EQ(Notifier(std::string(200, '/')).tell("READY=1"), ENAMETOOLONG);
  EXPECT_EQ(Notifier("relative").tell("READY=1"), EAFNOSUPPORT);
}

TEST(ReadyFile, is_there_while_the_api_is_started_and_the_agent_ready) {
  const Folder folder;
  const std::string file = folder.script("ready", "of a run that was killed\n");
  const auto files = [&] { return std::distance(std::filesystem::directory_iterator(folder / ""), {}); };
  Stage stage({.agent = "tell:prepared await-go until:USR1 tell:ready wait",
               .api = {"on:TERM=exit:0", "on:USR1=stay", "wait"},
               .options = {{"--start-timeout", "300"}, {"--ready-file", file}}});
  EXPECT_TRUE(stage.hears("agent: waits for USR1"));
  EXPECT_FALSE(std::filesystem::exists(file)) << "the old one is gone at once";
  EXPECT_TRUE(stage.hears("api: waits"));
  EXPECT_FALSE(std::filesystem::exists(file)) << "the agent is not ready";
  ::kill(stage.process_of("agent"), SIGUSR1);
  EXPECT_TRUE(stage.hears("supervisor: the agent is ready"));
  // What the supervisor had to do has been done when it passes a signal on.
  stage.signal(SIGUSR1);
  EXPECT_TRUE(stage.hears("api: got USR1"));
  EXPECT_TRUE(std::filesystem::exists(file));
  stage.signal(SIGTERM);
  EXPECT_EQ(stage.exit(), 0);
  EXPECT_FALSE(std::filesystem::exists(file));

  Stage other({.api = {"on:TERM=exit:0", "on:USR1=stay", "wait"}, .options = {{"--ready-file", file}}});
  EXPECT_TRUE(other.hears("api: waits"));
  other.signal(SIGUSR1);
  EXPECT_TRUE(other.hears("api: got USR1"));
  EXPECT_TRUE(std::filesystem::exists(file));
  EXPECT_EQ(files(), 1) << "no draft is left";
  ::kill(other.process_of("agent"), SIGKILL);
  EXPECT_TRUE(other.hears("agent: waits", 2));
  EXPECT_TRUE(std::filesystem::exists(file)) << "the API still serves";
  other.signal(SIGTERM);
  EXPECT_EQ(other.exit(), 0);
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST(ReadyFile, that_cannot_be_written_stops_nothing) {
  const Folder folder;
  Stage stage({.api = {"on:TERM=exit:0", "wait"}, .options = {{"--ready-file", folder / "no-folder/ready"}}});
  EXPECT_TRUE(stage.hears("error: the ready file cannot be written: "));
  EXPECT_TRUE(stage.hears("api: waits"));
  stage.signal(SIGTERM);
  EXPECT_EQ(stage.exit(), 0);
}

}  // namespace
}  // namespace holdfast::agent
