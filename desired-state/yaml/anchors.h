// Expands aliases: what an anchor names is recorded and replayed, within a limit, so that a page of aliases cannot
// become a gigabyte. Sits between the reader and a sink. Not thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

#include "desired-state/yaml/event.h"

namespace holdfast::yaml {

class Anchors {
 public:
  using Id = std::size_t;  // 0: no anchor

  // `limit`: events that may be kept, and events that all aliases of a text may add.
  Anchors(EventSink& sink, std::size_t limit) : sink_(sink), limit_(limit) {}

  void document_start() { recordings_.clear(); }
  void on(const Event& event, Id anchor);

  enum class Outcome { Replayed, Recursive, TooLarge, TooDeep, Collection };
  // Replays what the anchor names, in place of the alias. `room`: levels of nesting that are left. `key`: a key is
  // wanted, so only a scalar will do.
  Outcome alias(Id anchor, Mark mark, std::size_t room, bool key);

 private:
  struct Kept {
    Event event;
    std::string text;
  };
  struct Recording {
    std::vector<Kept> events;
    std::size_t depth = 0;  // under way
    std::size_t deepest = 0;
    bool open = true;
    bool too_large = false;
  };

  void pass(const Event& event);
  void record(Recording& recording, const Event& event);

  EventSink& sink_;
  std::size_t limit_;
  std::size_t kept_ = 0;
  std::size_t replayed_ = 0;
  std::unordered_map<Id, Recording> recordings_;
  std::vector<Id> open_;
};

}  // namespace holdfast::yaml
