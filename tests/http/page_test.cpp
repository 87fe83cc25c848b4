// docs/http.md lists the addresses and the limits that there are.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "agent/core/http/routes.h"

namespace holdfast::agent::http {
namespace {

std::string page() {
  std::ifstream file(std::string(HOLDFAST_SOURCE) + "/docs/http.md");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(HttpPageTest, ListsEveryAddressAndNoOther) {
  std::set<std::string> in_code, on_page;
  for (const Route& route : routes()) in_code.insert(std::string(route.method) + " " + std::string(route.pattern));
  std::istringstream lines(page());
  for (std::string line; std::getline(lines, line);) {
    for (const std::string method : {"GET", "POST"}) {
      if (!line.starts_with("| `" + method + " /")) continue;
      std::string address = line.substr(3, line.find('`', 3) - 3);
      for (const auto& [word, place] : {std::pair<std::string, std::string>{"/NAME", "/{name}"}, {"/ID", "/{id}"}}) {
        if (const std::size_t at = address.find(word); at != std::string::npos) address.replace(at, word.size(), place);
      }
      on_page.insert(address);
    }
  }
  EXPECT_EQ(in_code, on_page);
}

}  // namespace
}  // namespace holdfast::agent::http
