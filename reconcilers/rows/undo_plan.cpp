// The plan of an undo: what each change of the run would become, and why some cannot be taken back.
#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "reconcilers/core/text.h"
#include "reconcilers/rows/undo.h"
#include "reconcilers/rows/undo_step.h"
#include "reconcilers/rows/verdict.h"

namespace holdfast {
namespace {

// Two rows with one number would be looked at less closely here; carrying out compares the rows themselves.
std::uint64_t row_number(const Table& table, const Locator& at) {
  return std::hash<std::string>()(row_identity(table, at));
}

class UndoPlanner {
 public:
  UndoPlanner(Store& store, const State& state, const UndoRequest& request,
              std::span<const RowSetDocument* const> documents)
      : store_(store), history_(store, state), request_(request), documents_(documents) {}

  Result<UndoPlan> run() {
    Result<std::optional<RunRecord>> run = history_.run(request_.run);
    if (!run) return run.error();
    if (!*run) {
      return Error{ErrorKind::Terminal, "there is no such run", request_.run, "holdfast history lists the runs"};
    }
    undo_.run = std::move(**run);
    std::set<std::string> seen;  // what undoes what comes from a table that anybody may write
    for (RunRecord at = undo_.run; !at.undoes.empty() && seen.insert(at.id).second;) {
      Result<std::optional<RunRecord>> earlier = history_.run(at.undoes);
      if (!earlier) return earlier.error();
      undo_.holds = !undo_.holds;
      if (!*earlier) break;
      at = std::move(**earlier);
    }
    Result<std::unordered_set<std::int64_t>> undone = history_.undone(undo_.run);
    if (!undone) return undone.error();
    undo_.undone = std::move(*undone);
    if (Result<void> gathered = gather(); !gathered) return gathered.error();
    if (Result<void> asked = know_what_is_asked(); !asked) return asked.error();
    if (Result<void> read = read_schema(); !read) return read.error();
    if (Result<void> judged = judge(); !judged) return judged.error();
    for (SetPlan& set : undo_.plan.sets) set.in_sync = set.changes.empty();
    return std::move(undo_);
  }

 private:
  Result<void> each_step(const std::function<Result<void>(const StepRecord&)>& visit, bool undone_too = false) {
    for (block_ = undo_.run.blocks; block_ >= 1; --block_) {
      Result<std::vector<StepRecord>> steps = history_.block(undo_.run, block_);
      if (!steps) return steps.error();
      for (auto step = steps->rbegin(); step != steps->rend(); ++step) {
        if (!undone_too && undo_.undone.contains(step->number)) continue;
        if (Result<void> visited = visit(*step); !visited) return visited;
      }
    }
    return {};
  }

  // Which parts are asked for, and which tables they are about.
  Result<void> gather() {
    return each_step([&](const StepRecord& step) -> Result<void> {
      Result<const RowShape*> shape = history_.shape(step.shape);
      if (!shape) return shape.error();
      tables_.insert((*shape)->table);
      if (step.depth == 0) {
        shapes_[step.part] = step.shape;
      } else {
        shapes_.try_emplace(step.part, step.shape);
      }
      note_hidden(step, **shape);
      const bool of_set = !request_.row_set || (*shape)->row_set == *request_.row_set;
      if (step.depth == 0 && of_set && of_key(step)) {
        wanted_.insert(step.part);
        if (request_.key) keys_.insert((*shape)->row_set + '\0' + step.key);
      }
      // A delete of several transactions has no row of its own in all but the last.
      if (!request_.key && of_set) wanted_.insert(step.part);
      return {};
    });
  }

  bool of_key(const StepRecord& step) const {
    return !request_.key || (!step.key.empty() && is_key(*request_.key, step.key));
  }

  // A name that the run does not know is a mistake of who asks; one that is taken back already is none.
  Result<void> know_what_is_asked() {
    if (keys_.size() > 1) {
      return Error{ErrorKind::Invalid, "several rows of the run are called so", *request_.key,
                   "their keys look alike when they are written out; take back the whole set or the whole run"};
    }
    if (!wanted_.empty() || !request_.row_set) return {};
    bool known = false;
    Result<void> read = each_step(
        [&](const StepRecord& step) -> Result<void> {
          Result<const RowShape*> shape = history_.shape(step.shape);
          if (!shape) return shape.error();
          known = known || ((*shape)->row_set == *request_.row_set && of_key(step));
          return {};
        },
        true);
    if (!read || known) return read;
    return Error{ErrorKind::Terminal, "the run has changed no such row",
                 *request_.row_set + (request_.key ? "/" + *request_.key : ""),
                 "look at its changes: holdfast undo " + undo_.run.id + " --dry-run"};
  }

  // Columns that the journal does not hold are not shown as if they were null: one that is kept out is masked, one that
  // the table computes is left out.
  void note_hidden(const StepRecord& step, const RowShape& shape) {
    if (step.depth > 0) return;
    for (const std::vector<ImageCell>* image : {&step.before, &step.after}) {
      for (std::size_t i = 0; i < std::min(image->size(), shape.columns.size()); ++i) {
        if ((*image)[i].kind == ImageCell::Kind::Redacted) hidden_[shape.table].insert(shape.columns[i].name);
        if ((*image)[i].kind == ImageCell::Kind::Computed) computed_[shape.table].insert(shape.columns[i].name);
      }
    }
  }

