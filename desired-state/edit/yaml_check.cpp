#include "desired-state/edit/yaml_check.h"

#include "desired-state/edit/yaml_walk.h"
#include "desired-state/yaml/event_reader.h"

namespace holdfast::edit {
namespace {

using yaml::Event;
using yaml::EventKind;

class Comparison : public yaml::EventSink {
 public:
  explicit Comparison(const Expected& expected) : expected_(expected) {}

  void document_start(Mark) override { compare(document_start_digest); }
  void document_end() override { compare(document_end_digest); }

  void on(const Event& event) override {
    if (const auto added = expected_.added.find(at_);
        added != expected_.added.end() && taken_ < 2 * added->second.size()) {
      take(*added->second[taken_ / 2], event);
      ++taken_;
      return;
    }
    const auto replaced = expected_.replaced.find(at_);
    if (replaced == expected_.replaced.end()) {
      compare(digest(event));
      return;
    }
    if (event.kind != EventKind::Scalar || event.key) differ();
    if (!means(event.cell, event.text, replaced->second->value)) check_.wrong.push_back(replaced->second);
    next();
  }

  Check finish(bool whole) {
    check_.same = check_.same && whole && at_ == expected_.events.size();
    return std::move(check_);
  }

 private:
  [[noreturn]] void differ() {
    check_.same = false;
    throw yaml::StopReading{};
  }
  void compare(std::uint64_t found) {
    if (at_ >= expected_.events.size() || expected_.events[at_] != found) differ();
    next();
  }
  void next() {
    ++at_;
    taken_ = 0;
  }
  void take(const CellEdit& edit, const Event& event) {
    if (event.kind != EventKind::Scalar || event.key != (taken_ % 2 == 0)) differ();
    if (event.key) {
      if (event.text != edit.column) differ();
    } else if (!means(event.cell, event.text, edit.value)) {
      check_.wrong.push_back(&edit);
    }
  }

  const Expected& expected_;
  std::size_t at_ = 0;     // the event before the edit that comes next
  std::size_t taken_ = 0;  // events of added cells, here
  Check check_;
};

}  // namespace

bool means(CellKind kind, std::string_view text, const NewValue& value) {
  switch (value.kind) {
    case NewValue::Kind::Null: return kind == CellKind::Null;
    case NewValue::Kind::Blob: return kind == CellKind::Blob && text == value.blob;
    case NewValue::Kind::Scalar: break;
  }
  const bool quoted = kind == CellKind::Text;
  if (!quoted && kind != CellKind::Plain && kind != CellKind::Bare) return false;
  const std::optional<std::string>& wanted = quoted ? value.quoted : value.bare;
  return wanted && text == *wanted;
}

Check check_yaml(std::string_view edited, const Expected& expected) {
  Comparison comparison(expected);
  Diagnostics diagnostics;
  // What was read before was within the limits of decoding; a few bytes more do not matter here.
  const yaml::ReadLimits limits{.bytes = std::size_t{1} << 40};
  const auto syntax = yaml::read_events("edited", edited, limits, comparison, diagnostics);
  return comparison.finish(!syntax && !diagnostics.has_errors());
}

}  // namespace holdfast::edit
