// What lies beside a database: where, who may read it, and what happens when it is damaged.
#include "agent/edges/host/file_surroundings.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>

#include "tests/databases/facts.h"
#include "tests/databases/real_file.h"

namespace holdfast::agent {
namespace {

using namespace databases_test;
namespace fs = std::filesystem;

using FileSurroundingsTest = RealFileTest;

TEST_F(FileSurroundingsTest, remembers_the_last_marker) {
  FileSurroundings one({path(), "machine", ""});
  EXPECT_EQ(must(one.remembered()), std::nullopt);
  must(one.remember(marker_here(1)));
  must(one.remember(marker_here(2)));
  FileSurroundings other({path(), "machine", ""});
  EXPECT_EQ(must(other.remembered()), marker_here(2));
  EXPECT_FALSE(fs::exists(other.memory_file() + ".new"));
  struct stat about {};
  ASSERT_EQ(stat(other.memory_file().c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777U, 0600U);
}

TEST_F(FileSurroundingsTest, takes_a_damaged_memory_for_none) {
  FileSurroundings one({path(), "machine", ""});
  std::ofstream(one.memory_file()) << "{\"format\": 1, \"data";
  EXPECT_EQ(must(one.remembered()), std::nullopt);
}

TEST_F(FileSurroundingsTest, follows_links_to_the_file_itself) {
  make(path());
  fs::create_symlink(path(), file("link.db"));
  FileSurroundings link({file("link.db"), "machine", ""});
  const PlaceNow now = must(link.look());
  EXPECT_TRUE(now.there);
  EXPECT_EQ(now.place.path, path());
  EXPECT_TRUE(link.is_there(now.place));
  EXPECT_EQ(link.memory_file(), path() + ".holdfast");
}

TEST_F(FileSurroundingsTest, sees_another_file_in_the_same_place) {
  make(path());
  FileSurroundings one({path(), "machine", ""});
  const Place before = must(one.look()).place;
  make(file("new.db"));
  fs::rename(file("new.db"), path());
  EXPECT_NE(must(one.look()).place, before);
  EXPECT_FALSE(one.is_there(before));
}

TEST_F(FileSurroundingsTest, names_the_place_of_a_file_that_is_not_there) {
  FileSurroundings one({file("no/such/popup.db"), "machine", ""});
  const PlaceNow now = must(one.look());
  EXPECT_FALSE(now.there);
  EXPECT_EQ(now.place.path, file("no/such/popup.db"));
}

TEST_F(FileSurroundingsTest, keeps_two_databases_of_one_name_apart_in_a_state_folder) {
  FileSurroundings one({file("a/popup.db"), "machine", folder_.string()});
  FileSurroundings other({file("b/popup.db"), "machine", folder_.string()});
  EXPECT_NE(one.memory_file(), other.memory_file());
  must(one.remember(marker_here(1)));
  EXPECT_EQ(must(other.remembered()), std::nullopt);
}

}  // namespace
}  // namespace holdfast::agent
