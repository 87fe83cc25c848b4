// On a terminal the API is its foreground, as it would be without us.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "tests/supervisor/stage.h"

namespace holdfast::agent {
namespace {

class Keyboard {
 public:
  Keyboard() : master_(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
    EXPECT_EQ(::grantpt(master_), 0);
    EXPECT_EQ(::unlockpt(master_), 0);
    char name[100];
    EXPECT_EQ(::ptsname_r(master_, name, sizeof name), 0);
    slave_ = ::open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
  }
  ~Keyboard() {
    ::close(slave_);
    ::close(master_);
  }
  Keyboard(const Keyboard&) = delete;
  Keyboard& operator=(const Keyboard&) = delete;

  void type(const std::string& text) const {
    EXPECT_EQ(::write(master_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  int terminal() const { return slave_; }

 private:
  int master_;
  int slave_ = -1;
};

const std::string control_c = "\x03", control_z = "\x1a";

Script on(const Keyboard& keyboard, const std::string& role = "shell") {
  return {.agent = "on:INT=stay on:TERM=exit:0 tell:prepared await-go tell:ready wait",
          // `actor supervise …` becomes `actor ROLE supervise …`.
          .under = {"/bin/sh", "-c", "actor=$1; role=$0; shift; exec \"$actor\" $role \"$@\"", role},
          .terminal = keyboard.terminal()};
}

TEST(Terminal, control_c_reaches_the_api_and_its_workers_once_and_never_the_agent) {
  const Keyboard keyboard;
  Script script = on(keyboard);
  script.api = {"worker:on:INT=stay+on:TERM=exit:0+wait", "on:INT=stay", "on:TERM=exit:17", "on:USR1=stay", "wait"};
  Stage stage(script);
  EXPECT_TRUE(stage.hears("api: waits"));
  EXPECT_TRUE(stage.hears("worker: waits"));
  EXPECT_TRUE(stage.hears("agent: waits"));
  keyboard.type(control_c);
  EXPECT_TRUE(stage.hears("api: got INT"));
  EXPECT_TRUE(stage.hears("worker: got INT"));
  ::kill(stage.process_of("API"), SIGTERM);
  EXPECT_EQ(stage.exit(), 17);
  EXPECT_TRUE(stage.falls_silent());
  EXPECT_EQ(stage.count("api: got INT"), 1u) << "uvicorn takes a second one for impatience";
  EXPECT_EQ(stage.count("agent: got INT"), 0u) << stage.all();
}

TEST(Terminal, control_c_gives_up_a_start) {
  const Keyboard keyboard;
  Script script = on(keyboard);
  script.agent = "on:INT=stay on:TERM=exit:0 wait";
  script.options = {{"--start-timeout", "100000"}};
  Stage stage(script);
  EXPECT_TRUE(stage.hears("agent: waits"));
  keyboard.type(control_c);
  EXPECT_EQ(stage.exit(), 130);
  EXPECT_EQ(stage.count("agent: got INT"), 0u);
}

TEST(Terminal, control_z_stops_the_job_and_fg_lets_it_go_on) {
  const Keyboard keyboard;
  Script script = on(keyboard);
  script.api = {"on:INT=exit:18", "on:CONT=stay", "wait"};
  Stage stage(script);
  EXPECT_TRUE(stage.hears("api: waits"));
  for (std::size_t times = 1; times <= 3; ++times) {
    keyboard.type(control_z);
    EXPECT_TRUE(stage.hears("shell: the job has stopped", times));
    EXPECT_TRUE(stage.hears("api: got CONT", times));
  }
  keyboard.type(control_c);
  EXPECT_EQ(stage.exit(), 18) << stage.all();
}

// As process 1 of `docker run -it`: nobody is there who could let a stopped job go on.
TEST(Terminal, control_z_without_a_shell_stops_nothing_for_long) {
  const Keyboard keyboard;
  Script script = on(keyboard, "leader");
  script.api = {"on:INT=exit:18", "on:CONT=stay", "wait"};
  Stage stage(script);
  EXPECT_TRUE(stage.hears("api: waits"));
  keyboard.type(control_z);
  EXPECT_TRUE(stage.hears("api: got CONT"));
  keyboard.type(control_c);
  EXPECT_EQ(stage.exit(), 18) << stage.all();
}

TEST(Terminal, the_api_may_read_it) {
  const Keyboard keyboard;
  Script script = on(keyboard);
  script.api = {"input", "exit:19"};
  keyboard.type("a line\n");
  Stage stage(script);
  EXPECT_EQ(stage.exit(), 19);
  EXPECT_TRUE(stage.hears("api: read a line"));
}

}  // namespace
}  // namespace holdfast::agent
