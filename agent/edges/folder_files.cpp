#include "agent/edges/folder_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace holdfast::agent {
namespace {

namespace fs = std::filesystem;

constexpr int most_left_behind = 100;

Error failure(const std::string& what, const std::string& path, int code) {
  return {ErrorKind::Terminal, what + " (" + std::strerror(code) + ")", path,
          "check the folder, its rights and the room on the disk; no file was written"};
}

Error is_there(const std::string& path) {
  return {ErrorKind::Terminal, "the file is there already", path,
          "move it away, or name another folder with --out; nothing was written"};
}

bool exists(const std::string& path) {
  struct stat about {};
  return ::lstat(path.c_str(), &about) == 0;
}

// Gives a file its name where nobody has it. Not all file systems can do that in one step; then a look comes first.
int name_once(const std::string& from, const std::string& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return errno;
  if (exists(to)) return EEXIST;
  return ::rename(from.c_str(), to.c_str()) == 0 ? 0 : errno;
}

// All at the end: the first one waits for the disk, the others find most of it done.
int sync(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return errno;
  const int code = ::fsync(descriptor) == 0 ? 0 : errno;
  ::close(descriptor);
  return code;
}

class FolderFiles final : public NewFiles {
 public:
  explicit FolderFiles(std::string folder) : folder_(std::move(folder)) {}

  ~FolderFiles() override {
    close();
    for (const File& file : files_) ::unlink(file.temporary.c_str());
    if (finished_) return;
    for (const File& file : files_) {
      if (file.named) ::unlink(file.path.c_str());
    }
    for (auto made = made_.rbegin(); made != made_.rend(); ++made) ::rmdir(made->c_str());
  }

  Result<void> begin(const std::string& name) override {
    if (Result<void> ended = end_file(); !ended) return ended;
    File file;
    file.path = folder_ + "/" + name;
    const std::string folder = fs::path(file.path).parent_path().string();
    if (Result<void> made = make_folder(folder); !made) return made;
    // Another number where one was left behind by a process that was killed: in containers many are process 1.
    for (int number = 0; descriptor_ < 0 && number < most_left_behind; ++number) {
      file.temporary = folder + "/." + fs::path(name).filename().string() + "." + std::to_string(::getpid()) + "-" +
                       std::to_string(number) + ".new";
      descriptor_ = ::open(file.temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
      if (descriptor_ < 0 && errno != EEXIST) break;
    }
    if (descriptor_ < 0) return failure("cannot write the file", file.path, errno);
    files_.push_back(std::move(file));
    return {};
  }

  void write(std::string_view text) override {
    while (!text.empty() && error_ == 0) {
      const ssize_t written = ::write(descriptor_, text.data(), text.size());
      if (written >= 0) {
        text.remove_prefix(static_cast<std::size_t>(written));
      } else if (errno != EINTR) {
        error_ = errno;
      }
    }
  }

  Result<void> finish() override {
    if (Result<void> ended = end_file(); !ended) return ended;
    for (const File& file : files_) {
      if (const int code = sync(file.temporary); code != 0) return failure("cannot write the file", file.path, code);
    }
    for (File& file : files_) {
      const int code = name_once(file.temporary, file.path);
      if (code == EEXIST) return is_there(file.path);
      if (code != 0) return failure("cannot name the file", file.path, code);
      file.named = true;
    }
    finished_ = true;
    (void)sync(folder_);  // the names; what is in the files is safe
    return {};
  }

 private:
  struct File {
    std::string path;
    std::string temporary;
    bool named = false;
  };

  void close() {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
  }

  Result<void> end_file() {
    if (descriptor_ < 0) return {};
    close();
    if (error_ != 0) return failure("cannot write the file", files_.back().path, error_);
    return {};
  }

  // The folder and those above it; the ones that were not there are remembered.
  Result<void> make_folder(const std::string& path) {
    if (::mkdir(path.c_str(), 0777) == 0) {
      made_.push_back(path);
      return {};
    }
    if (errno == ENOENT) {
      const std::string above = fs::path(path).parent_path().string();
      if (!above.empty() && above != path) {
        if (Result<void> made = make_folder(above); !made) return made;
        if (::mkdir(path.c_str(), 0777) == 0) {
          made_.push_back(path);
          return {};
        }
      }
    }
    struct stat about {};
    if (::stat(path.c_str(), &about) != 0) return failure("cannot make the folder", path, errno);
    if (S_ISDIR(about.st_mode)) return {};
    return failure("cannot make the folder", path, ENOTDIR);
  }

  std::string folder_;
  std::vector<std::string> made_;
  std::vector<File> files_;
  int descriptor_ = -1;
  int error_ = 0;
  bool finished_ = false;
};

}  // namespace

Result<std::unique_ptr<NewFiles>> new_folder_files(const std::string& folder, const std::vector<std::string>& names) {
  std::string plain = fs::path(folder).lexically_normal().string();
  while (plain.size() > 1 && plain.back() == '/') plain.pop_back();
  for (const std::string& name : names) {
    if (exists(plain + "/" + name)) return is_there(plain + "/" + name);
  }
  return std::unique_ptr<NewFiles>(std::make_unique<FolderFiles>(plain));
}

}  // namespace holdfast::agent
