// The names that every document begins with.
#pragma once

#include <string>
#include <vector>

namespace holdfast {

inline constexpr const char* api_version = "holdfast.dev/v1alpha1";
inline std::vector<std::string> document_kinds() { return {"Database", "RowSet", "BackupPolicy", "Notifier"}; }

}  // namespace holdfast
