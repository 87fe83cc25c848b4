#include "reconcilers/rows/block_what_waits.h"

#include <string>

#include "reconcilers/rows/reference_text.h"

namespace holdfast {
namespace {

bool block(Change& change, Reason reason, std::string message) {
  if (change.outcome != Outcome::Planned) return false;
  change.outcome = Outcome::Blocked;
  change.reason = reason;
  change.more().message = std::move(message);
  return true;
}

bool block_taken_keys(SetPlan& plan, const SetState& state) {
  bool any = false;
  for (const auto& [waiting, awaited] : state.waits_for) {
    if (plan.changes[awaited].outcome == Outcome::Planned) continue;
    any = block(plan.changes[waiting], Reason::Identity, std::string(key_not_freed)) || any;
  }
  return any;
}

bool block_children(Plan& plan, std::span<const SetState> states, std::size_t index) {
  bool any = false;
  for (const auto& [row, links] : states[index].parents) {
    const auto own = states[index].change_of.find(row);
    if (own == states[index].change_of.end()) continue;
    for (const ParentLink& link : links) {
      const auto parent = states[link.set].change_of.find(link.row);
      if (parent == states[link.set].change_of.end()) continue;
      if (plan.sets[link.set].changes[parent->second].outcome == Outcome::Planned) continue;
      any = block(plan.sets[index].changes[own->second], Reason::Reference,
                  not_written_text(*states[link.set].set, link.row)) ||
            any;
    }
  }
  return any;
}

}  // namespace

// One block may cause the next, in any direction: until nothing moves.
void block_what_waits(Plan& plan, std::span<const SetState> states) {
  for (bool moved = true; moved;) {
    moved = false;
    for (std::size_t i = 0; i < states.size(); ++i) {
      if (!plan.sets[i].set) continue;
      moved = block_taken_keys(plan.sets[i], states[i]) || moved;
      moved = block_children(plan, states, i) || moved;
    }
  }
}

}  // namespace holdfast
