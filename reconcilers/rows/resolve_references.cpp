#include "reconcilers/rows/resolve_references.h"

#include <algorithm>
#include <functional>

#include "reconcilers/core/text.h"
#include "reconcilers/rows/reference_text.h"

namespace holdfast {
namespace {

struct Resolution {
  static Resolution waiting(std::string message) {
    Resolution resolution;
    resolution.wait = BoundSet::Wait::Reference;
    resolution.message = std::move(message);
    return resolution;
  }

  BoundSet::Wait wait = BoundSet::Wait::None;
  std::string message;  // for Wait::Reference
  bool pending = false;
  Value value;                          // when neither waiting nor pending
  std::optional<std::uint32_t> parent;  // the declared row it leads to, when that is still to be inserted
  std::optional<Locator> live;          // the live row it leads to, when no set declares it
};

// One reference of one set, with the other set's rows indexed by the column that names them.
class Resolver {
 public:
  Resolver(Reader& reader, const BoundReference& reference, bool sensitive, std::size_t parent_index,
           const SetState& parent, const SetPlan& plan)
      : reader_(reader),
        parent_index_(parent_index),
        parent_(parent),
        plan_(plan),
        set_(*parent.set),
        by_(set_.table->find(reference.by)),
        to_(set_.table->find(reference.to_column)),
        text_(set_, by_, sensitive) {
    if (by_ == Table::npos || to_ == Table::npos) return;
    by_cell_ = set_.rows.find_column(set_.table->columns[by_].name);
    to_cell_ = set_.rows.find_column(set_.table->columns[to_].name);
    if (by_cell_ == RowTable::npos) return;
    index_ = KeyIndex(set_.rows, {{by_cell_, set_.table->columns[by_].collation}}, set_.rows.size());
    for (std::uint32_t row = 0; row < set_.rows.size(); ++row) {
      const std::uint32_t other = index_.add(row);
      if (other != KeyIndex::npos) ++others_[other];
    }
  }

  std::uint32_t by() const { return by_; }
  std::uint32_t to() const { return to_; }
  std::size_t parent_index() const { return parent_index_; }
  const Table& table() const { return *set_.table; }
  const BoundSet& parent_set() const { return set_; }

  Result<Resolution> resolve(const Value& name) {
    std::string bytes;
    append_key(set_.table->columns[by_], name.view(), bytes);
    const auto known = known_.find(bytes);
    if (known != known_.end()) return known->second;
    Result<Resolution> resolution = look_up(name);
    // A row without a value there cannot be referred to: null is a reference to nothing.
    if (resolution && !resolution->pending && resolution->value.is_null() && resolution->wait == BoundSet::Wait::None) {
      resolution->wait = BoundSet::Wait::Reference;
    }
    if (resolution) known_.emplace(std::move(bytes), *resolution);
    return resolution;
  }

 private:
  Result<Resolution> look_up(const Value& name) {
    const ValueView view = name.view();
    const std::uint32_t row = index_.size() == 0 ? KeyIndex::npos : index_.find({&view, 1});
    if (row != KeyIndex::npos) return declared(row);

    Result<std::vector<RowImage>> live = reader_.find(*set_.table, {&by_, 1}, {&name, 1}, 2);
    if (!live) return live.error();
    if (live->empty()) return Resolution::waiting(text_.none(view));
    if (live->size() > 1) {
      Result<std::uint64_t> rows = reader_.count(*set_.table, {&by_, 1}, {&name, 1});
      if (!rows) return rows.error();
      return Resolution::waiting(text_.several(view, *rows));
    }
    Resolution resolution;
    resolution.value = live->front().values[to_];
    resolution.live = std::move(live->front().locator);
    return resolution;
  }

  Resolution declared(std::uint32_t row) const {
    Resolution resolution;
    if (const auto others = others_.find(row); others != others_.end()) {
      return Resolution::waiting(text_.several(set_.rows.cell(row, by_cell_).value(), others->second + 1));
    }
    const auto found = parent_.change_of.find(row);
    const Change* change = found == parent_.change_of.end() ? nullptr : &plan_.changes[found->second];
    const bool planned = change != nullptr && change->outcome == Outcome::Planned;
    if (change != nullptr && change->drift == DriftClass::Identity && !planned) {
      resolution.wait = BoundSet::Wait::Identity;
      return resolution;
    }
    const bool missing = change != nullptr && change->drift == DriftClass::Missing;
    if (missing && !planned) return Resolution::waiting(not_written_text(set_, row));
    if (missing || (change != nullptr && change->drift == DriftClass::Identity)) resolution.parent = row;

    const bool initial = to_cell_ != RowTable::npos && set_.columns[to_cell_].initial && !missing;
    if (to_cell_ != RowTable::npos && !initial) {
      const Cell cell = set_.rows.cell(row, to_cell_);
      if (cell.kind == CellKind::Pending) {  // a chain of references whose beginning is not there yet
        resolution.pending = true;
        resolution.parent = row;
        return resolution;
      }
      if (cell.present()) {
        resolution.value = Value(cell.value());
        return resolution;
      }
    }
    if (missing) {
      resolution.pending = true;
      return resolution;
    }
    const auto watched = parent_.watched.find(to_);
    if (watched == parent_.watched.end() || !watched->second[row]) {
      return Resolution::waiting("the row it refers to was not seen in the table: " + describe_key(set_, row));
    }
    resolution.value = *watched->second[row];
    return resolution;
  }

