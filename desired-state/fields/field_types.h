// Wrappers that say what a field is where its C++ type alone does not: what `describe` (describe.h) hands to a visitor.
// Each refers to the value that is read into.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "desired-state/documents.h"

namespace holdfast::fields {

struct Size {
  std::int64_t& bytes;
};  // 256MiB
struct Count {
  std::int64_t& number;
  std::int64_t least, most;
};
struct Columns {
  std::vector<Name>& names;
  bool required;
};  // different names of columns
struct ColumnTexts {
  std::vector<std::string>& names;
};  // the same, without places
struct ColumnValues {
  std::vector<ColumnScalar>& values;
};  // {column: scalar, …}, at least one
struct DocumentRef {
  std::optional<Name>& name;
};  // {name: …}
struct DocumentNames {
  std::vector<std::string>& names;
};
struct Choices {
  std::vector<std::string>& chosen;
  std::vector<std::string> allowed;
};
struct SubstitutedName {
  Name& text;
};  // ${VAR} works here
struct SubstitutedText {
  std::string& text;
};
struct RowFileName {
  std::string& file;
};  // one that a reader knows
struct Rows {
  RowSetDocument& document;
};
struct References {
  std::vector<Reference>& references;
};
struct MatcherValue {
  Matcher& matcher;
  Matcher::Kind kind;
};
struct JournalFields {
  DatabaseDocument& document;
};
struct NotifierTarget {
  NotifierDocument& document;
  NotifierKind kind;
};

// The names of enumerators as documents write them; in the order of the enumeration.
template <class E>
struct EnumNames;

#define HOLDFAST_ENUM_NAMES(type, ...)                                \
  template <>                                                         \
  struct EnumNames<type> {                                            \
    static std::vector<std::string> names() { return {__VA_ARGS__}; } \
  };
HOLDFAST_ENUM_NAMES(Mode, "Enforce", "Observe")
HOLDFAST_ENUM_NAMES(MissingPolicy, "Insert", "Report")
HOLDFAST_ENUM_NAMES(ChangedPolicy, "Update", "Report", "Ignore")
HOLDFAST_ENUM_NAMES(ForbiddenPolicy, "Delete", "Report")
HOLDFAST_ENUM_NAMES(ExtraPolicy, "Keep", "Report", "Delete")
HOLDFAST_ENUM_NAMES(RemovedPolicy, "Keep", "Delete")
HOLDFAST_ENUM_NAMES(IdentityPolicy, "Report", "Move")
HOLDFAST_ENUM_NAMES(DependentsPolicy, "Restrict", "FollowSchema", "Delete", "Keep")
HOLDFAST_ENUM_NAMES(SideEffectsPolicy, "Refuse", "Allow")
HOLDFAST_ENUM_NAMES(JournalMode, "Keep", "Wal")
#undef HOLDFAST_ENUM_NAMES

}  // namespace holdfast::fields
