#include "reconcilers/databases/database_witness.h"

#include <utility>

#include "reconcilers/core/state.h"
#include "reconcilers/databases/look_at_database.h"
#include "reconcilers/databases/marker_names.h"

namespace holdfast {
namespace {

constexpr std::chrono::seconds after_a_change{5};
constexpr std::chrono::minutes at_rest{10};

}  // namespace

Result<DatabaseFacts> DatabaseWitness::look(Store& store, std::span<const std::string> tables) {
  Result<PlaceNow> before = surroundings_.look();
  if (!before) return before.error();
  DatabaseFacts facts;
  if (before->there) {
    Result<DatabaseFacts> found = look_at_database(store, tables);
    if (!found) return found.error();
    facts = std::move(*found);
  }
  Result<PlaceNow> after = surroundings_.look();
  if (!after) return after.error();
  if (before->there != after->there || before->place != after->place) {
    return Error{ErrorKind::Transient, "the database file was replaced while it was looked at", store.location(),
                 "look again"};
  }
  facts.place = after->place;
  Result<std::optional<Marker>> beside = surroundings_.remembered();
  facts.remembered = beside ? *beside : std::nullopt;
  // Memory of this process is the later one where the other could not be written.
  if (remembered_ && (!facts.remembered || facts.remembered->sequence < remembered_->sequence)) {
    facts.remembered = remembered_;
  }
  const bool elsewhere = facts.marker && facts.marker->place.path != facts.place.path;
  facts.original_there =
      elsewhere && !same_file(facts.marker->place, facts.place) && surroundings_.is_there(facts.marker->place);
  return facts;
}

Result<DatabaseVerdict> DatabaseWitness::judge(Store& store, std::span<const std::string> tables) {
  verdict_.reset();
  noted_at_.reset();
  Result<DatabaseFacts> facts = look(store, tables);
  if (!facts) return facts.error();
  verdict_ = judge_database(*facts);
  in_database_ = facts->marker;
  judged_place_ = facts->place;
  return *verdict_;
}

Result<DatabaseVerdict> DatabaseWitness::judge_unopened(const Error& error) {
  verdict_.reset();
  if (!error.damaged) return error;
  DatabaseFacts facts;
  facts.state = DatabaseState::Damaged;
  facts.damage = error.what;
  verdict_ = judge_database(facts);
  return *verdict_;
}

bool DatabaseWitness::take_over(const Marker& found) {
  if (!in_database_ || found.sequence <= in_database_->sequence) return false;
  const bool ours = found.database == in_database_->database && found.incarnation == in_database_->incarnation &&
                    found.place == in_database_->place;
  if (!ours) return false;
  in_database_ = remembered_ = found;
  noted_at_ = clock_.now();
  return true;
}

bool DatabaseWitness::due(bool changed) const {
  if (!verdict_ || !verdict_->may_write) return false;
  if (!noted_at_) return true;
  return clock_.now() - *noted_at_ >= (changed ? std::chrono::seconds(after_a_change) : std::chrono::seconds(at_rest));
}

Result<void> DatabaseWitness::note(Store& store, std::span<const std::string> tables, const RowCounts& rows) {
  if (!verdict_ || !verdict_->may_write) return {};
  Result<DatabaseFacts> facts = look(store, tables);
  if (!facts) return facts.error();
  if (facts->state != DatabaseState::Readable) return {};
  // What was judged may write; what was put in its place since is not to get our marker.
  const bool other_file = judged_place_.inode != 0 && !same_file(facts->place, judged_place_);
  if (other_file || facts->marker != in_database_) {
    return Error{ErrorKind::Transient, "the database is another one than the one that was judged", store.location(),
                 "judge it again"};
  }
  return write(store, *facts, rows, false);
}

Result<DatabaseVerdict> DatabaseWitness::adopt(Store& store, std::span<const std::string> tables) {
  Result<DatabaseFacts> facts = look(store, tables);
  if (!facts) return facts.error();
  verdict_ = judge_database(*facts);
  if (verdict_->kind == VerdictKind::Corrupt || facts->state != DatabaseState::Readable) return *verdict_;
  if (Result<State> made = State::open(store, true); !made) return made.error();
  if (Result<void> written = write(store, *facts, {}, true); !written) return written.error();
  DatabaseVerdict adopted;
  adopted.kind = VerdictKind::Intact;
  adopted.reason = "adopted";
  verdict_ = adopted;
  return adopted;
}

Result<void> DatabaseWitness::write(Store& store, const DatabaseFacts& facts, const RowCounts& rows, bool adopt) {
  const auto since_1970 = clock_.wall().time_since_epoch();
  const std::int64_t now_ms = std::chrono::duration_cast<std::chrono::milliseconds>(since_1970).count();
  Marker marker = next_marker(facts, *verdict_, adopt, fresh_id_(), fresh_id_(), now_ms);
  for (auto& [name, table] : marker.tables) {
    if (const auto counted = rows.find(name); counted != rows.end()) table.rows = counted->second;
  }
  Result<Schema> schema = store.open_state(false);
  if (!schema) return schema.error();
  Result<State> state = State::open(store, false);
  if (!state) return state.error();
  if (state->complete()) {
    Result<std::unique_ptr<Transaction>> transaction = store.begin(*schema);
    if (!transaction) return transaction.error();
    if (Result<void> stamped = state->stamp(**transaction); !stamped) return stamped;
    if (Result<void> set = state->set_meta(**transaction, marker_mark, marker_text(marker)); !set) return set;
    if (Result<void> committed = (*transaction)->commit(); !committed) return committed;
    in_database_ = marker;
  }
  judged_place_ = facts.place;
  noted_at_ = clock_.now();
  verdict_->new_place = false;
  remembered_ = marker;
  // After the database, never before it: what is remembered beside must not be ahead of what a crash leaves.
  Result<void> remembered = surroundings_.remember(marker);
  const bool told = std::exchange(beside_failed_, !remembered);
  if (!remembered && !told) return remembered;
  return {};
}

}  // namespace holdfast
