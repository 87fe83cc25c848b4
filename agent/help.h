// The help texts. One page each, with examples.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace holdfast::agent {

// Every command there is, help included, in the order of the help page.
const std::vector<std::string>& command_names();

// The page of a command, or the main page when `topic` is empty or no command.
std::string_view help_text(std::string_view topic = {});

}  // namespace holdfast::agent
