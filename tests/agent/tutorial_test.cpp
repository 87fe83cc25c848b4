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
  // A line as a shell has it; sqlite3 is the test's own connection, since the program need not be there.
  int type(const std::string& line) {
    const std::string sqlite = "sqlite3 shop.db \"";
    if (line.starts_with(sqlite)) {
      execute(folder / "shop.db", line.substr(sqlite.size(), line.rfind('"') - sqlite.size()));
      return 0;
    }
    const std::string binary = HOLDFAST_BINARY;
    folder.write("line.sh", "cd '" + folder.path().string() + "'\nPATH=\"" + binary.substr(0, binary.rfind('/')) +
                                ":$PATH\"\n" + line + "\n");
    const int status = std::system(("sh '" + (folder / "line.sh") + "' > '" + (folder / "out") + "' 2>&1").c_str());
    std::ostringstream text;
    text << std::ifstream(folder / "out").rdbuf();
    out = text.str();
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  ScratchFolder folder;
  std::string out;
};

TEST_F(Tutorial, does_what_it_says) {
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
  EXPECT_EQ(query(folder / "shop.db", "SELECT id, name, price FROM plans ORDER BY id"),
            "1|Free|0\n2|Basic|1090\n3|Pro|2900");
  EXPECT_EQ(query(folder / "shop.db", "SELECT count(*) FROM orders"), "2");
}

}  // namespace
}  // namespace holdfast::agent
