// The pages of the repository name files that are there: links, and tests that prove a guarantee.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/agent/page.h"

namespace holdfast::agent {
namespace {

namespace fs = std::filesystem;

const fs::path root = HOLDFAST_SOURCE;

std::vector<std::string> pages() {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(root)) {
    if (entry.path().extension() == ".md") names.push_back(entry.path().filename());
  }
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / "docs")) {
    if (entry.path().extension() == ".md") names.push_back(fs::relative(entry.path(), root));
  }
  return names;
}

// What stands between `begin` and `end`, each time.
std::vector<std::string> between(const std::string& text, const std::string& begin, const std::string& end) {
  std::vector<std::string> found;
  for (std::size_t at = text.find(begin); at != std::string::npos; at = text.find(begin, at)) {
    at += begin.size();
    const std::size_t stop = text.find(end, at);
    if (stop == std::string::npos) break;
    found.push_back(text.substr(at, stop - at));
  }
  return found;
}

// A heading's address, as GitHub makes it: lower case, letters, digits, '-' and '_', spaces as '-'.
std::set<std::string> addresses(const std::string& text) {
  std::set<std::string> all;
  for (const std::string& line : between("\n" + text, "\n#", "\n")) {
    std::string address;
    for (const char c : line.substr(std::min(line.size(), line.find(' ') + 1))) {
      if (c == ' ') address += '-';
      if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_') {
        address += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      }
    }
    all.insert(address);
  }
  return all;
}

TEST(Pages, link_to_what_is_there) {
  std::size_t links = 0;
  for (const std::string& name : pages()) {
    for (const std::string& link : between(page(name), "](", ")")) {
      if (link.find("://") != std::string::npos) continue;
      ++links;
      const std::string path = link.substr(0, link.find('#'));
      const fs::path target = path.empty() ? root / name : (root / name).parent_path() / path;
      EXPECT_TRUE(fs::exists(target)) << name << ": " << link;
      if (link.find('#') == std::string::npos || !fs::is_regular_file(target)) continue;
      const std::string address = link.substr(link.find('#') + 1);
      EXPECT_TRUE(addresses(page(fs::relative(target, root))).contains(address)) << name << ": " << link;
    }
  }
  EXPECT_GT(links, 20u);
}

TEST(Pages, name_tests_that_are_there) {
  std::set<std::string> named;
  for (const std::string& path : between(page("docs/guarantees.md"), "`tests/", "`")) {
    EXPECT_TRUE(fs::is_regular_file(root / "tests" / path)) << path;
    named.insert(path);
  }
  for (const fs::directory_entry& entry : fs::directory_iterator(root / "tests/guarantees")) {
    if (entry.path().extension() == ".cpp") {
      EXPECT_TRUE(named.contains("guarantees/" + entry.path().filename().string())) << entry.path();
    }
  }
}

TEST(Pages, name_every_folder_and_program_of_the_tests) {
  const std::string text = page("CONTRIBUTING.md");
  std::set<std::string> folders, programs;
  for (const fs::directory_entry& entry : fs::directory_iterator(root / "tests")) {
    if (!entry.is_directory()) continue;
    const std::string folder = entry.path().filename();
    folders.insert(folder + "/");
    for (const std::string& program : between(page("tests/" + folder + "/CMakeLists.txt"), "holdfast_test(", "\n")) {
      programs.insert(program + "_tests");
    }
  }
  std::set<std::string> named;
  for (const std::string& folder : between(text, "`tests/", "`")) named.insert(folder);
  EXPECT_EQ(named, folders) << "CONTRIBUTING.md, How tests read, lists the folders of tests/";
  const std::string sentence = text.substr(text.find("is one program:"));
  for (const std::string& program : programs) EXPECT_THAT(sentence, testing::HasSubstr("`" + program + "`"));
}

}  // namespace
}  // namespace holdfast::agent
