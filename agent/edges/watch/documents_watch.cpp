#include "agent/edges/watch/documents_watch.h"

#include <fcntl.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <utility>

#include "agent/edges/watch/file_system.h"

namespace holdfast::agent {
namespace {

constexpr std::chrono::milliseconds between_finds{50};
constexpr std::chrono::seconds between_tries{20};
constexpr std::chrono::seconds coarsest_tick{2};  // of a file system's clock
constexpr int most_tries = 5;
constexpr std::size_t most_folders = 1'000;
constexpr std::size_t most_row_files = 10'000;

constexpr std::uint32_t of_the_folder = IN_DELETE_SELF | IN_MOVE_SELF;
constexpr std::uint32_t of_content = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_MODIFY;

}  // namespace

DocumentsWatch::DocumentsWatch(std::vector<std::string> paths, Time now)
    : paths_(std::move(paths)), last_find_(now), quiet_(find(now).files) {}

// The files as they are, and watches that tell when they will not be so any more.
DocumentFiles DocumentsWatch::find(Time now) {
  last_find_ = now;
  DocumentFiles found = find_documents(paths_, row_files_);
  for (int tries = 0; tries < most_tries && (stale_ || found.folders != folders_); ++tries) {
    watch(found, now);
    // What happened before the watches were set is seen now, what happens from here on is told.
    found = find_documents(paths_, row_files_);
  }
  problem_ = found.problem;
  return found;
}

void DocumentsWatch::watch(const DocumentFiles& found, Time now) {
  for (const auto& [number, paths] : watches_) inotify_->remove(number);
  watches_.clear();
  folders_ = found.folders;
  stale_ = shared_ = false;
  unwatched_.clear();
  retry_at_.reset();
  if (!inotify_) {
    Result<Inotify> opened = Inotify::open();
    if (!opened) return cannot_watch(opened.error(), now);
    inotify_.emplace(std::move(opened).value());
  }
  for (const auto& [path, folder] : folders_) watch_folder(path, folder, now);
}

void DocumentsWatch::watch_folder(const std::string& path, const WatchedFolder& folder, Time now) {
  const bool matters = folder.documents || !folder.names.empty();
  if (watches_.size() >= most_folders) {
    return cannot_watch({ErrorKind::Terminal, "more than 1,000 folders", path, ""}, now);
  }
  // One that may be passed but not read cannot be watched for being moved.
  if (!matters && ::faccessat(AT_FDCWD, path.c_str(), R_OK, AT_EACCESS) != 0) return;
  const Result<int> number = inotify_->add(path, matters ? of_content | IN_ATTRIB | of_the_folder : of_the_folder);
  if (!number) return cannot_watch(number.error(), now);
  watches_[*number].push_back(path);
  const std::string_view shared = matters ? shared_file_system_of(path) : "";
  if (shared.empty()) return;
  shared_ = true;
  if (unwatched_.empty()) unwatched_ = "inotify does not see other hosts on " + std::string(shared);
}

void DocumentsWatch::cannot_watch(const Error& error, Time now) {
  if (unwatched_.empty()) unwatched_ = error.what + " (" + error.where + ")";
  retry_at_ = now + between_tries;
}

void DocumentsWatch::name_row_files(std::vector<std::string> files, std::chrono::system_clock::time_point read_began,
                                    Time now) {
  if (files.size() > most_row_files) files.resize(most_row_files);
  const std::set<std::string> before(row_files_.begin(), row_files_.end());
  const std::set<std::string> after(files.begin(), files.end());
  if (before == after) return;
  row_files_ = std::move(files);
  const DocumentFiles found = find(now);
  for (const std::string& path : before) {
    if (!found.files.contains(path)) quiet_.remove(path);
  }
  const auto read_ns = std::chrono::nanoseconds((read_began - coarsest_tick).time_since_epoch()).count();
  for (const std::string& path : after) {
    if (before.contains(path)) continue;
    const FileFacts& facts = found.files.at(path);
    quiet_.add(path, facts);
    // Another host's clock says nothing about when we have read it.
    if (shared_ || facts.changed_ns >= read_ns) quiet_.touch(now);
  }
  // The other files were looked at, but not judged.
  if (!find_at_) find_at_ = now + between_finds;
}

void DocumentsWatch::note(const Inotify::Event& event, Noticed& noticed) const {
  if ((event.mask & IN_Q_OVERFLOW) != 0) {
    noticed.lost = noticed.touched = true;
    return;
  }
  const auto watch = watches_.find(event.watch);
  if (watch == watches_.end()) return;  // of a watch that was removed
  if ((event.mask & (of_the_folder | IN_IGNORED | IN_UNMOUNT)) != 0) {
    noticed.lost = true;
    return;
  }
  for (const std::string& path : watch->second) {
    const WatchedFolder& folder = folders_.at(path);
    const bool counts = (folder.documents && is_document_name(event.name)) || folder.names.contains(event.name);
    if (!counts) continue;
    noticed.other = true;
    noticed.touched |= (event.mask & of_content) != 0;
  }
}

DocumentsWatch::Noticed DocumentsWatch::drain() {
  Noticed noticed;
  if (!inotify_) return noticed;
  const bool readable = inotify_->drain([&](const Inotify::Event& event) { note(event, noticed); });
  if (!readable) noticed.lost = true;
  return noticed;
}

std::optional<DocumentsWatch::Time> DocumentsWatch::next_look() const {
  std::optional<Time> first = quiet_.look_again();
  const auto also = [&](const std::optional<Time>& time) {
    if (time && (!first || *time < *first)) first = time;
  };
  also(find_at_);
  also(retry_at_);
  if (polls()) also(last_find_ + poll_pause);
  return first;
}

bool DocumentsWatch::look(Time now) {
  const Noticed noticed = drain();
  if (noticed.touched) quiet_.touch(now);
  if (noticed.lost) stale_ = true;
  if ((noticed.touched || noticed.other || noticed.lost) && !find_at_)
    find_at_ = std::max(now, last_find_ + between_finds);
  const std::optional<Time> due = next_look();
  if (!due || now < *due) return false;
  find_at_.reset();
  if (retry_at_ && now >= *retry_at_) stale_ = true;
  return quiet_.see(find(now).files, now) == QuietFiles::State::Settled;
}

}  // namespace holdfast::agent
