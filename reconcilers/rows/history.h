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
#include <unordered_set>
#include <vector>

#include "reconcilers/core/journal_block.h"
#include "reconcilers/core/row_shape.h"
#include "reconcilers/core/state.h"

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
  std::int64_t blocks = 0;
};

class History {
 public:
  History(Reader& reader, const State& state) : reader_(reader), state_(state) {}

  // The runs that changed something, newest first, at most `limit`.
  Result<std::vector<RunRecord>> runs(std::size_t limit);
  // By its id, or a beginning of it that no other run has. Nothing when there is none; Invalid when there are several.
  Result<std::optional<RunRecord>> run(std::string_view id);
  // The steps of a block, counted from 1, in their order; none when it is no longer there.
  Result<std::vector<StepRecord>> block(const RunRecord& run, std::int64_t number);
  // The numbers of the steps that other runs have taken back, and whose undo still stands.
  Result<std::unordered_set<std::int64_t>> undone(const RunRecord& run);
  Result<const RowShape*> shape(std::int64_t number);

 private:
  Reader& reader_;
  const State& state_;
  std::map<std::int64_t, RowShape> shapes_;
};

}  // namespace holdfast
