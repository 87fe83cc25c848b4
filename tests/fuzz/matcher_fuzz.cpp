// Any pattern against any value: a matcher is refused with a message, or answers; the same question gets the same
// answer, and every text is matched by what it is written as: a plain value, `equals`, `in`, and `like` where it has no
// wildcard, each with `ignoreCase` and `trim` or without.
//
// The first byte of the input says which matcher; the rest is the pattern, a line feed, and the value.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "reconcilers/core/rule.h"
#include "reconcilers/sql/sqlite_rules.h"

namespace {

using namespace holdfast;  // NOLINT(google-build-using-namespace)

std::optional<Rule> bind(Matcher::Kind kind, std::uint8_t flags, std::string_view pattern) {
  static const Table table = [] {
    Table made;
    made.name = "t";
    made.columns.resize(1);
    made.columns[0].name = "c";
    made.columns[0].affinity = Affinity::Text;
    return made;
  }();
  ForbiddenRule rule;
  Matcher matcher;
  matcher.kind = kind;
  matcher.ignore_case = (flags & 0x10) != 0;
  matcher.trim = (flags & 0x20) != 0;
  if (kind != Matcher::Kind::IsNull) matcher.values.push_back({CellKind::Text, std::string(pattern), {}});
  rule.columns.emplace_back("c", std::move(matcher));
  Diagnostics diagnostics;
  std::optional<Rule> bound = Rule::bind(rule, "f", table, sql::sqlite_rules(), diagnostics);
  if (bound.has_value() == diagnostics.has_errors()) std::abort();
  return bound;
}

bool matches(const Rule& rule, ValueView value) {
  const bool answer = rule.matches({&value, 1});
  if (rule.matches({&value, 1}) != answer) std::abort();
  return answer;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::uint8_t flags = data[0];
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t end = std::min(rest.find('\n'), rest.size());
  const std::string_view pattern = rest.substr(0, end);
  const std::string_view value = rest.substr(std::min(end + 1, rest.size()));
  const auto kind = static_cast<Matcher::Kind>(flags % 6);
  if (const auto rule = bind(kind, flags, pattern)) {
    for (const ValueView one : {ValueView::text(value), ValueView::blob(value), ValueView::null(),
                                ValueView::integer(static_cast<std::int64_t>(size)), ValueView::real(0.5)}) {
      (void)matches(*rule, one);
    }
  }
  // What a text equals it always matches, whichever way it is asked. `trim` is about the value: a pattern with white
  // space at its ends is one that no trimmed value is like.
  const bool no_wildcard = pattern.find_first_of("%_") == std::string_view::npos;
  const bool trimmed_away = (flags & 0x20) != 0 && trim_unicode(pattern) != pattern;
  for (const Matcher::Kind same :
       {Matcher::Kind::Exact, Matcher::Kind::Equals, Matcher::Kind::In, Matcher::Kind::Like}) {
    if (same == Matcher::Kind::Like && (!no_wildcard || trimmed_away)) continue;
    const auto rule = bind(same, flags & 0x30, pattern);
    if (rule && !matches(*rule, ValueView::text(pattern))) std::abort();
  }
  return 0;
}
