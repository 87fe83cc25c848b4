// A test that needs a file system of its own is left out where nobody may mount one. With HOLDFAST_MUST_MOUNT it fails
// there instead: a machine that is meant to run it does not leave it out unseen.
#pragma once

#include <cstdlib>

namespace holdfast {

inline bool must_mount() { return std::getenv("HOLDFAST_MUST_MOUNT") != nullptr; }

}  // namespace holdfast
