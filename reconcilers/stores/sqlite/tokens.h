// The words of an SQL statement, without strings, quoted names and comments: enough to see clauses that no pragma
// tells.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace holdfast::stores {

// Unquoted words in upper case, in order; everything else is left out.
std::vector<std::string> sql_words(std::string_view sql);

// True if these words stand one after the other.
bool has_words(const std::vector<std::string>& words, const std::vector<std::string>& wanted);

}  // namespace holdfast::stores
