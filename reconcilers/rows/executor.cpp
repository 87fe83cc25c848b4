#include "reconcilers/rows/executor.h"

#include <algorithm>
#include <utility>

#include "reconcilers/rows/holds.h"
#include "reconcilers/rows/row_writer.h"

namespace holdfast {
namespace {

constexpr int most_rounds = 8;  // of updates that wait for each other

class Executor {
 public:
  explicit Executor(RunContext& context) : context_(context) {}

  ExecutionReport run() {
    collect_work();
    remember_awaited();
    if (Result<void> done = carry_out(); !done) report_.error = done.error();
    report_.disturbed = std::move(memory_.disturbed);
    report_.stale += passed_over_.size();
    return report_;
  }

 private:
  struct Batch {
    std::vector<Item> done;
    std::vector<Item> later;
    std::size_t next = 0;
    bool partial = false;  // the last item is to be gone on with
    bool restart = false;
  };

  Change& change_of(Item item) { return context_.plan.sets[item.set].changes[item.change]; }

  Result<void> carry_out() {
    total_ = work_.size();
    while (next_ < work_.size() || !later_.empty()) {
      if (Result<bool> done = run_batch(); !done) return done.error();
      if (context_.progress) context_.progress("writing", next_, total_);
    }
    return {};
  }

  void collect_work() {
    const auto collect = [&](Action action, std::size_t set) {
      const std::vector<Change>& changes = context_.plan.sets[set].changes;
      for (std::size_t i = 0; i < changes.size(); ++i) {
        if (changes[i].action == action && changes[i].outcome == Outcome::Planned) {
          work_.push_back({static_cast<std::uint32_t>(set), static_cast<std::uint32_t>(i)});
        }
      }
    };
    const std::size_t sets = context_.plan.sets.size();
    for (std::size_t set = sets; set-- > 0;) collect(Action::Delete, set);
    for (std::size_t set = 0; set < sets; ++set) collect(Action::Update, set);
    // Updates that refer to a row which is not there yet come when it is.
    const auto wait =
        std::stable_partition(work_.begin(), work_.end(), [&](Item item) { return !awaits_insert(item); });
    const std::vector<Item> last(wait, work_.end());
    work_.erase(wait, work_.end());
    updates_end_ = work_.size();
    for (std::size_t set = 0; set < sets; ++set) collect(Action::Insert, set);
    work_.insert(work_.end(), last.begin(), last.end());
  }

  bool awaits_insert(Item item) {
    if (change_of(item).action != Action::Update) return false;
    const SetState& state = context_.states[item.set];
    const auto links = state.parents.find(change_of(item).declared);
    if (links == state.parents.end()) return false;
    return std::any_of(links->second.begin(), links->second.end(), [&](const ParentLink& link) {
      const SetState& parent = context_.states[link.set];
      const auto change = parent.change_of.find(link.row);
      return change != parent.change_of.end() &&
             context_.plan.sets[link.set].changes[change->second].action == Action::Insert;
    });
  }

  void remember_awaited() {
    for (const SetState& state : context_.states) {
      for (const auto& [row, links] : state.parents) {
        for (const ParentLink& link : links) memory_.awaited.insert(RunMemory::id(link.set, link.row));
      }
    }
  }

  void settle(Item item, const Verdict& verdict) {
    Change& change = change_of(item);
    change.outcome = verdict.outcome;
    change.reason = verdict.reason;
    change.more().message = verdict.message;
  }

