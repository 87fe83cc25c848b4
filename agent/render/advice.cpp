#include "agent/render/advice.h"

namespace holdfast::agent {
namespace {

std::string_view words(Reason reason) {
  switch (reason) {
    case Reason::Budget: return "more deletes than the set's limits allow in one go";
    case Reason::Dependents: return "other rows refer to it";
    case Reason::Identity: return "the row is there under another primary key";
    case Reason::Reference: return "the row that it refers to is not there or has no value, or there are several";
    case Reason::SideEffect: return "a trigger would change rows that the plan does not name";
    case Reason::NotConvergent: return "the row does not come out as written";
    case Reason::RefusedByTrigger: return "a trigger of the table refused it";
    case Reason::NoTable: return "the table is not there";
    case Reason::Unsupported: return "Holdfast cannot manage this table";
    case Reason::Constraint: return "it would break a constraint of the table";
    case Reason::Fight: return "another writer keeps undoing it";
    case Reason::Undo: return "the run that made it was taken back";
    case Reason::Pause: return "the set is paused";
    case Reason::Declared: return "the row is also declared";
    case Reason::Confirm: return "the first time that such rows are deleted, somebody confirms it";
    case Reason::Verdict: return "the database may be another one than the documents are about";
    case Reason::Busy: return "another writer changed the row each time before it could be written";
    case Reason::None: break;
  }
  return {};
}

std::string_view reported_because(const SetPlan& set, DriftClass drift) {
  if (drift == DriftClass::Duplicate) return "several live rows have this key";
  if (drift == DriftClass::Identity) return "the row is there under another primary key";
  if (set.mode == Mode::Observe) return "mode is Observe";
  switch (drift) {
    case DriftClass::Missing: return "policy missing is Report";
    case DriftClass::Changed: return "policy changed is Report";
    case DriftClass::Forbidden: return "policy forbidden is Report";
    case DriftClass::Extra: return "policy extra is Report";
    case DriftClass::Removed: return "policy removed is Report";
    case DriftClass::Duplicate:
    case DriftClass::Identity: break;
  }
  return {};
}

}  // namespace

std::string why(const SetPlan& set, const Change& change) {
  if (change.outcome == Outcome::Planned || change.outcome == Outcome::Applied) return {};
  std::string text(to_string(change.outcome));
  std::string_view because = words(change.reason);
  if (because.empty() && change.outcome == Outcome::Reported) because = reported_because(set, change.drift);
  if (!because.empty()) text.append(": ").append(because);
  return text;
}

std::string_view next_step(Reason reason) {
  switch (reason) {
    case Reason::Budget: return "confirm the plan if all of these deletes are meant, or raise the set's limits";
    case Reason::Confirm: return "confirm the plan if these rows are meant to go, or set policy.removed to Keep";
    case Reason::Dependents:
      return "let policy.dependents say what becomes of them (Delete takes them along, FollowSchema where the schema "
             "says "
             "so), or move them to another row first";
    case Reason::Identity:
      return "correct the primary key in the document, or set policy.identity to Move to change it with all references";
    case Reason::Reference: return "declare or insert the row that is referred to, or correct the value";
    case Reason::SideEffect: return "look at the table's triggers; policy.sideEffects: Allow accepts what they do";
    case Reason::NotConvergent: return "look at the table's triggers, or declare the value that they make of it";
    case Reason::RefusedByTrigger: return "look at the table's triggers for what they require";
    case Reason::NoTable: return "run the application's own migration first, or add the table to the Database's setup";
    case Reason::Unsupported: return "take the set out of the documents, or name another table";
    case Reason::Constraint: return "correct the value in the document, or the row that it clashes with";
    case Reason::Fight: return "find out who else writes this row, and make one of the two stop";
    case Reason::Declared: return "take the row out of rows, or the rule out of forbidden";
    case Reason::Busy: return "run it again when there is less traffic";
    case Reason::Verdict: return "holdfast adopt makes it the database that is looked after";
    case Reason::None:
    case Reason::Undo:
    case Reason::Pause: break;
  }
  return {};
}

std::string_view next_step(const SetPlan& set, const Change& change) {
  if (change.outcome == Outcome::Planned || change.outcome == Outcome::Applied) return {};
  if (change.reason == Reason::SideEffect && set.set && set.set->policy.side_effects == SideEffectsPolicy::Allow) {
    return "look at the table's triggers: what they do there cannot be taken back, so the row is left alone";
  }
  if (const std::string_view step = next_step(change.reason); !step.empty()) return step;
  if (change.outcome != Outcome::Reported) return {};
  if (change.drift == DriftClass::Duplicate)
    return "remove or rename the rows that should not be there; none is touched";
  if (change.drift == DriftClass::Identity) return next_step(Reason::Identity);
  if (set.mode == Mode::Observe) return "set mode: Enforce when these are to be corrected";
  return "change the set's policy when these are to be corrected";
}

std::string_view next_step_of_undo(const Change& change) {
  if (change.outcome == Outcome::Planned || change.outcome == Outcome::Applied) return {};
  switch (change.reason) {
    case Reason::Dependents:
      return "delete the rows that refer to it, or move them to another row, and take it back then";
    case Reason::Reference: return "bring the row back that is referred to, and take it back then";
    case Reason::Constraint: return "change the row that it clashes with, and take it back then";
    case Reason::Busy: return next_step(Reason::Busy);
    default: return {};
  }
}

}  // namespace holdfast::agent
