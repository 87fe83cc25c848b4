// For messages of failed expectations.
#pragma once

#include <ostream>

#include "reconcilers/databases/database_verdict.h"

namespace holdfast {

inline void PrintTo(VerdictKind kind, std::ostream* out) { *out << to_string(kind); }

}  // namespace holdfast
