// The metrics of a status and of a run. PURE but for the recorder, which is handed in and never fails.
#pragma once

#include "agent/core/run_outcome.h"
#include "agent/core/status.h"
#include "metrics/recorder.h"

namespace holdfast::agent {

// After each run: what it did, and how the database is now.
void record_run(metrics::Recorder& recorder, const RunOutcome& outcome);
void record_status(metrics::Recorder& recorder, const DatabaseStatus& status);

}  // namespace holdfast::agent
