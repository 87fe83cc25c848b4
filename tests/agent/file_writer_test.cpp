// Files put in place of others: whole or not at all.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "agent/edges/file_writer.h"
#include "tests/agent/program.h"

namespace holdfast::agent {
namespace {

using testing::ElementsAre;

namespace fs = std::filesystem;

std::string read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class FileWriterTest : public testing::Test {
 protected:
  std::string replace(const std::vector<Replacement>& files) {
    FileWriter writer;
    const Result<void> done = writer.replace(files);
    return done ? "" : to_string(done.error());
  }
  ScratchFolder folder;
};

TEST_F(FileWriterTest, puts_every_file_in_place) {
  const std::string a = folder.write("a", "old"), b = folder.write("sub/b", "");
  EXPECT_EQ(replace({{a, a, "old", "new"}, {b, a, "", std::string(200'000, 'x')}}), "");
  EXPECT_EQ(read(a), "new");
  EXPECT_EQ(read(b), std::string(200'000, 'x'));
  EXPECT_THAT(folder.names(), ElementsAre("a", "sub"));
}

TEST_F(FileWriterTest, a_file_that_has_changed_stops_all_of_them) {
  const std::string a = folder.write("a", "old"), b = folder.write("b", "edited meanwhile");
  EXPECT_EQ(replace({{a, a, "old", "new"}, {b, b, "old", "new"}}),
            "the file has changed since it was read: " + b + ": run it again");
  EXPECT_EQ(read(a), "old");
  EXPECT_EQ(read(b), "edited meanwhile");
  EXPECT_THAT(folder.names(), ElementsAre("a", "b"));
}

TEST_F(FileWriterTest, a_file_that_is_gone_stops_all_of_them) {
  const std::string a = folder.write("a", "old");
  EXPECT_EQ(replace({{a, a, "old", "new"}, {folder / "b", a, "", "new"}}),
            "the file cannot be found: No such file or directory: " + (folder / "b") +
                ": check who may write the file and its folder");
  EXPECT_EQ(read(a), "old");
  EXPECT_THAT(folder.names(), ElementsAre("a"));
}

TEST_F(FileWriterTest, one_file_under_two_names_is_refused) {
  const std::string a = folder.write("a", "old");
  fs::create_symlink("a", folder / "b");
  EXPECT_EQ(replace({{a, a, "old", "new"}, {folder / "b", a, "old", "other"}}),
            "the documents name the file in two ways: " + (folder / "b") + ": name it in one way");
  EXPECT_EQ(read(a), "old");
}

TEST_F(FileWriterTest, links_stay_links_and_lead_nowhere_else) {
  folder.write("outside", "old");
  const std::string real = folder.write("docs/real", "old");
  fs::create_symlink("real", folder / "docs/inside");
  fs::create_symlink("../outside", folder / "docs/out");
  const std::string inside = folder / "docs/inside", out = folder / "docs/out";
  EXPECT_EQ(replace({{inside, inside, "old", "new"}}), "");
  EXPECT_TRUE(fs::is_symlink(inside));
  EXPECT_EQ(read(real), "new");
  EXPECT_EQ(replace({{out, out, "old", "new"}}),
            "the file is a link that leaves the document's folder: " + out + ": name the real file with -f");
  EXPECT_EQ(read(folder / "outside"), "old");
}

TEST_F(FileWriterTest, mode_and_owner_stay) {
  const std::string a = folder.write("a", "old");
  ASSERT_EQ(chmod(a.c_str(), 0604), 0);
  const bool root = geteuid() == 0;
  if (root) {
    ASSERT_EQ(chown(a.c_str(), 1234, 4321), 0);
  }
  EXPECT_EQ(replace({{a, a, "old", "new"}}), "");
  struct stat status {};
  ASSERT_EQ(stat(a.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0604u);
  EXPECT_EQ(status.st_uid, root ? 1234 : geteuid());
}

TEST_F(FileWriterTest, hard_links_become_files_of_their_own) {
  const std::string a = folder.write("a", "old"), b = folder / "b";
  fs::create_hard_link(a, b);
  EXPECT_EQ(replace({{a, a, "old", "new"}}), "");
  EXPECT_EQ(read(a), "new");
  EXPECT_EQ(read(b), "old");
}

}  // namespace
}  // namespace holdfast::agent
