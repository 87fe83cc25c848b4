// Names of documents and files for tables whose names may hold anything. PURE; any thread.
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace holdfast {

// As documents are named: lower-case letters, digits, - and . only; `otherwise` where nothing of the text is left.
std::string document_name(std::string_view text, const std::string& otherwise = "table");
// As a file may be called everywhere: the same with _ kept.
std::string file_name(std::string_view text);

// Gives each name once: "a", "a-2", "a-3".
class UniqueNames {
 public:
  std::string take(const std::string& wanted);

 private:
  std::set<std::string> taken_;
};

}  // namespace holdfast
