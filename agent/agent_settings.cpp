#include "agent/agent_settings.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "agent/core/http/listen_address.h"
#include "desired-state/units.h"

namespace holdfast::agent {
namespace {

constexpr std::array kinds = {
    SettingKind{"listen", "HOLDFAST_LISTEN", "127.0.0.1:8790"},
    SettingKind{"token-file", "HOLDFAST_TOKEN_FILE", ""},
    SettingKind{"allow-host", "HOLDFAST_ALLOW_HOST", ""},
    SettingKind{"open-metrics", "HOLDFAST_OPEN_METRICS", "false", true},
    SettingKind{"ready-when", "HOLDFAST_READY_WHEN", "decided"},
    SettingKind{"before", "HOLDFAST_BEFORE", ""},
    SettingKind{"start-timeout", "HOLDFAST_START_TIMEOUT", "30s"},
    SettingKind{"strict-start", "HOLDFAST_STRICT_START", "false", true},
    SettingKind{"stop-timeout", "HOLDFAST_STOP_TIMEOUT", "10s"},
    SettingKind{"ready-file", "HOLDFAST_READY_FILE", ""},
    SettingKind{"pin", "HOLDFAST_PIN", ""},
    SettingKind{"state-folder", "HOLDFAST_STATE_FOLDER", ""},
    SettingKind{"log", "HOLDFAST_LOG", "auto"},
};

Setting look_up(const SettingKind& kind, const GivenFlags& flags, const Environment& environment) {
  const auto given = flags.find(std::string(kind.flag));
  if (given != flags.end()) return {std::string(kind.flag), given->second, "--" + std::string(kind.flag)};
  if (const auto set = environment(kind.variable); set && !set->empty()) {
    return {std::string(kind.flag), *set, std::string(kind.variable)};
  }
  return {std::string(kind.flag), std::string(kind.fallback), "default"};
}

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> parts;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(','), list.size());
    if (end > 0) parts.emplace_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return parts;
}

class Reader {
 public:
  Reader(const GivenFlags& flags, const Environment& environment) {
    for (const SettingKind& kind : kinds) settings_.push_back(look_up(kind, flags, environment));
  }

  const Setting& of(std::string_view flag) const {
    for (const Setting& one : settings_) {
      if (one.name == flag) return one;
    }
    return settings_.front();  // never: flags here are those of the table
  }
  bool on(std::string_view flag) {
    const Setting& setting = of(flag);
    if (setting.value == "true" || setting.value == "1") return true;
    if (setting.value != "false" && setting.value != "0") refuse(setting, "say true or false");
    return false;
  }
  // True for the second of two words.
  bool second(std::string_view flag, std::string_view first, std::string_view second) {
    const Setting& setting = of(flag);
    if (setting.value == second) return true;
    if (setting.value != first) refuse(setting, "say " + std::string(first) + " or " + std::string(second));
    return false;
  }
  std::chrono::milliseconds time(std::string_view flag) {
    const Setting& setting = of(flag);
    if (const auto read = parse_duration(setting.value)) return *read;
    refuse(setting, "say how long: 30s, 2m");
    return {};
  }
  void refuse(const Setting& setting, std::string hint) {
    const std::string where = setting.origin == "default" ? "--" + setting.name : setting.origin;
    if (!error_) error_ = Error{ErrorKind::Invalid, "wrong value", where, std::move(hint)};
  }
  const std::optional<Error>& error() const { return error_; }
  std::vector<Setting> take() { return std::move(settings_); }

 private:
  std::vector<Setting> settings_;
  std::optional<Error> error_;
};

}  // namespace

std::span<const SettingKind> agent_setting_kinds() { return kinds; }

Result<AgentSettings> agent_settings(const GivenFlags& flags, const Environment& environment) {
  Reader reader(flags, environment);
  AgentSettings settings;
  settings.listen = reader.of("listen").value;
  settings.token_file = reader.of("token-file").value;
  settings.allowed_hosts = split(reader.of("allow-host").value);
  settings.open_metrics = reader.on("open-metrics");
  settings.ready_when_in_sync = reader.second("ready-when", "decided", "in-sync");
  settings.before = reader.of("before").value;
  settings.start_timeout = reader.time("start-timeout");
  settings.strict_start = reader.on("strict-start");
  settings.stop_timeout = reader.time("stop-timeout");
  settings.ready_file = reader.of("ready-file").value;
  settings.pin = reader.of("pin").value;
  settings.state_folder = reader.of("state-folder").value;
  settings.log = reader.of("log").value;
  if (settings.log != "auto" && settings.log != "text" && settings.log != "json") {
    reader.refuse(reader.of("log"), "say auto, text or json");
  }
  // Whether the port is free is found out later, and stops nobody; an address that is none never gets right by itself.
  if (const auto address = http::parse_listen_address(settings.listen); !address) {
    reader.refuse(reader.of("listen"), address.error().hint);
  }
  if (reader.error()) return *reader.error();
  settings.shown = reader.take();
  // A command may have a password in it, and the status is read by whoever may read at all (G10).
  for (Setting& one : settings.shown) {
    if (one.name == "before" && !one.value.empty()) one.value = "***";
  }
  return settings;
}

std::vector<std::string> unknown_settings(std::span<const std::string> variables) {
  // Of the commands that ask an agent, of the tokens, and of the supervisor.
  constexpr std::array<std::string_view, 3> others = {"HOLDFAST_AGENT", "HOLDFAST_TOKEN", "HOLDFAST_SUPERVISED"};
  const auto known = [&](const std::string& name) {
    return std::find(others.begin(), others.end(), name) != others.end() ||
           std::any_of(kinds.begin(), kinds.end(), [&](const SettingKind& kind) { return kind.variable == name; });
  };
  std::vector<std::string> unknown;
  for (const std::string& name : variables) {
    const bool kubernetes = name.starts_with("HOLDFAST_SERVICE_") || name.starts_with("HOLDFAST_PORT");
    if (name.starts_with("HOLDFAST_") && !kubernetes && !known(name)) unknown.push_back(name);
  }
  return unknown;
}

}  // namespace holdfast::agent
