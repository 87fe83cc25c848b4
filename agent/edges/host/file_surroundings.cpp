#include "agent/edges/host/file_surroundings.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <utility>

#include "agent/edges/descriptor.h"
#include "agent/edges/host/host_facts.h"

namespace holdfast::agent {
namespace {

constexpr std::uintmax_t most_memory_bytes = std::uintmax_t{1} << 20U;

// Two databases in one state folder must not share a file: their whole paths tell them apart.
std::string file_name_of(const std::string& path) {
  std::string name;
  for (const char c : path.substr(1)) name += c == '/' ? '+' : c;
  return name;
}

Error cannot_write(const std::string& file) {
  return {
      ErrorKind::Terminal, std::string("what is remembered could not be written (") + std::strerror(errno) + ")", file,
      "give this user the folder, or set HOLDFAST_STATE_FOLDER to another one; until then a wipe that happens while "
      "Holdfast is not running looks like a first start"};
}

}  // namespace

FileSurroundings::FileSurroundings(const FileSurroundingsOptions& options) : path_(options.path), host_(options.host) {
  const std::string real = real_path(path_);
  memory_file_ =
      options.state_folder.empty() ? real + ".holdfast" : options.state_folder + "/" + file_name_of(real) + ".holdfast";
}

Result<PlaceNow> FileSurroundings::look() {
  PlaceNow now;
  now.place.host = host_;
  now.place.path = real_path(path_);
  const doctor::FileState file = look_at_file(now.place.path);
  if (!file.error.empty()) {
    return Error{ErrorKind::Terminal, "cannot look at the database (" + file.error + ")", now.place.path,
                 "check the rights on the folders that lead to it"};
  }
  now.there = file.there;
  now.place.inode = file.inode;
  now.place.born_ns = file.born_ns;
  return now;
}

bool FileSurroundings::is_there(const Place& place) {
  const doctor::FileState file = look_at_file(place.path);
  return file.there && file.inode == place.inode &&
         (file.born_ns == 0 || place.born_ns == 0 || file.born_ns == place.born_ns);
}

Result<std::optional<Marker>> FileSurroundings::remembered() {
  const doctor::FileState file = look_at_file(memory_file_);
  if (!file.there) return std::optional<Marker>();
  std::ifstream in(memory_file_, std::ios::binary);
  if (!in || file.bytes > most_memory_bytes) {
    return Error{ErrorKind::Terminal, "what is remembered cannot be read", memory_file_,
                 "give this user the right to read it"};
  }
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  return read_marker(text);
}

Result<void> FileSurroundings::remember(const Marker& marker) {
  const std::string next = memory_file_ + ".new";
  const int file = ::open(next.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) return cannot_write(next);
  // Not synced: after a loss of power it may be the one from before, and that is told apart by its sequence.
  const bool written = write_all(file, marker_text(marker) + "\n");
  const int code = errno;
  if (::close(file) != 0 || !written) {
    errno = written ? errno : code;
    const Error failed = cannot_write(next);
    ::unlink(next.c_str());
    return failed;
  }
  if (::rename(next.c_str(), memory_file_.c_str()) != 0) return cannot_write(memory_file_);
  return {};
}

}  // namespace holdfast::agent
