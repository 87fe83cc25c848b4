#include "agent/edges/watch/path_trail.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "tests/watch/scratch.h"

namespace holdfast::agent {
namespace {

namespace fs = std::filesystem;

class PathTrailTest : public testing::Test {
 protected:
  PathTrailTest() : real_(fs::canonical(scratch_.path()).string()) {}
  // Where it leads and over which links, without the test's own folder.
  std::string led(const std::string& path) const {
    const Result<PathTrail> trail = trail_of(path);
    if (!trail) return trail.error().what;
    std::string text = without_base(trail->file());
    for (const PathTrail::Link& link : trail->links) text += " over " + without_base(link.folder + "/" + link.name);
    return text;
  }
  std::string without_base(const std::string& path) const {
    return path.starts_with(real_ + "/") ? path.substr(real_.size() + 1) : path;
  }

  Scratch scratch_;
  std::string real_;
};

TEST_F(PathTrailTest, WhereAPathLeads) {
  shell("cd " + real_ +
        " && mkdir -p a/b c && touch a/b/file && ln -s b a/link && ln -s ../a/link/file c/file && ln -s " + real_ +
        "/c absolute && ln -s loop loop && ln -s nowhere/file dangling && ln -s new.db a/fresh");
  struct {
    const char* path;
    const char* want;
  } const cases[] = {
      {"a/b/file", "a/b/file"},
      {"a//b/./file", "a/b/file"},
      {"a/b/../b/file", "a/b/file"},
      {"a/link/file", "a/b/file over a/link"},
      {"c/file", "a/b/file over c/file over a/link"},
      {"absolute/file", "a/b/file over absolute over c/file over a/link"},
      {"a/link/../b/file", "a/b/file over a/link"},
      {"a/b/new", "a/b/new"},
      {"a/fresh", "a/new.db over a/fresh"},
      {"loop", "Too many levels of symbolic links"},
      {"loop/file", "Too many levels of symbolic links"},
      {"dangling", "the folder is not there"},
      {"no/file", "the folder is not there"},
      {"a/b/file/x", "Not a directory"},
  };
  for (const auto& one : cases) EXPECT_EQ(led(real_ + "/" + one.path), one.want) << one.path;
  EXPECT_EQ(led("/"), "Is a directory");
  EXPECT_EQ(led("/.."), "Is a directory");
  EXPECT_EQ(led("/etc"), "/etc");
}

TEST_F(PathTrailTest, ARelativePathCountsFromTheWorkingFolder) {
  shell("mkdir " + real_ + "/a");
  EXPECT_EQ(in_child([&] {
              if (::chdir(real_.c_str()) != 0) return std::string("chdir");
              return led("a/file") + ", " + led("./a/../file") + ", " +
                     without_base(folder_trail_of(".")->folder + "/x");
            }),
            "a/file, file, x");
}

TEST_F(PathTrailTest, AFolderThatIsExchangedMakesAnotherTrail) {
  shell("mkdir " + real_ + "/a");
  const PathTrail before = *trail_of(real_ + "/a/file");
  EXPECT_EQ(*trail_of(real_ + "/a/file"), before);
  shell("cd " + real_ + " && mv a gone && mkdir a");
  EXPECT_NE(*trail_of(real_ + "/a/file"), before);
}

TEST_F(PathTrailTest, FoldersOnTheWayAreAllNamed) {
  shell("mkdir -p " + real_ + "/a/b");
  const Result<PathTrail> trail = trail_of(real_ + "/a/b/file");
  ASSERT_TRUE(trail);
  ASSERT_GE(trail->folders.size(), 3U);
  EXPECT_EQ(trail->folders.front().path, "/");
  EXPECT_EQ(trail->folders.back().path, real_ + "/a/b");
  EXPECT_EQ(trail->folders[trail->folders.size() - 2].path, real_ + "/a");
}

TEST_F(PathTrailTest, VeryLongPathsAreRefused) {
  std::string path = real_;
  for (int i = 0; i < 100'000; ++i) path += "/x";
  EXPECT_FALSE(trail_of(path));
}

}  // namespace
}  // namespace holdfast::agent