  Reader& reader_;
  std::size_t parent_index_;
  const SetState& parent_;
  const SetPlan& plan_;
  const BoundSet& set_;
  std::uint32_t by_;
  std::uint32_t to_;
  ColumnIndex by_cell_ = RowTable::npos;
  ColumnIndex to_cell_ = RowTable::npos;
  ReferenceText text_;
  KeyIndex index_;
  std::unordered_map<std::uint32_t, std::uint64_t> others_;  // declared rows with the same name as this one
  std::unordered_map<std::string, Resolution> known_;
};

class SetResolver {
 public:
  SetResolver(Reader& reader, SetState& state, std::span<const SetState> states, std::span<const SetPlan> plans,
              Diagnostics& diagnostics)
      : reader_(reader),
        state_(state),
        states_(states),
        plans_(plans),
        diagnostics_(diagnostics),
        from_(*state.bound) {}

  // False when the documents are wrong.
  bool prepare() {
    bool good = true;
    for (std::size_t i = 0; i < from_.references.size(); ++i) {
      const BoundReference& reference = from_.references[i];
      std::size_t parent = 0;
      while (parent < states_.size() && states_[parent].document->name.text != reference.row_set) ++parent;
      if (parent == states_.size() || !states_[parent].set) {
        resolvers_.push_back(nullptr);  // its table is not there: every row waits
        continue;
      }
      const bool sensitive = from_.is_sensitive(from_.columns[reference.column].column);
      auto resolver =
          std::make_unique<Resolver>(reader_, reference, sensitive, parent, states_[parent], plans_[parent]);
      for (const auto& [column, name] :
           {std::pair{resolver->by(), reference.by}, {resolver->to(), reference.to_column}}) {
        if (column != Table::npos) continue;
        diagnostics_.error(
            state_.document->at(state_.document->references[i].mark),
            "table " + resolver->table().name + " of " + reference.row_set + " has no column \"" + name + "\"");
        good = false;
      }
      resolvers_.push_back(std::move(resolver));
    }
    return good;
  }

  Result<std::shared_ptr<const BoundSet>> run() {
    start();
    std::vector<Mark> marks;
    std::string file;
    for (std::uint32_t row = 0; row < from_.rows.size(); ++row) {
      const Position here = from_.rows.where(row);
      if (row == 0 || here.file != file) to_->rows.set_file(file = here.file);
      to_->rows.begin_row(here.mark);
      unresolved_.clear();
      from_.rows.marks(row, marks);
      RowTable::Cursor cursor = from_.rows.cursor(row);
      for (ColumnIndex at = 0; at < marks.size(); ++at) {
        const Cell cell = cursor.next();
        if (!cell.present()) continue;
        const std::uint32_t reference = from_.columns[at].reference;
        if (reference == BoundColumn::npos || cell.kind == CellKind::Null) {
          to_->rows.put(at, cell, marks[at]);
          continue;
        }
        if (Result<void> put = put_reference(row, at, reference, cell, marks[at]); !put) return put.error();
      }
      to_->rows.end_row();
      if (!unresolved_.empty()) note_unknown(row);
      const std::uint32_t other = to_->waits[row] == BoundSet::Wait::None ? to_->index.add(row) : KeyIndex::npos;
      // Two names that lead to one row: which of the two is meant cannot be known, so neither is.
      if (other != KeyIndex::npos) {
        lead_to_one_row(row, other);
        if (to_->waits[other] == BoundSet::Wait::None) lead_to_one_row(other, row);
      }
    }
    if (diagnostics_.has_errors()) return std::shared_ptr<const BoundSet>();
    if (Result<void> renames = resolve_renames(); !renames) return renames.error();
    return std::shared_ptr<const BoundSet>(to_);
  }

 private:
  void start() {
    to_ = std::make_shared<BoundSet>();
    to_->name = from_.name;
    to_->database = from_.database;
    to_->mode = from_.mode;
    to_->policy = from_.policy;
    to_->limits = from_.limits;
    to_->sensitive = from_.sensitive;
    to_->allow_empty = from_.allow_empty;
    to_->table = from_.table;
    to_->rules = from_.rules;
    to_->columns = from_.columns;
    to_->key = from_.key;
    to_->references = from_.references;
    to_->forbidden = from_.forbidden;
    to_->waits.assign(from_.rows.size(), BoundSet::Wait::None);
    for (const std::string& name : from_.rows.columns()) to_->rows.column(name);
    std::vector<KeyIndex::Part> parts;
    for (const ColumnIndex at : from_.key) {
      parts.push_back({at, from_.table->columns[from_.columns[at].column].collation});
    }
    to_->index = KeyIndex(to_->rows, std::move(parts), from_.rows.size());
    to_->unknown = PartialKeys(from_.table, from_.key_columns());
  }

