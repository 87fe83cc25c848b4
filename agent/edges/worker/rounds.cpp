#include "agent/edges/worker/rounds.h"

#include <algorithm>
#include <utility>

#include "agent/core/undo_answer.h"
#include "reconcilers/core/state.h"
#include "reconcilers/databases/marker_names.h"
#include "reconcilers/rows/history.h"
#include "reconcilers/rows/kept_documents.h"

namespace holdfast::agent {
namespace {

constexpr std::string_view pauses_mark = "pauses";
constexpr std::chrono::milliseconds integrity_beside_writers{20};
constexpr std::chrono::milliseconds integrity_in_wal{200};
constexpr int most_schema_changes = 3;  // in one run; a schema that keeps moving is a migration under way

std::string no_such_run(const std::string& id) {
  return to_string(Error{ErrorKind::Terminal, "there is no such run", id, "holdfast history lists the runs"});
}

std::chrono::microseconds since(const Clock& clock, Clock::Instant began) {
  return std::chrono::duration_cast<std::chrono::microseconds>(clock.now() - began);
}

}  // namespace

Rounds::Rounds(std::string database, const Clock& clock, std::function<Result<std::unique_ptr<Store>>()> open,
               std::unique_ptr<Surroundings> surroundings)
    : database_(std::move(database)),
      clock_(clock),
      open_(std::move(open)),
      verdicts_(std::move(surroundings), clock) {}
Rounds::~Rounds() = default;

void Rounds::take_documents(std::shared_ptr<const DocumentsVersion> version, std::vector<std::string> tables) {
  version_ = std::move(version);
  verdicts_.take_tables(std::move(tables));
  standing_.reset();
  reopen();
}

void Rounds::reopen() {
  standing_.reset();
  store_.reset();
  seen_ = ReadMark{};
  verdicts_.judge_again();
  // A database that is made anew keeps nothing yet.
  kept_digest_.clear();
  kept_pauses_.reset();
}

Result<Store*> Rounds::store() {
  if (store_) return store_.get();
  Result<std::unique_ptr<Store>> opened = open_();
  if (!opened) {
    verdicts_.judge_error(opened.error());
    return opened.error();
  }
  store_ = std::move(*opened);
  return store_.get();
}

Rounds::Look Rounds::look() {
  Result<Store*> open = store();
  if (!open) return {std::nullopt, false};
  Result<ReadMark> mark = (*open)->mark();
  if (mark) return {*mark, false};
  return {std::nullopt, mark.error().kind == ErrorKind::Transient};
}

Result<void> Rounds::bind() {
  if (standing_) return {};
  Result<Store*> open = store();
  if (!open) return open.error();
  Diagnostics mistakes;
  DesiredState state = version_->decode(mistakes);
  const auto database = std::find_if(state.databases.begin(), state.databases.end(),
                                     [this](const DatabaseDocument& one) { return one.name.text == database_; });
  if (mistakes.has_errors() || database == state.databases.end()) {
    return Error{ErrorKind::Transient, "the documents have changed while they were read", database_, ""};
  }
  std::vector<RowSetDocument> sets;
  for (RowSetDocument& set : state.row_sets) {
    if (set.database_ref && set.database_ref->text == database_) sets.push_back(std::move(set));
  }
  ReconcilerOptions options;
  options.origin.revision = version_->revision();
  options.origin.digest = version_->digest();
  options.review = [this](Plan& plan) {
    const bool known = verdicts_.still_holds(*store_, standing_->remembered(marker_mark));
    if (!known || standing_->schema_moved()) judge_again(plan);
    if (review_) review_(plan);
    if (verdicts_.may_write() && !verdicts_.judge(*store_)) return false;  // nobody can tell yet
    return verdicts_.may_write();
  };
  standing_ =
      std::make_unique<StandingReconciler>(**open, clock_, std::move(options), std::move(*database), std::move(sets),
                                           [this](std::string_view, std::uint64_t, std::uint64_t) {
                                             if (goes_on_) goes_on_();
                                           });
  return {};
}

// Before the documents are bound: they may well not fit a database that is another one.
Result<void> Rounds::judge() {
  Result<Store*> open = store();
  if (!open) return open.error();
  if (Result<void> judged = verdicts_.judge(**open); !judged) return judged;
  const DatabaseVerdict& verdict = *verdicts_.current();
  if (verdict.kind != VerdictKind::Corrupt) return {};
  Error damaged{ErrorKind::Terminal, verdict.reason, database_, verdict.hint};
  damaged.damaged = true;
  return damaged;
}

// What stands in the way, on each change that would be made.
void Rounds::hold_back(Plan& plan) const {
  const std::optional<DatabaseVerdict>& verdict = verdicts_.current();
  const std::string why = verdict ? std::string(to_string(verdict->kind)) + ": " + verdict->reason
                                  : "what became of the database is not known yet";
  for (SetPlan& set : plan.sets) {
    for (Change& change : set.changes) {
      if (change.outcome != Outcome::Planned) continue;
      change.outcome = Outcome::Held;
      change.reason = Reason::Verdict;
      change.more().message = why;
    }
  }
}

// The file may have become another one after it was judged, or have got another's contents; tables that somebody has
// made anew may be empty, which is a wipe as well.
void Rounds::judge_again(Plan& plan) {
  verdicts_.judge_again();
  kept_digest_.clear();
  kept_pauses_.reset();
  if (Result<void> judged = verdicts_.judge(*store_); !judged || !verdicts_.may_write()) return hold_back(plan);
  if (!verdicts_.mends_a_wipe()) return;
  for (SetPlan& set : plan.sets) set.cause = Cause::Wipe;
}

// The rows are shown as they are, and nothing is written.
Result<RunReport> Rounds::hold_all(Diagnostics& mistakes) {
  Result<RunReport> report = standing_->plan(mistakes);
  if (report) hold_back(report->plan);
  return report;
}

Result<RunReport> Rounds::carry_out(const Work& work, Diagnostics& mistakes) {
  if (!verdicts_.may_write()) return hold_all(mistakes);
  if (verdicts_.mends_a_wipe()) standing_->cause(Cause::Wipe);
  return standing_->apply(std::string(to_string(work.trigger)), work.who, mistakes);
}

Result<RunReport> Rounds::attempt(const Work& work, Diagnostics& mistakes) {
  if (std::exchange(worn_out_, false)) reopen();
  if (Result<void> judged = judge(); !judged) return judged.error();
  if (Result<void> known = know_pauses(); !known) return known.error();
  // After a commit the engine itself drops what is old.
  if (work.trigger != Trigger::Change) store_->forget_cached();
  for (int schema_changes = 0;; ++schema_changes) {
    if (Result<void> bound = bind(); !bound) return bound.error();
    // Whatever is committed after this moment is news, even if the run happens to see it.
    Result<ReadMark> mark = store_->mark();
    seen_ = mark ? *mark : ReadMark{};
    Result<RunReport> report = carry_out(work, mistakes);
    if (!report || mistakes.has_errors()) standing_.reset();
    const bool again = !report && report.error().kind == ErrorKind::SchemaChanged;
    if (!again || schema_changes == most_schema_changes) return report;
    mistakes = Diagnostics();
    // Tables that somebody has made anew may be empty: that is a wipe as well, in the same file.
    verdicts_.judge_again();
    if (Result<void> judged = judge(); !judged) return judged.error();
  }
}

RunOutcome Rounds::run(const Work& work, const std::function<void(Plan&)>& review,
                       const std::function<void()>& goes_on) {
  review_ = review;
  goes_on_ = goes_on;
  const Clock::Instant began = clock_.now();
  RunFrame frame{database_, work.trigger, work.who, version_->revision(), clock_.wall(), {}};
  Diagnostics mistakes;
  Result<RunReport> report = attempt(work, mistakes);
  frame.took = since(clock_, began);
  review_ = nullptr;
  goes_on_ = nullptr;
  if (mistakes.has_errors()) return outcome_of(mistakes, frame);
  if (!report) {
    give_up(report.error());
    return outcome_of(report.error(), frame);
  }
  if (!report->error && verdicts_.may_write()) {
    keep_documents();
    if (const Result<void> noted = verdicts_.ran(*store_, *report); !noted) note_error_ = noted.error();
  }
  return outcome_of(*report, standing_->sets(), frame);
}

// The connection may be what is wrong: one that was opened while the disk was read-only stays so for ever. The next run
// makes a new one; until then this one tells of changes.
void Rounds::give_up(const Error& error) {
  if (error.kind == ErrorKind::Transient) return;
  worn_out_ = true;
  if (error.damaged) verdicts_.judge_error(error);
}

// The rows are right whether this succeeds or not; the next run tries again.
void Rounds::keep_documents() {
  if (kept_digest_ == version_->digest()) return;
  const Result<bool> kept =
      holdfast::keep_documents(*store_, clock_, version_->digest(), version_->bytes(),
                               [this](const TextVisitor& visit) { return version_->read_texts(visit); });
  if (kept) kept_digest_ = version_->digest();
}

// Of the run that is meant; nothing where there is none.
Result<std::optional<std::string>> Rounds::whole_run_id(Store& store, const std::string& beginning) {
  Result<State> state = State::open(store, false);
  if (!state) return state.error();
  if (!state->there()) return std::optional<std::string>();
  Result<std::optional<RunRecord>> run = History(store, *state).run(beginning);
  if (!run) return run.error();
  return *run ? std::optional<std::string>((*run)->id) : std::nullopt;
}

Answer Rounds::undo(const Request& request) {
  Result<Store*> open = store();
  if (!open) return {Answer::Kind::Unavailable, to_string(open.error()), {}};
  const Result<std::optional<std::string>> run = whole_run_id(**open, request.run);
  if (!run) return undo_refused(run.error());
  if (!*run) return {Answer::Kind::NotFound, no_such_run(request.run), {}};
  if (request.dry_run) return {.kind = Answer::Kind::Done, .message = "found", .run = {}, .found = **run};
  if (const Result<void> judged = verdicts_.judge(**open); !judged) {
    return {Answer::Kind::Unavailable, to_string(judged.error()), {}};
  }
  if (!verdicts_.may_write()) {
    return {Answer::Kind::Conflict, "nothing is written: " + verdicts_.current()->reason, {}};
  }
  Diagnostics mistakes;
  DesiredState state = version_->decode(mistakes);
  std::vector<const RowSetDocument*> sets;
  const DatabaseDocument* database = nullptr;
  for (const DatabaseDocument& one : state.databases) {
    if (one.name.text == database_) database = &one;
  }
  for (const RowSetDocument& set : state.row_sets) {
    if (set.database_ref && set.database_ref->text == database_) sets.push_back(&set);
  }
  if (database == nullptr || mistakes.has_errors()) {
    return {Answer::Kind::Unavailable, "the documents have changed while they were read", {}};
  }
  ReconcilerOptions options;
  options.origin = {"person", version_->revision(), version_->digest(), request.who, {}};
  DatabaseReconciler reconciler(**open, clock_, {}, options);
  UndoRequest undo;
  undo.run = **run;
  Result<RunReport> report = reconciler.undo(*database, sets, undo, mistakes);
  standing_.reset();
  if (mistakes.has_errors()) return {Answer::Kind::Conflict, to_string(mistakes.errors().front()), {}};
  if (!report) return undo_refused(report.error());
  return undo_answer(*report);
}

bool Rounds::look_inside(DatabaseHealth& health, bool integrity) {
  if (!store_) return false;
  const Result<StorageReport> storage = store_->storage();
  health.size_bytes = storage ? std::optional(storage->bytes) : std::nullopt;
  if (!integrity) return true;
  const Result<std::string> mode = store_->journal_mode();
  const bool waits = !mode || *mode != "wal";
  const Result<IntegrityReport> looked = store_->check_integrity(waits ? integrity_beside_writers : integrity_in_wal);
  // Unknown says nothing: what was known before stands.
  if (!looked || looked->integrity == Integrity::Unknown) return true;
  health.integrity_ok = looked->integrity == Integrity::Sound;
  health.damage = looked->problems.empty() ? "" : looked->problems.front();
  return true;
}

void Rounds::judge_alone() {
  if (Result<Store*> open = store()) (void)verdicts_.judge(**open);
  reopen();
}

Result<std::string> Rounds::kept_pauses() {
  Result<State> state = State::open(*store_, false);
  if (!state) return state.error();
  if (!state->there()) return std::string();
  Result<std::optional<std::string>> text = state->meta(*store_, pauses_mark);
  if (!text) return text.error();
  return text->value_or("");
}

// As long as nobody knows what is paused, nothing is changed.
Result<void> Rounds::know_pauses() {
  if (pauses_known_) return {};
  Result<std::string> text = kept_pauses();
  if (!text) return text.error();
  kept_pauses_ = *text;
  new_pauses_ = read_pauses(*text);
  pauses_known_ = true;
  return {};
}

void Rounds::keep_pauses(const Pauses& pauses) {
  // Those that were read and that nobody has taken yet (the run did not get as far as its plan) are not in `pauses`.
  if (!pauses_known_ || new_pauses_ || !store_ || !verdicts_.may_write()) return;
  if (!kept_pauses_) {
    const Result<std::string> text = kept_pauses();
    if (!text) return;
    kept_pauses_ = *text;
  }
  const std::string text = pauses_text(pauses);
  if (text == *kept_pauses_) return;
  Result<State> state = State::open(*store_, false);
  if (!state || !state->complete()) return;
  Result<Schema> schema = store_->inspect({}, std::nullopt);
  if (!schema) return;
  Result<std::unique_ptr<Transaction>> transaction = store_->begin(*schema);
  if (!transaction) return;
  if (!state->set_meta(**transaction, pauses_mark, text)) return;
  if ((*transaction)->commit()) kept_pauses_ = text;
}

}  // namespace holdfast::agent
