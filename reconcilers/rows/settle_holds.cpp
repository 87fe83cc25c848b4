// What holds are besides their rows: the mark that tells of a change.
#include <utility>

#include "reconcilers/rows/holds.h"

namespace holdfast {
namespace {

constexpr std::string_view version_mark = "holds";

}  // namespace

Result<std::string> Holds::version(Reader& reader, const State& state) {
  Result<std::optional<std::string>> mark = state.meta(reader, version_mark);
  if (!mark) return mark.error();
  return mark->value_or("");
}

Result<void> Holds::set_version(Transaction& transaction, const State& state, const std::string& version) {
  return state.set_meta(transaction, version_mark, version);
}

}  // namespace holdfast
