#include "reconcilers/rows/holds.h"

#include <algorithm>
#include <ctime>
#include <deque>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

#include "reconcilers/core/row_image.h"
#include "reconcilers/core/row_shape.h"
#include "reconcilers/core/text.h"
#include "reconcilers/rows/held_rows.h"
#include "reconcilers/rows/hold_rules.h"
#include "reconcilers/rows/run_marks.h"

namespace holdfast {
namespace {

std::string text_of(const Value& value) { return std::string(value.view().bytes()); }

// Before a key stands its table: a set may have had another one when it held a row with the same key.
// In format 1, and in builds from before the first release of format 2, there was nothing before it.
std::string table_before_key(const std::string& table) {
  if (table.empty()) return {};
  const Value name = Value::text(ascii_lower(table));
  return encode_values({&name, 1});
}

std::string without_table(std::string written, const Hold& hold) {
  const std::string before = table_before_key(hold.table);
  if (before.empty() || written.compare(0, before.size(), before) != 0) return written;
  const auto cells = decode_image(written);
  return cells && cells->size() == hold.key_columns.size() + 1 ? written.substr(before.size()) : written;
}

std::string date_of(std::int64_t milliseconds) {
  const std::time_t seconds = milliseconds / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%d %H:%M UTC", &parts)};
}

void hold_back(Change& change, const Hold& hold) {
  change.outcome = Outcome::Held;
  change.reason = Reason::Undo;
  std::string& message = change.more().message;
  message = "taken back " + (hold.who.empty() ? "" : "by " + hold.who + " ") + "on " + date_of(hold.at);
  if (!hold.why.empty()) message += " (" + hold.why + ")";
  message += "; held until the documents change it or it is released";
  change.more().release = hold.row_set + "/" + key_text(hold.key);
}

// The holds of a database against one plan of it.
class Judge {
 public:
  Judge(const std::vector<Hold>& holds, Plan& plan, std::span<const SetState> states) : plan_(plan), states_(states) {
    for (std::size_t i = 0; i < holds.size(); ++i) take(holds[i], i);
  }

  // `untied`: with their numbers among the holds.
  void judge(std::vector<Hold>& passed, std::vector<std::pair<Hold, std::size_t>>& untied) {
    for (std::size_t i = 0; i < states_.size(); ++i) {
      if (states_[i].set) look_at(i);
    }
    for (Case& one : cases_) {
      const std::optional<Statements> said = read_statements(one.hold->said, one.hold->rules);
      if (!said) {
        if (is_clear(one)) {
          const Statements now = said_now(one);
          Hold& tied = untied.emplace_back(*one.hold, one.number).first;
          tied.said = statements_text(now);
          tied.rules = now.rules;
        }
      } else if (say_something_else(one, *said)) {
        passed.push_back(*one.hold);
        continue;
      }
      for (const auto& [set, change] : one.changes) hold_back(plan_.sets[set].changes[change], *one.hold);
    }
  }

 private:
  // Holds of one table with keys of the same columns.
  struct Group {
    explicit Group(const ColumnList& columns) : rows(columns) {}
    HeldRows rows;
    std::vector<std::size_t> numbers;  // of its cases
  };

  // A hold, and what the plan and the documents have about its row. There may be a million of them.
  struct Case {
    const Hold* hold;
    std::size_t number;                                           // among all that were read
    std::vector<std::pair<std::size_t, std::uint32_t>> declared;  // set and row
    std::vector<std::pair<std::size_t, std::size_t>> changes;     // set and change

    const std::uint32_t* row_of(std::size_t set) const {
      for (const auto& [index, row] : declared) {
        if (index == set) return &row;
      }
      return nullptr;
    }
  };

  // One of format 1, which does not say what its key is made of.
  static bool is_vague(const Hold& hold) { return hold.table.empty() || hold.key_columns.empty(); }

  // The set whose table it is; none when there is no plan of that table.
  const BoundSet* set_of(const Hold& hold) const {
    for (const SetState& state : states_) {
      if (!state.set) continue;
      const bool same = is_vague(hold) ? state.set->name == hold.row_set
                                       : ascii_lower(state.set->table->name) == ascii_lower(hold.table);
      if (same) return state.set.get();
    }
    return nullptr;
  }

  void take(const Hold& written, std::size_t number) {
    const BoundSet* set = set_of(written);
    if (set == nullptr) return;
    const Hold* hold = &written;
    if (is_vague(written)) {
      Hold& whole = completed_.emplace_back(written);
      whole.table = set->table->name;
      whole.key_columns = set->key_names();
      hold = &whole;
    }
    ColumnList columns;
    for (const std::string& name : hold->key_columns) columns.push_back(set->table->find(name));
    if (std::find(columns.begin(), columns.end(), Table::npos) != columns.end()) return;
    const std::string table = ascii_lower(hold->table);
    if (!lists_.contains(table)) lists_.emplace(table, rules_of(states_, table));
    Group& group = groups_[table].try_emplace(columns, columns).first->second;
    group.rows.add(*set->table, *hold, cases_.size());
    group.numbers.push_back(cases_.size());
    cases_.push_back({hold, number, {}, {}});
  }

