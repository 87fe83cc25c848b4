// One inotify instance: a descriptor that becomes readable when something happens in a watched folder.
//
// Not thread-safe; owns the descriptor. A system gives each user 128 instances as a rule
// (fs.inotify.max_user_instances) and each instance a queue of 16,384 events (fs.inotify.max_queued_events); what comes
// later is lost, and one event says so.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "reconcilers/core/result.h"

namespace holdfast::agent {

class Inotify {
 public:
  // Terminal when the instances or the process's descriptors are used up.
  static Result<Inotify> open();
  ~Inotify();
  Inotify(Inotify&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Inotify& operator=(Inotify&&) = delete;

  // Non-blocking, closed on exec; the same as long as the object lives.
  int native_handle() const { return descriptor_; }

  // Watches a folder (links followed, nothing but a folder) for the events of `mask` (IN_… of sys/inotify.h). A folder
  // that is watched already, by this or another path, gives the same number and is watched for both masks. Numbers are
  // not used again. Transient when the folder is not there; Terminal when it may not be read, when watches are used up.
  Result<int> add(const std::string& folder, std::uint32_t mask);
  // Events of it that were not read yet may still come.
  void remove(int watch);

  struct Event {
    int watch = -1;          // -1: the queue has overflowed
    std::uint32_t mask = 0;  // IN_…
    std::string_view name;   // in the folder; empty: the folder itself
  };
  // Reads all events that are there, at most a full queue of them: whatever is left keeps the descriptor readable.
  // False when the instance cannot be read any more.
  bool drain(const std::function<void(const Event&)>& visit);

 private:
  explicit Inotify(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace holdfast::agent
