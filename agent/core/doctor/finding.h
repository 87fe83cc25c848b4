// One thing that `holdfast doctor` found out. PURE.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace holdfast::agent::doctor {

enum class Severity : std::uint8_t {
  Ok,
  Note,     // nothing is wrong; worth knowing
  Warning,  // will hurt some day, or under load
  Problem,  // rows are lost, or the application fails
};
// "ok", "note", "warning", "problem".
std::string_view to_string(Severity severity);

struct Finding {
  std::string check;  // for machines: "persistence", "open-files", …
  Severity severity = Severity::Ok;
  std::string what;  // one line, as it is
  std::string why;   // why it matters; empty where nothing is wrong
  std::string todo;  // may have several lines; empty when there is nothing to do
};

using Findings = std::vector<Finding>;

}  // namespace holdfast::agent::doctor
