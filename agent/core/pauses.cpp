#include <algorithm>
#include <charconv>

#include "agent/core/controller.h"

// How pauses are kept in the database: until when (milliseconds since 1970), which set and who, each with its length
// before it, since names may have any character.
namespace holdfast::agent {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

std::string sized(const std::string& text) { return std::to_string(text.size()) + ":" + text; }

// Takes "N:TEXT" off the front; nothing when it is not there.
std::optional<std::string> take_sized(std::string_view& rest) {
  std::size_t size = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), size);
  const auto used = static_cast<std::size_t>(end - rest.data());
  if (error != std::errc() || used >= rest.size() || rest[used] != ':' || rest.size() - used - 1 < size) {
    return std::nullopt;
  }
  std::string text(rest.substr(used + 1, size));
  rest.remove_prefix(used + 1 + size);
  return text;
}

}  // namespace

std::string pauses_text(const Pauses& pauses) {
  std::string text;
  for (const auto& [name, pause] : pauses) {
    const auto until = duration_cast<milliseconds>(pause.until.time_since_epoch()).count();
    text += sized(std::to_string(until)) + sized(name) + sized(pause.who);
  }
  return text;
}

Pauses read_pauses(const std::string& text) {
  Pauses pauses;
  for (std::string_view rest = text; !rest.empty();) {
    const auto until = take_sized(rest);
    const auto name = until ? take_sized(rest) : std::nullopt;
    const auto who = name ? take_sized(rest) : std::nullopt;
    std::int64_t number = 0;
    if (!who || std::from_chars(until->data(), until->data() + until->size(), number).ec != std::errc()) break;
    // Beyond what the clock can say: nobody wrote that.
    if (number < 0 || milliseconds(number) > duration_cast<milliseconds>(WallTime::duration::max())) break;
    pauses[*name] = {WallTime(milliseconds(number)), *who};
  }
  return pauses;
}

}  // namespace holdfast::agent
