// What a request to take a run back is answered: what was done, or why not. PURE.
#pragma once

#include "agent/core/agent_view.h"
#include "reconcilers/rows/database_reconciler.h"

namespace holdfast::agent {

// What became of an undo that was carried out: how many changes, and why others stay, each reason once and at most
// three of them. Sensitive values are masked as everywhere. Conflict when nothing was taken back.
Answer undo_answer(const RunReport& report);

// An undo that wrote nothing because of an error. Unavailable for what may pass by itself; Conflict for a disk that is
// full, a database that is read-only, a run that is no longer in the journal as a whole. Never NotFound: that there is
// no such run is known before.
Answer undo_refused(const Error& error);

}  // namespace holdfast::agent
