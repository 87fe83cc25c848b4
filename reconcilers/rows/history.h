// Reading the journal: which runs there were, and what each of them did.
//
// Plain values; no lock is held between two calls. Errors are the store's own; an entry that cannot be read (written
// by a newer version, or by somebody else) is Terminal.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reconcilers/core/row_image.h"
#include "reconcilers/core/row_shape.h"
#include "reconcilers/rows/state.h"

namespace holdfast {

struct RunRecord {
  std::int64_t number = 0;
  std::string id;
  std::int64_t at = 0;  // milliseconds since 1970
  std::string trigger;
  std::string cause;
  std::string revision;
  std::string who;
  std::string undoes;  // the id of the run that it took back
  std::int64_t inserted = 0, updated = 0, deleted = 0, held = 0;
  std::int64_t steps = 0;
};

struct StepRecord {
  std::int64_t number = 0;
  std::int64_t part = 0;
  std::int64_t shape = 0;
  TouchKind kind = TouchKind::Insert;
  int depth = 0;
  std::string cause;
  std::string key;    // as encode_values() has it; empty for rows that changed along with another
  Locator at_before;  // empty where there was no row
  Locator at_after;
  std::vector<ImageCell> before;
  std::vector<ImageCell> after;
  std::int64_t undone = 0;   // the number of the run that took it back; 0: none
  std::int64_t inverts = 0;  // of an undo: the step that it took back
};

class History {
 public:
  History(Reader& reader, const State& state) : reader_(reader), state_(state) {}

  // The runs that changed something, newest first, at most `limit`.
  Result<std::vector<RunRecord>> runs(std::size_t limit);
  // By its id, or a beginning of it that no other run has. Nothing when there is none; Invalid when there are several.
  Result<std::optional<RunRecord>> run(std::string_view id);
  // The steps `first` to `last` of a run, both included; those that are no longer there are left out.
  Result<std::vector<StepRecord>> steps(const RunRecord& run, std::int64_t first, std::int64_t last);
  Result<const RowShape*> shape(std::int64_t number);

 private:
  Reader& reader_;
  const State& state_;
  std::map<std::int64_t, RowShape> shapes_;
};

}  // namespace holdfast
