// What a run writes down after its changes, for the next one: what is ours, how many rows there are, what waits for
// somebody, and which holds the documents have gone past.
#include <memory>
#include <utility>

#include "reconcilers/rows/database_run.h"
#include "reconcilers/rows/retention.h"
#include "reconcilers/rows/vanish.h"
#include "reconcilers/rows/waiting.h"

namespace holdfast {
namespace {

constexpr std::string_view waiting_mark = "waiting";
constexpr std::size_t settled_at_once = 1000;  // holds, in one transaction

}  // namespace

Result<void> DatabaseRun::remember_waiting(const std::string& hash) {
  if (!journal_ || !may_write_) return {};
  const std::string mark = waiting_text(hash, plan_, database_.journal_redact);
  Result<std::optional<std::string>> before = journal_->state.meta(store_, waiting_mark);
  if (!before) return before.error();
  if (*before == mark || (others_documents() && waiting_ == mark)) return {};
  Result<std::unique_ptr<Transaction>> transaction = store_.begin(*schema_);
  if (!transaction) return transaction.error();
  if (Result<void> set = journal_->state.set_meta(**transaction, waiting_mark, mark); !set) return set;
  if (Result<void> committed = (*transaction)->commit(); !committed) return committed;
  waiting_ = mark;
  return {};
}

Result<std::vector<std::string>> DatabaseRun::changed_since(const std::vector<std::string>& confirmed) {
  Result<std::optional<std::string>> mark = state_.meta(store_, waiting_mark);
  if (!mark) return mark.error();
  if (!*mark) return std::vector<std::string>();
  return holdfast::changed_since(**mark, plan_, confirmed, database_.journal_redact);
}

Result<void> DatabaseRun::take_stock() {
  if (!journal_ || !may_write_) return {};
  const bool wrote = journal_memory_.steps > 0;
  const bool beside_others = others_documents() && documents_told_ && !wrote;
  std::map<std::string, SetMarks> stock, changed;
  for (std::size_t i = 0; i < states_.size(); ++i) {
    const SetPlan& plan = plan_.sets[i];
    if (!states_[i].set || plan.mode != Mode::Enforce) continue;
    SetMarks marks;
    if (const auto found = marks_.find(plan.name); found != marks_.end()) marks = found->second;
    const SetMarks before = marks;
    if (Result<void> settled = settle_spent(store_, *schema_, journal_->state, plan.name, clock_.wall()); !settled) {
      return settled;
    }
    Result<void> taken =
        take_ownership(store_, *schema_, journal_->state, states_[i], plan, declared_elsewhere(i), marks);
    if (!taken) return taken;
    count_rows(plan, journal_memory_, marks);
    marks.removes = marks.removes || removals_confirmed_.contains(plan.name);
    const auto known = stock_.find(plan.name);
    const bool nothing_new = beside_others && known != stock_.end() && known->second == marks;
    if (!(marks == before) && !nothing_new) changed.emplace(plan.name, marks);
    stock.emplace(plan.name, std::move(marks));
  }
  if (wrote) {
    if (Result<void> pruned = prune(journal_->state); !pruned) return pruned;
  }
  const bool tell = others_documents() && (wrote || !documents_told_ || !changed.empty());
  if (!changed.empty() || tell) {
    if (Result<void> written = write_stock(changed, tell); !written) return written;
  }
  documents_told_ = true;
  stock_ = std::move(stock);
  return {};
}

Result<void> DatabaseRun::write_stock(const std::map<std::string, SetMarks>& sets, bool documents) {
  Result<std::unique_ptr<Transaction>> transaction = store_.begin(*schema_);
  if (!transaction) return transaction.error();
  if (Result<void> stamped = journal_->state.stamp(**transaction); !stamped) return stamped;
  for (const auto& [name, marks] : sets) {
    if (Result<void> written = write_set_marks(**transaction, journal_->state, name, marks); !written) return written;
  }
  if (documents) {
    Result<void> set = journal_->state.set_meta(**transaction, documents_mark, options_.origin.digest);
    if (!set) return set;
  }
  return (*transaction)->commit();
}

Result<void> DatabaseRun::prune(const State& state) {
  Result<bool> pruned = prune_journal(store_, *schema_, state, clock_.wall(),
                                      {database_.journal_max_age, database_.journal_max_size_bytes});
  return pruned ? Result<void>() : pruned.error();
}

Result<void> DatabaseRun::settle_holds() {
  if (!journal_ || !may_write_) return {};
  for (std::size_t first = 0; first < holds_.to_settle(); first += settled_at_once) {
    Result<std::unique_ptr<Transaction>> transaction = store_.begin(*schema_);
    if (!transaction) return transaction.error();
    Result<void> settled = holds_.settle(**transaction, journal_->state, journal_->run, first, settled_at_once);
    if (!settled) return settled;
    if (Result<void> committed = (*transaction)->commit(); !committed) return committed;
  }
  return {};
}

}  // namespace holdfast
