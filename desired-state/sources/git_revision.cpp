#include "desired-state/sources/git_revision.h"

#include <fstream>

namespace holdfast::sources {
namespace {

namespace fs = std::filesystem;

std::string first_line(const fs::path& file) {
  std::string line;
  std::ifstream in(file);
  std::getline(in, line);
  while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
  return line;
}

bool is_commit(const std::string& text) {
  return (text.size() == 40 || text.size() == 64) && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

// The folder with HEAD; of a linked work tree or a submodule .git is a file that says where.
std::optional<fs::path> git_folder(fs::path folder) {
  std::error_code error;
  for (folder = fs::weakly_canonical(folder, error);; folder = folder.parent_path()) {
    const fs::path git = folder / ".git";
    if (fs::is_directory(git, error)) return git;
    constexpr std::string_view prefix = "gitdir: ";
    if (fs::is_regular_file(git, error)) {
      const std::string line = first_line(git);
      return line.starts_with(prefix) ? std::optional(folder / line.substr(prefix.size())) : std::nullopt;
    }
    if (!folder.has_relative_path()) return std::nullopt;
  }
}

std::optional<std::string> packed(const fs::path& folder, const std::string& reference) {
  std::ifstream in(folder / "packed-refs");
  for (std::string line; std::getline(in, line);) {
    const std::size_t space = line.find(' ');
    if (space != std::string::npos && line.substr(space + 1) == reference && is_commit(line.substr(0, space))) {
      return line.substr(0, space);
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> git_commit(const fs::path& file) {
  const std::optional<fs::path> git = git_folder(file.has_parent_path() ? file.parent_path() : fs::path("."));
  if (!git) return std::nullopt;
  const std::string head = first_line(*git / "HEAD");
  if (is_commit(head)) return head;
  constexpr std::string_view prefix = "ref: ";
  if (!head.starts_with(prefix)) return std::nullopt;
  const std::string reference = head.substr(prefix.size());
  const std::string common = first_line(*git / "commondir");  // of a linked work tree
  for (const fs::path& folder : {*git, common.empty() ? *git : *git / common}) {
    if (const std::string commit = first_line(folder / reference); is_commit(commit)) return commit;
    if (auto commit = packed(folder, reference)) return commit;
  }
  return std::nullopt;
}

}  // namespace holdfast::sources
