#include "tests/simulation/world.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "reconcilers/core/state.h"
#include "reconcilers/rows/kept_documents.h"

namespace holdfast::simulation {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

}  // namespace

World::World(std::uint64_t seed, Mutant mutant)
    : dice_(seed),
      mutant_(mutant),
      database_(dice_),
      faults_(dice_, clock_),
      ledger_(database_),
      judge_(database_, ledger_, clock_) {
  database_.set_faults(&faults_);
  // Each life has some kinds of trouble often and others never: more comes of it than of all a little.
  const std::pair<unsigned, void (World::*)()> all[] = {{6, &World::time_passes},
                                                        {8, &World::somebody_writes},
                                                        {3, &World::somebody_writes_in_a_run},
                                                        {4, &World::trouble},
                                                        {2, &World::crash},
                                                        {3, &World::documents_change},
                                                        {1, &World::documents_are_spoiled},
                                                        {2, &World::pause},
                                                        {1, &World::resume},
                                                        {2, &World::undo},
                                                        {2, &World::rival_comes},
                                                        {2, &World::confirm},
                                                        {1, &World::release}};
  for (const auto& [weight, action] : all) {
    const bool always = action == &World::time_passes || action == &World::somebody_writes;
    if (always || dice_.chance(70)) actions_.emplace_back(weight, action);
  }
}

void World::say(const std::string& what) {
  char time[32];
  const auto passed = std::chrono::duration_cast<milliseconds>(clock_.passed()).count();
  std::snprintf(time, sizeof time, "%9.3f s  ", static_cast<double>(passed) / 1000);
  trace.push_back(time + what);
}

void World::check() {
  ledger_.catch_up([this](const Deed& deed) {
    say("  " + shown(deed));
    judge_(deed);
  });
}

void World::guarded(const Action& action) {
  try {
    action();
  } catch (const Killed&) {
    say("killed");
    check();
    judge_.confirmed(false);
    start_agent();
  }
}

void World::start() {
  for (std::size_t i = dice_.below(12); i > 0; --i) edit();
  wishes_ = first_wishes(dice_);
  write_documents();
  start_agent();
  check();
}

void World::step() {
  unsigned sum = 0;
  for (const auto& [weight, action] : actions_) sum += weight;
  std::size_t at = dice_.below(sum);
  for (const auto& [weight, action] : actions_) {
    if (at < weight) {
      guarded([this, what = action] { (this->*what)(); });
      break;
    }
    at -= weight;
  }
  check();
}

// --- the agent

agent::Pauses World::kept_pauses() {
  Result<State> state = State::open(database_.reader(), false);
  if (!state || !state->there()) return {};
  Result<std::optional<std::string>> text = state->meta(database_.reader(), "pauses");
  return text && *text ? agent::read_pauses(**text) : agent::Pauses();
}

void World::write_documents() {
  const std::string text = text_of(wishes_);
  trace.push_back(text);
  Documents documents = load("v" + std::to_string(wishes_.version), text);
  if (!documents.version) throw Broken("valid documents are refused: " + documents.mistake);
  versions_[wishes_.version] = {wishes_, std::move(documents)};
  valid_ = true;
}

// As the program does when the files are no good: what the database was last found to keep, or nothing.
const World::Version* World::kept_documents() {
  const Result<std::vector<KeptText>> kept = holdfast::kept_documents(database_.reader());
  if (!kept || kept->empty()) return nullptr;
  const auto found = std::find_if(versions_.begin(), versions_.end(),
                                  [&](const auto& one) { return text_of(one.second.wishes) == kept->front().text; });
  if (found == versions_.end()) throw Broken("G6: the database keeps documents that nobody wrote");
  say("version " + std::to_string(found->first) + " is taken from the database");
  saw("documents that the database kept");
  return &found->second;
}

void World::start_agent() {
  faults_.stay_alive();
  judge_.after_crash(kept_pauses());
  in_force_ = valid_ ? &versions_.at(wishes_.version) : kept_documents();
  if (in_force_ != nullptr) judge_.in_force(in_force_->wishes);
  agent_ = std::make_unique<SimulatedAgent>(
      AgentOptions{database_, clock_, dice_.next(), [this](const Plan& plan) { after_review(plan); },
                   [this](const agent::RunOutcome& outcome) { after_run(outcome); }, mutant_ == Mutant::IgnoresPauses,
                   mutant_ == Mutant::IsDeaf});
  if (in_force_ != nullptr) guarded([this] { agent_->take(in_force_->documents); });
}

void World::after_review(const Plan& plan) {
  for (const SetPlan& set : plan.sets) {
    for (const Change& change : set.changes) {
      if (change.outcome != Outcome::Held) continue;
      saw("held: " + std::string(to_string(change.reason)));
      if (change.reason == Reason::Fight && !judge_.fought(set.name)) {
        throw Broken("G11: held though nobody fought: " + set.name);
      }
    }
  }
}

void World::after_run(const agent::RunOutcome& outcome) {
  const std::size_t first_deed = ledger_.deeds().size();
  check();
  judge_.run_ended(outcome.error && outcome.error->kind == ErrorKind::InDoubt);
  if (outcome.error) saw("a run fails");
  for (const auto& [name, set] : outcome.sets) {
    for (const auto& [reason, count] : set.blocked) saw("blocked: " + std::string(to_string(reason)));
    if (set.vanished) saw("vanish");
  }
  break_something(first_deed);
  rival_answers(first_deed);
}

// --- what happens

