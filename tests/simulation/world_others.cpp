// Who else writes into a simulated database, and what has to be the case once they are all gone.
#include <algorithm>

#include "tests/simulation/world.h"

namespace holdfast::simulation {

using std::chrono::minutes;

std::string World::any_name() {
  if (dice_.chance(65)) return dice_.pick(names());
  if (dice_.chance(60)) return dice_.pick({"tick", "TICK", "wasp", "Wasp"});
  return dice_.pick({"yak", "zebra", ""});
}

std::string World::some_set() {
  const std::vector<WantedSet>& sets = judge_.wishes().sets;
  return sets[dice_.below(sets.size())].name;
}

bool World::edit() {
  check();
  const std::string table = dice_.pick({"items", "items", "parts", "words", "strangers"});
  const Rows rows = ledger_.contents().at(table);
  bool done = false;
  if (rows.empty() || dice_.chance(30)) {
    Cells cells{{"note", Value::text("by hand")}};
    if (table == "items") cells["name"] = Value::text(any_name());
    if (table == "items" && dice_.chance(20)) cells["id"] = Value::integer(static_cast<int>(dice_.between(1, 9)));
    if (table == "parts" || table == "words") cells["code"] = Value::text(any_name());
    if (table == "parts" || table == "strangers")
      cells["item_id"] = Value::integer(static_cast<int>(dice_.between(1, 6)));
    done = database_.insert(table, cells);
    say("somebody adds to " + table + (done ? "" : ": refused"));
  } else if (dice_.chance(8)) {
    for (const auto& [place, row] : rows) done = database_.erase(table, row.locator) || done;
    say("somebody empties " + table + (done ? "" : ": refused"));
    saw("a table is emptied");
  } else {
    auto row = rows.begin();
    std::advance(row, dice_.below(rows.size()));
    done = edit_row(table, row->second);
  }
  if (done) ledger_.take_as_it_is();
  return done;
}

bool World::edit_row(const std::string& table, const RowImage& row) {
  const std::vector<std::string>& columns = database_.columns(table);
  if (dice_.chance(30)) {
    const bool done = database_.erase(table, row.locator);
    say("somebody deletes " + table + " " + shown(row.values) + (done ? "" : ": refused"));
    return done;
  }
  const std::string column = dice_.pick(columns);
  Value value;
  if (column == "id" || column == "item_id" || column == "price") {
    value = Value::integer(static_cast<int>(dice_.between(1, 9)));
  } else if (column == "name" || column == "code") {
    value = Value::text(any_name());
  } else if (dice_.chance(80)) {
    value = Value::text(dice_.pick({"red", "0450", "450", "mine", "Red", "red "}));
  }
  const bool done = database_.update(table, row.locator, {{column, value}});
  say("somebody changes " + table + " " + shown(row.values) + ": " + column + " = " + shown(value) +
      (done ? "" : ": refused"));
  return done;
}

void World::take_back(const Deed& deed) {
  bool done = false;
  if (!deed.after) {
    done = database_.restore(deed.table, *deed.before);
  } else if (!deed.before) {
    done = database_.erase(deed.table, deed.after->locator);
  } else {
    Cells cells;
    const std::vector<std::string>& columns = database_.columns(deed.table);
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (deed.before->values[i] != deed.after->values[i]) cells[columns[i]] = deed.before->values[i];
    }
    done = database_.update(deed.table, deed.after->locator, cells);
  }
  if (done) ledger_.take_as_it_is();
}

void World::rival_answers(std::size_t first_deed) {
  const std::vector<Deed> deeds(ledger_.deeds().begin() + static_cast<std::ptrdiff_t>(first_deed),
                                ledger_.deeds().end());
  for (const Deed& deed : deeds) {
    if (rival_left_ == 0 || !deed.own || deed.undo()) continue;
    --rival_left_;
    say("  the rival takes it back: " + shown(deed));
    take_back(deed);
    saw("a rival's answer");
  }
}

// Behind everybody's back: no writer, no journal.
void World::break_something(std::size_t first_deed) {
  if (ledger_.deeds().size() == first_deed) return;
  const Deed deed = ledger_.deeds()[first_deed];
  if (mutant_ == Mutant::LosesAWrite && !deed.after) (void)database_.restore(deed.table, *deed.before);
  if (mutant_ == Mutant::LosesAWrite && deed.after) (void)database_.erase(deed.table, deed.after->locator);
  const Rows& strangers = ledger_.contents().at("strangers");
  if (mutant_ != Mutant::WritesAStranger || strangers.empty()) return;
  (void)database_.update("strangers", strangers.begin()->second.locator, {{"note", Value::text("overwritten")}});
}

void World::settle() {
  say("all is quiet");
  faults_.end();
  rival_left_ = 0;
  guarded([this] {
    if (dice_.chance(50)) release();
    agent_->notice();
    agent_->pass(minutes(25));
  });
  check();
  if (in_force_ == nullptr) return;
  const agent::DatabaseStatus status = agent_->status();
  if (!status.error.empty()) say("  the agent says: " + status.error);
  for (const agent::SetStatus& set : status.sets) {
    // Not their messages, in which the ids of runs are, which are random.
    for (const agent::DriftRow& row : set.rows) {
      say("  left in " + set.name + ": " + row.key + ": " + std::string(to_string(row.outcome)) + " " +
          std::string(to_string(row.reason)));
    }
  }
  if (const std::string left = judge_.left_undone(); !left.empty()) throw Broken(left);
  check_status(status);
  const std::size_t deeds = ledger_.deeds().size();
  (void)agent_->ask({});
  check();
  if (ledger_.deeds().size() != deeds) throw Broken("G3: one more run changed something");
  probe();
}

// What the agent says of itself is so: in sync, or not.
void World::check_status(const agent::DatabaseStatus& status) {
  if (!judge_.wishes().fits) return;
  for (const agent::SetStatus& set : status.sets) {
    const std::optional<std::string> drift = judge_.drift(*judge_.wishes().find(set.name));
    if (!drift || drift->empty() == set.in_sync) continue;
    throw Broken("the status of " + set.name + (set.in_sync ? " hides that " + *drift : " tells of drift that is not"));
  }
}

// Fights of the past are forgotten: a single edit is mended at once, and so is the next one.
void World::probe() {
  for (const WantedSet& set : judge_.wishes().sets) {
    if (!judge_.wishes().fits || !set.enforce || set.missing != "Insert") continue;
    for (int time = 1; time <= 2; ++time) {
      const RowImage* const live = judge_.live_row(set, set.rows.front());
      if (live == nullptr || judge_.cannot_be(set, set.rows.front())) break;
      if (!database_.erase(set.table, live->locator)) throw Broken("the database is locked though all is quiet");
      ledger_.take_as_it_is();
      say("somebody deletes " + set.name + " " + shown(set.rows.front().at(set.key)) + " for a trial");
      agent_->notice();
      agent_->pass(agent::WorkQueue::longest_rest);
      check();
      if (judge_.missing(set, set.rows.front())) throw Broken("G11: a single edit is not mended at once: " + set.name);
    }
  }
}

}  // namespace holdfast::simulation
