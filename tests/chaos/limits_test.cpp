// No descriptors are left: the agent neither ends nor spins, and heals once there are some.
#include <gmock/gmock.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <tuple>

#include "agent/edges/http_client.h"
#include "tests/run/agent.h"

namespace holdfast::agent {
namespace {

namespace fs = std::filesystem;

// The number that the next descriptor would get: with that as its limit a process gets none.
rlim_t next_descriptor_of(pid_t process) {
  rlim_t number = 0;
  while (fs::is_symlink(fs::symlink_status("/proc/" + std::to_string(process) + "/fd/" + std::to_string(number))))
    ++number;
  return number;
}

bool limit(pid_t process, rlim_t descriptors) {
  rlimit now = {};
  if (::prlimit(process, RLIMIT_NOFILE, nullptr, &now) != 0) return false;
  now.rlim_cur = std::min(descriptors, now.rlim_max);
  return ::prlimit(process, RLIMIT_NOFILE, &now, nullptr) == 0;
}

// Clock ticks that the process has used up.
long ticks(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::string text{std::istreambuf_iterator<char>(file), {}};
  std::istringstream fields(text.substr(text.rfind(')') + 2));
  std::string field;
  long user = 0, system = 0;
  for (int i = 3; i < 14; ++i) fields >> field;
  fields >> user >> system;
  return user + system;
}

TEST(Descriptors, UsedUpItNeitherEndsNorSpinsAndHealsOnceThereAreSome) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the undefined-behaviour sanitizer looks at objects through a pipe; without one each looks broken";
#endif
  RunningAgent agent("delete");
  agent.start();
  ASSERT_TRUE(eventually([&] {
    return agent.names() == "one,two,three" && fs::exists(agent.database() + ".holdfast");
  })) << agent.log();
  // A transaction needs one for its journal, a connection one of its own. One that is just being given back may be
  // there for a mend; then once more.
  ASSERT_TRUE(eventually([&] {
    EXPECT_TRUE(limit(agent.process(), next_descriptor_of(agent.process())));
    agent.sql("DELETE FROM campaigns WHERE id = 2");
    return eventually([&] { return agent.logged("Failed") || agent.names() == "one,two,three"; }, 10) &&
           agent.logged("Failed");
  })) << agent.log();
  HttpClientOptions options;
  options.url = agent.url();
  const auto client = std::move(HttpClient::make(options).value());
  const auto began = std::chrono::steady_clock::now();
  const long before = ticks(agent.process());
  std::ignore = client->get("/healthz");  // waits in the kernel's queue until it gives up
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  const double used =
      static_cast<double>(ticks(agent.process()) - before) / static_cast<double>(::sysconf(_SC_CLK_TCK));
  EXPECT_LT(used, 0.5 * seconds) << "of " << seconds << " s: it spins";
  ASSERT_TRUE(limit(agent.process(), RLIM_INFINITY));
  EXPECT_TRUE(eventually([&] { return agent.names() == "one,two,three"; }, 60)) << agent.log();
  EXPECT_TRUE(eventually([&] { return agent.get("/healthz") == "ok\n"; }));
}

}  // namespace
}  // namespace holdfast::agent
