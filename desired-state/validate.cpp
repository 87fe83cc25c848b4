#include "desired-state/validate.h"

#include "desired-state/checks/checks.h"

namespace holdfast {

void validate(DesiredState& state, Diagnostics& diagnostics) {
  checks::check_names(state, diagnostics);
  checks::check_references(state, diagnostics);
  checks::check_tables(state, diagnostics);
  for (const RowSetDocument& set : state.row_sets) {
    checks::check_columns(set, diagnostics);
    checks::check_renames(set, diagnostics);
  }
}

}  // namespace holdfast
