// What `accept` took into the documents, as one value, and its forms: a unified diff for people, JSON for programs.
// PURE.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "agent/render/sink.h"
#include "agent/render/style.h"
#include "desired-state/diagnostic.h"
#include "desired-state/edit/unified_diff.h"
#include "desired-state/value.h"

namespace holdfast::agent {

struct ShownValue {
  std::string column;
  bool masked = false;
  Value value;
};

struct AcceptedValue {
  std::string column;  // as the table has it
  bool masked = false;
  Value from;          // what the documents said; of a reference the name
  Value to;            // what they say now
  Position where;      // of the old value
  bool added = false;  // it came from `defaults`: the row has a value of its own now
};

struct AcceptedRow {
  std::string database;
  std::string row_set;
  std::vector<ShownValue> key;
  std::vector<AcceptedValue> values;
};

struct EditedFile {
  std::string file;
  std::vector<edit::DiffLine> diff;  // masked
};

// Drift that accept leaves: rows of a class, or a set that cannot be compared (its reason as class, no rows).
struct LeftDrift {
  std::string row_set;
  std::string drift;
  std::uint64_t rows = 0;
};

struct AcceptReport {
  bool written = false;
  std::vector<AcceptedRow> rows;
  std::vector<EditedFile> files;
  std::vector<LeftDrift> left;
  std::vector<std::string> refused;  // messages; nothing is written then
  int exit = 0;
};

// The diffs, coloured where the style says so. Each line is made printable.
void render_diff(const AcceptReport& report, const Style& style, Sink& out);
void render_json(const AcceptReport& report, Sink& out);

// "Accepted 3 values of 2 rows in 1 file." and its like.
std::string accept_summary(const AcceptReport& report, bool dry_run);
// What is left, a set each: "items: 2 missing, 1 extra"; empty when nothing is.
std::vector<std::string> left_texts(const AcceptReport& report);

}  // namespace holdfast::agent
