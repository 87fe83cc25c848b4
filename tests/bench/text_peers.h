// What loading is compared with: loops over a YAML parser's events that do nothing with them.
#pragma once

#include <cstdint>
#include <string>

namespace holdfast::bench {

// The number of scalars in the text; ends the program if the text is wrong.
std::uint64_t libyaml_scalars(const std::string& yaml);
std::uint64_t yaml_cpp_scalars(const std::string& yaml);

}  // namespace holdfast::bench
