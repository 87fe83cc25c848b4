// The text itself: its order, its escapes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/metrics/everything.h"
#include "tests/metrics/exposition.h"

namespace holdfast::metrics {
namespace {

TEST(Exposition, IsTheSameForTheSameNumbersAndSorted) {
  PrometheusRecorder recorder({"1", ""});
  for (const char* const set : {"c", "a", "b"}) {
    for (const char* const database : {"y", "x"}) recorder.know_set({database, set}, {"two", "one"});
  }
  const std::string exposition = recorder.exposition({});
  EXPECT_EQ(exposition, recorder.exposition({}));
  EXPECT_TRUE(exposition.starts_with("# HELP holdfast_drift_rows "));
  EXPECT_TRUE(exposition.ends_with("\n"));
  std::vector<std::string> declared;
  const Family family = families_of(exposition).at("holdfast_declared_rows");
  for (const auto& [sample, value] : family.samples) {
    declared.push_back(sample.substr(sample.find('{')));
  }
  EXPECT_THAT(declared, testing::ElementsAre("{database=\"x\",rowset=\"a\"}", "{database=\"x\",rowset=\"b\"}",
                                             "{database=\"x\",rowset=\"c\"}", "{database=\"y\",rowset=\"a\"}",
                                             "{database=\"y\",rowset=\"b\"}", "{database=\"y\",rowset=\"c\"}"));
}

TEST(Exposition, EscapesWhatNamesMayHold) {
  const auto recorder = recorder_of_everything("a\"b", "c\\d", "e\nf", "{g=\"h\"} 1");
  const std::string exposition = recorder->exposition({});
  EXPECT_EQ(value_of(exposition, R"(holdfast_expectation_met{database="a\"b",rowset="c\\d",expectation="e\nf"})"), "1");
  EXPECT_EQ(value_of(exposition, R"(holdfast_desired_state_info{revision="{g=\"h\"} 1",digest="sha256:aa"})"), "1");
}

TEST(Exposition, HasNoLabelThatPrometheusGivesItself) {
  for (const auto& [name, family] : families_of(recorder_of_everything()->exposition(some_process()))) {
    EXPECT_THAT(labels_of(family),
                testing::Not(testing::Contains(testing::AnyOf("job", "instance", "namespace", "key"))))
        << name;
    EXPECT_FALSE(family.samples.empty()) << name;
  }
}

}  // namespace
}  // namespace holdfast::metrics
