#include "tests/agent/page.h"

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace holdfast::agent {
namespace {

std::size_t level(const std::string& line) {
  const std::size_t marks = line.find_first_not_of('#');
  return marks != std::string::npos && marks > 0 && line[marks] == ' ' ? marks : 0;
}

}  // namespace

std::string page(const std::string& path) {
  std::ifstream in(std::string(HOLDFAST_SOURCE) + "/" + path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in || text.str().empty()) throw std::runtime_error("cannot read " + path);
  return text.str();
}

std::string section(const std::string& page, const std::string& heading) {
  std::istringstream in(page);
  std::string text;
  bool inside = false, code = false;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("```")) code = !code;
    if (!code && level(line) > 0) {
      if (inside && level(line) <= level(heading)) return text;
      inside = inside || line == heading;
    }
    if (inside) text += line + "\n";
  }
  if (!inside) throw std::runtime_error("there is no heading " + heading);
  return text;
}

std::vector<std::string> code_blocks(const std::string& text, const std::string& language) {
  std::vector<std::string> blocks;
  std::istringstream in(text);
  bool inside = false, wanted = false;
  std::size_t indentation = 0;
  for (std::string line; std::getline(in, line);) {
    const std::size_t start = line.find_first_not_of(' ');
    if (start != std::string::npos && line.compare(start, 3, "```") == 0) {
      inside = !inside;
      wanted = inside && line.substr(start + 3) == language;
      indentation = start;
      if (wanted) blocks.emplace_back();
    } else if (wanted) {
      blocks.back() += (line.size() > indentation ? line.substr(indentation) : "") + "\n";
    }
  }
  return blocks;
}

std::set<std::string> names_in_tables(const std::string& text) {
  std::set<std::string> names;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("| `")) continue;
    const std::string cell = line.substr(1, line.find('|', 1) - 1);
    for (std::size_t at = cell.find('`'); at != std::string::npos;) {
      const std::size_t end = cell.find('`', at + 1);
      if (end == std::string::npos) break;
      names.insert(cell.substr(at + 1, end - at - 1));
      at = cell.find('`', end + 1);
    }
  }
  return names;
}

}  // namespace holdfast::agent
