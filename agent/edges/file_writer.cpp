#include "agent/edges/file_writer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "agent/edges/descriptor.h"

namespace holdfast::agent {
namespace {

Error failure(std::string what, const std::string& path, std::string hint) {
  return {ErrorKind::Terminal, std::move(what), path, std::move(hint)};
}

Error system_failure(const std::string& what, const std::string& path, int error) {
  return failure(what + ": " + std::system_category().message(error), path,
                 error == ENOSPC || error == EDQUOT ? "make room and run it again"
                                                    : "check who may write the file and its folder");
}

std::string real_path(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> found(::realpath(path.c_str(), nullptr), &std::free);
  return found ? std::string(found.get()) : std::string();
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

// The whole content, or the errno of what went wrong.
std::optional<std::string> read_all(int descriptor) {
  std::string text;
  std::vector<char> buffer(std::size_t{1} << 16);
  while (true) {
    const ssize_t size = ::read(descriptor, buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return std::nullopt;
    if (size == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(size));
  }
}

// True if the new file belongs to whom the old one belongs to; some file systems decide that themselves.
bool keep_owner(int descriptor, const struct stat& old) {
  if (::fchown(descriptor, old.st_uid, old.st_gid) == 0) return true;
  struct stat now {};
  return ::fstat(descriptor, &now) == 0 && now.st_uid == old.st_uid && now.st_gid == old.st_gid;
}

// One file on its way: the new content lies beside it until it is put in place, or is removed again.
class Staged {
 public:
  explicit Staged(const Replacement& replacement) : replacement_(replacement) {}
  ~Staged() {
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
  }
  Staged(const Staged&) = delete;

  const std::string& real() const { return real_; }

  Result<void> stage() {
    if (Result<void> found = resolve(); !found) return found;
    struct stat status {};
    if (Result<void> same = unchanged(status); !same) return same;
    std::string name = folder_of(real_) + "/.holdfast-accept-XXXXXX";
    const Descriptor file(::mkostemp(name.data(), O_CLOEXEC));
    if (!file) return system_failure("the file cannot be written", replacement_.path, errno);
    temporary_ = name;
    // Owner and group first: setting them may clear bits of the mode.
    if (!keep_owner(file.number(), status)) {
      return failure("the file belongs to another user or group, who would lose it", replacement_.path,
                     "run it as that user, or take the change with --dry-run");
    }
    if (::fchmod(file.number(), status.st_mode & 07777) != 0 || !write_all(file.number(), replacement_.after) ||
        ::fsync(file.number()) != 0) {
      return system_failure("the file cannot be written", replacement_.path, errno);
    }
    return {};
  }

  Result<void> put_in_place() {
    struct stat status {};
    if (Result<void> same = unchanged(status); !same) return same;
    if (std::rename(temporary_.c_str(), real_.c_str()) != 0) {
      return system_failure("the file cannot be replaced", replacement_.path, errno);
    }
    temporary_.clear();
    const Descriptor folder(::open(folder_of(real_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder) ::fsync(folder.number());  // the file is in place either way
    return {};
  }

 private:
  Result<void> resolve() {
    real_ = real_path(replacement_.path);
    if (real_.empty()) return system_failure("the file cannot be found", replacement_.path, errno);
    const std::string folder = real_path(folder_of(replacement_.document));
    const std::string inside = folder == "/" ? folder : folder + "/";
    if (folder.empty() || real_.compare(0, inside.size(), inside) != 0) {
      return failure("the file is a link that leaves the document's folder", replacement_.path,
                     "name the real file with -f");
    }
    return {};
  }

  Result<void> unchanged(struct stat& status) const {
    const Descriptor file(::open(real_.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
    if (!file || ::fstat(file.number(), &status) != 0) {
      return system_failure("the file cannot be read", replacement_.path, errno);
    }
    const std::optional<std::string> text = S_ISREG(status.st_mode) ? read_all(file.number()) : std::nullopt;
    if (text && *text == replacement_.before) return {};
    return failure("the file has changed since it was read", replacement_.path, "run it again");
  }

  const Replacement& replacement_;
  std::string real_;
  std::string temporary_;
};

}  // namespace

Result<void> FileWriter::replace(std::span<const Replacement> files) {
  std::vector<std::unique_ptr<Staged>> staged;
  for (const Replacement& file : files) {
    auto one = std::make_unique<Staged>(file);
    if (Result<void> done = one->stage(); !done) return done;
    for (const auto& other : staged) {
      if (other->real() == one->real()) {
        return failure("the documents name the file in two ways", file.path, "name it in one way");
      }
    }
    staged.push_back(std::move(one));
  }
  std::string done;
  for (std::size_t i = 0; i < staged.size(); ++i) {
    if (Result<void> placed = staged[i]->put_in_place(); !placed) {
      Error error = placed.error();
      if (!done.empty()) error.hint += "; already written: " + done;
      return error;
    }
    done += (done.empty() ? "" : ", ") + files[i].path;
  }
  return {};
}

}  // namespace holdfast::agent
