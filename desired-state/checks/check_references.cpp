#include <algorithm>
#include <cstdint>

#include "desired-state/checks/checks.h"
#include "desired-state/nearest.h"
#include "desired-state/quote_text.h"

namespace holdfast::checks {
namespace {

using Sets = std::vector<RowSetDocument>;

const RowSetDocument* find_set(const Sets& sets, const std::string& name) {
  const auto found =
      std::find_if(sets.begin(), sets.end(), [&](const RowSetDocument& set) { return set.name.text == name; });
  return found == sets.end() ? nullptr : &*found;
}

// Walks the references depth first; a set that is met again on its own way closes a circle. The depth is the number of
// sets in a row that refer to each other.
class Walk {
 public:
  Walk(const Sets& sets, Diagnostics& diagnostics)
      : sets_(sets), diagnostics_(diagnostics), states_(sets.size(), State::New) {}

  void all() {
    for (std::size_t i = 0; i < sets_.size(); ++i) visit(i);
  }

 private:
  enum class State : std::uint8_t { New, OnTheWay, Done };

  void visit(std::size_t start) {
    if (states_[start] != State::New) return;
    std::vector<std::pair<std::size_t, std::size_t>> way = {{start, 0}};  // a set, and its reference that is next
    states_[start] = State::OnTheWay;
    while (!way.empty()) {
      auto& [at, next] = way.back();
      const RowSetDocument& set = sets_[at];
      if (next == set.references.size()) {
        states_[at] = State::Done;
        way.pop_back();
        continue;
      }
      const Reference& reference = set.references[next++];
      const RowSetDocument* to = find_set(sets_, reference.row_set);
      if (!to) continue;
      const auto target = static_cast<std::size_t>(to - sets_.data());
      if (states_[target] == State::OnTheWay) tell_circle(set, reference, way, target);
      if (states_[target] != State::New) continue;
      states_[target] = State::OnTheWay;
      way.emplace_back(target, 0);
    }
  }

  void tell_circle(const RowSetDocument& set, const Reference& reference,
                   const std::vector<std::pair<std::size_t, std::size_t>>& way, std::size_t target) {
    std::string names;
    bool inside = false;
    for (const auto& [at, next] : way) {
      inside = inside || at == target;
      if (inside) names += sets_[at].name.text + " → ";
    }
    diagnostics_.error(set.at(reference.mark), "the references go in a circle: " + names + sets_[target].name.text,
                       "give the ids themselves in one of them");
  }

  const Sets& sets_;
  Diagnostics& diagnostics_;
  std::vector<State> states_;
};

void check_one(const DesiredState& state, const RowSetDocument& set, const Reference& reference,
               Diagnostics& diagnostics) {
  if (reference.row_set.empty()) return;  // an error of its own
  const RowSetDocument* to = find_set(state.row_sets, reference.row_set);
  if (!to) {
    std::vector<std::string> names;
    for (const RowSetDocument& other : state.row_sets) names.push_back(other.name.text);
    diagnostics.error(set.at(reference.mark),
                      "column " + quote_text(reference.column) + " refers to RowSet " + quote_text(reference.row_set) +
                          ", which is not there",
                      mend_name(reference.row_set, names, "there is"));
  } else if (to->database_ref && set.database_ref && to->database_ref->text != set.database_ref->text) {
    diagnostics.error(set.at(reference.mark),
                      "column " + quote_text(reference.column) + " refers to RowSet " + quote_text(reference.row_set) +
                          ", which is in another Database (" + to->database_ref->text + ")",
                      "references stay in one Database");
  }
}

}  // namespace

void check_references(const DesiredState& state, Diagnostics& diagnostics) {
  for (const RowSetDocument& set : state.row_sets) {
    for (const Reference& reference : set.references) check_one(state, set, reference, diagnostics);
  }
  Walk(state.row_sets, diagnostics).all();
}

// What Holdfast remembers about the rows it looks after is nobody's rows.
constexpr std::string_view own_tables = "_holdfast_";

void check_tables(const DesiredState& state, Diagnostics& diagnostics) {
  for (const RowSetDocument& set : state.row_sets) {
    if (same_ascii_name(set.table.text.substr(0, own_tables.size()), own_tables)) {
      diagnostics.error(set.at(set.table.mark), "table " + quote_text(set.table.text) + " is Holdfast's own",
                        "name a table of your application");
      continue;
    }
    if (set.policy.extra != ExtraPolicy::Delete || set.table.text.empty() || !set.database_ref) continue;
    for (const RowSetDocument& other : state.row_sets) {
      const bool same = &other != &set && other.database_ref && other.database_ref->text == set.database_ref->text &&
                        same_ascii_name(other.table.text, set.table.text);
      // Where both delete, the later one is told.
      if (!same || (other.policy.extra == ExtraPolicy::Delete && &other > &set)) continue;
      diagnostics.error(set.at(set.table.mark),
                        "RowSet " + quote_text(set.name.text) + " with extra: Delete would delete the rows of RowSet " +
                            quote_text(other.name.text) + ", which has the same table " + quote_text(set.table.text),
                        "put the rows into one RowSet, or use extra: Report");
      break;
    }
  }
}

}  // namespace holdfast::checks
