#include "agent/commands/validate.h"

#include "agent/commands/documents.h"
#include "agent/exit_code.h"
#include "agent/render/diagnostics_view.h"
#include "agent/render/escape.h"

namespace holdfast::agent {
namespace {

void write_text(const DesiredState& state, const Context& context) {
  std::uint64_t rows = 0;
  for (const RowSetDocument& set : state.row_sets) rows += set.rows->size();
  context.out.write(context.out_style.paint(Tone::Good, "Valid:") + " " + counted(state.databases.size(), "Database") +
                    ", " + counted(state.row_sets.size(), "RowSet") + " with " + counted(rows, "row") + ".\n");
}

}  // namespace

int run_validate(const CommandLine& line, const Context& context) {
  const LoadedDocuments loaded = load_documents(line, context);
  if (loaded.usage_error) {
    print_error(*loaded.usage_error, context);
    return exit_usage;
  }
  if (line.format == Format::Json) {
    render_diagnostics_json(loaded.diagnostics, context.out);
  } else {
    print_diagnostics(loaded.diagnostics, context, Wrote::Never);
    if (!loaded.diagnostics.has_errors()) write_text(loaded.state, context);
  }
  return loaded.diagnostics.has_errors() ? exit_invalid : exit_done;
}

}  // namespace holdfast::agent
