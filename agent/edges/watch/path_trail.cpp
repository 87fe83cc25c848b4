#include "agent/edges/watch/path_trail.h"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <system_error>

#include "agent/edges/watch/read_facts.h"

namespace holdfast::agent {
namespace {

constexpr int most_links = 40;  // as the kernel has it
constexpr std::size_t most_parts = PATH_MAX;

std::string join(const std::string& folder, std::string_view name) {
  std::string path = folder;
  if (path.empty() || path.back() != '/') path += '/';
  return path += name;
}

class Walk {
 public:
  enum class To : std::uint8_t { File, Folder };
  Walk(const std::string& path, To to) : path_(path), to_(to) {}

  Result<PathTrail> run() {
    std::array<char, PATH_MAX> working{};
    if (!path_.starts_with('/')) {
      if (::getcwd(working.data(), working.size()) == nullptr) return failure(errno, "the working folder");
      push(working.data());
    }
    push_back(path_);
    enter("/");
    while (!parts_.empty()) {
      const std::string part = parts_.front();
      parts_.pop_front();
      if (std::optional<Error> error = step(part)) return *error;
    }
    if (to_ == To::Folder) {
      trail_.folder = here_;
    } else if (trail_.name.empty()) {
      return failure(EISDIR, path_);
    }
    return std::move(trail_);
  }

 private:
  Error failure(int code, const std::string& at) const {
    const std::string what = code == ENOENT ? "the folder is not there" : std::system_category().message(code);
    return {code == ENOENT ? ErrorKind::Transient : ErrorKind::Terminal, what, at, "check the path and its rights"};
  }

  void push(std::string_view path) {  // in front of what is left
    std::deque<std::string> rest;
    rest.swap(parts_);
    push_back(path);
    parts_.insert(parts_.end(), rest.begin(), rest.end());
  }
  void push_back(std::string_view path) {
    while (!path.empty()) {
      const std::size_t slash = path.find('/');
      const std::string_view part = path.substr(0, slash);
      if (!part.empty() && part != ".") parts_.emplace_back(part);
      path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
    }
  }

  void enter(const std::string& folder) {
    here_ = folder;
    trail_.folders.push_back({folder, read_facts(folder)});
  }

  std::optional<Error> step(const std::string& part) {
    if (parts_.size() > most_parts || trail_.folders.size() > most_parts) return failure(ENAMETOOLONG, path_);
    if (part == "..") {  // here_ has no links, so that cutting it is right
      const std::size_t slash = here_.rfind('/');
      enter(slash == 0 ? "/" : here_.substr(0, slash));
      return std::nullopt;
    }
    const std::string at = join(here_, part);
    struct stat about {};
    const int code = ::lstat(at.c_str(), &about) == 0 ? 0 : errno;
    if (code == 0 && S_ISLNK(about.st_mode)) return follow(at, part);
    if (parts_.empty() && to_ == To::File) {
      trail_.folder = here_;
      trail_.name = part;
      return code == 0 || code == ENOENT ? std::nullopt : std::optional(failure(code, at));
    }
    if (code != 0) return failure(code, at);
    if (!S_ISDIR(about.st_mode)) return failure(ENOTDIR, at);
    enter(at);
    return std::nullopt;
  }

  std::optional<Error> follow(const std::string& at, const std::string& part) {
    if (trail_.links.size() >= most_links) return failure(ELOOP, path_);
    std::array<char, PATH_MAX> target{};
    const ssize_t size = ::readlink(at.c_str(), target.data(), target.size());
    if (size < 0) return failure(errno, at);
    const std::string_view leads(target.data(), static_cast<std::size_t>(size));
    trail_.links.push_back({here_, part});
    push(leads);
    if (leads.starts_with('/')) enter("/");
    return std::nullopt;
  }

  const std::string& path_;
  const To to_;
  std::deque<std::string> parts_;
  std::string here_;
  PathTrail trail_;
};

}  // namespace

std::string PathTrail::file() const { return join(folder, name); }

Result<PathTrail> trail_of(const std::string& path) { return Walk(path, Walk::To::File).run(); }

Result<PathTrail> folder_trail_of(const std::string& path) { return Walk(path, Walk::To::Folder).run(); }

}  // namespace holdfast::agent