  // A row that nobody finds by its key for now.
  void note_unknown(std::uint32_t row) {
    if (to_->knows_key(row)) return;
    std::vector<std::optional<Value>> key;
    for (const ColumnIndex at : from_.key) {
      const bool known = std::find(unresolved_.begin(), unresolved_.end(), at) == unresolved_.end();
      key.push_back(known ? std::optional<Value>(to_->rows.cell(row, at).value()) : std::nullopt);
    }
    to_->unknown.add(key);
  }

  Result<Resolution> resolve(std::uint32_t reference, const Cell& cell, const std::function<Position()>& where) {
    Resolver* resolver = resolvers_[reference].get();
    const auto waits = [&] {
      return Resolution::waiting("it refers to " + from_.references[reference].row_set + ", which is blocked");
    };
    if (resolver == nullptr) return waits();
    const Column& by = resolver->table().columns[resolver->by()];
    ValueRules::Outcome name = from_.rules->canonical(by, resolver->table().strict, cell);
    if (!name.ok) {
      diagnostics_.error(
          where(), "column " + by.name + " of " + from_.references[reference].row_set + ": " + name.message, name.hint);
      return waits();
    }
    return resolver->resolve(name.value);
  }

  void lead_to_one_row(std::uint32_t row, std::uint32_t other) {
    const std::string text = "its names lead to the same row as those of " + to_string(from_.rows.where(other));
    wait(row, Resolution::waiting(text), from_.rows.where(row));
  }

  void wait(std::uint32_t row, const Resolution& resolution, const Position& where) {
    to_->waits[row] = resolution.wait;
    if (resolution.wait == BoundSet::Wait::Reference) {
      to_->wait_texts[row] = resolution.message + "; the row is at " + to_string(where);
    }
  }

  Result<void> put_reference(std::uint32_t row, ColumnIndex at, std::uint32_t reference, const Cell& cell, Mark mark) {
    Result<Resolution> resolved = resolve(reference, cell, [&] { return from_.rows.where(row, at); });
    if (!resolved) return resolved.error();
    if (resolved->wait != BoundSet::Wait::None || resolved->pending) unresolved_.push_back(at);
    if (resolved->wait != BoundSet::Wait::None) {
      wait(row, *resolved, from_.rows.where(row, at));
      to_->rows.put(at, cell, mark);  // the name, for messages
      return {};
    }
    const Resolver& resolver = *resolvers_[reference];
    if (resolved->parent) {
      state_.parents[row].push_back({resolver.parent_index(), *resolved->parent, resolver.to()});
    }
    if (resolved->live) state_.live_parents[row].push_back({resolver.parent_set().table, *resolved->live});
    to_->rows.put(
        at, resolved->pending ? Cell::pending(resolved->parent.value_or(0)) : Cell::of(resolved->value.view()), mark);
    return {};
  }

  Result<void> resolve_renames() {
    for (const BoundRename& rename : from_.renames) {
      BoundRename resolved = rename;
      std::vector<std::optional<Value>> from(rename.from.begin(), rename.from.end());
      bool known = true;
      for (std::size_t i = 0; i < from_.key.size(); ++i) {
        const std::uint32_t reference = from_.columns[from_.key[i]].reference;
        if (reference == BoundColumn::npos) continue;
        Result<Resolution> value =
            resolve(reference, Cell::of(rename.from[i].view()), [&] { return state_.document->at(rename.mark); });
        if (!value) return value.error();
        const bool leads = value->wait == BoundSet::Wait::None && !value->pending;
        from[i] = leads ? std::optional<Value>(value->value) : std::nullopt;
        known = known && leads;
        resolved.from[i] = value->value;
      }
      if (known) {
        to_->renames.push_back(std::move(resolved));
      } else {
        to_->unknown.add(from);  // the row under its old key
      }
    }
    return {};
  }

  Reader& reader_;
  SetState& state_;
  std::span<const SetState> states_;
  std::span<const SetPlan> plans_;
  Diagnostics& diagnostics_;
  const BoundSet& from_;
  std::vector<std::unique_ptr<Resolver>> resolvers_;
  std::shared_ptr<BoundSet> to_;
  std::vector<ColumnIndex> unresolved_;  // cells of the row under way whose value is not known
};

}  // namespace

Result<std::shared_ptr<const BoundSet>> resolve_references(Reader& reader, SetState& state,
                                                           std::span<const SetState> states,
                                                           std::span<const SetPlan> plans, Diagnostics& diagnostics) {
  state.parents.clear();
  state.live_parents.clear();
  if (state.bound->references.empty()) return std::shared_ptr<const BoundSet>(state.bound);
  SetResolver resolver(reader, state, states, plans, diagnostics);
  if (!resolver.prepare()) return std::shared_ptr<const BoundSet>();
  return resolver.run();
}

}  // namespace holdfast
