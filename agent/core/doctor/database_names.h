// Which of the files that a process has open are databases, told by their names: nobody opens them to look. PURE.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::agent::doctor {

// "/data/x.db-wal" -> "/data/x.db"; other paths as they are.
std::string main_file(std::string_view path);

// Paths as a process calls them, those of deleted files without what the kernel adds. A file is taken for a database
// when its name ends as theirs do (.db, .sqlite, .sqlite3, …) or the process has a side file of it open as well.
std::set<std::string> databases_among(const std::vector<std::string>& paths);

}  // namespace holdfast::agent::doctor
