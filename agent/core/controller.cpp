#include "agent/core/controller.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "agent/core/conditions.h"

namespace holdfast::agent {
namespace {

std::string counted(std::uint64_t number, const std::string& what) {
  return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
}

// "inserted 1, deleted 2 (edit): name "Trading Tips", …"
std::string corrections_text(const RunSummary::Set& set) {
  std::string text;
  const std::pair<Action, const char*> parts[] = {
      {Action::Insert, "inserted"}, {Action::Update, "updated"}, {Action::Delete, "deleted"}};
  for (const auto& [action, word] : parts) {
    const auto found = set.corrections.find(action);
    if (found == set.corrections.end()) continue;
    text += (text.empty() ? "" : ", ") + std::string(word) + " " + std::to_string(found->second);
  }
  text += " (" + std::string(to_string(set.cause)) + ")";
  constexpr std::size_t shown = 3;
  for (std::size_t i = 0; i < std::min(shown, set.rows.size()); ++i) text += (i == 0 ? ": " : ", ") + set.rows[i].key;
  if (set.rows.size() > shown) text += ", …";
  return text;
}

bool has(const std::vector<Condition>& conditions, ConditionType type) {
  return std::any_of(conditions.begin(), conditions.end(),
                     [type](const Condition& one) { return one.type == type && one.status; });
}

Answer answer(Answer::Kind kind, std::string message) { return {kind, std::move(message), {}}; }

}  // namespace

Orders orders_of(const DesiredState& state, const std::string& database) {
  Orders orders{state.revision, state.digest, {}};
  for (const RowSetDocument& set : state.row_sets) {
    if (!set.database_ref || set.database_ref->text != database) continue;
    orders.sets.push_back({set.name.text, set.table.text, set.mode, set.interval});
  }
  return orders;
}

Controller::Controller(std::string database, std::string location, std::uint64_t seed)
    : queue_(seed), events_(database) {
  status_.name = std::move(database);
  status_.location = std::move(location);
}

void Controller::take_orders(Orders orders, Now now) {
  const bool first = !has_orders();
  std::vector<SetStatus> sets;
  for (const Orders::Set& one : orders.sets) {
    const SetStatus* const known = find(one.name);
    SetStatus set = known != nullptr ? *known : SetStatus{};
    if (known == nullptr) set.conditions = first_conditions(now.wall);
    set.name = one.name;
    set.table = one.table;
    set.mode = one.mode;
    sets.push_back(std::move(set));
  }
  status_.sets = std::move(sets);
  const auto gone = [&](const auto& one) { return !one.first.empty() && find(one.first) == nullptr; };
  std::erase_if(pauses_, gone);
  std::erase_if(pause_ends_, gone);
  // What the other writer undoes is another wish by now.
  if (orders.digest != orders_.digest) fights_ = Fights();
  if (!first && orders.digest != orders_.digest) {
    events_.add(EventLevel::Normal, "DocumentsChanged", {}, "revision " + orders.revision + " is in force", now.wall);
  }
  orders_ = std::move(orders);
  queue_.add(status_.name, first ? Trigger::Start : Trigger::Documents);
}

void Controller::take_pauses(const Pauses& pauses, Now now) {
  for (const auto& [name, pause] : pauses) {
    if (pause.until <= now.wall || (!name.empty() && find(name) == nullptr)) continue;
    if (!pauses_.try_emplace(name, pause).second) continue;
    pause_ends_[name] = now.instant + std::min<Clock::Instant::duration>(pause.until - now.wall, longest_pause);
  }
}

void Controller::wake(Trigger trigger, const std::string& who) {
  queue_.add(status_.name, trigger, who);
  if (trigger == Trigger::Change && !status_.up) queue_.hurry(status_.name);
}

void Controller::saw_another_file() {
  queue_.add(status_.name, Trigger::Change);
  queue_.hurry(status_.name);
}

std::optional<Work> Controller::next(Now now) {
  end_pauses(now);
  fights_.expire(now);
  if (!has_orders()) return std::nullopt;
  return queue_.take(now.instant);
}

void Controller::review(Plan& plan, Now now) const {
  const bool all = pauses_.contains("");
  for (SetPlan& set : plan.sets) {
    const auto paused = pauses_.find(set.name);
    const Pause* pause = paused != pauses_.end() ? &paused->second : all ? &pauses_.at("") : nullptr;
    for (Change& change : set.changes) {
      if (change.outcome != Outcome::Planned) continue;
      if (pause != nullptr) {
        change.outcome = Outcome::Held;
        change.reason = Reason::Pause;
        change.more().message =
            "paused" + (pause->who.empty() ? "" : " by " + pause->who) + "; holdfast resume ends it";
        continue;
      }
      if (!set.set || set.cause != Cause::Edit) continue;
      if (!fights_.held_until(set.name, subject_of(set, change), now)) continue;
      change.outcome = Outcome::Held;
      change.reason = Reason::Fight;
      change.more().message = "somebody else undoes each correction; it is held back for a while";
    }
  }
}

void Controller::goes_on(Now now) {
  for (SetStatus& set : status_.sets) set.conditions = conditions_during(set.conditions, now.wall);
}

void Controller::ran(const RunOutcome& outcome, Now began, Now now) {
  const bool made = !outcome.sets.empty() || (!outcome.error && outcome.mistakes.empty());
  const bool was_up = status_.up;
  status_.up = !outcome.error || made || outcome.error->kind == ErrorKind::SchemaChanged;
  status_.error = made && !outcome.error ? std::string() : outcome.summary.error;
  if (!made) {
    take_failure(outcome, now);
  } else {
    if (!was_up && !status_.runs.empty())
      events_.add(EventLevel::Normal, "DatabaseBack", {}, "it can be reached", now.wall);
    for (SetStatus& set : status_.sets) {
      const auto found = outcome.sets.find(set.name);
      if (found == outcome.sets.end()) continue;
      const SetStatus before = set;
      take_set(set, found->second, outcome, now);
      tell_of(before, set, found->second, outcome, now);
    }
    take_corrections(outcome, now);
  }
  const bool worth_keeping = outcome.journalled || !outcome.summary.error.empty();
  if (worth_keeping) {
    status_.runs.insert(status_.runs.begin(), outcome.summary);
    if (status_.runs.size() > most_runs) status_.runs.pop_back();
  }
  const bool some_failed =
      std::any_of(outcome.sets.begin(), outcome.sets.end(), [](const auto& set) { return set.second.failed > 0; });
  if (!made || outcome.error) {
    queue_.failed(status_.name, now.instant);
  } else if (some_failed) {
    queue_.done_in_part(status_.name, began.instant, now.instant);
  } else {
    queue_.done(status_.name, began.instant, now.instant);
  }
  schedule(now);
}

void Controller::schedule(Now now) {
  std::chrono::milliseconds interval = std::chrono::seconds(30);
  for (std::size_t i = 0; i < orders_.sets.size(); ++i) {
    interval = i == 0 ? orders_.sets[i].interval : std::min(interval, orders_.sets[i].interval);
  }
  queue_.add_at(status_.name, Trigger::Interval, now.instant + interval);
  if (const auto end = fights_.next_end(now)) queue_.add_at(status_.name, Trigger::Resume, *end);
}

void Controller::take_set(SetStatus& set, const SetOutcome& outcome, const RunOutcome& run, Now now) {
  const bool paused = pauses_.contains("") || pauses_.contains(set.name);
  set.decided = true;
  set.in_sync = outcome.in_sync;
  set.declared_rows = outcome.declared_rows;
  set.live_rows = outcome.live_rows;
  set.unmanaged_rows = outcome.unmanaged_rows;
  set.drift = outcome.drift;
  set.held_rows = outcome.held;
  set.blocked = outcome.blocked;
  set.rows = outcome.left;
  set.expectations = outcome.expectations;
  set.waits_for = outcome.waits ? run.waits_for : std::string();
  set.conditions = conditions_after(set.conditions, outcome, paused, now.wall);
  if (outcome.failed == 0 && !run.error) set.last_success = now.wall;
  if (outcome.vanished) set.last_vanish = now.wall;
  if (outcome.forbidden_seen) set.last_forbidden = now.wall;
}

void Controller::take_failure(const RunOutcome& run, Now now) {
  for (SetStatus& set : status_.sets) {
    set.conditions = conditions_after(set.conditions, run, now.wall);
    // Nobody can tell any more; of a database that is busy for a moment the last look stands.
    if (has(set.conditions, ConditionType::Stalled)) set.in_sync = false;
  }
  events_.add(EventLevel::Warning, run.mistakes.empty() ? "RunFailed" : "DocumentsDoNotFit", {}, run.summary.error,
              now.wall);
}

// What has changed since the run before: once, not with each run.
void Controller::tell_of(const SetStatus& before, const SetStatus& set, const SetOutcome& outcome,
                         const RunOutcome& run, Now now) {
  const auto summary = std::find_if(run.summary.sets.begin(), run.summary.sets.end(),
                                    [&](const RunSummary::Set& one) { return one.name == set.name; });
  if (summary != run.summary.sets.end() && outcome.corrected > 0) {
    events_.add(EventLevel::Normal, "Corrected", set.name, corrections_text(*summary), now.wall);
  }
  if (outcome.vanished && !outcome.warnings.empty()) {
    events_.add(EventLevel::Warning, "Vanished", set.name, outcome.warnings.front(), now.wall);
  }
  const bool drifted = has(set.conditions, ConditionType::Drifted);
  if (drifted && (before.drift != set.drift || !has(before.conditions, ConditionType::Drifted))) {
    const auto condition = std::find_if(set.conditions.begin(), set.conditions.end(),
                                        [](const Condition& one) { return one.type == ConditionType::Drifted; });
    events_.add(EventLevel::Warning, "DriftLeft", set.name, condition->message, now.wall);
  }
  if (!drifted && has(before.conditions, ConditionType::Drifted)) {
    events_.add(EventLevel::Normal, "InSync", set.name, counted(set.declared_rows, "declared row"), now.wall);
  }
  for (const std::string& message : outcome.unmet) {
    events_.add(EventLevel::Warning, "ExpectationNotMet", set.name, message, now.wall);
  }
}

// However many rows a rule forbids at once, putting them right is one correction: nobody has undone anything between.
void Controller::take_corrections(const RunOutcome& run, Now now) {
  std::set<std::pair<std::string_view, std::string_view>> counted_already;
  for (const Correction& correction : run.corrections) {
    if (!counted_already.emplace(correction.row_set, correction.subject).second) continue;
    switch (fights_.corrected(correction, now)) {
      case Fights::Sign::None: break;
      case Fights::Sign::Slow:
        events_.add(EventLevel::Warning, "Fight", correction.row_set,
                    correction.shown + " was corrected the same way four times within a day", now.wall);
        break;
      case Fights::Sign::Fast:
        events_.add(EventLevel::Warning, "Fight", correction.row_set,
                    correction.shown + " is changed again after each correction; held back for a while", now.wall);
        break;
    }
  }
}

std::optional<Clock::Instant> Controller::wake_at(Now now) const {
  // What waits for documents is not due, however long it has been.
  std::optional<Clock::Instant> soonest = has_orders() ? queue_.next() : std::nullopt;
  for (const auto& [name, pause] : pauses_) {
    const Clock::Instant by_date =
        now.instant + std::max(std::chrono::duration_cast<Clock::Instant::duration>(pause.until - now.wall),
                               Clock::Instant::duration::zero());
    const Clock::Instant end = std::min(by_date, pause_ends_.at(name));
    soonest = soonest ? std::min(*soonest, end) : end;
  }
  return soonest;
}

// By its date, or once it was as long as somebody wanted: a clock that is set back makes none longer.
void Controller::end_pauses(Now now) {
  for (auto at = pauses_.begin(); at != pauses_.end();) {
    if (at->second.until > now.wall && pause_ends_.at(at->first) > now.instant) {
      ++at;
      continue;
    }
    events_.add(EventLevel::Normal, "PauseEnded", at->first, "the pause is over", now.wall);
    pause_ends_.erase(at->first);
    at = pauses_.erase(at);
    queue_.add(status_.name, Trigger::Resume);
  }
}

Answer Controller::pause(const Request& request, Now now) {
  if (!request.row_set.empty() && find(request.row_set) == nullptr) {
    return answer(Answer::Kind::NotFound, "there is no row set " + request.row_set);
  }
  pauses_[request.row_set] = {now.wall + request.length, request.who};
  pause_ends_[request.row_set] = now.instant + request.length;
  events_.add(EventLevel::Normal, "Paused", request.row_set, request.who.empty() ? "paused" : "by " + request.who,
              now.wall);
  queue_.add(status_.name, Trigger::Person, request.who);  // so that the status shows what is held
  Answer paused = answer(Answer::Kind::Done, "paused");
  paused.until = pauses_[request.row_set].until;
  return paused;
}

Answer Controller::resume(const Request& request, Now now) {
  const bool one = !request.row_set.empty();
  if (one && find(request.row_set) == nullptr) {
    return answer(Answer::Kind::NotFound, "there is no row set " + request.row_set);
  }
  const std::size_t ended = one ? pauses_.erase(request.row_set) : std::exchange(pauses_, {}).size();
  one ? static_cast<void>(pause_ends_.erase(request.row_set)) : pause_ends_.clear();
  if (one && ended == 0 && pauses_.contains("")) {
    return answer(Answer::Kind::Conflict, "the whole database is paused: resume all of it");
  }
  for (const SetStatus& set : status_.sets) {
    if (!one || set.name == request.row_set) fights_.release(set.name);
  }
  if (ended > 0) {
    events_.add(EventLevel::Normal, "Resumed", request.row_set, request.who.empty() ? "resumed" : "by " + request.who,
                now.wall);
  }
  queue_.add(status_.name, Trigger::Person, request.who);
  return answer(Answer::Kind::Done, ended > 0 ? "resumed" : "nothing was paused");
}

void Controller::tell(EventLevel level, std::string reason, std::string row_set, std::string message, Now now) {
  events_.add(level, std::move(reason), std::move(row_set), std::move(message), now.wall);
}

void Controller::saw_verdict(VerdictStatus verdict, bool lost, Now now) {
  if (lost) status_.last_wipe = {verdict.verdict, verdict.reason, now.wall};
  const bool fine = !lost && verdict.may_write;
  const std::string hint = verdict.hint.empty() ? "" : ": " + verdict.hint;
  events_.add(fine ? EventLevel::Normal : EventLevel::Warning, verdict_reason(verdict.verdict), {},
              verdict.reason + hint, now.wall);
  status_.verdict = std::move(verdict);
}

void Controller::saw_health(DatabaseHealth health, Now now) {
  status_.health = std::move(health);
  const std::vector<Condition> before = std::exchange(status_.conditions, {});
  status_.conditions = conditions_of(status_, before, now.wall);
  const auto healthy = [](const std::vector<Condition>& conditions) {
    const auto found = std::find_if(conditions.begin(), conditions.end(),
                                    [](const Condition& one) { return one.type == ConditionType::Healthy; });
    return found == conditions.end() ? Condition{ConditionType::Healthy, true, "", "", {}} : *found;
  };
  const Condition was = healthy(before), is = healthy(status_.conditions);
  if (!is.status && was.reason != is.reason) events_.add(EventLevel::Warning, is.reason, {}, is.message, now.wall);
  if (is.status && !was.status) events_.add(EventLevel::Normal, "Healthy", {}, "nothing is found any more", now.wall);
}

DatabaseStatus Controller::status(Now now) {
  const auto all = pauses_.find("");
  status_.pause = all == pauses_.end() ? std::nullopt : std::optional<Pause>(all->second);
  for (SetStatus& set : status_.sets) {
    const auto own = pauses_.find(set.name);
    set.pause = own == pauses_.end() ? status_.pause : std::optional<Pause>(own->second);
    set.fights = fights_.of_set(set.name, now);
  }
  status_.events = events_.all();
  status_.conditions = conditions_of(status_, status_.conditions, now.wall);
  return status_;
}

bool Controller::decided() const {
  return std::all_of(status_.sets.begin(), status_.sets.end(), [](const SetStatus& set) { return set.decided; });
}

SetStatus* Controller::find(const std::string& row_set) {
  const auto found =
      std::find_if(status_.sets.begin(), status_.sets.end(), [&](const SetStatus& set) { return set.name == row_set; });
  return found == status_.sets.end() ? nullptr : &*found;
}

}  // namespace holdfast::agent
