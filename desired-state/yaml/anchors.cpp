#include "desired-state/yaml/anchors.h"

#include <algorithm>

namespace holdfast::yaml {
namespace {

bool opens(EventKind kind) { return kind == EventKind::SequenceStart || kind == EventKind::MapStart; }
bool closes(EventKind kind) { return kind == EventKind::SequenceEnd || kind == EventKind::MapEnd; }

}  // namespace

void Anchors::on(const Event& event, Id anchor) {
  if (anchor != 0) {
    recordings_[anchor] = Recording{};
    open_.push_back(anchor);
  }
  pass(event);
}

void Anchors::pass(const Event& event) {
  for (const Id id : open_) record(recordings_[id], event);
  // The innermost recording ends first; one that ends is closed by this very event.
  while (!open_.empty() && !recordings_[open_.back()].open) open_.pop_back();
  sink_.on(event);
}

void Anchors::record(Recording& recording, const Event& event) {
  if (closes(event.kind)) {
    --recording.depth;
  } else if (opens(event.kind)) {
    recording.deepest = std::max(recording.deepest, ++recording.depth);
  }
  recording.open = recording.depth > 0;
  if (recording.too_large || kept_ >= limit_) {
    recording.too_large = true;
    recording.events = {};
    return;
  }
  ++kept_;
  recording.events.push_back({event, std::string(event.text)});
}

Anchors::Outcome Anchors::alias(Id anchor, Mark mark, std::size_t room, bool key) {
  const auto found = recordings_.find(anchor);
  if (found == recordings_.end() || found->second.open) return Outcome::Recursive;
  const Recording& recording = found->second;
  if (recording.too_large || recording.events.size() > limit_ - replayed_) return Outcome::TooLarge;
  if (recording.deepest > room) return Outcome::TooDeep;
  if (key && recording.events.front().event.kind != EventKind::Scalar) return Outcome::Collection;
  replayed_ += recording.events.size();
  for (std::size_t i = 0; i < recording.events.size(); ++i) {  // elements of the map stay where they are
    Event event = recording.events[i].event;
    event.text = recording.events[i].text;
    event.mark = mark;
    if (i == 0) event.key = key;
    pass(event);
  }
  return Outcome::Replayed;
}

}  // namespace holdfast::yaml
