// Reads the pages in docs/ as a user does, so that a test can try what they say.
#pragma once

#include <set>
#include <string>
#include <vector>

namespace holdfast::agent {

// The text of a file of the repository; its path is relative to the repository's root.
std::string page(const std::string& path);

// What stands under the heading line `heading` ("## Files"), up to the next heading of its level or above. Throws when
// there is no such heading.
std::string section(const std::string& page, const std::string& heading);

// What stands between ```LANGUAGE and ```, in the page's order; a block that is indented, without its indentation.
std::vector<std::string> code_blocks(const std::string& text, const std::string& language);

// The names in backticks in the first cell of every table's rows.
std::set<std::string> names_in_tables(const std::string& text);

}  // namespace holdfast::agent