  void look_at(std::size_t index) {
    const BoundSet& set = *states_[index].set;
    const auto of_table = groups_.find(ascii_lower(set.table->name));
    if (of_table == groups_.end()) return;
    for (auto& [columns, group] : of_table->second) {
      const HeldRows& held = group.rows;
      const std::unordered_map<std::size_t, std::uint32_t> declared = declared_rows(group, index);
      std::unordered_multimap<std::uint32_t, std::size_t> by_row;
      for (const auto& [number, row] : declared) {
        cases_[number].declared.emplace_back(index, row);
        by_row.emplace(row, number);
      }
      std::vector<Change>& changes = plan_.sets[index].changes;
      for (std::size_t at = 0; at < changes.size(); ++at) {
        const Change& change = changes[at];
        if (change.outcome != Outcome::Planned) continue;
        std::vector<std::size_t> numbers;
        if (change.declared != no_row) {
          const auto [first, last] = by_row.equal_range(change.declared);
          for (auto found = first; found != last; ++found) numbers.push_back(found->second);
        }
        if (change.before()) {
          for (const std::size_t number : held.find(*set.table, *change.before())) {
            if (std::find(numbers.begin(), numbers.end(), number) != numbers.end()) continue;
            numbers.push_back(number);
            const bool known = change.declared == no_row || cases_[number].row_of(index) != nullptr;
            if (!known) cases_[number].declared.emplace_back(index, change.declared);
          }
        }
        for (const std::size_t number : numbers) cases_[number].changes.emplace_back(index, at);
      }
    }
  }

  // Which of a set's declared rows they are, by their numbers: those with their keys; else the one that the documents
  // meant when it was taken back. A set may have other keys, a reference that leads nowhere for now, or one that leads
  // elsewhere: who has moved a parent has said nothing about the row.
  std::unordered_map<std::size_t, std::uint32_t> declared_rows(const Group& group, std::size_t index) {
    auto declared =
        group.rows.declared_by(*states_[index].set).value_or(std::unordered_map<std::size_t, std::uint32_t>());
    for (const std::size_t number : group.numbers) {
      if (declared.contains(number)) continue;
      const Hold& hold = *cases_[number].hold;
      const std::optional<Statements> said = read_statements(hold.said, hold.rules);
      if (!said) continue;
      const auto named = said->rows.find(states_[index].set->name);
      std::optional<std::uint32_t> row;
      if (named != said->rows.end()) row = row_that_says(index, named->second);
      for (auto other = said->rows.begin(); named == said->rows.end() && other != said->rows.end() && !row; ++other) {
        row = row_that_says(index, other->second);  // the set may have had another name
      }
      if (row) declared.emplace(number, *row);
    }
    return declared;
  }

  std::optional<std::uint32_t> row_that_says(std::size_t index, const std::string& digest) {
    const BoundSet& bound = *states_[index].bound;
    auto [rows, fresh] = saying_.try_emplace(index);
    for (std::uint32_t row = 0; fresh && row < bound.rows.size(); ++row)
      rows->second.emplace(row_digest(bound, row), row);
    const auto found = rows->second.find(digest);
    return found == rows->second.end() ? std::nullopt : std::optional(found->second);
  }

  // Whether all sets of the table know which of their rows it is.
  bool is_clear(const Case& one) const {
    return std::none_of(states_.begin(), states_.end(), [&](const SetState& state) {
      return state.set && of_its_table(one, state) && !state.set->unknown.empty();
    });
  }

  static bool of_its_table(const Case& one, const SetState& state) {
    return ascii_lower(state.set->table->name) == ascii_lower(one.hold->table);
  }

  Statements said_now(const Case& one) const {
    Statements said;
    for (std::size_t i = 0; i < states_.size(); ++i) {
      if (!states_[i].set || !of_its_table(one, states_[i])) continue;
      const std::uint32_t* row = one.row_of(i);
      said.add(states_[i], row == nullptr ? no_row : *row);
    }
    said.rules = lists_.at(ascii_lower(one.hold->table));
    return said;
  }

  bool say_something_else(const Case& one, const Statements& said) const {
    for (const auto& [index, row] : one.declared) {
      const std::string digest = row_digest(*states_[index].bound, row);
      const auto then = said.rows.find(states_[index].set->name);
      if (then == said.rows.end() ? !said.has_row(digest) : then->second != digest) return true;
    }
    for (std::size_t i = 0; i < states_.size(); ++i) {  // a row that left the documents
      const SetState& state = states_[i];
      if (!state.set || !of_its_table(one, state) || one.row_of(i) != nullptr) continue;
      if (said.rows.contains(state.set->name)) return true;
    }
    return !std::all_of(one.changes.begin(), one.changes.end(), [&](const auto& at) {
      return asks_for(said, states_[at.first], plan_.sets[at.first].changes[at.second]);
    });
  }