void World::notice_or_not() {
  if (dice_.chance(70)) {
    agent_->notice();
  } else {
    say("  nobody notices");
    saw("an event is lost");
  }
}

void World::time_passes() {
  const milliseconds time(dice_.pick({5, 50, 500, 1'000, 5'000, 20'000, 61'000, 400'000}));
  say(std::to_string(time.count()) + " ms pass");
  agent_->pass(time);
}

void World::somebody_writes() {
  for (std::size_t i = dice_.between(1, 3); i > 0; --i) edit();
  notice_or_not();
}

void World::somebody_writes_in_a_run() {
  const auto write = [this] {
    check();
    say("  in the middle of it:");
    judge_.disturbed();
    edit();
  };
  dice_.chance(60) ? faults_.before_lock(write) : faults_.before_read(dice_.below(30), write);
  edit();
  agent_->notice();
}

void World::trouble() {
  switch (dice_.below(4)) {
    case 0: {
      const seconds time(dice_.pick({1, 5, 30, 120}));
      say("the database is locked for " + std::to_string(time.count()) + " s");
      faults_.lock_until(clock_.now() + time);
      break;
    }
    case 1: {
      say("calls fail now and then");
      faults_.flaky_until(clock_.now() + seconds(dice_.pick({1, 10})), dice_.pick({1U, 5U, 20U}));
      break;
    }
    case 2: {
      using stores::Fault;
      const Fault fault = dice_.pick({Fault::Busy, Fault::Full, Fault::InDoubtDone, Fault::InDoubtUndone});
      say("the next commit: " + std::to_string(static_cast<int>(fault)));
      faults_.at_next_commit(fault);
      break;
    }
    default: say("calls take long"); faults_.slow_calls(dice_.between(20, 200));
  }
  if (dice_.chance(60)) somebody_writes();
}

void World::crash() {
  if (dice_.chance(40)) {
    say("the agent is started anew");
    check();
    if (dice_.chance(40)) faults_.flaky_until(clock_.now() + seconds(1), 20);
    return start_agent();
  }
  say("the agent will be killed in a run");
  faults_.kill_after(dice_.below(120));
  somebody_writes();
}

void World::documents_change() {
  const std::string what = change(dice_, wishes_);
  say("documents: " + what);
  write_documents();
  check();
  in_force_ = &versions_.at(wishes_.version);
  judge_.in_force(wishes_);
  saw(wishes_.fits ? "documents change" : "documents do not fit");
  agent_->take(in_force_->documents);
}

void World::documents_are_spoiled() {
  say("the documents are spoiled");
  valid_ = false;
  if (load("spoiled", spoiled(dice_, text_of(wishes_))).version) throw Broken("G6: spoiled documents are taken");
  saw("documents are spoiled");
}

void World::pause() {
  const std::string set = in_force_ == nullptr || dice_.chance(30) ? "" : some_set();
  const seconds length(dice_.pick({5, 30, 300}));
  say("pause " + (set.empty() ? "all" : set) + " for " + std::to_string(length.count()) + " s");
  check();
  judge_.paused(set, clock_.wall() + length);
  const std::size_t failures = faults_.failures();
  (void)agent_->ask({agent::Request::Kind::Pause, set, {}, length, "somebody"});
  if (failures != faults_.failures() || !agent_->knows_pauses()) return;
  Result<State> state = State::open(database_.reader(), false);
  if (state && state->complete() && judge_.is_paused(set) && !kept_pauses().contains(set)) {
    throw Broken("a pause is not kept");
  }
}

void World::resume() {
  if (in_force_ == nullptr) return;
  const std::string set = dice_.chance(50) ? "" : some_set();
  say("resume " + (set.empty() ? "all" : set));
  check();
  judge_.resumed(set);
  (void)agent_->ask({agent::Request::Kind::Resume, set, {}, {}, "somebody"});
}

void World::undo() {
  if (ledger_.runs().empty() || in_force_ == nullptr) return;
  const std::size_t back = std::min(dice_.below(6), ledger_.runs().size() - 1);
  const RunRecord run = ledger_.runs()[ledger_.runs().size() - 1 - back];
  say("undo run " + std::to_string(run.number));
  const agent::Answer answer = agent_->ask({agent::Request::Kind::Undo, {}, run.id, {}, "somebody"});
  say("  " + answer.message.substr(0, answer.message.find(": ")));
  saw(answer.run.empty() ? "nothing to undo" : "undo");
}

void World::rival_comes() {
  rival_left_ = dice_.between(2, 12);
  say("a rival takes back the next " + std::to_string(rival_left_) + " corrections");
  edit();
  agent_->notice();
}

void World::confirm() {
  if (in_force_ == nullptr || judge_.any_pause()) return;
  std::string hash;
  for (const agent::SetStatus& set : agent_->status().sets) {
    if (!set.waits_for.empty()) hash = set.waits_for;
  }
  if (hash.empty()) return;
  say("somebody confirms the deletes that wait");
  check();
  judge_.confirmed(true);
  const bool done = apply_by_hand(database_, clock_, *in_force_->documents.version, hash);
  check();
  judge_.confirmed(false);
  saw(done ? "a confirmation" : "a confirmation is refused");
  agent_->notice();
}

void World::release() {
  if (in_force_ == nullptr) return;
  say("somebody releases what is held");
  if (release_by_hand(database_, clock_, *in_force_->documents.version)) judge_.released();
  agent_->notice();
}

}  // namespace holdfast::simulation
