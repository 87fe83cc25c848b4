// New files in a folder: all of them or none, and none in place of another.
#include "agent/edges/folder_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "tests/agent/program.h"

namespace holdfast::agent {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

std::unique_ptr<NewFiles> open(const std::string& folder, const std::vector<std::string>& names) {
  Result<std::unique_ptr<NewFiles>> files = new_folder_files(folder, names);
  return files ? std::move(files).value() : nullptr;
}

std::string content(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(FolderFiles, appear_at_the_end_all_at_once) {
  const ScratchFolder folder;
  const auto files = open(folder / "a/b/", {"one", "two"});
  ASSERT_TRUE(files);
  EXPECT_THAT(folder.names(), IsEmpty());
  ASSERT_TRUE(files->begin("one"));
  files->write("1 ");
  files->write("and more");
  ASSERT_TRUE(files->begin("two"));
  EXPECT_FALSE(std::filesystem::exists(folder / "a/b/one"));
  ASSERT_TRUE(files->finish());
  EXPECT_EQ(content(folder / "a/b/one"), "1 and more");
  EXPECT_EQ(content(folder / "a/b/two"), "");
  const auto rest = std::distance(std::filesystem::directory_iterator(folder / "a/b"), {});
  EXPECT_EQ(rest, 2) << "no temporary file is left";
}

TEST(FolderFiles, that_are_not_finished_leave_nothing_behind) {
  const ScratchFolder folder;
  {
    const auto files = open(folder / "a/b", {"one"});
    ASSERT_TRUE(files->begin("one"));
    files->write("text");
  }
  EXPECT_THAT(folder.names(), IsEmpty());
  folder.write("c/mine", "mine");
  {
    const auto files = open(folder / "c", {"one"});
    ASSERT_TRUE(files->begin("one"));
  }
  EXPECT_TRUE(std::filesystem::exists(folder / "c/mine"));
}

TEST(FolderFiles, that_are_there_already_are_told_by_name) {
  const ScratchFolder folder;
  folder.write("rows/two", "mine");
  std::filesystem::create_symlink("nowhere", folder.path() / "rows/link");
  for (const std::string name : {"two", "link"}) {
    const auto files = new_folder_files(folder / "rows", {"one", name});
    ASSERT_FALSE(files);
    EXPECT_EQ(files.error().what, "the file is there already");
    EXPECT_EQ(files.error().where, folder / ("rows/" + name));
  }
}

TEST(FolderFiles, a_file_that_somebody_makes_meanwhile_stays_and_the_others_go) {
  const ScratchFolder folder;
  {
    const auto files = open(folder / "rows", {"one", "two"});
    ASSERT_TRUE(files->begin("one"));
    files->write("ours");
    ASSERT_TRUE(files->begin("two"));
    files->write("ours");
    folder.write("rows/two", "theirs");
    const Result<void> refused = files->finish();
    ASSERT_FALSE(refused);
    EXPECT_THAT(to_string(refused.error()), StartsWith("the file is there already: " + folder / "rows/two"));
  }
  EXPECT_EQ(content(folder / "rows/two"), "theirs");
  EXPECT_FALSE(std::filesystem::exists(folder / "rows/one"));
}

TEST(FolderFiles, what_a_killed_process_left_behind_is_in_nobodys_way) {
  const ScratchFolder folder;
  folder.write(".one." + std::to_string(::getpid()) + "-0.new", "left");
  const auto files = open(folder.path().string(), {"one"});
  ASSERT_TRUE(files->begin("one"));
  files->write("ours");
  ASSERT_TRUE(files->finish());
  EXPECT_EQ(content(folder / "one"), "ours");
}

TEST(FolderFiles, a_folder_that_cannot_be_made_is_told) {
  const ScratchFolder folder;
  folder.write("file", "");
  for (const std::string name : {"file", "file/below", "file/far/below"}) {
    const auto files = open(folder / name, {"one"});
    ASSERT_TRUE(files);
    const Result<void> refused = files->begin("one");
    ASSERT_FALSE(refused) << name;
    EXPECT_THAT(refused.error().what, HasSubstr("cannot make the folder"));
  }
  EXPECT_THAT(folder.names(), ElementsAre("file"));
}

TEST(FolderFiles, what_cannot_be_written_is_told_and_taken_away) {
  const ScratchFolder folder;
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  ::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{10, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  {
    const auto files = open(folder / "rows", {"one", "two"});
    EXPECT_TRUE(files->begin("one"));
    files->write("more than ten bytes");
    const Result<void> refused = files->begin("two");
    EXPECT_FALSE(refused);
    EXPECT_THAT(to_string(refused.error()),
                StartsWith("cannot write the file (File too large): " + folder / "rows/one"));
  }
  ::setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_THAT(folder.names(), IsEmpty());
}

TEST(FolderFiles, a_folder_that_takes_no_files_is_told) {
  const auto files = open("/proc/self", {"one"});
  ASSERT_TRUE(files);
  EXPECT_THAT(to_string(files->begin("one").error()), StartsWith("cannot write the file ("));
}

}  // namespace
}  // namespace holdfast::agent
