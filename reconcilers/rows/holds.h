// Rows that are left alone since somebody took a run back: by table and key, until the documents say something else
// about them or they are released. They lie in the database, in the table of state_tables.h.
//
// Plain values; one thread. Errors are the store's.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reconcilers/core/plan.h"
#include "reconcilers/rows/set_state.h"
#include "reconcilers/rows/state.h"

namespace holdfast {

struct Hold {
  std::string row_set;  // whose change was taken back
  std::string key;      // as the journal has it (row_image.h)
  std::string said;     // what the documents said about the row then (statements.h); empty: not known yet
  std::int64_t at = 0;  // milliseconds since 1970
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
  const std::vector<Hold>& passed() const { return passed_; }  // the documents have said something else since
  const std::vector<Hold>& untied() const { return untied_; }  // in force; what the documents say is now known

  static Result<void> place(Transaction& transaction, const State& state, const Hold& hold);
  static Result<void> remove(Transaction& transaction, const State& state, const Hold& hold);

 private:
  std::string version_;
  std::vector<Hold> all_;
  std::vector<Hold> passed_;
  std::vector<Hold> untied_;
};

// True if the key, as the journal has it, is what a person writes: its values with commas between them.
bool is_key(std::string_view written, std::string_view key);
// The other direction, for messages.
std::string key_text(std::string_view key);

}  // namespace holdfast
