// Steps of the journal, many of them in one row of the state: a row each would cost a run as much again as its own
// writing. Format 2 of docs/formats/journal.md, which reads format 1 as well. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reconcilers/core/row_image.h"
#include "reconcilers/core/store.h"

namespace holdfast {

// One statement that was carried out, as it is written down. Images are empty where there is no row.
struct JournalStep {
  std::int64_t part = 0;   // steps of one change have the same
  std::int64_t shape = 0;  // how the columns are called
  TouchKind kind = TouchKind::Insert;
  int depth = 0;  // 0 the change's own row, 1 a dependent or what a trigger did
  std::string_view cause;
  std::string_view key;  // as encode_values() has it; empty for rows that are not declared or ruled
  Locator at_before;
  Locator at_after;
  std::string before;
  std::string after;
  std::int64_t inverts = 0;  // of an undo: the number of the step that it takes back
  bool owned = false;        // a deleted row was one that the set owned and that had left the documents
};

// The same, read.
struct StepRecord {
  std::int64_t number = 0;
  std::int64_t part = 0;
  std::int64_t shape = 0;
  TouchKind kind = TouchKind::Insert;
  int depth = 0;
  std::string cause;
  std::string key;
  Locator at_before;  // empty where there was no row
  Locator at_after;
  std::vector<ImageCell> before;
  std::vector<ImageCell> after;
  std::int64_t inverts = 0;
  bool owned = false;
};

void append_step(std::string& block, const JournalStep& step);
// The steps of a block; the first has the number `first`. Nothing when the bytes are not such a block, cut ones
// included.
std::optional<std::vector<StepRecord>> read_steps(std::string_view block, std::int64_t first);

}  // namespace holdfast
