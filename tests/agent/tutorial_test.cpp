// docs/tutorial.md, typed line by line.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "tests/agent/page.h"
#include "tests/agent/program.h"

namespace holdfast::agent {
namespace {

using testing::HasSubstr;

class Tutorial : public testing::Test {
 protected:
  // A line as one shell has it, which stays where `cd` leads; sqlite3 is the test's own connection, since the program
  // need not be there.
  int type(const std::string& line) {
    const std::string sqlite = "sqlite3 shop.db \"";
    if (line.starts_with(sqlite)) {
      execute(current + "/shop.db", line.substr(sqlite.size(), line.rfind('"') - sqlite.size()));
      return 0;
    }
    const std::string binary = HOLDFAST_BINARY;
    folder.write("line.sh", "cd '" + current + "'\nPATH=\"" + binary.substr(0, binary.rfind('/')) + ":$PATH\"\n" +
                                line + "\nexit=$?\npwd > '" + (folder / "current") + "'\nexit $exit\n");
    const int status = std::system(("sh '" + (folder / "line.sh") + "' > '" + (folder / "out") + "' 2>&1").c_str());
    std::ostringstream text;
    text << std::ifstream(folder / "out").rdbuf();
    out = text.str();
    std::getline(std::ifstream(folder / "current"), current);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  ScratchFolder folder;
  std::string current = folder.path().string();
  std::string out;
};

// In the shell, and the folder, in which README's first steps were tried: its shop.db has a table plans as well.
TEST_F(Tutorial, does_what_it_says) {
  execute(folder / "shop.db", "CREATE TABLE plans (id INTEGER PRIMARY KEY, name TEXT)");
  folder.write("rows/shop.yaml", "that of the README\n");
  const std::string text = page("docs/tutorial.md");
  std::string all;
  for (const std::string& block : code_blocks(text, "sh")) {
    std::istringstream lines(block);
    for (std::string line; std::getline(lines, line);) {
      const std::size_t comment = line.find("# exit code ");
      const int want = comment == std::string::npos ? 0 : line[comment + 12] - '0';
      EXPECT_EQ(type(line), want) << line << "\n" << out;
      all += "$ " + line + "\n" + out;
    }
  }
  EXPECT_THAT(all, HasSubstr("price  1090 → 990"));
  EXPECT_THAT(all, HasSubstr("2 held."));
  EXPECT_THAT(all, HasSubstr("Deletes wait for a confirmation"));
  EXPECT_EQ(query(current + "/shop.db", "SELECT id, name, price FROM plans ORDER BY id"),
            "1|Free|0\n2|Basic|1090\n3|Pro|2900");
  EXPECT_EQ(query(current + "/shop.db", "SELECT count(*) FROM orders"), "2");
}

}  // namespace
}  // namespace holdfast::agent
