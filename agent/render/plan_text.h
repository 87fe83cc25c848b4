// A plan, or what became of it, as text for people: set by set, deletes first, row by row, column by column. PURE.
#pragma once

#include <cstddef>

#include "agent/render/report.h"
#include "agent/render/sink.h"
#include "agent/render/style.h"
#include "agent/render/value_text.h"

namespace holdfast::agent {

struct TextOptions {
  Style style;
  std::size_t changes_per_set = 200;  // the rest is counted; JSON has them all
  std::size_t characters = shown_characters;
};

void render_text(const Report& report, const TextOptions& options, Sink& out);

// "journal mode of popup would be switched from delete to wal"
std::string journal_mode_text(const JournalModeSwitch& one, bool applied);

std::string absent_text(const AbsentSet& set);

// "Plan", "Applied"…
std::string headline(const Report& report);

// "2 to insert, 1 to update, 1 to delete (with 3 dependents), 0 blocked", or in the past tense after apply.
std::string summary_text(const Report& report);

}  // namespace holdfast::agent
