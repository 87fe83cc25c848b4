// The commit of the work tree that a file lies in, read from the files of .git: Git itself need not be there.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace holdfast::sources {

// 40 or 64 hexadecimal digits; nothing outside of a work tree, and where HEAD leads nowhere. What was edited since the
// commit it does not know.
std::optional<std::string> git_commit(const std::filesystem::path& file);

}  // namespace holdfast::sources
