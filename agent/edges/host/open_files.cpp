#include "agent/edges/host/open_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <string_view>
#include <vector>

#include "agent/core/doctor/database_names.h"

namespace holdfast::agent {
namespace {

using doctor::OpenFile;

constexpr std::size_t most_files = 50;
constexpr std::string_view deleted_ending = " (deleted)";

struct CloseFolder {
  void operator()(DIR* folder) const { closedir(folder); }
};
using Folder = std::unique_ptr<DIR, CloseFolder>;

std::optional<pid_t> number_of(const char* name) {
  pid_t number = 0;
  const std::string_view text = name;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string_view name_in(std::string_view path) { return path.substr(path.rfind('/') + 1); }

// "1234 (a name) S 1 …": the name may hold anything, also brackets.
struct Stat {
  std::string program;
  pid_t parent = 0;
};
Stat read_stat(pid_t process) {
  std::ifstream in("/proc/" + std::to_string(process) + "/stat", std::ios::binary);
  std::string line;
  std::getline(in, line);
  Stat stat;
  const std::size_t open = line.find('('), close = line.rfind(')');
  if (open == std::string::npos || close == std::string::npos || close + 4 >= line.size()) return stat;
  stat.program = line.substr(open + 1, close - open - 1);
  const char* parent = line.data() + close + 4;
  std::from_chars(parent, line.data() + line.size(), stat.parent);
  return stat;
}

std::vector<pid_t> all_processes() {
  std::vector<pid_t> processes;
  const Folder proc(opendir("/proc"));
  if (!proc) return processes;
  while (const dirent* entry = readdir(proc.get())) {
    if (const auto number = number_of(entry->d_name)) processes.push_back(*number);
  }
  return processes;
}

std::vector<pid_t> processes_below(pid_t top) {
  std::multimap<pid_t, pid_t> children;
  for (const pid_t process : all_processes()) children.emplace(read_stat(process).parent, process);
  std::vector<pid_t> found = {top};
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto [first, last] = children.equal_range(found[i]);
    for (auto child = first; child != last; ++child) found.push_back(child->second);
  }
  return found;
}

bool same_mounts(pid_t process) {
  struct stat own {
  }, other{};
  return stat("/proc/self/ns/mnt", &own) == 0 &&
         stat(("/proc/" + std::to_string(process) + "/ns/mnt").c_str(), &other) == 0 && own.st_ino == other.st_ino;
}

class Search {
 public:
  explicit Search(const OpenFilesQuery& query)
      : query_(query), deadline_(std::chrono::steady_clock::now() + query.at_most) {}

  doctor::OpenFiles run() {
    for (const pid_t process : query_.below ? processes_below(*query_.below) : all_processes()) {
      if (process == getpid()) continue;
      if (std::chrono::steady_clock::now() >= deadline_ || found_.files.size() >= most_files) {
        found_.complete = false;
        break;
      }
      look_into(process);
    }
    return std::move(found_);
  }

 private:
  struct Link {
    std::string name;  // of the descriptor
    std::string path;  // as the process calls it
    bool deleted = false;
  };

  void look_into(pid_t process) {
    const std::string folder = "/proc/" + std::to_string(process) + "/fd";
    const Folder descriptors(opendir(folder.c_str()));
    if (!descriptors) {
      if (errno == EACCES || errno == EPERM) ++found_.hidden;
      return;
    }
    const std::vector<Link> links = read_links(descriptors.get());
    std::vector<std::string> paths;
    for (const Link& link : links) paths.push_back(link.path);
    const std::set<std::string> databases = doctor::databases_among(paths);
    std::set<std::string> told;
    for (const Link& link : links) {
      const auto relation = judge(process, folder, link, databases);
      if (!relation || !told.insert(link.path).second) continue;
      if (*relation == OpenFile::Relation::Ours && told.contains("ours")) continue;
      if (*relation == OpenFile::Relation::Ours) told.insert("ours");
      found_.files.push_back({process, read_stat(process).program, link.path, *relation});
    }
  }

  static std::vector<Link> read_links(DIR* descriptors) {
    std::vector<Link> links;
    std::array<char, 4096> target;
    while (const dirent* entry = readdir(descriptors)) {
      const ssize_t size = readlinkat(dirfd(descriptors), entry->d_name, target.data(), target.size());
      if (size <= 0 || target[0] != '/') continue;
      Link link{entry->d_name, std::string(target.data(), static_cast<std::size_t>(size)), false};
      link.deleted = link.path.size() > deleted_ending.size() &&
                     std::string_view(link.path).substr(link.path.size() - deleted_ending.size()) == deleted_ending;
      if (link.deleted) link.path.resize(link.path.size() - deleted_ending.size());
      links.push_back(std::move(link));
    }
    return links;
  }

  // Nothing: not worth telling.
  std::optional<OpenFile::Relation> judge(pid_t process, const std::string& folder, const Link& link,
                                          const std::set<std::string>& databases) const {
    const bool our_path = doctor::main_file(link.path) == query_.path;
    const bool same_name = name_in(link.path) == name_in(query_.path);
    const bool database = databases.contains(link.path);
    if (!our_path && !same_name && !database) return std::nullopt;
    // Through the link: the file itself, whatever has its path by now. A side file is ours when its path is.
    struct stat about {};
    if (stat((folder + "/" + link.name).c_str(), &about) != 0 || !S_ISREG(about.st_mode)) return std::nullopt;
    if (query_.file.there && about.st_ino == query_.file.inode && about.st_dev == query_.file.device) {
      return OpenFile::Relation::Ours;
    }
    // A path means the same only where the same file systems are mounted: not in another container.
    if (!same_mounts(process)) return std::nullopt;
    if (our_path && link.path != query_.path) {
      return link.deleted ? std::nullopt : std::optional(OpenFile::Relation::Ours);
    }
    if (our_path) return link.deleted ? std::optional(OpenFile::Relation::Former) : std::nullopt;
    if (same_name) return OpenFile::Relation::SameName;
    return query_.below ? std::optional(OpenFile::Relation::Other) : std::nullopt;
  }

  const OpenFilesQuery& query_;
  const std::chrono::steady_clock::time_point deadline_;
  doctor::OpenFiles found_;
};

}  // namespace

doctor::OpenFiles find_open_files(const OpenFilesQuery& query) { return Search(query).run(); }

}  // namespace holdfast::agent
