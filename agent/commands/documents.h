// Loading documents for a command, and telling what is wrong with them.
#pragma once

#include <cstdint>
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
// `wrote`: whether something was written before the mistake was found; of what never writes nothing is said.
enum class Wrote : std::uint8_t { Never, Nothing, Something };
void print_diagnostics(const Diagnostics& diagnostics, const Context& context, Wrote wrote = Wrote::Nothing);

// "error: WHAT: WHERE: WHAT TO DO" on stderr; `message` is made printable here.
void print_error(std::string_view message, const Context& context);
void print_warning(std::string_view message, const Context& context);

}  // namespace holdfast::agent
