// A forbidden rule bound to a table: tells whether a live row matches. Immutable; any thread may ask.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "desired-state/documents.h"
#include "reconcilers/core/schema.h"
#include "reconcilers/core/value_rules.h"

namespace re2 {
class RE2;
}

namespace holdfast {

class Rule {
 public:
  Rule(const Rule&);
  Rule(Rule&&) noexcept;
  Rule& operator=(const Rule&);
  Rule& operator=(Rule&&) noexcept;
  ~Rule();

  // Null when the rule is wrong (unknown column, bad pattern, a value the column could not hold); each mistake is
  // added.
  static std::optional<Rule> bind(const ForbiddenRule& rule, const std::string& file, const Table& table,
                                  const ValueRules& values, Diagnostics& diagnostics);

  const ColumnList& columns() const { return columns_; }  // indices into Table::columns, what matches() needs
  // `values` in the order of columns().
  bool matches(std::span<const ValueView> values) const;
  Mark mark() const { return mark_; }

 private:
  struct Part;
  Rule();
  ColumnList columns_;
  std::vector<Part> parts_;
  Mark mark_;
};

// Every mistake in the rules that shows without their tables: patterns that are none.
void check_patterns(const DesiredState& state, Diagnostics& diagnostics);

// Unicode white space taken off both ends.
std::string_view trim_unicode(std::string_view text);

}  // namespace holdfast
