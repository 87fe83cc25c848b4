#include "agent/core/http/asks.h"

#include <algorithm>
#include <boost/json.hpp>
#include <optional>
#include <vector>

#include "agent/core/controller.h"
#include "agent/core/http/json_members.h"
#include "agent/core/http/problem.h"
#include "desired-state/nearest.h"
#include "desired-state/units.h"

namespace holdfast::agent::http {
namespace {

namespace json = boost::json;

constexpr const char* pause_form = R"(send nothing, or {"for": "30m"})";
constexpr const char* accept_form = R"(send nothing, or {"key": "Trading Tips", "dry_run": true}, or one of them)";

// The members that an operation's body may have, and what to send.
struct BodyForm {
  std::vector<std::string_view> members;
  std::string_view hint;
};

BodyForm form_of(Operation operation) {
  switch (operation) {
    case Operation::Pause: return {{"for"}, pause_form};
    case Operation::Accept: return {{"key", "dry_run"}, accept_form};
    default: return {{}, "send no body"};
  }
}

// The media type, without what stands behind it.
bool is_json(std::string_view content_type) {
  return same_name(trimmed(content_type.substr(0, content_type.find(';'))), "application/json");
}

// The members of the body; none when there is no body.
std::variant<json::object, HttpResponse> read_body(const HttpRequest& request, const BodyForm& form) {
  if (trimmed(request.body).empty()) return json::object();
  if (!is_json(find_field(request, "Content-Type").value_or(""))) {
    return problem(415, "the body is not said to be JSON", "send it with Content-Type: application/json");
  }
  json::error_code failed;
  json::parse_options options;
  options.max_depth = 4;
  json::value body = json::parse(request.body, failed, {}, options);
  if (failed) return problem(400, "the body is not JSON: " + failed.message());
  if (!body.is_object()) return problem(400, "the body is no JSON object");
  for (const auto& [name, value] : body.get_object()) {
    if (std::find(form.members.begin(), form.members.end(), std::string_view(name)) != form.members.end()) continue;
    return problem(400, "the member \"" + std::string(name) + "\" is not known here", form.hint);
  }
  return std::move(body.get_object());
}

std::variant<Request, HttpResponse> read_pause(Request ask, const json::object& body) {
  const json::value* text = body.if_contains("for");
  if (text == nullptr) return ask;
  if (!text->is_string()) return problem(400, "\"for\" is no text", pause_form);
  const std::optional<std::chrono::milliseconds> length = parse_duration(std::string_view(text->get_string()));
  if (!length) return problem(400, "\"for\" is no duration", "write it as in 30s, 30m, 1h30m or 2d");
  if (*length > longest_pause) {
    return problem(400, "a pause of " + write_duration(*length) + " is too long",
                   "pause for at most " + write_duration(longest_pause) + ", and again when it has ended");
  }
  ask.length = *length;
  return ask;
}

std::variant<Request, HttpResponse> read_accept(Request ask, const json::object& body) {
  ask.kind = Request::Kind::Accept;
  if (const json::value* key = body.if_contains("key")) {
    if (!key->is_string()) return problem(400, "\"key\" is no text", accept_form);
    ask.key = std::string(key->get_string());
  }
  if (const json::value* dry_run = body.if_contains("dry_run")) {
    if (!dry_run->is_bool()) return problem(400, "\"dry_run\" is neither true nor false", accept_form);
    ask.dry_run = dry_run->get_bool();
  }
  return ask;
}

void message_object(const Answer& answer, Sink& out) {
  JsonWriter json(out);
  json.begin_object();
  text_member(json, "message", answer.message);
  optional_text_member(json, "run", answer.run);
  time_member(json, "until", answer.until);
  json.end_object();
  json.finish();
}

}  // namespace

FoundSet find_set(const AgentStatus& status, const std::string& name) {
  for (const DatabaseStatus& database : status.databases) {
    for (const SetStatus& set : database.sets) {
      if (set.name == name) return {&database.name, &set};
    }
  }
  return {};
}

HttpResponse no_such_set(const std::string& name, const AgentStatus& status) {
  std::vector<std::string> known;
  for (const DatabaseStatus& database : status.databases) {
    for (const SetStatus& set : database.sets) known.push_back(set.name);
  }
  return problem(404, "no document in force declares the row set \"" + name + "\"",
                 known.empty() ? std::string("no row set is declared") : mend_name(name, known, "the row sets are"));
}

std::variant<Request, HttpResponse> read_ask(Operation operation, const HttpRequest& request,
                                             const std::string& parameter, const std::string& who,
                                             const AgentStatus& status) {
  Request ask;
  ask.who = who;
  if (operation == Operation::Undo) {
    if (parameter.size() > longest_run_id) return problem(404, "this is no id of a run", "holdfast history lists them");
    if (parameter.size() < shortest_run_id) {
      return problem(
          404, "a run's id is too short",
          "give " + std::to_string(shortest_run_id) + " characters of it or more; holdfast history lists them");
    }
    ask.kind = Request::Kind::Undo;
    ask.run = parameter;
  } else {
    if (!parameter.empty() && find_set(status, parameter).set == nullptr) return no_such_set(parameter, status);
    ask.row_set = parameter;
  }
  if (operation == Operation::Pause) ask.kind = Request::Kind::Pause;
  if (operation == Operation::Resume) ask.kind = Request::Kind::Resume;
  std::variant<json::object, HttpResponse> body = read_body(request, form_of(operation));
  if (HttpResponse* refused = std::get_if<HttpResponse>(&body)) return std::move(*refused);
  if (operation == Operation::Accept) return read_accept(std::move(ask), std::get<json::object>(body));
  if (operation == Operation::Pause) return read_pause(std::move(ask), std::get<json::object>(body));
  return ask;
}

HttpResponse ask_answer(const Answer& answer) {
  switch (answer.kind) {
    case Answer::Kind::NotFound: return problem(404, answer.message);
    case Answer::Kind::Conflict: return problem(409, answer.message);
    case Answer::Kind::Unavailable: {
      HttpResponse response = problem(503, answer.message, "try again in a moment");
      response.fields.push_back({"Retry-After", "1"});
      return response;
    }
    case Answer::Kind::Done: break;
  }
  StringSink out;
  if (!answer.json.empty()) {
    out.text = answer.json;
  } else {
    message_object(answer, out);
  }
  HttpResponse response;
  response.content_type = "application/json";
  response.body = std::move(out.text);
  return response;
}

}  // namespace holdfast::agent::http
