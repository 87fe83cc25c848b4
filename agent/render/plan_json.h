// A plan, or what became of it, as JSON: the stable interface that scripts build on. Written as it goes. PURE.
#pragma once

#include "agent/render/report.h"
#include "agent/render/sink.h"

namespace holdfast::agent {

void render_json(const Report& report, Sink& out);

}  // namespace holdfast::agent
