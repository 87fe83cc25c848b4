// What is told, and the samples that come of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "metrics/prometheus/prometheus_recorder.h"
#include "tests/metrics/exposition.h"

namespace holdfast::metrics {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

const SetName campaigns{"popup", "campaigns"};
const WallTime at{seconds(1'753'000'000) + milliseconds(250)};

SetState broken() {
  SetState state;
  state.drift_rows = {1, 2, 3, 4, 5, 6, 7};
  state.declared_rows = 12;
  state.unmanaged_rows = 3;
  state.held_rows = 2;
  state.blocked = {{Reason::Budget, 4}, {Reason::Confirm, 1}};
  state.expectations = {{"no-orphans", true}, {"nobody-named-this", true}};
  state.last_success = at;
  state.last_vanish = at + seconds(1);
  state.last_forbidden = at + seconds(2);
  state.pause_end = at + seconds(3);
  return state;
}

struct Case {
  const char* what;
  std::function<void(Recorder&)> tell;
  std::vector<std::pair<std::string, std::string>> want;  // a sample and its value
};

void expect(const std::vector<Case>& cases) {
  for (const Case& one : cases) {
    PrometheusRecorder recorder({"1", ""});
    recorder.know_database("popup");
    recorder.know_set(campaigns, {"no-orphans", "enough"});
    one.tell(recorder);
    const std::string exposition = recorder.exposition({});
    for (const auto& [sample, value] : one.want)
      EXPECT_EQ(value_of(exposition, sample), value) << one.what << ": " << sample;
  }
}

TEST(Recorder, TellsOfASet) {
  const std::string set = "{database=\"popup\",rowset=\"campaigns\"";
  expect({
      {"a broken set",
       [](Recorder& recorder) { recorder.set_state(campaigns, broken()); },
       {{"holdfast_drift_rows" + set + ",class=\"missing\"}", "1"},
        {"holdfast_drift_rows" + set + ",class=\"changed\"}", "2"},
        {"holdfast_drift_rows" + set + ",class=\"identity\"}", "7"},
        {"holdfast_in_sync" + set + "}", "0"},
        {"holdfast_declared_rows" + set + "}", "12"},
        {"holdfast_unmanaged_rows" + set + "}", "3"},
        {"holdfast_held_rows" + set + "}", "2"},
        {"holdfast_blocked_changes" + set + ",reason=\"budget\"}", "4"},
        {"holdfast_blocked_changes" + set + ",reason=\"dependents\"}", "0"},
        {"holdfast_blocked_changes" + set + ",reason=\"confirm\"}", "1"},
        {"holdfast_expectation_met" + set + ",expectation=\"no-orphans\"}", "1"},
        {"holdfast_expectation_met" + set + ",expectation=\"enough\"}", "0"},
        {"holdfast_expectation_met" + set + ",expectation=\"nobody-named-this\"}", "none"},
        {"holdfast_last_success_timestamp_seconds" + set + "}", "1753000000.25"},
        {"holdfast_last_vanish_timestamp_seconds" + set + "}", "1753000001.25"},
        {"holdfast_last_forbidden_timestamp_seconds" + set + "}", "1753000002.25"},
        {"holdfast_pause_end_timestamp_seconds" + set + "}", "1753000003.25"}}},
      {"one that is well again: nothing is left of what was",
       [](Recorder& recorder) {
         recorder.set_state(campaigns, broken());
         SetState well;
         well.in_sync = true;
         recorder.set_state(campaigns, well);
       },
       {{"holdfast_drift_rows" + set + ",class=\"identity\"}", "0"},
        {"holdfast_in_sync" + set + "}", "1"},
        {"holdfast_held_rows" + set + "}", "0"},
        {"holdfast_blocked_changes" + set + ",reason=\"confirm\"}", "0"},
        {"holdfast_expectation_met" + set + ",expectation=\"no-orphans\"}", "0"},
        {"holdfast_pause_end_timestamp_seconds" + set + "}", "0"}}},
      {"corrections add up",
       [](Recorder& recorder) {
         recorder.corrected(campaigns, Action::Insert, Cause::Wipe, 12);
         recorder.corrected(campaigns, Action::Insert, Cause::Wipe, 3);
         recorder.corrected(campaigns, Action::Delete, Cause::Undo, 1);
         recorder.corrected(campaigns, Action::None, Cause::Edit, 7);
       },
       {{"holdfast_corrections_total" + set + ",action=\"insert\",cause=\"wipe\"}", "15"},
        {"holdfast_corrections_total" + set + ",action=\"delete\",cause=\"undo\"}", "1"},
        {"holdfast_corrections_total" + set + ",action=\"update\",cause=\"edit\"}", "0"},
        {"holdfast_corrections_total" + set + ",action=\"none\",cause=\"edit\"}", "none"}}},
      {"runs, and one whose trigger nobody knows",
       [](Recorder& recorder) {
         recorder.run_ended(campaigns, "change", RunResult::Corrected);
         recorder.run_ended(campaigns, "change", RunResult::Corrected);
         recorder.run_ended(campaigns, "person", RunResult::Failed);
         recorder.run_ended(campaigns, "moon", RunResult::DriftLeft);
       },
       {{"holdfast_runs_total" + set + ",trigger=\"change\",result=\"corrected\"}", "2"},
        {"holdfast_runs_total" + set + ",trigger=\"person\",result=\"failed\"}", "1"},
        {"holdfast_runs_total" + set + ",trigger=\"other\",result=\"drift-left\"}", "1"},
        {"holdfast_runs_total" + set + ",trigger=\"other\",result=\"failed\"}", "none"}}},
  });
}

TEST(Recorder, TellsOfADatabase) {
  const std::string database = "{database=\"popup\"}";
  const auto bucket = [](const std::string& name, const std::string& bound) {
    return "holdfast_" + name + "_duration_seconds_bucket{database=\"popup\",le=\"" + bound + "\"}";
  };
  expect({
      {"nothing known but that it is down",
       [](Recorder& recorder) { recorder.database_state("popup", {}); },
       {{"holdfast_database_up" + database, "0"},
        {"holdfast_database_persistent" + database, "none"},
        {"holdfast_database_integrity_ok" + database, "none"},
        {"holdfast_database_size_bytes" + database, "none"},
        {"holdfast_database_wal_size_bytes" + database, "none"},
        {"holdfast_database_disk_free_bytes" + database, "none"}}},
      {"everything known",
       [](Recorder& recorder) {
         recorder.database_state("popup", {true, true, false, 4096, 32, 9'007'199'254'740'991});
       },
       {{"holdfast_database_up" + database, "1"},
        {"holdfast_database_persistent" + database, "1"},
        {"holdfast_database_integrity_ok" + database, "0"},
        {"holdfast_database_size_bytes" + database, "4096"},
        {"holdfast_database_wal_size_bytes" + database, "32"},
        {"holdfast_database_disk_free_bytes" + database, "9007199254740991"}}},
      {"known once, no longer",
       [](Recorder& recorder) {
         recorder.database_state("popup", {true, true, true, 4096, 32, 1});
         recorder.database_state("popup", {});
       },
       {{"holdfast_database_up" + database, "0"}, {"holdfast_database_integrity_ok" + database, "none"}}},
      {"wipes",
       [](Recorder& recorder) {
         recorder.wiped("popup", "wiped", at);
         recorder.wiped("popup", "rolled-back", at + seconds(60));
       },
       {{"holdfast_wipes_total{database=\"popup\",cause=\"wiped\"}", "1"},
        {"holdfast_wipes_total{database=\"popup\",cause=\"rolled-back\"}", "1"},
        {"holdfast_wipes_total{database=\"popup\",cause=\"replaced\"}", "0"},
        {"holdfast_wipes_total{database=\"popup\",cause=\"other\"}", "none"},
        {"holdfast_last_wipe_timestamp_seconds" + database, "1753000060.25"}}},
      {"a wipe by something new",
       [](Recorder& recorder) { recorder.wiped("popup", "eaten", at); },
       {{"holdfast_wipes_total{database=\"popup\",cause=\"other\"}", "1"}}},
      {"durations",
       [](Recorder& recorder) {
         recorder.healed("popup", microseconds(40));
         recorder.healed("popup", microseconds(50));
         recorder.healed("popup", microseconds(51));
         recorder.healed("popup", seconds(100));
         recorder.detected("popup", milliseconds(2));
         recorder.detected("popup", -seconds(5));
         recorder.run_took("popup", milliseconds(500));
       },
       {{bucket("heal", "5e-05"), "2"},
        {bucket("heal", "0.0001"), "3"},
        {bucket("heal", "60"), "3"},
        {bucket("heal", "+Inf"), "4"},
        {"holdfast_heal_duration_seconds_count" + database, "4"},
        {bucket("detection", "5e-05"), "1"},
        {"holdfast_detection_duration_seconds_sum" + database, "0.002"},
        {bucket("run", "0.25"), "0"},
        {bucket("run", "0.5"), "1"}}},
  });
}

TEST(Recorder, TellsOfTheDocuments) {
  PrometheusRecorder recorder({"0.9.0", "v0.9.0-3-gabc"});
  EXPECT_EQ(value_of(recorder.exposition({}), "holdfast_build_info{version=\"0.9.0\",revision=\"v0.9.0-3-gabc\"}"),
            "1");
  EXPECT_EQ(value_of(recorder.exposition({}), "holdfast_desired_state_valid"), "0");
  EXPECT_THAT(samples_with(recorder.exposition({}), "holdfast_desired_state_info"), testing::IsEmpty());

  recorder.documents_state({"main@1", "sha256:aa", true});
  EXPECT_EQ(value_of(recorder.exposition({}), "holdfast_desired_state_valid"), "1");
  EXPECT_THAT(samples_with(recorder.exposition({}), "holdfast_desired_state_info"),
              testing::ElementsAre("holdfast_desired_state_info{revision=\"main@1\",digest=\"sha256:aa\"}"));

  recorder.documents_state({"main@1", "sha256:aa", false});
  EXPECT_EQ(value_of(recorder.exposition({}), "holdfast_desired_state_valid"), "0");

  recorder.documents_state({"main@2", "sha256:bb", true});
  EXPECT_THAT(samples_with(recorder.exposition({}), "holdfast_desired_state_info"),
              testing::ElementsAre("holdfast_desired_state_info{revision=\"main@2\",digest=\"sha256:bb\"}"));
}

TEST(Recorder, KnowingASetAgainKeepsWhatWasCounted) {
  PrometheusRecorder recorder({"1", ""});
  recorder.know_database("popup");
  recorder.know_set(campaigns, {"no-orphans", "enough"});
  recorder.set_state(campaigns, broken());
  recorder.corrected(campaigns, Action::Update, Cause::Edit, 5);
  recorder.wiped("popup", "wiped", at);

  recorder.know_database("popup");
  recorder.know_set(campaigns, {"no-orphans", "newcomer"});
  const std::string exposition = recorder.exposition({});
  const std::string set = "{database=\"popup\",rowset=\"campaigns\"";
  EXPECT_EQ(value_of(exposition, "holdfast_corrections_total" + set + ",action=\"update\",cause=\"edit\"}"), "5");
  EXPECT_EQ(value_of(exposition, "holdfast_wipes_total{database=\"popup\",cause=\"wiped\"}"), "1");
  EXPECT_EQ(value_of(exposition, "holdfast_expectation_met" + set + ",expectation=\"no-orphans\"}"), "1");
  EXPECT_EQ(value_of(exposition, "holdfast_expectation_met" + set + ",expectation=\"newcomer\"}"), "0");
  EXPECT_EQ(value_of(exposition, "holdfast_expectation_met" + set + ",expectation=\"enough\"}"), "none");
}

}  // namespace
}  // namespace holdfast::metrics