  // One transaction. False: rolled back, to be begun again (without the changes that were given up, if any).
  Result<bool> run_batch() {
    Result<std::unique_ptr<Transaction>> begun = context_.store.begin(*context_.plan.schema);
    if (!begun) return begun.error();
    Transaction& transaction = **begun;
    Result<bool> moved = holds_moved(transaction);
    if (!moved) return moved.error();
    if (*moved) return pass_over_the_rest();
    RowWriter writer(context_, transaction, memory_);
    Batch batch;
    batch.next = next_;
    if (Result<void> filled = fill(writer, batch); !filled) return filled.error();
    if (!batch.restart) {
      Result<std::vector<Item>> orphans = writer.orphans();
      if (!orphans) return orphans.error();
      for (const Item item : *orphans) give_up_orphan(item, batch);
    }
    if (batch.restart) {
      transaction.rollback();
      return false;
    }
    if (writer.rows_written() > 0) {
      if (Result<void> written = writer.finish_journal(); !written) return written.error();
      if (Result<void> committed = transaction.commit_soon(); !committed) {
        transaction.rollback();
        return retry(committed.error());
      }
      writer.keep_journal();
      ++report_.batches;
    }
    waiting_since_.reset();
    for (const Item item : batch.done) {
      Change& change = change_of(item);
      change.outcome = Outcome::Applied;
      change.reason = Reason::None;
      if (change.detail && change.drift != DriftClass::Identity) change.detail->message.clear();  // of an earlier try
    }
    memory_.merge(std::move(writer.added()));
    next_ = batch.next;
    later_ = std::move(batch.later);
    report_.stale += stale_in_batch_;
    return true;
  }

  // An undo since planning may have left a row just as it was planned on, and held it.
  Result<bool> holds_moved(Transaction& transaction) const {
    if (context_.journal == nullptr) return false;
    Result<std::string> now = Holds::version(transaction, context_.journal->state);
    if (!now) return now.error();
    return *now != context_.holds;
  }

  bool pass_over_the_rest() {
    const auto planned = [&](Item item) { return change_of(item).outcome == Outcome::Planned; };
    report_.stale += static_cast<std::uint64_t>(
        std::count_if(work_.begin() + static_cast<std::ptrdiff_t>(next_), work_.end(), planned) +
        std::count_if(later_.begin(), later_.end(), planned));
    next_ = work_.size();
    later_.clear();
    return true;
  }

  // A commit that could not get the lock is tried again until the lock timeout is over; readers were let in between.
  Result<bool> retry(const Error& error) {
    if (error.kind != ErrorKind::Transient) return error;
    const Clock::Instant now = context_.clock.now();
    if (!waiting_since_) waiting_since_ = now;
    if (now - *waiting_since_ > context_.lock_timeout) return error;
    return false;
  }

  bool full(const RowWriter& writer, Clock::Instant started) const {
    return writer.rows_written() >= context_.options.batch_rows ||
           context_.clock.now() - started >= context_.options.batch_time;
  }

  Result<void> fill(RowWriter& writer, Batch& batch) {
    const Clock::Instant started = context_.clock.now();
    stale_in_batch_ = 0;
    batch.later = later_;
    bool room = true;
    while (room && batch.next < work_.size() && !batch.restart && !batch.partial) {
      if (batch.next == updates_end_ && !batch.later.empty()) {
        if (Result<void> settled = settle_later(writer, batch); !settled) return settled;
        continue;
      }
      if (Result<void> wrote = write(writer, batch, work_[batch.next]); !wrote) return wrote;
      if (!batch.partial) ++batch.next;
      room = !full(writer, started);  // after each: one delete may read whole tables, and take thousands of rows along
    }
    if (batch.next >= updates_end_ && !batch.later.empty() && !batch.restart) return settle_later(writer, batch);
    return {};
  }

  Result<void> write(RowWriter& writer, Batch& batch, Item item) {
    if (change_of(item).outcome != Outcome::Planned) return {};  // given up by an earlier try
    if (!passed_over_.empty() && contains(passed_over_, item)) return {};
    Result<Verdict> verdict = writer.write(item);
    if (!verdict) return verdict.error();
    switch (verdict->kind) {
      case Verdict::Kind::Done: batch.done.push_back(item); break;
      case Verdict::Kind::Partial: batch.partial = true; break;
      case Verdict::Kind::Stale: ++stale_in_batch_; break;
      case Verdict::Kind::Later: batch.later.push_back(item); break;
      case Verdict::Kind::Refused: settle(item, *verdict); break;
      case Verdict::Kind::Restart:
        settle(item, *verdict);
        batch.restart = true;
        break;
    }
    return {};
  }

