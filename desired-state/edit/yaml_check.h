// Reads an edited YAML text again and compares it, event by event, with what was read before: the proof that an edit
// changed what it was asked to change and nothing else. PURE.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string_view>
#include <vector>

#include "desired-state/edit/edit.h"
#include "desired-state/row_table.h"

namespace holdfast::edit {

struct Expected {
  std::span<const std::uint64_t> events;                      // of the text before (YamlWalk::events)
  std::map<std::size_t, const CellEdit*> replaced;            // by the event of the old value
  std::map<std::size_t, std::vector<const CellEdit*>> added;  // by the event that ends the row
};

struct Check {
  bool same = true;                    // everything else reads as before
  std::vector<const CellEdit*> wrong;  // read as something else than the new value
  bool ok() const { return same && wrong.empty(); }
};

Check check_yaml(std::string_view edited, const Expected& expected);

// True if an event's scalar is the new value.
bool means(CellKind kind, std::string_view text, const NewValue& value);

}  // namespace holdfast::edit
