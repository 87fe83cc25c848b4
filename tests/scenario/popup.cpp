#include "tests/scenario/popup.h"

#include <gtest/gtest.h>

#include <fstream>
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
  const std::size_t url = all.find("url: ");
  return all.replace(url, all.find('\n', url) - url, "url: \"sqlite:" + scenario.path() + "\"");
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
