// Incident 7: the restore wrote to one path, the API read from another.
#include "agent/core/doctor/child_files.h"

#include <gmock/gmock.h>

namespace holdfast::agent::doctor {
namespace {

using testing::HasSubstr;
using testing::Optional;

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
              Optional(HasSubstr("uvicorn (process 42) has another file of the same name open: /app/popup.db")));
  EXPECT_THAT(ChildFiles().look(files({{ours, OpenFile::Relation::Former}}), ours), Optional(HasSubstr("deleted")));
}

TEST(ChildFiles, of_other_names_are_wrong_when_ours_is_never_seen) {
  ChildFiles child;
  EXPECT_EQ(child.look(cache, ours), std::nullopt);
  EXPECT_EQ(child.look(cache, ours), std::nullopt);
  EXPECT_THAT(child.look(cache, ours), Optional(HasSubstr("/tmp/cache.db")));
  EXPECT_NE(child.look(cache, ours), std::nullopt) << "for as long as it is so";
  EXPECT_EQ(child.look(right, ours), std::nullopt);
}

TEST(ChildFiles, beside_ours_may_be_any) {
  ChildFiles child;
  EXPECT_EQ(child.look(right, ours), std::nullopt);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(child.look(cache, ours), std::nullopt) << "ours is open for moments only";
}

TEST(ChildFiles, that_are_not_open_say_nothing) {
  ChildFiles child;
  for (int i = 0; i < 10; ++i) EXPECT_EQ(child.look(nothing, ours), std::nullopt);
}

}  // namespace
}  // namespace holdfast::agent::doctor
