// Reads a YAML text and hands its events on, with everything checked that yaml-cpp lets pass: unclosed quotes, keys
// without a colon, a second root, nesting, alias bombs, unknown tags, control characters. PURE; no state is kept.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "desired-state/diagnostic.h"
#include "desired-state/yaml/event.h"

namespace holdfast::yaml {

struct ReadLimits {
  std::size_t bytes = std::size_t{64} << 20;
  std::size_t depth = 100;
  std::size_t alias_nodes = 100'000;
};

// Adds every mistake but a syntax error to `diagnostics` (the sink adds its own). A syntax error ends the text and is
// returned: what was found on its line or behind it follows from it and is not worth telling. The document under way
// when the text ended early never gets its end.
std::optional<Diagnostic> read_events(const std::string& file, std::string_view text, const ReadLimits& limits,
                                      EventSink& sink, Diagnostics& diagnostics);

// Puts what was found in one text and the syntax error that ended it into `diagnostics`, in the order of the text.
void report(Diagnostics& found, const std::optional<Diagnostic>& syntax, Diagnostics& diagnostics);

}  // namespace holdfast::yaml
