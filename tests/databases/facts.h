// Facts for tests of the verdict, made in few words.
#pragma once

#include <string>
#include <utility>

#include "reconcilers/databases/database_verdict.h"
#include "tests/databases/print.h"

namespace holdfast::databases_test {

inline const Place here{"machine", "/data/popup.db", 11, 1100};

inline Place elsewhere(std::string host, std::string path, std::uint64_t inode) {
  return {std::move(host), std::move(path), inode, static_cast<std::int64_t>(inode) * 100};
}

inline TableMark rows_to(std::int64_t highest) { return {false, highest, highest}; }

// As next_marker() would have left it here, with twelve campaigns.
inline Marker marker_here(std::uint64_t sequence = 5) {
  Marker marker;
  marker.database = "A";
  marker.incarnation = "i";
  marker.place = here;
  marker.sequence = sequence;
  marker.last_run = 3;
  marker.tables["campaigns"] = {rows_to(12), 12};
  return marker;
}

// The database as it was left, without anything beside it.
inline DatabaseFacts intact() {
  DatabaseFacts facts;
  facts.state = DatabaseState::Readable;
  facts.place = here;
  facts.marker = marker_here();
  facts.tables["campaigns"] = rows_to(12);
  facts.tables_there = true;
  facts.last_run = 3;
  return facts;
}

inline DatabaseFacts empty_file() {
  DatabaseFacts facts;
  facts.state = DatabaseState::Readable;
  facts.place = elsewhere("machine", "/data/popup.db", 12);
  facts.tables["campaigns"] = TableMark{};
  return facts;
}

inline DatabaseFacts absent() {
  DatabaseFacts facts;
  facts.place = {"machine", "/data/popup.db", 0, 0};
  facts.tables["campaigns"] = TableMark{};
  return facts;
}

inline DatabaseFacts with_memory(DatabaseFacts facts, Marker remembered = marker_here()) {
  facts.remembered = std::move(remembered);
  return facts;
}

}  // namespace holdfast::databases_test
