// `holdfast status` as text: what a running agent answered, a line for each thing that somebody should know.
#pragma once

#include <functional>
#include <string>

#include "agent/commands/answer_json.h"
#include "agent/commands/context.h"

namespace holdfast::agent {

// Asks the agent for more, by path; an empty object when it does not say.
using AskForMore = std::function<json::object(const std::string& path)>;

// 0 when everything is in sync, 2 when it is not, 1 when there is no such row set.
int print_status(const CommandLine& line, const Context& context, const json::object& status, const AskForMore& ask);

}  // namespace holdfast::agent
