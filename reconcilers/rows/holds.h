// Rows that are left alone since somebody took a run back: by table and key, until the documents say something else
// about them or they are released. They lie in the database, in the table of state_tables.h.
//
// Plain values; one thread. Errors are the store's.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reconcilers/core/plan.h"
#include "reconcilers/core/state.h"
#include "reconcilers/rows/run_marks.h"
#include "reconcilers/rows/set_state.h"
#include "reconcilers/rows/statements.h"

namespace holdfast {

struct Hold {
  std::string row_set;  // whose change was taken back
  std::string key;      // as the journal has it (row_image.h)
  std::string said;     // what the documents said about the row then (statements.h); empty: not known yet
  std::shared_ptr<const RuleList> rules;  // that `said` names; null: none, or they are lost
  std::int64_t at = 0;                    // milliseconds since 1970
  std::string who;
  std::string why;
  std::string run;  // the undo that placed it
  // What the key is made of. Empty in format 1: those of the row set.
  std::string table;
  std::vector<std::string> key_columns;
};

class Holds {
 public:
  // Outside of a transaction an undo may come at any moment: whoever reads rows as well reads the holds after them, and
  // compares version() under the lock before it writes.
  static Result<Holds> read(Reader& reader, const State& state);

  // Other whenever a hold may have been placed or changed since; empty when none ever was.
  const std::string& version() const { return version_; }
  static Result<std::string> version(Reader& reader, const State& state);
  static Result<void> set_version(Transaction& transaction, const State& state, const std::string& version);

  // Marks planned changes of held rows (outcome held, reason undo), whichever set asks for them, and sorts the holds:
  // in force, void, or not yet tied to the documents. Holds of tables without a plan stay untouched.
  void apply(Plan& plan, std::span<const SetState> states);

  const std::vector<Hold>& all() const { return all_; }

  static Result<void> place(Transaction& transaction, const State& state, const Hold& hold);
  static Result<void> remove(Transaction& transaction, const State& state, const Hold& hold);

  // How much there is to write down of what apply() found, and a part of it: `count` from `first` on. What is not as it
  // was read is left to the next run. `run` is the one that writes.
  std::size_t to_settle() const { return passed_.size() + untied_.size() + unused_.size(); }
  Result<void> settle(Transaction& transaction, const State& state, const std::string& run, std::size_t first,
                      std::size_t count);

 private:
  // One that is in force, with what the documents say, which is known by now.
  struct Untied {
    Hold hold;
    std::size_t read;  // as it was read: index into all_
  };

  void take_lists(const Marks& marks);
  static Result<std::vector<RowImage>> written(Reader& reader, const State& state, const Hold& hold);
  Result<void> forget(Transaction& transaction, const State& state, const Hold& hold) const;
  Result<bool> tie(Transaction& transaction, const State& state, const Untied& untied, bool write_rules) const;
  Result<bool> is_as_read(Transaction& transaction, const State& state, const Hold& hold) const;

  std::string version_;
  std::vector<Hold> all_;
  std::vector<Hold> passed_;  // the documents have said something else since
  std::vector<Untied> untied_;
  std::vector<std::string> unused_;  // marks with lists of rules that no hold names
  bool moved_ = false;               // somebody has placed holds since they were read
};

// True if the key, as the journal has it, is what a person writes: its values with commas between them.
bool is_key(std::string_view written, std::string_view key);
// The other direction, for messages.
std::string key_text(std::string_view key);

}  // namespace holdfast