  Result<void> read_schema() {
    const std::vector<std::string> names(tables_.begin(), tables_.end());
    Result<Schema> schema = store_.inspect(names, std::nullopt);
    if (!schema) return schema.error();
    undo_.plan.schema = std::make_shared<const Schema>(std::move(*schema));
    return {};
  }

  // What stands against one change may stand against others that lean on it: until no more are blocked.
  Result<void> judge() {
    do {
      blocked_more_ = false;
      ledger_ = UndoLedger();
      touched_.clear();
      Result<void> judged = each_step([&](const StepRecord& step) { return judge(step); });
      if (!judged) return judged;
      if (Result<void> looked = look_for_orphans(); !looked) return looked;
      first_pass_ = false;
    } while (blocked_more_);
    return {};
  }

  Result<void> judge(const StepRecord& step) {
    if (!wanted_.contains(step.part)) return {};
    const RowShape& shape = **history_.shape(step.shape);
    const std::shared_ptr<const Table> table = undo_.plan.schema->find(shape.table);
    if (first_pass_) {
      add(step, shape);
      if (undo_.blocks.empty() || undo_.blocks.back() != block_) undo_.blocks.push_back(block_);
    }
    Change& change = change_of(undo_.parts[parts_.at(step.part)]);
    const bool stays = change.outcome != Outcome::Planned;
    std::optional<UndoProblem> problem = why_not(step, shape, table.get());
    if (!problem && !table->planned) {
      Result<std::optional<UndoProblem>> found = look(step, *table, stays);
      if (!found) return found.error();
      problem = std::move(*found);
    }
    if (problem && !stays) block(step, change, *problem);
    return {};
  }

  // Whether the live row is as the step left it, or as a later step of the run found it, which is taken back as well.
  Result<std::optional<UndoProblem>> look(const StepRecord& step, const Table& table, bool stays) {
    const Locator& at = step.at_after.empty() ? step.at_before : step.at_after;
    const auto gone_on = touched_.find(row_number(table, at));
    const bool later_stays = gone_on != touched_.end() && gone_on->second;
    const bool as_left = gone_on != touched_.end() && !gone_on->second;
    touched_[row_number(table, at)] = stays || later_stays;
    if (!step.at_before.empty()) touched_[row_number(table, step.at_before)] = stays || later_stays;
    if (later_stays) {
      return std::optional<UndoProblem>({Reason::Undo, "a later change of the row of " + table.name + " stays"});
    }
    if (!as_left) {
      Result<std::vector<std::optional<RowImage>>> live = store_.fetch(table, {&at, 1});
      if (!live) return live.error();
      if (!is_as_left(step, live->front())) {
        return std::optional<UndoProblem>(has_changed(step, table, std::move(live->front())));
      }
    }
    if (!stays) ledger_.note(*undo_.plan.schema, step, table);
    return std::optional<UndoProblem>();
  }

  // Once it is known what all of the steps together would do.
  Result<void> look_for_orphans() {
    return each_step([&](const StepRecord& step) -> Result<void> {
      const auto known = parts_.find(step.part);
      if (known == parts_.end()) return {};
      Change& change = change_of(undo_.parts[known->second]);
      if (change.outcome != Outcome::Planned) return {};
      const std::shared_ptr<const Table> table = undo_.plan.schema->find((*history_.shape(step.shape))->table);
      Result<std::optional<UndoProblem>> orphan = would_orphan(store_, *undo_.plan.schema, step, *table, &ledger_);
      if (!orphan) return orphan.error();
      if (*orphan) block(step, change, **orphan);
      return {};
    });
  }

  Change& change_of(const UndoPart& part) { return undo_.plan.sets[part.set].changes[part.change]; }

  void block(const StepRecord& step, Change& change, const UndoProblem& problem) {
    show_problem(problem, step, change);
    blocked_more_ = true;
  }

  // The table as it was: for rows to be shown that it cannot take back any more.
  static std::shared_ptr<const Table> table_of(const RowShape& shape) {
    auto table = std::make_shared<Table>();
    table->name = shape.table;
    for (const RowShape::Column& one : shape.columns) {
      Column column;
      column.name = one.name;
      column.declared_type = one.type;
      table->columns.push_back(std::move(column));
    }
    return table;
  }

