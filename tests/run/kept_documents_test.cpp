// G6 over a restart: where the documents are not good, those that the database keeps are in force until good ones are
// there, rows are healed as before, and everybody is told.
#include <gmock/gmock.h>

#include <filesystem>
#include <functional>
#include <ostream>

#include "tests/run/agent.h"

namespace holdfast::agent {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const std::string head = "apiVersion: holdfast.dev/v1alpha1\n";
const std::string campaigns = head +
                              "kind: RowSet\nmetadata: {name: campaigns}\nspec:\n"
                              "  table: campaigns\n  key: [name]\n  mode: Enforce\n"
                              "  rows:\n    - {id: 1, name: one, url: \"https://shop.example/one\"}\n"
                              "    - {id: 2, name: two, url: \"https://shop.example/two\"}\n"
                              "  rowsFrom: [{file: more.csv}]\n";

struct Bad {
  const char* what;
  std::function<void(const ScratchFolder&)> breaking;
  const char* told;
  bool database = true;  // its document can still be read; else the command line has to name it
};
void PrintTo(const Bad& bad, std::ostream* out) { *out << bad.what; }

// The Database in a file of its own, which stays readable where only the others are bad.
class KeptDocuments : public testing::TestWithParam<Bad> {
 protected:
  KeptDocuments() { fs::remove(agent.folder() / "rows/shop.yaml"); }
  void write_good_ones(const std::string& more_rows = {}) const {
    agent.folder().write("rows/more.csv", "id,name,url\n3,three,https://shop.example/three\n" + more_rows);
    agent.folder().write("rows/campaigns.yaml", campaigns);
    agent.folder().write("rows/database.yaml", head + "kind: Database\nmetadata: {name: shop}\nspec: {url: 'sqlite:" +
                                                   agent.database() + "'}\n");
  }
  void start() {
    std::vector<std::string> flags;
    if (!GetParam().database) flags = {"--database", "shop=sqlite:" + agent.database()};
    agent.start(flags);
  }
  // As the status has it.
  std::string digest() {
    const std::string status = agent.get("/api/v1/status");
    const std::size_t at = status.find("\"digest\": \"");
    return at == std::string::npos ? "no digest" : status.substr(at, status.find(',', at) - at);
  }
  bool heals() {
    agent.sql("DELETE FROM campaigns WHERE name = 'one'; UPDATE campaigns SET url = 'x' WHERE name = 'three'");
    return eventually([&] {
      return agent.rows("SELECT count(*) FROM campaigns WHERE id <= 3 AND url = 'https://shop.example/' || name") ==
             "3";
    });
  }
  RunningAgent agent;
};
INSTANTIATE_TEST_SUITE_P(
    Bad, KeptDocuments,
    testing::Values(
        Bad{"the row set is not YAML",
            [](const ScratchFolder& in) { in.write("rows/campaigns.yaml", "kind: [RowSet"); }, "campaigns.yaml:1:7: "},
        Bad{"the row set is cut off in the middle",
            [](const ScratchFolder& in) {
              in.write("rows/campaigns.yaml", campaigns.substr(0, campaigns.find("/two")));
            },
            "campaigns.yaml:"},
        Bad{"the row set's file is empty", [](const ScratchFolder& in) { in.write("rows/campaigns.yaml", ""); },
            "campaigns.yaml: the file has no documents"},
        Bad{"the file of its rows is gone", [](const ScratchFolder& in) { fs::remove(in / "rows/more.csv"); },
            "the file \\\"more.csv\\\" is not there"},
        Bad{"the file of its rows is empty", [](const ScratchFolder& in) { in.write("rows/more.csv", ""); },
            "more.csv: the file is empty"},
        Bad{"the database's document is not YAML",
            [](const ScratchFolder& in) { in.write("rows/database.yaml", "kind: [Database"); },
            "database.yaml:1:7: ", false},
        Bad{"the database's document is gone", [](const ScratchFolder& in) { fs::remove(in / "rows/database.yaml"); },
            "there is no Database for RowSet", false},
        Bad{"all of them are gone", [](const ScratchFolder& in) { fs::remove_all(in / "rows"); },
            "the file or folder is not there", false}));

TEST_P(KeptDocuments, AreInForceAfterARestartUntilGoodOnesAreThere) {
  write_good_ones();
  start();
  ASSERT_TRUE(eventually([&] { return agent.names() == "one,two,three" && agent.in_sync(); })) << agent.log();
  const std::string good = digest();
  agent.kill();
  GetParam().breaking(agent.folder());
  start();
  ASSERT_TRUE(eventually([&] { return agent.is_ready(); })) << agent.log();
  EXPECT_TRUE(agent.logged("DocumentsFromDatabase")) << agent.log();
  EXPECT_EQ(digest(), good);
  const std::string status = agent.get("/api/v1/status");
  EXPECT_THAT(status, HasSubstr("\"valid\": false"));
  EXPECT_THAT(status, HasSubstr("\"from_database\": true"));
  EXPECT_THAT(status, HasSubstr(GetParam().told));
  EXPECT_THAT(agent.get("/metrics"), HasSubstr("holdfast_desired_state_valid 0\n"));
  const Finished told = run({"status", "--agent", agent.url()});
  EXPECT_EQ(told.exit, 2);
  EXPECT_THAT(told.out, HasSubstr(", as a database kept them, and what is there now is invalid:\n"));
  EXPECT_TRUE(heals()) << agent.log();

  // The same ones again are those of the files, not the database's.
  write_good_ones();
  EXPECT_TRUE(eventually([&] {
    return agent.get("/api/v1/status").find("\"from_database\": false") != std::string::npos;
  })) << agent.get("/api/v1/status");
  EXPECT_EQ(digest(), good);
  write_good_ones("4,four,https://shop.example/four\n");
  EXPECT_TRUE(eventually([&] { return agent.names() == "one,two,three,four"; })) << agent.log();
  EXPECT_THAT(agent.get("/api/v1/status"), HasSubstr("\"valid\": true"));
  EXPECT_THAT(agent.get("/api/v1/status"), HasSubstr("\"from_database\": false"));
  EXPECT_THAT(agent.get("/metrics"), HasSubstr("holdfast_desired_state_valid 1\n"));
  EXPECT_TRUE(heals()) << agent.log();
}

}  // namespace
}  // namespace holdfast::agent
