// Label sets are there from the start, at 0, and gone when what they are about is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "metrics/prometheus/prometheus_recorder.h"
#include "tests/metrics/exposition.h"

namespace holdfast::metrics {
namespace {

using testing::IsEmpty;
using testing::Not;

const SetName campaigns{"popup", "campaigns"}, properties{"popup", "campaign-properties"}, others{"other", "campaigns"};

void tell_everything(Recorder& recorder, const SetName& set) {
  recorder.run_ended(set, "change", RunResult::Corrected);
  recorder.run_ended(set, "moon", RunResult::Corrected);
  recorder.corrected(set, Action::Insert, Cause::Wipe, 12);
  SetState state;
  state.declared_rows = 12;
  state.expectations = {{"no-orphans", true}};
  recorder.set_state(set, state);
  recorder.run_took(set.database, std::chrono::milliseconds(1));
  recorder.detected(set.database, std::chrono::milliseconds(1));
  recorder.healed(set.database, std::chrono::milliseconds(1));
  recorder.database_state(set.database, {true, true, true, 1, 1, 1});
  recorder.wiped(set.database, "eaten", WallTime(std::chrono::seconds(1)));
}

TEST(Forgetting, NothingIsThereBeforeItIsKnown) {
  PrometheusRecorder recorder({"1", ""});
  const std::string before = recorder.exposition({});
  tell_everything(recorder, campaigns);
  EXPECT_EQ(recorder.exposition({}), before);
  EXPECT_THAT(samples_with(before, "database="), IsEmpty());
}

TEST(Forgetting, EverythingThatIsKnownIsAtZeroFromTheStart) {
  PrometheusRecorder recorder({"1", ""});
  recorder.know_database("popup");
  recorder.know_set(campaigns, {"no-orphans"});
  std::size_t of_the_set = 0, of_the_database = 0;
  for (const auto& [name, family] : families_of(recorder.exposition({}))) {
    for (const auto& [sample, value] : family.samples) {
      if (sample.find("database=") == std::string::npos) continue;
      EXPECT_EQ(value, "0") << sample;
      ++(sample.find("rowset=") != std::string::npos ? of_the_set : of_the_database);
    }
  }
  // 7 classes, 3 actions by 6 causes, 7 triggers by 4 results, 17 reasons, 1 expectation, 8 single ones.
  EXPECT_EQ(of_the_set, 7u + 18 + 28 + 17 + 1 + 8);
  // 3 histograms of 20 bounds, +Inf, sum and count; up, 4 wipes, the last one.
  EXPECT_EQ(of_the_database, 3u * 23 + 6);
}

TEST(Forgetting, ASetTakesItsSamplesAlongAndNoOthers) {
  PrometheusRecorder recorder({"1", ""});
  recorder.know_database("popup");
  recorder.know_database("other");
  for (const SetName& set : {campaigns, properties, others}) {
    recorder.know_set(set, {"no-orphans"});
    tell_everything(recorder, set);
  }
  recorder.forget_set(campaigns);
  const std::string after = recorder.exposition({});
  EXPECT_THAT(samples_with(after, "{database=\"popup\",rowset=\"campaigns\""), IsEmpty());
  EXPECT_THAT(samples_with(after, "{database=\"popup\",rowset=\"campaign-properties\""), Not(IsEmpty()));
  EXPECT_THAT(samples_with(after, "{database=\"other\",rowset=\"campaigns\""), Not(IsEmpty()));
  EXPECT_EQ(value_of(after, "holdfast_database_up{database=\"popup\"}"), "1");

  // A run that ends after its set has left brings nothing back.
  recorder.run_ended(campaigns, "change", RunResult::Corrected);
  recorder.set_state(campaigns, {});
  EXPECT_EQ(recorder.exposition({}), after);

  // Known anew, it begins at 0.
  recorder.know_set(campaigns, {});
  EXPECT_EQ(
      value_of(recorder.exposition({}),
               "holdfast_corrections_total{database=\"popup\",rowset=\"campaigns\",action=\"insert\",cause=\"wipe\"}"),
      "0");
}

TEST(Forgetting, ADatabaseTakesItsSetsAlong) {
  PrometheusRecorder recorder({"1", ""});
  recorder.know_database("popup");
  recorder.know_database("other");
  for (const SetName& set : {campaigns, properties, others}) {
    recorder.know_set(set, {});
    tell_everything(recorder, set);
  }
  recorder.forget_database("popup");
  EXPECT_THAT(samples_with(recorder.exposition({}), "popup"), IsEmpty());
  EXPECT_EQ(value_of(recorder.exposition({}), "holdfast_declared_rows{database=\"other\",rowset=\"campaigns\"}"), "12");
  recorder.forget_set(others);
  recorder.forget_database("other");
  recorder.forget_database("other");
  recorder.forget_set(others);
  EXPECT_EQ(recorder.exposition({}), PrometheusRecorder({"1", ""}).exposition({}));
}

}  // namespace
}  // namespace holdfast::metrics
