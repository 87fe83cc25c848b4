// Times as the HTTP API writes them. PURE.
#pragma once

#include <string>

#include "agent/core/status.h"

namespace holdfast::agent::http {

// RFC 3339, UTC, to the millisecond: 2025-10-07T12:34:56.789Z. Years 0 to 9999; what lies outside becomes the nearer
// end.
std::string time_text(WallTime time);

}  // namespace holdfast::agent::http
