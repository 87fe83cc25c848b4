// What the process does with signals while it runs a command.
#pragma once

namespace holdfast::agent {

// SIGPIPE becomes an error of the write that caused it. SIGINT and SIGTERM end the process at once with 130 and 143: a
// transaction under way is rolled back by whoever opens the database next, as after any crash. Handlers, not the
// default action, because a process with id 1 has no default action.
void handle_signals();

}  // namespace holdfast::agent