  // Updates that wait for each other's unique values: those whose value is free by now, again and again, from either
  // end, since a shift frees them from one of the two; then a circle is broken by parking one of its rows. After a few
  // rounds all that still wait are parked, so that a long tangle takes no longer than its length. What still fails then
  // clashes with a row outside the plan.
  Result<void> settle_later(RowWriter& writer, Batch& batch) {
    std::vector<Item> parked;
    for (int round = 0; !batch.later.empty() && !batch.restart; ++round) {
      std::vector<Item> waiting = std::exchange(batch.later, {});
      if (round % 2 == 1) std::reverse(waiting.begin(), waiting.end());
      for (const Item item : waiting) {
        if (batch.restart) return {};
        if (Result<void> wrote = write(writer, batch, item); !wrote) return wrote;
      }
      const bool stuck = batch.later.size() == waiting.size() && round > 0;
      if (batch.restart || batch.later.empty() || (!stuck && round < most_rounds)) continue;
      const std::size_t before = parked.size();
      for (const Item item : batch.later) {
        if (contains(parked, item)) continue;
        Result<Verdict> verdict = writer.park(item);
        if (!verdict) return verdict.error();
        if (verdict->kind != Verdict::Kind::Done) return give_up(batch);
        parked.push_back(item);
        if (round < most_rounds) break;  // one breaks a circle
      }
      if (parked.size() == before) return give_up(batch);
    }
    if (!batch.restart) keep_no_reserved_value(parked, batch);
    return {};
  }

  static bool contains(const std::vector<Item>& items, Item item) {
    return std::any_of(items.begin(), items.end(),
                       [&](Item one) { return one.set == item.set && one.change == item.change; });
  }

  // A parked row that did not get its value after all must not be committed as it is.
  void keep_no_reserved_value(const std::vector<Item>& parked, Batch& batch) {
    for (const Item item : parked) {
      if (contains(batch.done, item)) continue;
      if (change_of(item).outcome == Outcome::Planned) passed_over_.push_back(item);  // stale: planned anew
      batch.restart = true;
    }
  }

  Result<void> give_up(Batch& batch) {
    for (const Item item : batch.later) {
      settle(item, {Verdict::Kind::Refused, Outcome::Failed, Reason::Constraint,
                    "a unique value that it needs belongs to another row"});
    }
    std::erase_if(later_, [&](Item item) { return change_of(item).outcome != Outcome::Planned; });
    batch.restart = true;  // rows may be parked: none of it may stay
    return {};
  }

  void give_up_orphan(Item item, Batch& batch) {
    batch.restart = true;
    const std::uint64_t id = std::uint64_t{item.set} << 32 | item.change;
    if (batch.next < work_.size() && postponed_.insert(id).second) {
      // Its parent may come in a later batch: once to the end of the line.
      const auto found = std::find_if(work_.begin() + static_cast<std::ptrdiff_t>(next_), work_.end(),
                                      [&](Item one) { return one.set == item.set && one.change == item.change; });
      if (found != work_.end() && found >= work_.begin() + static_cast<std::ptrdiff_t>(updates_end_)) {
        std::rotate(found, found + 1, work_.end());
        return;
      }
    }
    Change& change = change_of(item);
    change.outcome = change.action == Action::Delete ? Outcome::Blocked : Outcome::Failed;
    change.reason = change.action == Action::Delete ? Reason::Dependents : Reason::Constraint;
  }

  RunContext& context_;
  std::vector<Item> work_;
  std::vector<Item> later_;      // updates carried over from the batch before
  std::size_t updates_end_ = 0;  // work_ before this: deletes and updates
  std::size_t next_ = 0;
  std::size_t total_ = 0;
  std::uint64_t stale_in_batch_ = 0;
  std::optional<Clock::Instant> waiting_since_;
  std::unordered_set<std::uint64_t> postponed_;
  std::vector<Item> passed_over_;  // somebody was at them while they were parked; left for the next plan
  RunMemory memory_;
  ExecutionReport report_;
};

}  // namespace

ExecutionReport execute(RunContext& context) { return Executor(context).run(); }

}  // namespace holdfast
