// The simulated database: a few tables that refer to each other, the connections of people and programs that are not
// the agent, and what is in it as plain rows.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "reconcilers/databases/marker.h"
#include "reconcilers/stores/memory/memory_database.h"
#include "tests/simulation/wishes.h"

namespace holdfast::simulation {

using Rows = std::map<std::string, RowImage>;  // by what finds a row, as text
using Contents = std::map<std::string, Rows>;  // by table; Holdfast's own are left out

std::string place_of(const Locator& locator);
std::string shown(const std::vector<Value>& values);

class Database {
 public:
  explicit Database(Dice& dice);

  // A connection of the agent.
  std::unique_ptr<Store> open() { return memory_.open("world"); }
  Store& reader() { return *reader_; }
  void set_faults(stores::FaultPlan* faults) { memory_.set_faults(faults); }

  const std::vector<std::string>& columns(const std::string& table) const { return columns_.at(table); }
  std::size_t column(const std::string& table, const std::string& name) const;
  const Value& cell(const std::string& table, const std::vector<Value>& row, const std::string& name) const {
    return row[column(table, name)];
  }
  // What the parts and the strangers do when the item that they refer to is deleted.
  ForeignKeyAction on_delete(const std::string& table) const { return table == "parts" ? parts_ : strangers_; }

  Contents contents();

  std::optional<Marker> kept_beside;  // what the agent remembers outside of it

  // Somebody else's statements; false: the database is locked, or a constraint does not have it.
  bool insert(const std::string& table, const Cells& cells);
  bool update(const std::string& table, const Locator& at, const Cells& cells);
  bool erase(const std::string& table, const Locator& at);
  // Puts back a whole row that was there, number included.
  bool restore(const std::string& table, const RowImage& row);

 private:
  template <class Statement>
  bool write(const std::string& table, const Statement& statement);

  stores::MemoryDatabase memory_;
  std::map<std::string, std::vector<std::string>> columns_;
  std::unique_ptr<Store> reader_;
  std::unique_ptr<Store> writer_;
  std::shared_ptr<const Schema> schema_;
  ForeignKeyAction parts_ = ForeignKeyAction::Cascade;
  ForeignKeyAction strangers_ = ForeignKeyAction::Cascade;
};

}  // namespace holdfast::simulation
