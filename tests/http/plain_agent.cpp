#include "tests/http/plain_agent.h"

#include <stdexcept>

#include "agent/core/conditions.h"

namespace holdfast::agent {
namespace {

SetStatus campaigns() {
  SetStatus set;
  set.name = "campaigns";
  set.table = "campaigns";
  set.mode = Mode::Enforce;
  set.conditions = {{ConditionType::Ready, true, "Decided", "", at_second(10)},
                    {ConditionType::Reconciling, false, "Idle", "", at_second(20)},
                    {ConditionType::Stalled, true, "Budget", "2 deletes wait for a confirmation", at_second(30)},
                    {ConditionType::Drifted, true, "Drift", "5 rows are not as declared", at_second(30)}};
  set.decided = true;
  set.declared_rows = 12;
  set.live_rows = 14;
  set.unmanaged_rows = 3;
  set.drift = {1, 2, 1, 0, 0, 1, 0};
  set.held_rows = 1;
  set.blocked = {{Reason::Budget, 2}, {Reason::SideEffect, 1}};
  set.rows = {
      {DriftClass::Missing, Action::Insert, Outcome::Held, Reason::Fight, "name \"Trading Tips\"", "held for 5 s"},
      {DriftClass::Forbidden, Action::Delete, Outcome::Blocked, Reason::Budget, "name \"Prizies\"", "over the budget"},
      {DriftClass::Duplicate, Action::None, Outcome::Reported, Reason::None, "name \"Hulu\"", ""}};
  set.fights = {{"name \"Trading Tips\"", DriftClass::Missing, {at_second(40), at_second(41)}, at_second(46)},
                {"rule 1", DriftClass::Forbidden, {at_second(40)}, std::nullopt}};
  set.pause = Pause{at_second(3600), "alice"};
  set.expectations = {{"no-orphans", true}, {"all-active", false}};
  set.waits_for = "0123456789abcdef";
  set.last_success = at_second(50);
  set.last_vanish = at_second(35);
  set.last_forbidden = at_second(36);
  return set;
}

DatabaseStatus popup() {
  DatabaseStatus database;
  database.name = "popup";
  database.location = "/data/popup.db";
  database.up = true;
  database.verdict = {"wiped", "an empty database is in its place", "put it back", true};
  database.last_wipe = Wipe{"wiped", "an empty database is in its place", at_second(20)};
  database.health = {.persistent = false,
                     .place = "/data lies in memory: attach a volume there",
                     .integrity_ok = true,
                     .damage = "",
                     .size_bytes = 4096,
                     .wal_size_bytes = 0,
                     .disk_free_bytes = 1 << 30,
                     .other_database = ""};
  database.conditions = conditions_of(database, {}, at_second(30));
  database.watch = "events";
  SetStatus properties;
  properties.name = "campaign-properties";
  properties.table = "campaign_properties";
  database.sets = {campaigns(), properties};
  RunSummary run;
  run.id = "01J9Z3N8Q4V5W6X7Y8Z9A0B1C2";
  run.database = "popup";
  run.trigger = Trigger::Person;
  run.who = "alice";
  run.at = at_second(40);
  run.took = std::chrono::microseconds(1234);
  run.revision = "sha256:abc";
  run.error = "the second batch did not get the lock";
  run.sets = {{"campaigns",
               Cause::Wipe,
               {{Action::Insert, 11}, {Action::Update, 2}, {Action::Delete, 1}},
               1,
               2,
               3,
               4,
               {{DriftClass::Missing, Action::Insert, Outcome::Applied, Reason::None, "name \"Hulu\"", ""}}},
              {"campaign-properties", Cause::Edit, {}, 0, 0, 0, 0, {}}};
  RunSummary quiet;
  quiet.database = "popup";
  quiet.trigger = Trigger::Interval;
  quiet.at = at_second(30);
  quiet.error = "database is locked";
  database.runs = {run, quiet};
  database.events = {event(1, "popup", "", "the database was wiped"),
                     event(3, "popup", "campaigns", "11 rows are back")};
  database.events[0].level = EventLevel::Warning;
  database.events[0].reason = "Wiped";
  return database;
}

}  // namespace

WallTime at_second(std::int64_t seconds) {
  return WallTime(std::chrono::seconds(1'760'000'000 + seconds));  // 2025-10-09T08:53:20Z
}

Event event(std::uint64_t number, const std::string& database, const std::string& row_set, const std::string& message) {
  Event one;
  one.number = number;
  one.reason = "Corrected";
  one.database = database;
  one.row_set = row_set;
  one.message = message;
  one.first = at_second(static_cast<std::int64_t>(number));
  one.last = one.first;
  return one;
}

AgentStatus rich_status() {
  AgentStatus status;
  status.version = "0.1.0";
  status.started = at_second(0);
  status.ready = true;
  status.documents = {.revision = "sha256:abc",
                      .digest = "abc",
                      .valid = false,
                      .errors = {"rows/campaigns.yaml:3:5: \"campagins\" is not a column: did you mean \"campaigns\"?"},
                      .since = at_second(1),
                      .pinned = "sha256:abc",
                      .from_database = true};
  DatabaseStatus other;
  other.name = "billing";
  other.location = "/data/billing.db";
  other.error = "unable to open database file";
  other.pause = Pause{at_second(60), ""};
  SetStatus plans;
  plans.name = "plans";
  plans.table = "plans";
  plans.decided = true;
  plans.in_sync = true;
  plans.declared_rows = 3;
  plans.live_rows = 3;
  other.sets = {plans};
  other.events = {event(2, "billing", "plans", "1 row is back")};
  status.databases = {popup(), other};
  status.settings = {{"listen", "127.0.0.1:8790", "default"}, {"token", "***", "HOLDFAST_TOKEN"}};
  return status;
}

http::Tokens two_tokens() {
  http::Tokens tokens;
  const std::string text = std::string("alice write ") + write_secret + "\ngrafana read " + read_secret + "\n";
  if (!tokens.add_file(text, "tokens")) throw std::logic_error("the tokens of the tests are none");
  return tokens;
}

http::Api make_api(PlainAgent& agent, const ApiSetup& setup) {
  const Result<http::ListenAddress> address = http::parse_listen_address(setup.listen);
  if (!address) throw std::logic_error(to_string(address.error()));
  Result<http::HostCheck> hosts = http::HostCheck::make(*address, setup.extra_hosts);
  if (!hosts) throw std::logic_error(to_string(hosts.error()));
  http::ApiOptions options;
  options.access = {.loopback = address->loopback(), .open_metrics = setup.open_metrics};
  options.hosts = *std::move(hosts);
  if (setup.tokens) options.tokens = two_tokens();
  options.ready_when = setup.ready_when;
  return http::Api(agent, std::move(options));
}

}  // namespace holdfast::agent
