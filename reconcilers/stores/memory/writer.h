// One write transaction's work on a memory database: statements with constraints and triggers, an undo log that carries
// statement atomicity, savepoints and rollback alike, and the record of every row that changed.
//
// Holds the engine's write lock from its making to end(). Internal to this folder. One thread.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "reconcilers/core/store.h"
#include "reconcilers/stores/memory/engine.h"

namespace holdfast::stores {

class Writer {
 public:
  Writer(Engine& engine, Triggers triggers);
  ~Writer();  // takes everything back that end(true) has not kept
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  using Cells = std::vector<std::pair<std::uint32_t, Value>>;  // column of the table, value

  WriteOutcome insert(const std::string& table, const Cells& cells);
  WriteOutcome update(const std::string& table, const Locator& at, const Cells& cells);
  WriteOutcome erase(const std::string& table, const Locator& at);
  WriteOutcome restore(const std::string& table, const RowImage& row);

  struct Mark {
    std::size_t undo = 0;
    std::size_t touches = 0;
  };
  Mark mark() const { return {undo_.size(), touches_.size()}; }
  void rollback_to(Mark mark);
  bool changed() const { return !undo_.empty(); }

  const std::vector<Touch>& touches() const { return touches_; }

  // What readers may see of a table meanwhile: as it was when this writer began.
  std::shared_ptr<const TableState> committed(const std::string& key);

  // Releases the lock; takes everything back unless `keep`.
  void end(bool keep);
  bool ended() const { return ended_; }

  Engine& engine() { return engine_; }

 private:
  friend class TriggerRun;

  // How a row, or a table's sequence, was before one change.
  struct Undo {
    std::string table;  // in lower case
    Locator at;
    Row row;  // null: it was not there
    std::int64_t sequence = 0;
  };

  // A row on its way into a table, as the statement's steps see it.
  struct Change {
    std::string table;
    TouchKind kind = TouchKind::Insert;
    std::optional<RowImage> before;
    std::vector<Value> next;
    Locator now;                         // where the row is once it is stored
    std::optional<std::int64_t> number;  // that it must get
    bool ignored = false;                // a trigger said so, or the row is not there: nothing happened
  };

  TableState& state(const Change& change) { return *engine_.writable(change.table); }
  Change change_at(const std::string& table, TouchKind kind, const Locator& at);

  // The steps of one statement, each with what stops it.
  WriteOutcome run(Change& change, const Cells& cells);
  WriteOutcome apply(Change& change, const Cells& cells);
  WriteOutcome assign(Change& change, const Cells& cells);
  WriteOutcome convert(Change& change, std::uint32_t column, ValueView value);
  WriteOutcome fire_before(Change& change);
  WriteOutcome find_place(Change& change);
  WriteOutcome check(Change& change);
  void write(Change& change);
  WriteOutcome fire(Change& change, bool before);
  void put(const std::string& table, const Locator& at, Row row);

  Engine& engine_;
  Triggers triggers_;
  bool ended_ = false;
  bool lost_ = false;  // a trigger rolled the transaction back
  std::vector<Undo> undo_;
  std::vector<Touch> touches_;
  std::deque<std::vector<Value>> rows_;        // of what triggers did
  std::vector<const MemoryTrigger*> running_;  // a trigger does not fire itself
  std::map<std::string, std::shared_ptr<const TableState>> committed_;
};

}  // namespace holdfast::stores
