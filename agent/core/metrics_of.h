// The metrics of a status and of a run. PURE but for the recorder, which is handed in and never fails.
#pragma once

#include <vector>

#include "agent/core/run_outcome.h"
#include "agent/core/status.h"
#include "metrics/recorder.h"

namespace holdfast::agent {

// After each run: what it did, and how the database is now. `sets`: those it was to look at; a run that could not be
// made has failed for each of them.
void record_run(metrics::Recorder& recorder, const RunOutcome& outcome, const std::vector<SetStatus>& sets);
void record_status(metrics::Recorder& recorder, const DatabaseStatus& status);

}  // namespace holdfast::agent
