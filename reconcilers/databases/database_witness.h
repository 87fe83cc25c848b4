// Whoever looks after a database asks its witness what became of it, and tells it how things are from time to time.
//
// Judge at start and whenever the file is another one; note() after the first run, and then whenever it is due().
// One thread; surroundings and clock outlive it. Returns errors, never logs.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "reconcilers/core/clock.h"
#include "reconcilers/core/store.h"
#include "reconcilers/databases/database_verdict.h"
#include "reconcilers/databases/surroundings.h"

namespace holdfast {

class DatabaseWitness {
 public:
  // `fresh_id` makes one that nobody has had; the simulation's come in a row.
  using FreshId = std::function<std::string()>;
  DatabaseWitness(Surroundings& surroundings, const Clock& clock, FreshId fresh_id)
      : surroundings_(surroundings), clock_(clock), fresh_id_(std::move(fresh_id)) {}

  // `tables`: those that row sets are about, in any case of letters. Reads only. Transient: the file was replaced while
  // it was looked at; Terminal and others: the database could not be asked, so nothing is known and nothing should be
  // written.
  Result<DatabaseVerdict> judge(Store& store, std::span<const std::string> tables);
  // The verdict on a database that could not even be opened; the error itself when it says nothing about the file.
  Result<DatabaseVerdict> judge_unopened(const Error& error);

  // The last verdict. Until there is one, nothing may be written.
  const std::optional<DatabaseVerdict>& verdict() const { return verdict_; }

  // The marker as it lay in the database when it was last judged or noted; nothing where it has none. Another one is
  // another database's, or an older one's, whatever its file is.
  const std::optional<Marker>& in_database() const { return in_database_; }

  // A marker that is found in place of in_database(). True, and it counts as ours, when it is a later one of the same
  // database at the same place: another agent beside us has written it, and noting need not be answered by noting.
  bool take_over(const Marker& found);

  // Whether note() should be called: at once when nothing was noted since the verdict, some seconds after a run that
  // changed something, else every ten minutes.
  bool due(bool changed) const;

  // Rows as a run has counted them, by table in ASCII lower case; tables that are not in it are not counted.
  using RowCounts = std::map<std::string, std::uint64_t>;

  // Writes the marker into the database, where Holdfast has tables in it, and beside it. Does nothing when the verdict
  // forbids to write. Transient when the lock was not had, or the database is not the one that was judged;
  // SchemaChanged when tables moved meanwhile: judge and try again later.
  // A database that is noted and could not be remembered beside is an error, too, told once.
  Result<void> note(Store& store, std::span<const std::string> tables, const RowCounts& rows);

  // Makes a copy or a wrong file a database of its own, from now on looked after here. Makes Holdfast's tables.
  Result<DatabaseVerdict> adopt(Store& store, std::span<const std::string> tables);

 private:
  Result<DatabaseFacts> look(Store& store, std::span<const std::string> tables);
  Result<void> write(Store& store, const DatabaseFacts& facts, const RowCounts& rows, bool adopt);

  Surroundings& surroundings_;
  const Clock& clock_;
  FreshId fresh_id_;
  std::optional<DatabaseVerdict> verdict_;
  std::optional<Marker> remembered_;  // by this process
  std::optional<Marker> in_database_;
  Place judged_place_;  // inode 0: there was no file
  std::optional<Clock::Instant> noted_at_;
  bool beside_failed_ = false;
};

}  // namespace holdfast
