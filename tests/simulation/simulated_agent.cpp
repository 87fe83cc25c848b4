#include "tests/simulation/simulated_agent.h"

#include "tests/scenario/text_version.h"

namespace holdfast::simulation {
namespace {

using agent::Trigger;
using testing::TextVersion;

// The database is always the same file; what is kept beside it outlives the agent.
class SamePlace : public Surroundings {
 public:
  explicit SamePlace(std::optional<Marker>& kept) : kept_(kept) {}
  Result<PlaceNow> look() override { return PlaceNow{true, {"machine", "world", 1, 1}}; }
  bool is_there(const Place&) override { return false; }
  Result<std::optional<Marker>> remembered() override { return kept_; }
  Result<void> remember(const Marker& marker) override {
    kept_ = marker;
    return {};
  }

 private:
  std::optional<Marker>& kept_;
};

}  // namespace

Documents load(const std::string& revision, const std::string& text) {
  const auto version = std::make_shared<const TextVersion>(revision, text);
  Diagnostics mistakes;
  const DesiredState state = version->decode(mistakes);
  if (mistakes.has_errors()) return {nullptr, {}, to_string(mistakes.errors().front())};
  return {version, agent::orders_of(state, "world"), {}};
}

SimulatedAgent::SimulatedAgent(AgentOptions options)
    : options_(std::move(options)),
      controller_("world", "in memory", options_.seed),
      rounds_(
          "world", options_.clock, [this]() -> Result<std::unique_ptr<Store>> { return options_.database.open(); },
          std::make_unique<SamePlace>(options_.database.kept_beside)) {}

void SimulatedAgent::take(const Documents& documents) {
  std::vector<std::string> tables;
  for (const agent::Orders::Set& set : documents.orders.sets) tables.push_back(set.table);
  rounds_.take_documents(documents.version, std::move(tables));
  controller_.take_orders(documents.orders, options_.clock.both());
  drive();
}

void SimulatedAgent::notice() {
  if (!rounds_.has_documents()) return;
  const agent::Rounds::Look seen = rounds_.look();
  if (seen.mark ? rounds_.is_news(*seen.mark) : !seen.wait) controller_.wake(Trigger::Change);
  drive();
}

void SimulatedAgent::reopen() {
  rounds_.reopen();
  controller_.wake(Trigger::Change);
  drive();
}

void SimulatedAgent::pass(std::chrono::nanoseconds time) {
  const Clock::Instant until = options_.clock.now() + time;
  while (const auto when = controller_.wake_at(options_.clock.both())) {
    if (*when > until || options_.is_deaf) break;
    options_.clock.pass_until(*when);
    const std::size_t runs = runs_;
    drive();
    const auto next = controller_.wake_at(options_.clock.both());
    if (runs == runs_ && next && *next <= options_.clock.now()) throw Broken("the agent spins: due, and never done");
  }
  options_.clock.pass_until(until);
}

agent::Answer SimulatedAgent::ask(const agent::Request& request) {
  agent::Answer answer;
  switch (request.kind) {
    case agent::Request::Kind::Pause: answer = controller_.pause(request, options_.clock.both()); break;
    case agent::Request::Kind::Resume: answer = controller_.resume(request, options_.clock.both()); break;
    case agent::Request::Kind::Undo:
      answer = rounds_.undo(request);
      if (!answer.run.empty()) controller_.wake(Trigger::Person, request.who);
      break;
    case agent::Request::Kind::Reconcile: controller_.wake(Trigger::Person, request.who); break;
    case agent::Request::Kind::Accept: break;  // it writes documents, which this world has on no disk
  }
  drive();
  return answer;
}

void SimulatedAgent::drive() {
  while (const std::optional<agent::Work> work = controller_.next(options_.clock.both())) {
    rounds_.keep_pauses(controller_.pauses());
    run(*work);
    const agent::Rounds::Look seen = rounds_.look();
    if (seen.mark && rounds_.is_news(*seen.mark)) controller_.wake(Trigger::Change);
  }
  rounds_.keep_pauses(controller_.pauses());
}

void SimulatedAgent::run(const agent::Work& work) {
  ++runs_;
  const agent::Now began = options_.clock.both();
  const agent::RunOutcome outcome = reconcile(work);
  if (const std::optional<DatabaseVerdict> verdict = rounds_.take_verdict()) {
    controller_.saw_verdict({std::string(to_string(verdict->kind)), verdict->reason, verdict->hint, verdict->may_write},
                            !verdict->cause().empty(), options_.clock.both());
  }
  controller_.ran(outcome, began, options_.clock.both());
  options_.ran(outcome);
}

agent::RunOutcome SimulatedAgent::reconcile(const agent::Work& work) {
  return rounds_.run(work, [this](Plan& plan) {
    if (const std::optional<agent::Pauses> kept = rounds_.take_kept_pauses()) {
      controller_.take_pauses(*kept, options_.clock.both());
      pauses_read_ = true;
    }
    if (!options_.ignores_pauses) controller_.review(plan, options_.clock.both());
    options_.reviewed(plan);
  });
}

namespace {

// The documents as a command has them.
struct Given {
  explicit Given(const agent::DocumentsVersion& version) : state(version.decode(mistakes)) {
    for (const RowSetDocument& set : state.row_sets) sets.push_back(&set);
  }
  Diagnostics mistakes;
  DesiredState state;
  std::vector<const RowSetDocument*> sets;
};

}  // namespace

bool apply_by_hand(Database& database, const Clock& clock, const agent::DocumentsVersion& version,
                   const std::string& hash) {
  Given given(version);
  ReconcilerOptions options;
  options.origin = {"command", version.revision(), version.digest(), "somebody", {}};
  options.confirm = {hash};
  const std::unique_ptr<Store> store = database.open();
  DatabaseReconciler reconciler(*store, clock, {}, options);
  Result<RunReport> report = reconciler.apply(given.state.databases.front(), given.sets, given.mistakes);
  return report && !report->error && !report->refused && !given.mistakes.has_errors();
}

bool release_by_hand(Database& database, const Clock& clock, const agent::DocumentsVersion& version) {
  Given given(version);
  const std::unique_ptr<Store> store = database.open();
  DatabaseReconciler reconciler(*store, clock);
  return reconciler.release(given.state.databases.front(), std::nullopt, std::nullopt, false).ok();
}

}  // namespace holdfast::simulation
