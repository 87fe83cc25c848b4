// How the process ends; a stable interface for scripts.
#pragma once

#include <initializer_list>

namespace holdfast::agent {

inline constexpr int exit_done = 0;     // in sync, or done
inline constexpr int exit_failed = 1;   // something could not be carried out
inline constexpr int exit_drift = 2;    // drift is left, or was found by `plan --detailed-exitcode`
inline constexpr int exit_invalid = 3;  // the documents are invalid
inline constexpr int exit_usage = 64;   // wrong usage, as in sysexits.h

// Of several databases the one that most needs a person decides: invalid, then failed, then drift.
constexpr int worse(int a, int b) {
  for (const int code : {exit_invalid, exit_failed, exit_drift}) {
    if (a == code || b == code) return code;
  }
  return exit_done;
}

}  // namespace holdfast::agent
