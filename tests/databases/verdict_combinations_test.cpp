// Every combination of what the verdict looks at: some sentences hold for all of them.
#include <gmock/gmock.h>

#include <functional>

#include "tests/databases/facts.h"

namespace holdfast {
namespace {

using namespace databases_test;

const std::vector<Place>& places() {
  static const std::vector<Place> all = {
      here,
      elsewhere("machine", "/data/popup.db", 12),
      elsewhere("machine", "/staging/popup.db", 13),
      {"machine", "/staging/popup.db", here.inode, here.born_ns},
      elsewhere("laptop", "/data/popup.db", 14),
      {"laptop", "/data/popup.db", here.inode, here.born_ns},
      elsewhere("", "/data/popup.db", 15),
      elsewhere("", "/srv/popup.db", 16),
      {"", "/data/popup.db", here.inode, 0},
  };
  return all;
}

std::vector<std::optional<Marker>> markers() {
  std::vector<std::optional<Marker>> all = {std::nullopt};
  for (const Place& place : {places()[0], places()[2], places()[4], places()[6]}) {
    for (const std::uint64_t sequence : {4U, 5U, 6U}) {
      for (const char* id : {"A", "B"}) {
        for (const bool rows : {true, false}) {
          Marker marker = marker_here(sequence);
          marker.place = place;
          marker.database = id;
          if (!rows) marker.tables["campaigns"] = {TableMark{}, 0};
          all.emplace_back(marker);
        }
      }
    }
  }
  return all;
}

void each_combination(const std::function<void(const DatabaseFacts&)>& look) {
  const auto all_markers = markers();
  for (const DatabaseState state : {DatabaseState::Absent, DatabaseState::Readable, DatabaseState::Damaged}) {
    for (const Place& place : places()) {
      for (const auto& marker : all_markers) {
        if (marker && state != DatabaseState::Readable) continue;
        for (const auto& remembered : all_markers) {
          for (const int tables : {0, 1, 2, 3}) {  // none, empty, fewer numbers than before, as before
            if (tables > 0 && state != DatabaseState::Readable) continue;
            for (const bool original : {false, true}) {
              DatabaseFacts facts;
              facts.state = state;
              facts.place = place;
              facts.marker = marker;
              facts.remembered = remembered;
              facts.original_there = original;
              facts.tables["campaigns"] = tables < 2 ? TableMark{} : rows_to(tables == 2 ? 4 : 12);
              facts.tables_there = tables > 0;
              facts.other_tables = original ? 1 : 0;
              facts.last_run = 3;
              look(facts);
            }
          }
        }
      }
    }
  }
}

TEST(VerdictCombinations, keep_what_is_said_of_all_of_them) {
  std::size_t looked = 0, wrong = 0;
  std::set<VerdictKind> kinds;
  const auto expect = [&](bool holds, const char* sentence, const DatabaseFacts& facts,
                          const DatabaseVerdict& verdict) {
    if (holds || ++wrong > 10) return;
    ADD_FAILURE() << sentence << ": " << to_string(verdict.kind) << ", " << verdict.reason << "\n  place "
                  << facts.place.host << ":" << facts.place.path << "\n  marker "
                  << (facts.marker ? marker_text(*facts.marker) : "none") << "\n  remembered "
                  << (facts.remembered ? marker_text(*facts.remembered) : "none");
  };
  each_combination([&](const DatabaseFacts& facts) {
    ++looked;
    const DatabaseVerdict verdict = judge_database(facts);
    const VerdictKind kind = verdict.kind;
    kinds.insert(kind);
    const bool nothing_known = !facts.marker && !facts.remembered;
    const bool has_rows = !facts.tables.at("campaigns").empty;

    expect((kind == VerdictKind::Corrupt) == (facts.state == DatabaseState::Damaged),
           "damage, and only damage, is corrupt", facts, verdict);
    if (nothing_known && facts.state != DatabaseState::Damaged) {
      expect(kind == VerdictKind::FirstStart, "where nobody remembers anything it is a first start", facts, verdict);
    }
    if (facts.marker) expect(kind != VerdictKind::FirstStart, "a marker is no first start", facts, verdict);
    if (kind == VerdictKind::Wiped) expect(!has_rows, "where rows are nothing is wiped", facts, verdict);
    if (kind == VerdictKind::Wiped) expect(!nothing_known, "a wipe is known by what is remembered", facts, verdict);
    if (kind == VerdictKind::RolledBack) expect(facts.remembered.has_value(), "older than something", facts, verdict);
    const bool causes = kind == VerdictKind::Wiped || kind == VerdictKind::Replaced ||
                        kind == VerdictKind::RolledBack || kind == VerdictKind::Corrupt;
    expect(verdict.cause().empty() != causes, "losses have a cause, others have none", facts, verdict);
    if (facts.marker && other_host(facts.marker->place, facts.place)) {
      expect(!verdict.may_write, "what was left on another machine is not written", facts, verdict);
    }

    // Once noted, the next start finds it as it was left, whatever it was before.
    if (facts.state != DatabaseState::Readable) return;
    DatabaseFacts later = facts;
    later.marker = next_marker(facts, verdict, !verdict.may_write, "C", "new", 1);
    later.remembered = later.marker;
    later.original_there = false;
    expect(judge_database(later).kind == VerdictKind::Intact, "noted, then intact", later, judge_database(later));
    expect(!facts.marker || later.marker->sequence > facts.marker->sequence, "the sequence rises", facts, verdict);
    later.remembered.reset();
    expect(judge_database(later).kind == VerdictKind::Intact, "also without anything beside it", later,
           judge_database(later));
    // And what was there before, put back over it, is older or somebody else's.
    if (!facts.marker || !verdict.may_write || !has_rows) return;
    DatabaseFacts back = facts;
    back.remembered = later.marker;
    expect(judge_database(back).kind == VerdictKind::RolledBack, "the state before, put back, is rolled back", back,
           judge_database(back));
  });
  EXPECT_GT(looked, 10'000U);
  EXPECT_EQ(kinds.size(), 8U) << "every verdict is among them";
  EXPECT_EQ(wrong, 0U);
}

}  // namespace
}  // namespace holdfast
