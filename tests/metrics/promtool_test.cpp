// Prometheus' own checker reads what a scrape gets and has nothing to say. Without promtool (Debian: prometheus) this
// fails.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <sstream>

#include "tests/metrics/everything.h"

namespace holdfast::metrics {
namespace {

struct Verdict {
  int exit = -1;
  std::string said;
};

Verdict check(const std::string& exposition) {
  std::string answer = "/tmp/holdfast-promtool-XXXXXX";
  const int descriptor = ::mkstemp(answer.data());
  if (descriptor < 0) return {-1, "no scratch file"};
  ::close(descriptor);
  Verdict verdict;
  if (std::FILE* promtool = ::popen(("promtool check metrics > " + answer + " 2>&1").c_str(), "w")) {
    std::fwrite(exposition.data(), 1, exposition.size(), promtool);
    const int status = ::pclose(promtool);
    verdict.exit = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  std::ifstream in(answer);
  std::ostringstream text;
  text << in.rdbuf();
  verdict.said = text.str();
  ::unlink(answer.c_str());
  return verdict;
}

TEST(Promtool, FindsNothing) {
  struct Case {
    const char* what;
    std::string exposition;
  };
  PrometheusRecorder nothing({"1", ""}), names({"1", ""}), many({"1", ""});
  names.know_database("popup");
  names.know_set({"popup", "campaigns"}, {});
  for (int i = 0; i < 50; ++i) {
    const std::string database = "d" + std::to_string(i);
    many.know_database(database);
    many.know_set({database, "a"}, {"x", "y"});
    many.know_set({database, "b"}, {});
  }
  const Case cases[] = {
      {"nothing known", nothing.exposition({})},
      {"names only", names.exposition({})},
      {"everything", recorder_of_everything()->exposition(some_process())},
      {"hostile names", recorder_of_everything("a\"b\\", "\n", "{}= \"", "\xc3\xa4")->exposition(some_process())},
      {"many", many.exposition(some_process())},
  };
  for (const Case& one : cases) {
    const Verdict verdict = check(one.exposition);
    EXPECT_EQ(verdict.exit, 0) << one.what << ": " << verdict.said;
    EXPECT_EQ(verdict.said, "") << one.what;
  }
}

// That it would find something.
TEST(Promtool, FindsWhatIsWrong) {
  const std::string exposition = recorder_of_everything()->exposition({});
  EXPECT_NE(check(exposition + exposition).exit, 0);
  EXPECT_NE(check("# HELP holdfast_runs Runs.\n# TYPE holdfast_runs counter\nholdfast_runs 1\n").exit, 0);
}

}  // namespace
}  // namespace holdfast::metrics
