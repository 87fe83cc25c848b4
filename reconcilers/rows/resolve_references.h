// Turns the names that rows give ("campaign_id: Trading Tips") into the values that the column stores.
#pragma once

#include <memory>
#include <span>

#include "reconcilers/core/store.h"
#include "reconcilers/rows/set_state.h"

namespace holdfast {

// A set whose references hold values: the declared row of the other set first, then a live one. A row whose name leads
// to none or to several waits (BoundSet::waits); one whose parent is still to be inserted with an id that only the
// database knows holds a Pending cell. `state.parents` and `state.live_parents` are filled. The other sets' plans, by
// index as in `states`, are made already.
//
// Returns the bound set itself when it has no references. Mistakes of the documents (an unknown column) go to
// `diagnostics`; null when there was one.
Result<std::shared_ptr<const BoundSet>> resolve_references(Reader& reader, SetState& state,
                                                           std::span<const SetState> states,
                                                           std::span<const SetPlan> plans, Diagnostics& diagnostics);

}  // namespace holdfast
