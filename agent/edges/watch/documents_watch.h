// Notices that the documents have changed, and says so once they have been quiet for 200 ms.
//
// Watched are the folders of all documents and row files, of every link that leads to them, and the folders above for
// being moved: that covers writing in place, a rename over the file, a ConfigMap's `..data`, a checkout. Other files
// there are read over. Where events do not come or do not tell everything, the files are looked at each second. Not
// thread-safe, no threads, no clock but the times that come in.
//
//   DocumentsWatch watch(paths, now);  // first the watch, then read the documents
//   on native_handle() readable, and at next_look():   if (watch.look(now)) read the documents
//   once they are read:                                watch.name_row_files(files, began, now)
//   after each of these calls:                         native_handle() may have come, next_look() may be another
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/core/quiet_files.h"
#include "agent/edges/watch/document_files.h"
#include "agent/edges/watch/inotify.h"
#include "reconcilers/core/result.h"

namespace holdfast::agent {

class DocumentsWatch {
 public:
  using Time = QuietFiles::Time;
  static constexpr std::chrono::milliseconds poll_pause{1000};

  // What -f names. Never fails: what is not there is waited for. The files as they are now are not told of.
  DocumentsWatch(std::vector<std::string> paths, Time now);

  // The files of rowsFrom in the documents as they were read, in place of those named before. `read_began` is when
  // reading them did: a file that was written since counts as changed. At most 10,000; those beyond are not watched.
  void name_row_files(std::vector<std::string> files, std::chrono::system_clock::time_point read_began, Time now);

  // -1 while there is none. It comes once at most and then stays the same as long as the object lives, even while it
  // polls.
  int native_handle() const { return inotify_ ? inotify_->native_handle() : -1; }
  // When to call look() even if the handle is silent. Not set: when it is readable, and only then.
  std::optional<Time> next_look() const;
  // Reads all events. True: the documents have changed since the last time, and are quiet: read them. Those that are
  // not there any more are a change, too. Looks at the files at most each 50 ms, however many events come.
  bool look(Time now);

  // Since when there are changes that do not come to rest.
  std::optional<Time> changing_since() const { return quiet_.changing_since(); }
  // True: looks at the files each second, too.
  bool polls() const { return !why().empty(); }
  // "events", or "polling: WHY".
  std::string describe() const { return polls() ? "polling: " + why() : "events"; }

 private:
  struct Noticed {
    bool touched = false;  // a file that counts was written, made, moved or deleted
    bool other = false;    // worth a look
    bool lost = false;     // a folder is not the one that was watched, or events were lost
  };
  Noticed drain();
  void note(const Inotify::Event& event, Noticed& noticed) const;
  DocumentFiles find(Time now);
  void watch(const DocumentFiles& found, Time now);
  void watch_folder(const std::string& path, const WatchedFolder& folder, Time now);
  void cannot_watch(const Error& error, Time now);
  const std::string& why() const { return unwatched_.empty() ? problem_ : unwatched_; }

  std::vector<std::string> paths_;
  std::vector<std::string> row_files_;
  std::optional<Inotify> inotify_;
  std::map<std::string, WatchedFolder> folders_;     // as they are watched
  std::map<int, std::vector<std::string>> watches_;  // keys of folders_; two for one folder that is mounted twice
  bool stale_ = true;                                // the watches have to be set anew
  bool shared_ = false;                              // with other hosts
  std::string unwatched_;                            // why events do not tell of all folders
  std::string problem_;                              // why not all folders are known
  Time last_find_;
  std::optional<Time> find_at_;   // the files may be others than at the last look at them
  std::optional<Time> retry_at_;  // there are folders that could not be watched
  QuietFiles quiet_;
};

}  // namespace holdfast::agent
