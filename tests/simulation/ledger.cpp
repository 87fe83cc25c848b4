#include "tests/simulation/ledger.h"

#include <algorithm>

namespace holdfast::simulation {
namespace {

template <class T>
T must(Result<T> result) {
  if (!result) throw Broken("the journal cannot be read: " + to_string(result.error()));
  return std::move(*result);
}

std::optional<RowImage> image(const Locator& at, const std::vector<ImageCell>& cells) {
  if (at.empty()) return std::nullopt;
  RowImage row{at, {}};
  for (const ImageCell& cell : cells) row.values.push_back(cell.value);
  return row;
}

std::string row_shown(const std::optional<RowImage>& row) { return row ? shown(row->values) : "nothing"; }

}  // namespace

std::string shown(const Deed& deed) {
  return (deed.undo() ? "undo " : "") + deed.row_set + " " + deed.table + " " + row_shown(deed.before) + " -> " +
         row_shown(deed.after) + " (" + deed.cause + (deed.own ? ")" : ", along with another)");
}

void Ledger::catch_up(const std::function<void(const Deed&)>& judge) {
  const ReadMark now = must(database_.reader().mark());
  if (now.same_as(mark_)) return;
  mark_ = now;
  const State state = must(State::open(database_.reader(), false));
  if (state.there()) {
    History history(database_.reader(), state);
    std::vector<RunRecord> runs = must(history.runs(~std::size_t{0}));
    std::reverse(runs.begin(), runs.end());
    // The last known one may have got another batch.
    for (std::size_t i = runs_.empty() ? 0 : runs_.size() - 1; i < runs.size(); ++i) read_run(history, runs[i], judge);
  }
  compare();
}

void Ledger::read_run(History& history, const RunRecord& run, const std::function<void(const Deed&)>& judge) {
  const bool known = !runs_.empty() && runs_.back().id == run.id;
  const std::int64_t known_blocks = known ? runs_.back().blocks : 0;
  std::int64_t steps = known ? runs_.back().steps : 0;
  if (!known) runs_.push_back(run);
  for (std::int64_t block = known_blocks + 1; block <= run.blocks; ++block) {
    for (const StepRecord& step : must(history.block(run, block))) {
      const RowShape& shape = *must(history.shape(step.shape));
      if (step.number != ++steps) throw Broken("G5: the journal lacks a step of run " + std::to_string(run.number));
      Deed deed{run,
                shape.row_set,
                shape.table,
                step.number,
                step.part,
                step.depth == 0,
                step.cause,
                image(step.at_before, step.before),
                image(step.at_after, step.after),
                step.inverts};
      judge(deed);
      add(deed);
      deeds_.push_back(std::move(deed));
    }
  }
  if (steps != run.steps) throw Broken("G5: the journal has not all steps of run " + std::to_string(run.number));
  runs_.back() = run;
}

void Ledger::add(const Deed& deed) {
  Rows& rows = contents_[deed.table];
  if (deed.before) {
    const auto found = rows.find(place_of(deed.before->locator));
    if (found == rows.end() || found->second != *deed.before) {
      throw Broken("G4: what was there before is not what the journal says: " + shown(deed));
    }
    rows.erase(found);
  }
  if (deed.after && !rows.emplace(place_of(deed.after->locator), *deed.after).second) {
    throw Broken("G4: a row was there where one was made: " + shown(deed));
  }
}

void Ledger::compare() {
  const Contents live = database_.contents();
  if (live == contents_) return;
  for (const auto& [table, rows] : live) {
    const Rows& known = contents_[table];
    for (const auto& [place, row] : rows) {
      const auto found = known.find(place);
      if (found == known.end()) throw Broken("G5: nobody wrote down: " + table + " got " + shown(row.values));
      if (found->second == row) continue;
      throw Broken("G5: nobody wrote down: " + table + " " + shown(found->second.values) + " is " + shown(row.values));
    }
    for (const auto& [place, row] : known) {
      if (!rows.contains(place)) throw Broken("G5: nobody wrote down: " + table + " lost " + shown(row.values));
    }
  }
}

void Ledger::take_as_it_is() {
  contents_ = database_.contents();
  mark_ = must(database_.reader().mark());
}

const Deed* Ledger::inverted(const Deed& deed) const {
  const auto found = std::find_if(deeds_.begin(), deeds_.end(), [&](const Deed& one) {
    return one.run.id == deed.run.undoes && one.number == deed.inverts;
  });
  return found == deeds_.end() ? nullptr : &*found;
}

}  // namespace holdfast::simulation
