// Names of marks in _holdfast_meta that the verdict reads or writes.
#pragma once

#include <string_view>

namespace holdfast {

inline constexpr std::string_view marker_mark = "marker";
inline constexpr std::string_view last_run_mark = "last-run";  // written by the journal (rows/journal.cpp)

}  // namespace holdfast
