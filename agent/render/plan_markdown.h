// A plan as Markdown for a pull request: a table of the sets, then each set's changes folded away. PURE.
//
// Never longer than `bytes`, the most that the usual sites accept for a comment; what does not fit is counted.
#pragma once

#include <cstddef>

#include "agent/render/report.h"
#include "agent/render/sink.h"
#include "agent/render/value_text.h"

namespace holdfast::agent {

struct MarkdownOptions {
  std::size_t bytes = 60'000;
  std::size_t changes_per_set = 200;
  std::size_t characters = shown_characters;
};

void render_markdown(const Report& report, const MarkdownOptions& options, Sink& out);

}  // namespace holdfast::agent
