// A second account of the database: what somebody else wrote, and what the journal says that we wrote. Whatever is in
// the database and in neither is a change that nobody wrote down (G5), half a batch (G2) or a lost edit (G4).
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "reconcilers/rows/history.h"
#include "tests/simulation/database.h"

namespace holdfast::simulation {

// A promise that does not hold.
struct Broken : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// One row that we changed, as the journal has it.
struct Deed {
  RunRecord run;
  std::string row_set;
  std::string table;
  std::int64_t number = 0;
  std::int64_t part = 0;
  bool own = true;  // false: it went along with another row
  std::string cause;
  std::optional<RowImage> before;
  std::optional<RowImage> after;
  std::int64_t inverts = 0;

  bool undo() const { return !run.undoes.empty(); }
};
std::string shown(const Deed& deed);

class Ledger {
 public:
  explicit Ledger(Database& database) : database_(database), contents_(database.contents()) {}

  // Adds what the journal has got since, `judge` being asked about each deed before; then the database must be what the
  // ledger says.
  void catch_up(const std::function<void(const Deed&)>& judge);
  // Right after catching up and a statement of somebody else's.
  void take_as_it_is();

  const Contents& contents() const { return contents_; }
  const std::vector<RunRecord>& runs() const { return runs_; }  // oldest first
  const std::vector<Deed>& deeds() const { return deeds_; }
  // What an undo's deed takes back.
  const Deed* inverted(const Deed& deed) const;

 private:
  void read_run(History& history, const RunRecord& run, const std::function<void(const Deed&)>& judge);
  void add(const Deed& deed);
  void compare();

  Database& database_;
  Contents contents_;
  ReadMark mark_;
  std::vector<RunRecord> runs_;
  std::vector<Deed> deeds_;
};

}  // namespace holdfast::simulation
