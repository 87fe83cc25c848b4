#include "agent/core/doctor/database_names.h"

#include <algorithm>
#include <array>

namespace holdfast::agent::doctor {
namespace {

constexpr std::array<std::string_view, 3> side_endings = {"-wal", "-shm", "-journal"};
constexpr std::array<std::string_view, 7> endings = {".db",   ".sqlite", ".sqlite3", ".db3",
                                                     ".s3db", ".sl3",    ".sqlitedb"};

bool ends_in(std::string_view text, std::string_view ending) {
  return text.size() > ending.size() && text.substr(text.size() - ending.size()) == ending;
}

}  // namespace

std::string main_file(std::string_view path) {
  for (const std::string_view ending : side_endings) {
    if (ends_in(path, ending)) return std::string(path.substr(0, path.size() - ending.size()));
  }
  return std::string(path);
}

std::set<std::string> databases_among(const std::vector<std::string>& paths) {
  const std::set<std::string> all(paths.begin(), paths.end());
  std::set<std::string> found;
  for (const std::string& path : all) {
    const std::string file = main_file(path);
    const bool side = file != path;
    if (side && all.contains(file)) found.insert(file);
    const auto named = [&](std::string_view ending) { return ends_in(path, ending); };
    if (!side && std::any_of(endings.begin(), endings.end(), named)) found.insert(path);
  }
  return found;
}

}  // namespace holdfast::agent::doctor
