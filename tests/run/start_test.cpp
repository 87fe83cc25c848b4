// G8: whatever is wrong around the agent, the API is started in time, and its exit code is the one of `holdfast run`.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>

#include "tests/run/agent.h"

namespace holdfast::agent {
namespace {

namespace fs = std::filesystem;

// Somebody else's port on loopback.
class TakenPort {
 public:
  TakenPort() {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    if (::bind(socket_, any, size) != 0 || ::listen(socket_, 1) != 0 || ::getsockname(socket_, any, &size) != 0)
      throw std::runtime_error("no port");
    name_ = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  }
  ~TakenPort() { ::close(socket_); }
  TakenPort(const TakenPort&) = delete;
  TakenPort& operator=(const TakenPort&) = delete;
  const std::string& name() const { return name_; }

 private:
  int socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  std::string name_;
};

struct Case {
  std::string what;
  std::function<void(const RunningAgent&)> breaking;
  std::vector<std::string> flags;
  std::string told;
  bool rows;  // they are looked after all the same
};

TEST(StartOfTheApi, IsInTimeWhateverIsWrongAndItsExitCodeComesThrough) {
  const TakenPort taken;
  const ScratchFolder elsewhere;
  const std::string file = elsewhere.write("file", "below a file there is no folder, for root neither");
  const auto nothing = [](const RunningAgent&) {};
  const auto invalid = [](const RunningAgent& one) { one.folder().write("rows/shop.yaml", "kind: [RowSet"); };
  const auto no_documents = [](const RunningAgent& one) { fs::remove_all(one.documents()); };
  const auto no_database = [](const RunningAgent& one) { fs::remove(one.database()); };
  const Case cases[] = {
      {"nothing", nothing, {}, "the agent is ready", true},
      {"the documents are invalid", invalid, {}, "DocumentsInvalid", false},
      {"there is no folder of documents", no_documents, {}, "DocumentsInvalid", false},
      {"the database is gone", no_database, {}, "the database file is not there", false},
      {"the port is busy", nothing, {"--listen", taken.name()}, "NotListening", true},
      {"the state folder cannot be written", nothing, {"--state-folder", file + "/state"}, "NotRemembered", true},
      {"the tokens cannot be read", nothing, {"--token-file", file + "/tokens"}, "NotListening", true},
  };
  constexpr double timeout = 2, margin = 10;  // the default would be 30 s
  for (const Case& one : cases) {
    SCOPED_TRACE(one.what);
    RunningAgent agent;
    one.breaking(agent);
    // The API serves until it has been seen.
    const std::string api = "touch served; until test -e seen; do sleep 0.01; done; exit 7";
    std::vector<std::string> arguments = {"--start-timeout", "2s"};
    arguments.insert(arguments.end(), one.flags.begin(), one.flags.end());
    arguments.insert(arguments.end(), {"--", "/bin/sh", "-c", api});
    agent.start(arguments);
    EXPECT_TRUE(eventually([&] { return fs::exists(agent.folder() / "served"); }, timeout + margin)) << agent.log();
    EXPECT_TRUE(eventually([&] { return agent.logged(one.told); })) << agent.log();
    if (one.rows) {
      EXPECT_TRUE(eventually([&] { return agent.names() == "one,two,three"; })) << agent.log();
    } else {
      EXPECT_TRUE(agent.logged("the API is started although the agent has not said")) << agent.log();
    }
    agent.folder().write("seen", "");
    const Finished finished = agent.finish();
    EXPECT_EQ(finished.exit, 7) << finished.err;
  }
}

}  // namespace
}  // namespace holdfast::agent
