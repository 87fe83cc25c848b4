// Loading documents for a command, and telling what is wrong with them.
#pragma once

#include <optional>

#include "agent/commands/context.h"

namespace holdfast::agent {

struct LoadedDocuments {
  DesiredState state;
  Diagnostics diagnostics;
  std::optional<std::string> usage_error;  // a --database that no document knows
};

// Reads, decodes, checks, and puts the URLs of --database in place. Prints nothing.
LoadedDocuments load_documents(const CommandLine& line, const Context& context);

// One line each on stderr: "error: FILE:LINE:COLUMN: MESSAGE (HINT)", and at the end how many errors there were.
// `changed`: something was written before the mistake was found.
void print_diagnostics(const Diagnostics& diagnostics, const Context& context, bool changed = false);

// "error: WHAT: WHERE: WHAT TO DO" on stderr; `message` is made printable here.
void print_error(std::string_view message, const Context& context);
void print_warning(std::string_view message, const Context& context);

}  // namespace holdfast::agent
