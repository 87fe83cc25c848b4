#include "reconcilers/describe/names.h"

#include <algorithm>

namespace holdfast {
namespace {

constexpr std::size_t longest_name = 100;  // a document's may have 253; a file's 255 with its ending

bool is_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

std::string name_of(std::string_view text, std::string_view others, const std::string& otherwise) {
  std::string name;
  for (char c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    const bool good = is_alphanumeric(c) || others.find(c) != std::string_view::npos;
    if (!good && (name.empty() || name.back() == '-')) continue;  // one - for many
    name += good ? c : '-';
  }
  name.resize(std::min(name.size(), longest_name));
  while (!name.empty() && !is_alphanumeric(name.back())) name.pop_back();
  name.erase(name.begin(), std::find_if(name.begin(), name.end(), is_alphanumeric));
  return name.empty() ? otherwise : name;
}

}  // namespace

std::string document_name(std::string_view text, const std::string& otherwise) {
  return name_of(text, "-.", otherwise);
}
std::string file_name(std::string_view text) { return name_of(text, "-._", "table"); }

std::string UniqueNames::take(const std::string& wanted) {
  std::string name = wanted;
  for (int number = 2; !taken_.insert(name).second; ++number) name = wanted + "-" + std::to_string(number);
  return name;
}

}  // namespace holdfast
