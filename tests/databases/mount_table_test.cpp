// Which mount a file lies on, from texts that real machines have printed.
#include "agent/core/doctor/mount_table.h"

#include <gmock/gmock.h>

namespace holdfast::agent::doctor {
namespace {

constexpr std::string_view container =
    R"(1003 873 0:116 / / rw,relatime master:417 - overlay overlay rw,lowerdir=/var/lib/docker/overlay2/l/A,upperdir=/x
1004 1003 0:119 / /proc rw,nosuid - proc proc rw
1021 1003 0:120 / /dev/shm rw,nosuid - tmpfs shm rw,size=65536k
1022 1003 8:1 /var/lib/docker/volumes/popup/_data /app/data rw,relatime - ext4 /dev/sda1 rw
1023 1022 0:130 / /app/data/cache rw shared:5 master:7 - tmpfs none rw
1024 1003 8:1 /srv/a\040folder /with\040blank ro,relatime - ext4 /dev/sda1 rw
nonsense
)";

std::string point(std::string_view table, std::string_view path) {
  const std::optional<Mount> mount = find_mount(table, path);
  return mount ? mount->point + " " + mount->type : "none";
}

TEST(MountTable, the_longest_point_that_leads_to_the_file_counts) {
  EXPECT_EQ(point(container, "/app/popup.db"), "/ overlay");
  EXPECT_EQ(point(container, "/app/data/popup.db"), "/app/data ext4");
  EXPECT_EQ(point(container, "/app/data/cache/popup.db"), "/app/data/cache tmpfs");
  EXPECT_EQ(point(container, "/app/database/popup.db"), "/ overlay") << "a name that begins alike is another folder";
  EXPECT_EQ(point("", "/popup.db"), "none");
}

TEST(MountTable, blanks_are_written_as_numbers) {
  const std::optional<Mount> mount = find_mount(container, "/with blank/popup.db");
  ASSERT_TRUE(mount);
  EXPECT_EQ(mount->root, "/srv/a folder");
  EXPECT_TRUE(mount->read_only);
}

TEST(MountTable, of_two_at_one_point_the_later_hides_the_other) {
  EXPECT_EQ(
      point("1 0 8:1 / / rw - ext4 /dev/a rw\n2 1 8:2 / /data rw - ext4 /dev/b rw\n3 2 0:9 / /data rw - tmpfs t rw\n",
            "/data/popup.db"),
      "/data tmpfs");
}

}  // namespace
}  // namespace holdfast::agent::doctor
