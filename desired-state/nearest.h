// The likely mend of a slip of the pen. PURE; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

// The candidate closest to `wanted` when it is close enough to be a slip (ASCII case does not count); empty otherwise.
std::string nearest_name(std::string_view wanted, const std::vector<std::string>& candidates);

// "a, b, c", cut after 20.
std::string name_list(const std::vector<std::string>& names);

// For an unknown name: "did you mean "x"?", or the list of those that are known after `intro`.
std::string mend_name(std::string_view wanted, const std::vector<std::string>& candidates, std::string_view intro);

bool same_ascii_name(std::string_view a, std::string_view b);

}  // namespace holdfast