  Plan& plan_;
  std::span<const SetState> states_;
  std::vector<Case> cases_;
  std::map<std::string, std::map<ColumnList, Group>> groups_;                               // table -> key columns
  std::map<std::string, std::shared_ptr<const RuleList>> lists_;                            // table -> its rules now
  std::unordered_map<std::size_t, std::unordered_map<std::string, std::uint32_t>> saying_;  // set -> digest -> row
  std::deque<Hold> completed_;  // those of format 1, with what their set says
};

}  // namespace

std::string key_text(std::string_view key) {
  const auto cells = decode_image(key);
  std::string text;
  if (!cells) return text;
  for (std::size_t i = 0; i < cells->size(); ++i) {
    const ValueView value = (*cells)[i].value.view();
    if (i > 0) text += ',';
    text += value.kind() == ValueKind::Text ? std::string(value.bytes()) : describe(value);
  }
  return text;
}

bool is_key(std::string_view written, std::string_view key) { return key_text(key) == written; }

Result<Holds> Holds::read(Reader& reader, const State& state) {
  Holds holds;
  // The version first: a hold that is placed after it is one that is noticed under the lock.
  Result<Marks> marks = read_marks(reader, state);
  if (!marks) return marks.error();
  if (const auto version = marks->find(holds_mark); version != marks->end()) holds.version_ = version->second;
  Result<std::vector<RowImage>> rows = state.find(reader, StateName::Holds, {}, {});
  if (!rows) return rows.error();
  for (const RowImage& row : *rows) {
    Hold hold;
    hold.row_set = text_of(row.values[state::holds_row_set]);
    hold.said = text_of(row.values[state::holds_digest]);
    hold.at = row.values[state::holds_at].view().integer();
    hold.who = text_of(row.values[state::holds_who]);
    hold.why = text_of(row.values[state::holds_why]);
    hold.run = text_of(row.values[state::holds_run]);
    hold.table = text_of(row.values[state::holds_table]);
    hold.key_columns = read_names(row.values[state::holds_key_columns].view().bytes());
    hold.key = without_table(text_of(row.values[state::holds_key]), hold);
    holds.all_.push_back(std::move(hold));
  }
  // Lists after the holds: one is written with the first of its holds, and is there until none has it.
  if (!holds.all_.empty()) {
    marks = read_marks(reader, state);
    if (!marks) return marks.error();
  }
  holds.take_lists(*marks);
  return holds;
}

void Holds::apply(Plan& plan, std::span<const SetState> states) {
  passed_.clear();
  untied_.clear();
  std::vector<std::pair<Hold, std::size_t>> untied;
  if (!all_.empty()) Judge(all_, plan, states).judge(passed_, untied);
  for (auto& [hold, read] : untied) {
    if (hold.rules) std::erase(unused_, mark_of_rules(hold.rules->name));
    untied_.push_back({std::move(hold), read});
  }
}

Result<void> Holds::place(Transaction& transaction, const State& state, const Hold& hold) {
  if (Result<void> removed = remove(transaction, state, hold); !removed) return removed;
  if (Result<void> rules = place_rules(transaction, state, hold.rules.get()); !rules) return rules;
  const Table& table = state.table(StateName::Holds);
  const auto text = [](const std::string& value) { return value.empty() ? ValueView::null() : ValueView::text(value); };
  const std::string key = table_before_key(hold.table) + hold.key;
  const std::string key_columns = names_text(hold.key_columns);
  const Assignment row[] = {
      {state::holds_row_set, ValueView::text(hold.row_set)},
      {state::holds_key, ValueView::blob(key)},
      {state::holds_digest, text(hold.said)},
      {state::holds_at, ValueView::integer(hold.at)},
      {state::holds_who, text(hold.who)},
      {state::holds_why, text(hold.why)},
      {state::holds_run, text(hold.run)},
      {state::holds_table, text(hold.table)},
      {state::holds_key_columns, ValueView::text(key_columns)},
  };
  return must_succeed(transaction.insert(table, row), table.name);
}

// The rows of a hold of this set, table and key: one, wherever a version wrote it.
Result<std::vector<RowImage>> Holds::written(Reader& reader, const State& state, const Hold& hold) {
  std::vector<std::string> keys = {hold.key};
  if (!hold.table.empty()) keys.push_back(table_before_key(hold.table) + hold.key);
  std::vector<RowImage> rows;
  for (const std::string& key : keys) {
    const Locator at = {Value::text(hold.row_set), Value::blob(key)};
    Result<std::optional<RowImage>> row = state.fetch(reader, StateName::Holds, at);
    if (!row) return row.error();
    if (!*row) continue;
    const std::string table = text_of((*row)->values[state::holds_table]);
    if (table.empty() || ascii_lower(table) == ascii_lower(hold.table)) rows.push_back(std::move(**row));
  }
  return rows;
}

Result<void> Holds::remove(Transaction& transaction, const State& state, const Hold& hold) {
  const Table& table = state.table(StateName::Holds);
  Result<std::vector<RowImage>> rows = written(transaction, state, hold);
  if (!rows) return rows.error();
  for (const RowImage& row : *rows) {
    Result<void> erased = must_succeed(transaction.erase(table, row.locator), table.name);
    if (!erased) return erased;
  }
  return {};
}

}  // namespace holdfast
