// Incident 7: the restore wrote to one path, the API read from another.
#include "agent/core/doctor/child_files.h"

#include <gmock/gmock.h>

namespace holdfast::agent::doctor {
namespace {

using testing::AllOf;
using testing::Field;
using testing::HasSubstr;
using testing::Optional;

auto wrong(const std::string& why, bool certain) {
  return Optional(AllOf(Field(&ChildFiles::Wrong::why, HasSubstr(why)), Field(&ChildFiles::Wrong::certain, certain)));
}

OpenFiles files(std::vector<std::pair<std::string, OpenFile::Relation>> open) {
  OpenFiles all;
  for (const auto& [path, relation] : open) all.files.push_back({42, "uvicorn", path, relation});
  return all;
}
const std::string ours = "/data/popup.db";
const OpenFiles nothing;
const OpenFiles right = files({{ours, OpenFile::Relation::Ours}});
const OpenFiles cache = files({{"/tmp/cache.db", OpenFile::Relation::Other}});

TEST(ChildFiles, of_our_name_or_deleted_are_wrong_at_once) {
  EXPECT_THAT(ChildFiles().look(files({{"/app/popup.db", OpenFile::Relation::SameName}}), ours),
              wrong("uvicorn (process 42) has another file of the same name open: /app/popup.db", true));
  EXPECT_THAT(ChildFiles().look(files({{ours, OpenFile::Relation::Former}}), ours), wrong("deleted", true));
}

TEST(ChildFiles, of_other_names_are_wrong_when_ours_is_never_seen) {
  ChildFiles child;
  EXPECT_FALSE(child.look(cache, ours));
  EXPECT_FALSE(child.look(cache, ours));
  EXPECT_THAT(child.look(cache, ours), wrong("/tmp/cache.db", false)) << "it may be one beside ours";
  EXPECT_TRUE(child.look(cache, ours)) << "for as long as it is so";
  EXPECT_FALSE(child.look(right, ours));
}

TEST(ChildFiles, beside_ours_may_be_any) {
  ChildFiles child;
  EXPECT_FALSE(child.look(right, ours));
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(child.look(cache, ours)) << "ours is open for moments only";
}

TEST(ChildFiles, that_are_not_open_say_nothing) {
  ChildFiles child;
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(child.look(nothing, ours));
}

}  // namespace
}  // namespace holdfast::agent::doctor
