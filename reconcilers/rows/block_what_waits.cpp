#include "reconcilers/rows/block_what_waits.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "reconcilers/core/row_image.h"
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

// By table and place, the rows that this plan deletes.
std::set<std::pair<std::string, std::string>> leaving(const Plan& plan) {
  std::set<std::pair<std::string, std::string>> rows;
  for (const SetPlan& set : plan.sets) {
    for (const Change& change : set.changes) {
      if (change.action != Action::Delete || change.outcome != Outcome::Planned || !change.before()) continue;
      rows.emplace(ascii_lower(set.table), encode_values(change.before()->locator));
    }
  }
  return rows;
}

// A name led to a row that goes with this very plan: what would be written is the id of a row that is not there any
// more, and that the next row may get.
bool block_orphans(Plan& plan, std::span<const SetState> states) {
  const auto refers = [](const SetState& state) { return !state.live_parents.empty(); };
  if (std::none_of(states.begin(), states.end(), refers)) return false;
  const auto gone = leaving(plan);
  bool any = false;
  for (std::size_t i = 0; i < states.size(); ++i) {
    for (const auto& [row, parents] : states[i].live_parents) {
      const auto own = states[i].change_of.find(row);
      if (own == states[i].change_of.end()) continue;
      for (const LiveParent& parent : parents) {
        if (!gone.contains({ascii_lower(parent.table->name), encode_values(parent.at)})) continue;
        any = block(plan.sets[i].changes[own->second], Reason::Reference,
                    "the row of " + parent.table->name + " that it refers to is deleted") ||
              any;
      }
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
    moved = block_orphans(plan, states) || moved;
  }
}

}  // namespace holdfast
