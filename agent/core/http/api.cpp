#include "agent/core/http/api.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "agent/core/http/asks.h"
#include "agent/core/http/event_stream.h"
#include "agent/core/http/events_json.h"
#include "agent/core/http/json_members.h"
#include "agent/core/http/openapi.h"
#include "agent/core/http/origin_check.h"
#include "agent/core/http/problem.h"
#include "agent/core/http/query.h"
#include "agent/core/http/runs_json.h"
#include "agent/core/http/set_json.h"
#include "agent/core/http/status_json.h"

namespace holdfast::agent::http {
namespace {

HttpResponse text(std::string_view content_type, std::string body) {
  HttpResponse response;
  response.content_type = content_type;
  response.body = std::move(body);
  return response;
}

HttpResponse json_text(std::string body) { return text("application/json", std::move(body)); }

bool wants_stream(const HttpRequest& request) {
  constexpr std::string_view wanted = "text/event-stream";
  for (const Field& field : request.fields) {
    if (!same_name(field.name, "Accept")) continue;
    for (std::string_view rest = field.value; !rest.empty();) {
      const std::string_view one = rest.substr(0, rest.find(','));
      if (same_name(trimmed(one.substr(0, one.find(';'))), wanted)) return true;
      rest.remove_prefix(std::min(one.size() + 1, rest.size()));
    }
  }
  return false;
}

HttpResponse no_such_address(const Target& target) {
  const bool page = target.segments.size() == 1 && target.segments[0].empty();
  return problem(404, page ? "there is no page here" : "there is no such address",
                 "/api/v1/status says how things are, /api/openapi.json lists every address");
}

HttpResponse method_not_allowed(const std::string& allow) {
  HttpResponse response = problem(405, "this address does not know that method", "it knows " + allow);
  response.fields.push_back({"Allow", allow});
  return response;
}

// The authority that the request was sent to: that of its target, else of its Host field.
std::optional<Authority> addressed(const HttpRequest& request, const Target& target) {
  return parse_authority(target.authority.empty() ? find_field(request, "Host").value_or("") : target.authority);
}

}  // namespace

Api::Api(AgentView& view, ApiOptions options) : view_(view), options_(std::move(options)) {}

std::optional<HttpResponse> Api::refuse_host(const HttpRequest& request, const Target& target,
                                             const Match& match) const {
  // What watches a container asks for liveness under whatever name or address it knows, and it is told nothing else.
  const bool liveness = match.route != nullptr && match.route->need == Need::Nothing;
  if (liveness && !options_.access.loopback) return std::nullopt;
  if (count_fields(request, "Host") != 1) return problem(400, "there is not exactly one Host field");
  const std::optional<Authority> authority = addressed(request, target);
  if (!authority) return problem(400, "the Host field names no host");
  if (options_.hosts.accepts(*authority)) return std::nullopt;
  return problem(421, "this agent is not known as \"" + authority->host + "\"",
                 "ask under the address that it listens on, or start it with --allow-host " + authority->host);
}

void Api::handle(const HttpRequest& request, const Reply& reply) const {
  const std::optional<Target> target = parse_target(request.target);
  if (!target) return reply(problem(400, "the address cannot be read"));
  const Match match = find_route(request.method, target->segments);
  if (std::optional<HttpResponse> refused = refuse_host(request, *target, match)) return reply(std::move(*refused));
  // What is not there asks for a read token like what is: nobody finds out by asking which it is.
  const Need need = match.route != nullptr ? match.route->need : Need::Read;
  if (need == Need::Write && !same_origin(request, *addressed(request, *target), options_.hosts)) {
    return reply(problem(403, "a page of another site made this request", "nothing is changed for other sites"));
  }
  std::variant<Permission, HttpResponse> allowed = permission(request, need, options_.access, options_.tokens);
  if (HttpResponse* refused = std::get_if<HttpResponse>(&allowed)) return reply(std::move(*refused));
  if (match.route == nullptr) {
    return reply(match.allow.empty() ? no_such_address(*target) : method_not_allowed(match.allow));
  }
  if (match.route->method == "GET") {
    HttpResponse response = answer_get(request, *target, match);
    if (request.method == "HEAD") response.events.reset();
    return reply(std::move(response));
  }
  if (const std::string mistake = query_mistake(*target, {}); !mistake.empty()) return reply(problem(400, mistake));
  std::variant<Request, HttpResponse> ask =
      read_ask(match.route->operation, request, match.parameter, std::get<Permission>(allowed).who, view_.status());
  if (HttpResponse* refused = std::get_if<HttpResponse>(&ask)) return reply(std::move(*refused));
  view_.ask(std::get<Request>(ask), [reply](const Answer& answer) { reply(ask_answer(answer)); });
}

HttpResponse Api::answer_get(const HttpRequest& request, const Target& target, const Match& match) const {
  // Probes and scrapers add parameters of their own to the first three.
  switch (match.route->operation) {
    case Operation::Health: return health();
    case Operation::Ready: return ready();
    case Operation::Metrics: return text("text/plain; version=0.0.4; charset=utf-8", view_.metrics());
    case Operation::Runs: return runs(target);
    case Operation::Events: return events(request, target);
    default: break;
  }
  if (const std::string mistake = query_mistake(target, {}); !mistake.empty()) return problem(400, mistake);
  switch (match.route->operation) {
    case Operation::OpenApi: return json_text(std::string(openapi_document()));
    case Operation::RowSets: return json_text(row_sets_json(view_.status()));
    case Operation::RowSet: return row_set(match.parameter);
    case Operation::Drift: return drift(match.parameter);
    case Operation::Run: return run(match.parameter);
    default: return json_text(status_json(view_.status()));
  }
}

// Alive, and not looking after another database than the one that the application uses. Where that is only likely, as
// with an application that opens its database for each request and a cache for good, it is a condition and no more.
// Which is not said: anybody may ask.
HttpResponse Api::health() const {
  const std::vector<DatabaseStatus>& databases = view_.status().databases;
  if (std::all_of(databases.begin(), databases.end(),
                  [](const DatabaseStatus& one) { return !one.health.other_database_certain; })) {
    return text("text/plain; charset=utf-8", "ok\n");
  }
  return problem(503, "the application has another database open than the one that is looked after",
                 "holdfast status says which");
}

// It says how many, never which: anybody may ask.
HttpResponse Api::ready() const {
  const AgentStatus& status = view_.status();
  if (options_.ready_when == ReadyWhen::InSync ? all_in_sync(status) : status.ready) {
    return text("text/plain; charset=utf-8", "ready\n");
  }
  const std::size_t undecided = count_undecided(status);
  std::string detail = "not every row set is as declared";
  if (undecided > 0) {
    detail = std::to_string(undecided) + " of the row sets have had no first decision yet";
  } else if (!status.ready) {
    detail = "the documents are not in force yet";
  }
  HttpResponse response = problem(503, detail);
  response.fields.push_back({"Retry-After", "1"});
  return response;
}

HttpResponse Api::row_set(const std::string& name) const {
  const AgentStatus& status = view_.status();
  const FoundSet found = find_set(status, name);
  if (found.set == nullptr) return no_such_set(name, status);
  StringSink out;
  JsonWriter json(out);
  json.begin_object();
  set_members(json, *found.database, *found.set);
  fights_member(json, found.set->fights);
  events_member(json, status, events_after(status, 0, {.database = *found.database, .row_set = name}));
  json.end_object();
  json.finish();
  return json_text(std::move(out.text));
}

HttpResponse Api::drift(const std::string& name) const {
  const FoundSet found = find_set(view_.status(), name);
  if (found.set == nullptr) return no_such_set(name, view_.status());
  StringSink out;
  JsonWriter json(out);
  drift_object(json, *found.database, *found.set);
  json.finish();
  return json_text(std::move(out.text));
}

HttpResponse Api::runs(const Target& target) const {
  if (const std::string mistake = query_mistake(target, {"database", "rowset", "limit"}); !mistake.empty()) {
    return problem(400, mistake, "the parameters are database, rowset and limit");
  }
  const std::optional<std::size_t> limit = read_limit(target, most_runs, most_runs_listed);
  if (!limit) return problem(400, "limit is no number from 1 to " + std::to_string(most_runs_listed));
  return json_text(
      runs_json(view_.status(), {find_parameter(target, "database"), find_parameter(target, "rowset"), *limit}));
}

HttpResponse Api::run(const std::string& id) const {
  std::optional<std::string> body = run_json(view_.status(), id);
  if (!body) return problem(404, "no run that the agent remembers has this id", "holdfast history has the older ones");
  return json_text(std::move(*body));
}

HttpResponse Api::events(const HttpRequest& request, const Target& target) const {
  const AgentStatus& status = view_.status();
  const bool stream = wants_stream(request);
  std::uint64_t after = 0;
  const std::string mistake =
      stream ? query_mistake(target, {"after"}) : query_mistake(target, {"after", "database", "rowset", "limit"});
  if (!mistake.empty())
    return problem(400, mistake, "the parameters are after and, for a list, database, rowset and limit");
  if (const std::optional<std::string_view> id = find_parameter(target, "after")) {
    const std::optional<std::uint64_t> number = parse_event_id(status, *id);
    if (!number) return problem(400, "after is no id of an event");
    after = *number;
  }
  if (!stream) {
    const std::optional<std::size_t> limit = read_limit(target, most_events_listed, most_events_listed);
    if (!limit) return problem(400, "limit is no number from 1 to " + std::to_string(most_events_listed));
    const EventFilter filter{find_parameter(target, "database"), find_parameter(target, "rowset"), *limit};
    return json_text(events_json(status, events_after(status, after, filter)));
  }
  if (const std::optional<std::string_view> last = find_field(request, "Last-Event-ID")) {
    // What a browser kept from somewhere else is no reason to refuse it for ever: it gets everything.
    after = parse_event_id(status, *last).value_or(0);
  }
  HttpResponse response = text("text/event-stream", stream_beginning() + next_messages(status, after));
  response.events = after;
  return response;
}

std::string Api::more_events(std::uint64_t& seen) const { return next_messages(view_.status(), seen); }

}  // namespace holdfast::agent::http
