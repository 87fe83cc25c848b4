#include "agent/core/http/time_text.h"

#include <algorithm>
#include <string_view>

namespace holdfast::agent::http {
namespace {

void append_padded(std::string& text, std::int64_t number, std::size_t width) {
  const std::string digits = std::to_string(number);
  text.append(width > digits.size() ? width - digits.size() : 0, '0');
  text += digits;
}

}  // namespace

std::string time_text(WallTime time) {
  using namespace std::chrono;
  constexpr auto first = sys_days(year(0) / January / 1);
  constexpr auto last = sys_days(year(9999) / December / 31) + days(1) - milliseconds(1);
  const auto moment = std::clamp<sys_time<milliseconds>>(floor<milliseconds>(time), first, last);
  const auto day = floor<days>(moment);
  const year_month_day date(day);
  const hh_mm_ss<milliseconds> clock(moment - day);
  std::string text;
  const auto part = [&](std::int64_t number, std::size_t width, std::string_view after) {
    append_padded(text, number, width);
    text += after;
  };
  part(static_cast<int>(date.year()), 4, "-");
  part(static_cast<unsigned>(date.month()), 2, "-");
  part(static_cast<unsigned>(date.day()), 2, "T");
  part(clock.hours().count(), 2, ":");
  part(clock.minutes().count(), 2, ":");
  part(clock.seconds().count(), 2, ".");
  part(clock.subseconds().count(), 3, "Z");
  return text;
}

}  // namespace holdfast::agent::http
