// What a run of a world's documents may change, worked out by other means than Holdfast's: rows that a document names
// (SQLite decides which those are, the rules of forbidden rows are written anew here) and rows that refer to them.
// Everything else has to stay as it is, to the byte.
#pragma once

#include <set>
#include <string>

#include "tests/property/lab.h"

namespace holdfast::testing {

class Exposure {
 public:
  explicit Exposure(Lab& lab);

  // What happened to rows or columns that nothing names; empty when nothing did.
  std::string broken_by(const Snapshot& after);
  const Snapshot& base() const { return base_; }

 private:
  using Rows = std::map<std::string, std::set<std::string>>;  // by table

  void name_rows(const SetSpec& set);
  void name_forbidden(const SetSpec& set);
  void follow_references();
  std::set<std::string> matching(const TableSpec& table, const SetSpec& set, const Cells& key);
  bool any_set(const std::string& policy, std::initializer_list<const char*> values) const;
  bool may_write(const std::string& table, const std::string& column, bool exposed) const;
  bool written_by_triggers(const TableSpec& table) const;
  bool locator_moves(const TableSpec& table, bool exposed) const;
  std::string row_broken(const TableSpec& table, const std::string& at, const std::vector<Value>& before,
                         const std::vector<Value>* after) const;
  std::string new_row_broken(const TableSpec& table, const std::string& at, const std::vector<Value>& row);

  Lab& lab_;
  const World& world_;
  Snapshot base_;
  Rows declared_;  // found by key
  Rows renamed_;
  Rows leaving_;  // forbidden, extra
  Rows exposed_;  // they refer to one of all these, at any distance
};

}  // namespace holdfast::testing
