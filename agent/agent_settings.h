// How an agent is set up: flags, then HOLDFAST_* variables, then defaults, each value with where it came from. PURE.
//
// One table says everything about a setting; the command line, the help and `status` are made of it. A secret is never
// a setting: tokens are named by their file, or lie in HOLDFAST_TOKEN, whose value is not kept here.
#pragma once

#include <chrono>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "agent/core/status.h"
#include "desired-state/yaml_decoder.h"
#include "reconcilers/core/result.h"

namespace holdfast::agent {

// Values as they were given: by flag, without its dashes. A switch that is on has the value "true".
using GivenFlags = std::map<std::string, std::string>;

struct SettingKind {
  std::string_view flag;      // "start-timeout"
  std::string_view variable;  // "HOLDFAST_START_TIMEOUT"
  std::string_view fallback;
  bool is_switch = false;
};
std::span<const SettingKind> agent_setting_kinds();

struct AgentSettings {
  std::string listen;
  std::string token_file;
  std::vector<std::string> allowed_hosts;
  bool open_metrics = false;
  bool ready_when_in_sync = false;
  std::string before;
  std::chrono::milliseconds start_timeout{30'000};
  bool strict_start = false;
  std::chrono::milliseconds stop_timeout{10'000};
  std::string ready_file;
  std::string pin;
  std::string state_folder;    // for what is remembered about a database; empty: beside it
  std::string log;             // "text", "json", or "auto": text on a terminal
  std::vector<Setting> shown;  // for the status: what may hold a secret is masked
};

// Invalid with a hint when a value does not fit; the error's `where` is the flag or the variable.
Result<AgentSettings> agent_settings(const GivenFlags& flags, const Environment& environment);

// Of names of environment variables those that look like settings of ours and are none: typing errors. Variables that
// Kubernetes sets for a Service called holdfast are left out.
std::vector<std::string> unknown_settings(std::span<const std::string> variables);

}  // namespace holdfast::agent
