// The marker as text: it reads back as it was written, and what is cut short counts as never written.
#include <gmock/gmock.h>

#include <limits>

#include "tests/databases/facts.h"

namespace holdfast {
namespace {

using namespace databases_test;

TEST(Marker, reads_back_as_it_was_written) {
  Marker marker = marker_here();
  marker.place.path = "/a folder/with \"quotes\"/ä.db";
  marker.place.inode = std::numeric_limits<std::uint64_t>::max();
  marker.place.born_ns = 1'764'275'100'123'456'789;
  marker.tables["codes"] = {{true, std::nullopt, std::nullopt}, std::nullopt};
  marker.tables["low"] = {{false, -5, std::nullopt}, 1};
  const std::optional<Marker> read = read_marker(marker_text(marker));
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, marker);
}

TEST(Marker, cut_short_anywhere_is_none) {
  const std::string text = marker_text(marker_here());
  for (std::size_t size = 0; size < text.size(); ++size) EXPECT_FALSE(read_marker(text.substr(0, size))) << size;
}

TEST(Marker, of_other_texts_there_is_none) {
  for (const char* text :
       {"", "null", "[]", "{}", "{\"format\": 1}", "not JSON", "{\"format\": 0, \"database\": \"A\"}"}) {
    EXPECT_FALSE(read_marker(text)) << text;
  }
}

TEST(Marker, of_a_later_version_is_read_as_far_as_it_is_known) {
  std::string text = marker_text(marker_here());
  text.insert(1, "\"colour\": \"blue\", ");
  const std::optional<Marker> read = read_marker(text);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, marker_here());
}

TEST(Place, is_one_file_by_inode_and_birth) {
  EXPECT_TRUE(same_file(here, here));
  EXPECT_TRUE(same_file(here, {"machine", "/other", here.inode, here.born_ns})) << "wherever it is";
  EXPECT_TRUE(same_file(here, {"", "/other", here.inode, 0})) << "as far as anybody can tell";
  EXPECT_FALSE(same_file(here, {"machine", here.path, here.inode, here.born_ns + 1})) << "inodes come again";
  EXPECT_FALSE(same_file(here, {"laptop", here.path, here.inode, here.born_ns})) << "another machine's";
}

}  // namespace
}  // namespace holdfast
