// Who has which database open: real processes with real files.
#include "agent/edges/host/open_files.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/core/doctor/database_names.h"
#include "agent/edges/host/host_facts.h"
#include "tests/databases/holder.h"
#include "tests/databases/real_file.h"

namespace holdfast::agent {
namespace {

using namespace databases_test;
using doctor::OpenFile;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
namespace fs = std::filesystem;

class OpenFilesTest : public RealFileTest {
 protected:
  std::vector<std::pair<std::string, OpenFile::Relation>> found(std::optional<pid_t> below, pid_t only) {
    const doctor::OpenFiles files = find_open_files({path(), look_at_file(path()), std::chrono::seconds(20), below});
    EXPECT_TRUE(files.complete);
    std::vector<std::pair<std::string, OpenFile::Relation>> all;
    for (const OpenFile& file : files.files) {
      if (file.process == only || below)
        all.emplace_back(fs::path(file.path).lexically_relative(folder_), file.relation);
    }
    return all;
  }
};

TEST_F(OpenFilesTest, are_found_in_other_processes_and_those_that_they_started) {
  make(path());
  make(file("other.db"));
  fs::create_directory(file("old"));
  make(file("old/popup.db"));
  const Holder holder({path()}, {file("other.db"), file("old/popup.db")});
  EXPECT_THAT(found(holder.process(), 0),
              UnorderedElementsAre(std::pair("popup.db", OpenFile::Relation::Ours),  // both have it: one by birth
                                   std::pair("popup.db", OpenFile::Relation::Ours),
                                   std::pair("other.db", OpenFile::Relation::Other),
                                   std::pair("old/popup.db", OpenFile::Relation::SameName)));
  EXPECT_THAT(found(std::nullopt, holder.process()),
              UnorderedElementsAre(std::pair("popup.db", OpenFile::Relation::Ours)));
}

TEST_F(OpenFilesTest, deleted_or_replaced_is_told) {
  make(path());
  const Holder holder({path()}, {});
  fs::remove(path());
  EXPECT_THAT(found(std::nullopt, holder.process()),
              UnorderedElementsAre(std::pair("popup.db", OpenFile::Relation::Former)));
  make(path());
  EXPECT_THAT(found(std::nullopt, holder.process()),
              UnorderedElementsAre(std::pair("popup.db", OpenFile::Relation::Former)));
}

TEST_F(OpenFilesTest, of_a_hard_link_is_ours) {
  make(path());
  fs::create_hard_link(path(), file("alias.db"));
  const Holder holder({file("alias.db")}, {});
  EXPECT_THAT(found(holder.process(), 0), UnorderedElementsAre(std::pair("alias.db", OpenFile::Relation::Ours)));
}

TEST_F(OpenFilesTest, of_no_interest_are_left_out) {
  make(path());
  make(file("notes.txt"));
  const Holder holder({file("notes.txt")}, {});
  EXPECT_THAT(found(holder.process(), 0), IsEmpty());
}

TEST_F(OpenFilesTest, looking_ends_in_time) {
  const doctor::OpenFiles files = find_open_files({path(), {}, std::chrono::milliseconds(0), std::nullopt});
  EXPECT_FALSE(files.complete);
}

TEST(DatabaseNames, are_told_by_their_ends_and_by_side_files) {
  using doctor::databases_among;
  EXPECT_EQ(databases_among({"/a/x.db", "/a/y.sqlite3", "/a/z.log", "/dev/null"}),
            (std::set<std::string>{"/a/x.db", "/a/y.sqlite3"}));
  EXPECT_EQ(databases_among({"/a/state", "/a/state-wal", "/a/state-shm"}), (std::set<std::string>{"/a/state"}));
  EXPECT_EQ(databases_among({"/a/lone-wal"}), (std::set<std::string>{}));
  EXPECT_EQ(doctor::main_file("/a/x.db-journal"), "/a/x.db");
}

}  // namespace
}  // namespace holdfast::agent
