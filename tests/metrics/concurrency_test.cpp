// Many threads tell, one scrapes, one makes sets come and go: nothing is lost, nothing half. The thread sanitizer
// watches, too.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "metrics/prometheus/prometheus_recorder.h"
#include "tests/metrics/exposition.h"

namespace holdfast::metrics {
namespace {

TEST(Concurrency, NothingThatIsToldIsLostWhileOthersScrapeAndForget) {
  constexpr int tellers = 4, times = 5000;
  const SetName campaigns{"popup", "campaigns"}, passing{"popup", "passing"};
  PrometheusRecorder recorder({"1", ""});
  recorder.know_database("popup");
  recorder.know_set(campaigns, {"no-orphans"});

  std::atomic<int> telling{tellers};
  std::vector<std::thread> threads;
  for (int i = 0; i < tellers; ++i) {
    threads.emplace_back([&, i] {
      SetState state;
      state.expectations = {{"no-orphans", i % 2 == 0}};
      state.blocked = {{Reason::Budget, 7}};
      for (int n = 0; n < times; ++n) {
        recorder.corrected(campaigns, Action::Insert, Cause::Edit, 2);
        recorder.run_ended(campaigns, "change", RunResult::Corrected);
        recorder.healed("popup", std::chrono::microseconds(60));
        recorder.set_state(campaigns, state);
        recorder.run_ended(passing, "change", RunResult::Corrected);
        recorder.set_state(passing, state);
        recorder.database_state("popup", {true, true, {}, 1, {}, {}});
        recorder.documents_state({"r" + std::to_string(n % 3), "d" + std::to_string(n % 3), true});
      }
      --telling;
    });
  }
  threads.emplace_back([&] {
    for (int n = 0; telling > 0; ++n) {
      recorder.know_set(passing, {"e" + std::to_string(n % 5), "always"});
      recorder.know_set(campaigns, {"no-orphans"});
      recorder.forget_set(passing);
      recorder.know_database("brief");
      recorder.forget_database("brief");
    }
  });
  std::size_t scrapes = 0;
  double before = 0;
  while (telling > 0 || scrapes == 0) {
    const std::string exposition = recorder.exposition({});
    const double corrected = std::stod(value_of(
        exposition,
        "holdfast_corrections_total{database=\"popup\",rowset=\"campaigns\",action=\"insert\",cause=\"edit\"}"));
    EXPECT_GE(corrected, before);
    before = corrected;
    EXPECT_LE(samples_with(exposition, "holdfast_desired_state_info").size(), 1u);
    ++scrapes;
  }
  for (std::thread& thread : threads) thread.join();

  const std::string end = recorder.exposition({});
  const std::string set = "{database=\"popup\",rowset=\"campaigns\",";
  EXPECT_EQ(value_of(end, "holdfast_corrections_total" + set + "action=\"insert\",cause=\"edit\"}"), "40000");
  EXPECT_EQ(value_of(end, "holdfast_runs_total" + set + "trigger=\"change\",result=\"corrected\"}"), "20000");
  EXPECT_EQ(value_of(end, "holdfast_heal_duration_seconds_count{database=\"popup\"}"), "20000");
  EXPECT_EQ(value_of(end, "holdfast_blocked_changes" + set + "reason=\"budget\"}"), "7");
  EXPECT_TRUE(samples_with(end, "passing").empty());
}

}  // namespace
}  // namespace holdfast::metrics
