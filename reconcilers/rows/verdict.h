// Small makers of verdicts, shared by the parts of RowWriter.
#pragma once

#include <string>
#include <utility>

#include "reconcilers/rows/row_writer.h"

namespace holdfast {

inline Verdict verdict(Verdict::Kind kind) { return {kind, Outcome::Applied, Reason::None, {}}; }

inline Verdict refused(Outcome outcome, Reason reason, std::string message) {
  return {Verdict::Kind::Refused, outcome, reason, std::move(message)};
}

// The live row that an update or a delete was planned on; every such change has one.
inline const RowImage& planned_row(const Change& change) { return change.detail->before.value(); }

// What the engine's refusal of one statement means for the change.
Verdict from_failure(const WriteOutcome& outcome);

// Bytes that stand for one row of one table.
std::string row_identity(const Table& table, const Locator& locator);

}  // namespace holdfast
