// The table of docs/design/0004-verdict.md, row by row: what is seen, and what it is called.
#include <gmock/gmock.h>

#include <functional>

#include "tests/databases/facts.h"

namespace holdfast {
namespace {

using namespace databases_test;

struct Case {
  std::string name;
  VerdictKind want;
  std::function<DatabaseFacts()> facts;
  friend void PrintTo(const Case& one, std::ostream* out) { *out << one.name; }
};

DatabaseFacts changed(DatabaseFacts facts, const std::function<void(DatabaseFacts&)>& change) {
  change(facts);
  return facts;
}

const std::vector<Case>& cases() {
  using F = DatabaseFacts;
  static const std::vector<Case> all = {
      {"no_file_and_no_memory", VerdictKind::FirstStart, [] { return absent(); }},
      {"empty_file_and_no_memory", VerdictKind::FirstStart, [] { return empty_file(); }},
      {"rows_that_nobody_looked_after", VerdictKind::FirstStart,
       [] { return changed(empty_file(), [](F& f) { f.tables["campaigns"] = rows_to(12), f.tables_there = true; }); }},
      {"as_it_was_left", VerdictKind::Intact, [] { return intact(); }},
      {"as_it_was_left_and_remembered", VerdictKind::Intact, [] { return with_memory(intact()); }},
      {"memory_behind_the_database", VerdictKind::Intact, [] { return with_memory(intact(), marker_here(2)); }},
      {"renamed_in_its_file_system", VerdictKind::Intact,
       [] { return changed(intact(), [](F& f) { f.place.path = "/data/other.db"; }); }},
      {"birth_unknown", VerdictKind::Intact, [] { return changed(intact(), [](F& f) { f.place.born_ns = 0; }); }},
      {"vacuumed_into_its_own_place", VerdictKind::Intact,
       [] {
         return changed(with_memory(intact()), [](F& f) { f.place = elsewhere("machine", "/data/popup.db", 12); });
       }},
      {"deployed_container_on_a_volume", VerdictKind::Intact,
       [] { return changed(intact(), [](F& f) { f.place.host = f.marker->place.host = ""; }); }},
      {"moved_to_another_disk", VerdictKind::Intact,
       [] { return changed(intact(), [](F& f) { f.place = elsewhere("machine", "/volume/popup.db", 12); }); }},
      {"our_tables_dropped", VerdictKind::Intact,
       [] { return changed(with_memory(intact()), [](F& f) { f.marker.reset(); }); }},
      {"a_row_more_is_no_news", VerdictKind::Intact,
       [] { return changed(with_memory(intact()), [](F& f) { f.tables["campaigns"] = rows_to(13); }); }},
      {"a_migration_numbers_anew", VerdictKind::Intact,
       [] { return changed(with_memory(intact()), [](F& f) { f.tables["campaigns"] = rows_to(9); }); }},
      {"a_table_that_nobody_asks_for_any_more", VerdictKind::Intact,
       [] {
         return changed(intact(), [](F& f) {
           f.tables.clear();
           f.tables["banners"] = TableMark{};
         });
       }},
      {"file_deleted", VerdictKind::Wiped, [] { return with_memory(absent()); }},
      {"empty_file_in_its_place", VerdictKind::Wiped, [] { return with_memory(empty_file()); }},
      {"tables_made_anew_by_the_application", VerdictKind::Wiped,
       [] { return with_memory(changed(empty_file(), [](F& f) { f.tables_there = true; })); }},
      {"rows_deleted_marker_left", VerdictKind::Wiped,
       [] { return changed(intact(), [](F& f) {
              f.tables["campaigns"] = {true, std::nullopt, 12};
            }); }},
      {"tables_dropped_marker_left", VerdictKind::Wiped,
       [] {
         return changed(intact(), [](F& f) {
           f.tables["campaigns"] = TableMark{};
           f.tables_there = false;
         });
       }},
      {"emptied_file_that_kept_its_inode", VerdictKind::Wiped,
       [] { return with_memory(changed(empty_file(), [](F& f) { f.place = here; })); }},
      {"a_database_that_was_never_looked_after", VerdictKind::Replaced,
       [] {
         return with_memory(
             changed(empty_file(), [](F& f) { f.tables["campaigns"] = rows_to(4), f.tables_there = true; }));
       }},
      {"cp_of_one_over_it", VerdictKind::Replaced,
       [] {
         return changed(with_memory(intact()), [](F& f) {
           f.marker.reset();
           f.tables["campaigns"] = rows_to(4);
         });
       }},
      {"older_copy_put_back", VerdictKind::RolledBack,
       [] { return changed(with_memory(intact()), [](F& f) { f.marker->sequence = 4; }); }},
      {"older_copy_by_its_journal", VerdictKind::RolledBack,
       [] { return changed(with_memory(intact()), [](F& f) { f.last_run = 2; }); }},
      {"older_copy_by_its_numbers", VerdictKind::RolledBack,
       [] {
         return changed(with_memory(intact()), [](F& f) {
           f.place = elsewhere("machine", "/data/popup.db", 12);
           f.tables["campaigns"] = rows_to(11);
         });
       }},
      {"copy_beside_the_original", VerdictKind::Copy,
       [] {
         return changed(intact(), [](F& f) {
           f.place = elsewhere("machine", "/staging/popup.db", 12);
           f.original_there = true;
         });
       }},
      {"copy_on_another_machine", VerdictKind::Copy,
       [] { return changed(intact(), [](F& f) { f.place = elsewhere("laptop", "/data/popup.db", 12); }); }},
      {"snapshot_of_the_disk_on_another_machine", VerdictKind::Copy,
       [] { return changed(intact(), [](F& f) { f.place.host = "staging"; }); }},
      {"copied_folder_with_its_memory", VerdictKind::Copy,
       [] {
         return changed(with_memory(intact()), [](F& f) {
           f.place = elsewhere("machine", "/staging/popup.db", 12);
           f.original_there = true;
         });
       }},
      {"copy_in_a_container_at_another_path", VerdictKind::Copy,
       [] {
         return changed(intact(), [](F& f) {
           f.marker->place.host = "";
           f.place = elsewhere("", "/srv/popup.db", 12);
         });
       }},
      {"damaged", VerdictKind::Corrupt,
       [] {
         return changed(with_memory(intact()),
                        [](F& f) { f.state = DatabaseState::Damaged, f.damage = "row 3 missing"; });
       }},
      {"another_database_of_ours", VerdictKind::WrongFile,
       [] { return changed(with_memory(intact()), [](F& f) { f.marker->database = "B"; }); }},
      {"a_file_of_somebody_else", VerdictKind::WrongFile,
       [] { return with_memory(changed(empty_file(), [](F& f) { f.other_tables = 3; })); }},
  };
  return all;
}

class VerdictTable : public testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(Rows, VerdictTable, testing::ValuesIn(cases()),
                         [](const auto& one) { return one.param.name; });

TEST_P(VerdictTable, is_what_the_design_says) {
  const DatabaseVerdict verdict = judge_database(GetParam().facts());
  EXPECT_EQ(verdict.kind, GetParam().want) << verdict.reason;
  const bool closed = verdict.kind == VerdictKind::Copy || verdict.kind == VerdictKind::WrongFile ||
                      verdict.kind == VerdictKind::Corrupt;
  EXPECT_EQ(verdict.may_write, !closed);
  EXPECT_NE(verdict.reason, "");
}

TEST(Verdict, has_the_causes_of_the_metric) {
  std::map<std::string, std::string> causes;
  for (const Case& one : cases()) {
    const DatabaseVerdict verdict = judge_database(one.facts());
    causes[std::string(to_string(verdict.kind))] = verdict.cause();
  }
  const std::map<std::string, std::string> want = {{"first start", ""},
                                                   {"intact", ""},
                                                   {"wiped", "wiped"},
                                                   {"replaced", "replaced"},
                                                   {"rolled back", "rolled-back"},
                                                   {"copy", ""},
                                                   {"wrong file", ""},
                                                   {"corrupt", "corrupt"}};
  EXPECT_EQ(causes, want) << "and each kind has a row in the table";
}

TEST(Verdict, of_a_wipe_names_the_rows_that_were_there) {
  EXPECT_EQ(judge_database(with_memory(absent())).reason, "the database is gone (rows were in: campaigns had 12)");
}

Marker next(const DatabaseFacts& facts, bool adopt = false) {
  return next_marker(facts, judge_database(facts), adopt, "fresh", "new", 99);
}

TEST(NextMarker, of_a_first_start_has_a_fresh_id) {
  const Marker marker = next(empty_file());
  EXPECT_EQ(marker.database, "fresh");
  EXPECT_EQ(marker.incarnation, "new");
  EXPECT_EQ(marker.sequence, 1U);
  EXPECT_EQ(marker.at_ms, 99);
}

TEST(NextMarker, keeps_the_incarnation_in_its_place_and_renews_it_in_another) {
  EXPECT_EQ(next(intact()).incarnation, "i");
  DatabaseFacts moved = intact();
  moved.place.path = "/data/other.db";
  EXPECT_EQ(next(moved).incarnation, "new");
  EXPECT_EQ(next(moved).database, "A");
}

TEST(NextMarker, goes_on_with_the_database_after_a_wipe) {
  const Marker marker = next(with_memory(empty_file()));
  EXPECT_EQ(marker.database, "A");
  EXPECT_EQ(marker.sequence, 6U) << "what comes back from before is older";
  EXPECT_EQ(marker.incarnation, "new");
}

TEST(NextMarker, makes_a_copy_a_database_of_its_own) {
  DatabaseFacts copy = intact();
  copy.place = elsewhere("laptop", "/data/popup.db", 12);
  ASSERT_EQ(judge_database(copy).kind, VerdictKind::Copy);
  const Marker marker = next(copy, true);
  EXPECT_EQ(marker.database, "fresh");
  EXPECT_EQ(marker.place, copy.place);
  copy.marker = marker;
  EXPECT_EQ(judge_database(copy).kind, VerdictKind::Intact);
}

TEST(NextMarker, keeps_counted_rows_while_a_table_stands_still) {
  EXPECT_EQ(next(intact()).tables.at("campaigns").rows, 12U);
  DatabaseFacts grown = intact();
  grown.tables["campaigns"] = rows_to(13);
  EXPECT_EQ(next(grown).tables.at("campaigns").rows, std::nullopt);
}

}  // namespace
}  // namespace holdfast
