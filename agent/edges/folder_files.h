// New files in a folder of the file system: written under temporary names, synced, then named without ever replacing
// another one.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "agent/new_files.h"

namespace holdfast::agent {

// Terminal when one of the names is taken; nothing is made then.
Result<std::unique_ptr<NewFiles>> new_folder_files(const std::string& folder, const std::vector<std::string>& names);

}  // namespace holdfast::agent