  // A set that has no declared rows: the columns of the table, and those of the key.
  std::shared_ptr<const BoundSet> set_of(const RowShape& shape, const std::shared_ptr<const Table>& table) const {
    auto set = std::make_shared<BoundSet>();
    set->name = shape.row_set;
    set->database = store_.name();
    set->mode = Mode::Enforce;
    for (const RowSetDocument* document : documents_) {
      if (ascii_lower(document->table.text) != ascii_lower(table->name)) continue;
      set->sensitive.insert(set->sensitive.end(), document->sensitive.begin(), document->sensitive.end());
    }
    if (const auto hidden = hidden_.find(shape.table); hidden != hidden_.end()) {
      set->sensitive.insert(set->sensitive.end(), hidden->second.begin(), hidden->second.end());
    }
    if (const auto computed = computed_.find(shape.table); computed != computed_.end()) {
      set->computed.assign(computed->second.begin(), computed->second.end());
    }
    for (std::uint32_t i = 0; i < table->columns.size(); ++i) {
      BoundColumn column;
      column.column = i;
      set->rows.column(table->columns[i].name);
      set->columns.push_back(column);
    }
    for (const std::string& name : shape.key) {  // in the order in which the journal has the values of keys
      const std::uint32_t at = table->find(name);
      if (at == Table::npos) continue;
      set->columns[at].key = true;
      set->key.push_back(at);
    }
    set->table = table;
    return set;
  }

  std::size_t set_index(const RowShape& shape, const std::shared_ptr<const Table>& table) {
    const std::string name = shape.row_set + '\0' + shape.table;
    const auto known = sets_.find(name);
    if (known != sets_.end()) return known->second;
    SetPlan plan;
    plan.name = shape.row_set;
    plan.database = store_.name();
    plan.table = shape.table;
    plan.mode = Mode::Enforce;
    plan.set = set_of(shape, table && fits(shape, *table) ? table : table_of(shape));
    undo_.plan.sets.push_back(std::move(plan));
    sets_[name] = undo_.plan.sets.size() - 1;
    return undo_.plan.sets.size() - 1;
  }

  void add(const StepRecord& step, const RowShape& shape) {
    const auto known = parts_.find(step.part);
    if (known == parts_.end()) {
      UndoPart part;
      part.number = step.part;
      // Its own row's, wherever that comes among the rows that hung on it.
      const RowShape& own = **history_.shape(shapes_.at(step.part));
      part.set = set_index(own, undo_.plan.schema->find(own.table));
      part.change = undo_.plan.sets[part.set].changes.size();
      part.row_set = own.row_set;
      undo_.plan.sets[part.set].changes.emplace_back();
      parts_[step.part] = undo_.parts.size();
      undo_.parts.push_back(std::move(part));
    }
    UndoPart& part = undo_.parts[parts_[step.part]];
    Change& change = undo_.plan.sets[part.set].changes[part.change];
    if (step.depth == 0) describe_own(step, part, change);
    if (step.depth > 0) count(shape, change);
  }

  // Steps come last first: the first of them has the row as it is, the last one as it was.
  static void describe_own(const StepRecord& step, UndoPart& part, Change& change) {
    if (part.key.empty()) {
      part.key = step.key;
      if (step.kind != TouchKind::Delete) change.more().before = RowImage{step.at_after, values_of(step.after)};
    }
    part.owned = part.owned || step.owned;
    change.more().after.reset();
    if (step.kind != TouchKind::Insert) change.more().after = RowImage{step.at_before, values_of(step.before)};
    const bool is = change.before() != nullptr, was = change.detail->after.has_value();
    if (change.outcome == Outcome::Planned) change.reason = Reason::Undo;
    change.action = is && was ? Action::Update : is ? Action::Delete : Action::Insert;
    change.drift = is && was ? DriftClass::Changed : is ? DriftClass::Extra : DriftClass::Missing;
    compare_rows(change);
  }

  static void count(const RowShape& shape, Change& change) {
    for (DependentCount& known : change.more().dependents) {
      if (known.table != shape.table) continue;
      ++known.rows;
      return;
    }
    change.detail->dependents.push_back({shape.table, 1, DependentFate::Restored});
  }

  Store& store_;
  History history_;
  const UndoRequest& request_;
  std::span<const RowSetDocument* const> documents_;
  UndoPlan undo_;
  std::int64_t block_ = 0;  // that each_step() is at
  std::set<std::string> tables_;
  std::map<std::string, std::set<std::string>> hidden_;    // table -> columns that are kept out of the journal
  std::map<std::string, std::set<std::string>> computed_;  // the same of columns that the table computes
  std::unordered_set<std::int64_t> wanted_;
  std::set<std::string> keys_;  // that fit the one asked for, with their sets
  UndoLedger ledger_;
  bool first_pass_ = true;
  bool blocked_more_ = false;
  // Rows that a later step of the run went on from; true where that one stays. A cascade has millions of them.
  std::unordered_map<std::uint64_t, bool> touched_;
  std::unordered_map<std::int64_t, std::int64_t>
      shapes_;                                 // part -> the shape of its own row, or of any when it has none
  std::map<std::string, std::size_t> sets_;    // row set and table -> index
  std::map<std::int64_t, std::size_t> parts_;  // part -> index
};

}  // namespace

Result<UndoPlan> plan_undo(Store& store, const State& state, const UndoRequest& request,
                           std::span<const RowSetDocument* const> documents) {
  if (!state.there()) {
    return Error{ErrorKind::Terminal, "there is no journal in the database", store.location(),
                 "holdfast apply begins one with its first change"};
  }
  return UndoPlanner(store, state, request, documents).run();
}

}  // namespace holdfast
