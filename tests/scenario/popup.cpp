#include "tests/scenario/popup.h"

#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <sstream>

namespace holdfast::testing {

std::string popup_documents(const Scenario& scenario) {
  std::string all;
  for (const char* name : {"database", "properties", "campaigns", "campaign-properties"}) {
    std::ifstream file(std::string(HOLDFAST_POPUP "/") + name + ".yaml");
    EXPECT_TRUE(file.good()) << name;
    std::stringstream text;
    text << file.rdbuf();
    all += text.str() + "\n---\n";
  }
  return std::regex_replace(all, std::regex("url: .*"), "url: \"sqlite:" + scenario.path() + "\"",
                            std::regex_constants::format_first_only);
}

std::unique_ptr<Scenario> new_popup() {
  auto scenario = std::make_unique<Scenario>();
  scenario->documents(popup_documents(*scenario));
  return scenario;
}

std::unique_ptr<Scenario> filled_popup() {
  auto scenario = new_popup();
  const Outcomes first = scenario->apply();
  EXPECT_EQ(first.exit, 0) << first.all_errors() << first.changes() << first.messages();
  return scenario;
}

}  // namespace holdfast::testing
