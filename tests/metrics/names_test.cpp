// Names are a contract with dashboards and alerts of others: each enumeration has exactly the label values that are
// written here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/core/status.h"
#include "metrics/prometheus/prometheus_recorder.h"
#include "tests/metrics/exposition.h"

namespace holdfast::metrics {
namespace {

const SetName campaigns{"popup", "campaigns"};

std::string known() {
  PrometheusRecorder recorder({"1.2.3", "abc"});
  recorder.know_database("popup");
  recorder.know_set(campaigns, {"no-orphans"});
  return recorder.exposition({});
}

// The values of a label in a family, each once, in the text's order.
std::vector<std::string> values_of(const std::string& exposition, const std::string& name, const std::string& label) {
  std::vector<std::string> values;
  const Family family = families_of(exposition).at(name);
  for (const auto& [sample, value] : family.samples) {
    const std::size_t at = sample.find(label + "=\"") + label.size() + 2;
    const std::string found = sample.substr(at, sample.find('"', at) - at);
    if (std::find(values.begin(), values.end(), found) == values.end()) values.push_back(found);
  }
  return values;
}

TEST(Names, AreThoseOfTheContract) {
  struct Case {
    const char* family;
    const char* label;
    std::vector<std::string> want;
  };
  const Case cases[] = {
      {"holdfast_drift_rows",
       "class",
       {"missing", "changed", "forbidden", "extra", "removed", "duplicate", "identity"}},
      {"holdfast_corrections_total", "action", {"insert", "update", "delete"}},
      {"holdfast_corrections_total", "cause", {"wipe", "vanish", "edit", "rollout", "fight", "undo"}},
      {"holdfast_runs_total", "trigger", {"start", "change", "documents", "interval", "person", "retry", "resume"}},
      {"holdfast_runs_total", "result", {"in-sync", "corrected", "drift-left", "failed"}},
      {"holdfast_blocked_changes",
       "reason",
       {"budget", "dependents", "identity", "reference", "side-effect", "not-convergent", "refused-by-trigger",
        "no-table", "unsupported", "constraint", "fight", "undo", "pause", "declared", "busy", "confirm", "verdict"}},
      {"holdfast_expectation_met", "expectation", {"no-orphans"}},
      {"holdfast_wipes_total", "cause", {"wiped", "replaced", "corrupt", "rolled-back"}},
      {"holdfast_build_info", "version", {"1.2.3"}},
      {"holdfast_build_info", "revision", {"abc"}},
  };
  const std::string exposition = known();
  for (const Case& one : cases) {
    EXPECT_EQ(values_of(exposition, one.family, one.label), one.want) << one.family << " " << one.label;
  }
}

// The recorder counts in arrays as long as the enumerations are. One that gets longer fails here first.
template <class Enumeration>
std::size_t names(std::size_t first) {
  std::size_t count = first;
  while (count < 256 && !to_string(static_cast<Enumeration>(count)).empty()) ++count;
  return count - first;
}

TEST(Names, CoverEveryValueOfTheEnumerations) {
  const std::string exposition = known();
  EXPECT_EQ(values_of(exposition, "holdfast_drift_rows", "class").size(), names<DriftClass>(0));
  EXPECT_EQ(values_of(exposition, "holdfast_corrections_total", "action").size(), names<Action>(1));
  EXPECT_EQ(values_of(exposition, "holdfast_corrections_total", "cause").size(), names<Cause>(0));
  EXPECT_EQ(values_of(exposition, "holdfast_blocked_changes", "reason").size(), names<Reason>(1));
  EXPECT_EQ(values_of(exposition, "holdfast_runs_total", "result").size(), names<RunResult>(0));
}

TEST(Names, OfTriggersAreThoseOfTheAgent) {
  PrometheusRecorder recorder({"1", ""});
  recorder.know_set(campaigns, {});
  for (std::uint8_t i = 0; i <= static_cast<std::uint8_t>(agent::Trigger::Resume); ++i) {
    recorder.run_ended(campaigns, to_string(static_cast<agent::Trigger>(i)), RunResult::InSync);
  }
  const std::string exposition = recorder.exposition({});
  std::size_t counted = 0;
  const Family runs = families_of(exposition).at("holdfast_runs_total");
  for (const auto& [sample, value] : runs.samples) {
    if (sample.find("result=\"in-sync\"") == std::string::npos) continue;
    EXPECT_EQ(value, "1") << sample;
    ++counted;
  }
  EXPECT_EQ(counted, static_cast<std::size_t>(agent::Trigger::Resume) + 1);
  EXPECT_THAT(samples_with(exposition, "\"other\""), testing::IsEmpty());
}

}  // namespace
}  // namespace holdfast::metrics
