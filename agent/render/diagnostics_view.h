// What is wrong with documents, for programs and for pull requests; people read it on stderr. PURE.
#pragma once

#include "agent/render/sink.h"
#include "desired-state/diagnostic.h"

namespace holdfast::agent {

// {"valid": …, "error_count": …, "errors": […], "warnings": […]}
void render_diagnostics_json(const Diagnostics& diagnostics, Sink& out);
void render_diagnostics_markdown(const Diagnostics& diagnostics, Sink& out);

}  // namespace holdfast::agent
