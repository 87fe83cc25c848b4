// docs/metrics.md says what the program does: every metric, its kind, its labels and its help, in the program's words.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

#include "tests/metrics/everything.h"
#include "tests/metrics/exposition.h"

namespace holdfast::metrics {
namespace {

std::string page() {
  std::ifstream in(std::string(HOLDFAST_SOURCE) + "/docs/metrics.md", std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// The rows of the table as they have to be.
std::string row(const std::string& name, const Family& family) {
  std::string labels;
  for (const std::string& label : labels_of(family)) labels += (labels.empty() ? "`" : ", `") + label + "`";
  return "| `" + name + "` | " + family.type + " | " + labels + (labels.empty() ? "" : " ") + "| " + family.help + " |";
}

TEST(MetricsPage, HasEveryMetricAndNoOther) {
  std::map<std::string, std::string> rows;
  std::istringstream in(page());
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("| `holdfast_") && !line.starts_with("| `process_")) continue;
    const std::string name = line.substr(3, line.find('`', 3) - 3);
    EXPECT_TRUE(rows.emplace(name, line).second) << name << " is there twice";
  }
  const auto families = families_of(recorder_of_everything()->exposition(some_process()));
  for (const auto& [name, family] : families) EXPECT_EQ(rows[name], row(name, family));
  for (const auto& [name, line] : rows) EXPECT_TRUE(families.contains(name)) << line;
}

TEST(MetricsPage, HasEveryBoundOfTheHistograms) {
  std::string bounds;
  for (const std::string& sample :
       samples_with(recorder_of_everything()->exposition({}), "holdfast_heal_duration_seconds_bucket")) {
    const std::size_t at = sample.find("le=\"") + 4;
    bounds += (bounds.empty() ? "" : ", ") + sample.substr(at, sample.find('"', at) - at);
  }
  EXPECT_NE(page().find("`" + bounds + "`"), std::string::npos) << bounds;
}

}  // namespace
}  // namespace holdfast::metrics
