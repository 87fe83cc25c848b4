#include "agent/core/doctor/child_files.h"

namespace holdfast::agent::doctor {

std::optional<ChildFiles::Wrong> ChildFiles::look(const OpenFiles& files, const std::string& path) {
  const OpenFile* other = nullptr;
  const OpenFile* certain = nullptr;
  for (const OpenFile& file : files.files) {
    switch (file.relation) {
      case OpenFile::Relation::Ours: ours_seen_ = true; break;
      case OpenFile::Relation::Former:
      case OpenFile::Relation::SameName: certain = &file; break;
      case OpenFile::Relation::Other: other = &file; break;
    }
  }
  const auto who = [](const OpenFile& file) {
    return file.program + " (process " + std::to_string(file.process) + ")";
  };
  if (certain != nullptr) {
    const bool former = certain->relation == OpenFile::Relation::Former;
    return Wrong{who(*certain) + " has " + (former ? "a file open that was " : "another file of the same name open: ") +
                     certain->path + (former ? " and is deleted or replaced" : "; the documents are about " + path),
                 true};
  }
  others_alone_ = other != nullptr && !ours_seen_ ? others_alone_ + 1 : 0;
  if (others_alone_ < looks_for_others) return std::nullopt;
  return Wrong{who(*other) + " has " + other->path + " open, and was never seen with " + path, false};
}

}  // namespace holdfast::agent::doctor
