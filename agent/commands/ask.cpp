#include "agent/commands/ask.h"

#include <algorithm>
#include <boost/json.hpp>

#include "agent/commands/documents.h"
#include "agent/exit_code.h"
#include "agent/render/escape.h"

namespace holdfast::agent {
namespace {

namespace json = boost::json;

constexpr const char* default_agent = "http://127.0.0.1:8790";

std::string escaped(std::string_view text) {
  std::string path;
  for (const char one : text) {
    const auto byte = static_cast<unsigned char>(one);
    const bool plain = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
                       one == '-' || one == '.' || one == '_' || one == '~';
    if (plain) {
      path += one;
      continue;
    }
    constexpr char digits[] = "0123456789ABCDEF";
    path += {'%', digits[byte >> 4U], digits[byte & 15U]};
  }
  return path;
}

// The secret of the first line of a file of tokens that may write, else of the first; empty when there is none.
std::string secret_of(std::string_view text) {
  std::string first;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    std::vector<std::string> words;
    while (!line.empty()) {
      const std::size_t blank = std::min(line.find_first_of(" \t\r"), line.size());
      if (blank > 0) words.emplace_back(line.substr(0, blank));
      line.remove_prefix(std::min(blank + 1, line.size()));
    }
    if (words.size() != 3 || words[0][0] == '#') continue;
    if (words[1] == "write") return words[2];
    if (first.empty()) first = words[2];
  }
  return first;
}

std::string token_of(const CommandLine& line, const Context& context) {
  if (const auto secret = context.environment("HOLDFAST_TOKEN"); secret && !secret->empty()) return *secret;
  const auto flag = line.agent_flags.find("token-file");
  const std::string file =
      flag != line.agent_flags.end() ? flag->second : context.environment("HOLDFAST_TOKEN_FILE").value_or("");
  if (file.empty()) return "";
  const std::optional<std::string> text = context.read_file(file);
  if (!text) print_warning("the file of tokens cannot be read: " + file, context);
  return text ? secret_of(*text) : std::string();
}

std::string text_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

bool is_true(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

std::uint64_t count_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_int64() ? static_cast<std::uint64_t>(value->get_int64()) : 0;
}

const json::array& array_of(const json::object& object, std::string_view name) {
  static const json::array none;
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_array() ? value->get_array() : none;
}

// What an answer that is no success says: problem+json, or whatever somebody else on that port sends.
Error problem_of(const AgentAnswer& answer, const std::string& where) {
  boost::system::error_code failed;
  const json::value body = json::parse(answer.body, failed);
  if (failed || !body.is_object()) {
    return {ErrorKind::Terminal, "no answer of an agent (HTTP " + std::to_string(answer.status) + ")", where,
            "is something else listening there?"};
  }
  const json::object& problem = body.get_object();
  std::string what = text_of(problem, "title");
  if (const std::string detail = text_of(problem, "detail"); !detail.empty()) what += ": " + detail;
  return {ErrorKind::Terminal, what, where, text_of(problem, "hint")};
}

// One line a set: "campaigns: 12 of 12 declared, 3 others not managed".
std::string set_line(const json::object& set, const Style& style) {
  const json::value* counts = set.if_contains("rows");
  const json::object rows = counts != nullptr && counts->is_object() ? counts->get_object() : json::object();
  const bool in_sync = is_true(set, "in_sync");
  std::string line = "  " + printable(text_of(set, "name")) + ": ";
  if (!is_true(set, "decided")) return line + "not looked at yet";
  line += std::to_string(count_of(rows, "in_sync")) + " of " + std::to_string(count_of(rows, "declared")) + " declared";
  if (const std::uint64_t others = count_of(rows, "unmanaged"); others > 0) {
    line += ", " + std::to_string(others) + (others == 1 ? " other not managed" : " others not managed");
  }
  if (text_of(set, "mode") == "observe") line += ", only observed";
  if (in_sync) return line;
  for (const json::value& one : array_of(set, "conditions")) {
    if (!one.is_object() || !is_true(one.get_object(), "status")) continue;
    const std::string type = text_of(one.get_object(), "type");
    const std::string message = text_of(one.get_object(), "message");
    if ((type == "stalled" || type == "drifted") && !message.empty()) {
      line += "\n    " + style.paint(Tone::Update, type) + ": " + printable(message);
    }
  }
  if (const json::value* pause = set.if_contains("pause"); pause != nullptr && pause->is_object()) {
    line += "\n    paused until " + printable(text_of(pause->get_object(), "until"));
  }
  if (const std::string hash = text_of(set, "waits_for"); !hash.empty()) {
    line += "\n    holdfast apply --confirm " + printable(hash.substr(0, 12)) + " lets its deletes through";
  }
  return line;
}

// What became of the database, and what is wrong with it, a line each.
std::string database_lines(const json::object& database, const Style& style) {
  std::string lines;
  const std::string verdict = text_of(database, "verdict");
  if (verdict != "intact" && !verdict.empty()) {
    lines += "  " + style.paint(Tone::Update, verdict) + ": " + printable(text_of(database, "verdict_reason"));
    const std::string hint = text_of(database, "verdict_hint");
    lines += (hint.empty() ? "" : "; " + printable(hint)) + "\n";
  }
  for (const json::value& one : array_of(database, "conditions")) {
    if (!one.is_object()) continue;
    const json::object& condition = one.get_object();
    if (text_of(condition, "type") != "healthy" || is_true(condition, "status")) continue;
    lines += "  " + style.paint(Tone::Update, "not healthy") + ": " + printable(text_of(condition, "message")) + "\n";
  }
  return lines;
}

int print_status(const CommandLine& line, const Context& context, const json::object& status) {
  bool in_sync = true, found = false;
  const json::value* documents = status.if_contains("documents");
  if (documents != nullptr && documents->is_object()) {
    const json::object& version = documents->get_object();
    context.out.write("documents: revision " + printable(text_of(version, "revision")) +
                      (is_true(version, "valid") ? "" : ", and what is there now is invalid:") + "\n");
    for (const json::value& error : array_of(version, "errors")) {
      if (error.is_string()) context.out.write("  " + printable(std::string(error.get_string())) + "\n");
    }
    in_sync = is_true(version, "valid");
  }
  for (const json::value& one : array_of(status, "databases")) {
    if (!one.is_object()) continue;
    const json::object& database = one.get_object();
    const std::string error = text_of(database, "error");
    context.out.write(context.out_style.paint(Tone::Title, printable(text_of(database, "name"))) + " (" +
                      printable(text_of(database, "location")) + ")" + (error.empty() ? "" : ": " + printable(error)) +
                      "\n" + database_lines(database, context.out_style));
    if (!error.empty()) in_sync = false;
    for (const json::value& set : array_of(database, "rowsets")) {
      if (!set.is_object() || (line.row_set && text_of(set.get_object(), "name") != *line.row_set)) continue;
      found = true;
      in_sync = in_sync && is_true(set.get_object(), "in_sync");
      context.out.write(set_line(set.get_object(), context.out_style) + "\n");
    }
  }
  if (line.row_set && !found) {
    print_error("there is no such row set: " + *line.row_set + ": holdfast status lists them", context);
    return exit_failed;
  }
  return in_sync ? exit_done : exit_drift;
}

int take_status(const CommandLine& line, const Context& context, const AgentAnswer& answer, const std::string& where) {
  boost::system::error_code failed;
  const json::value body = json::parse(answer.body, failed);
  if (failed || !body.is_object()) {
    print_error(to_string(problem_of(answer, where)), context);
    return exit_failed;
  }
  if (line.format != Format::Json) return print_status(line, context, body.get_object());
  context.out.write(answer.body);
  bool in_sync = true;
  for (const json::value& one : array_of(body.get_object(), "databases")) {
    in_sync = in_sync && one.is_object() && is_true(one.get_object(), "in_sync");
  }
  return in_sync ? exit_done : exit_drift;
}

int take_answer(const CommandLine& line, const Context& context, const AgentAnswer& answer) {
  if (line.format == Format::Json) {
    context.out.write(answer.body);
    return exit_done;
  }
  boost::system::error_code failed;
  const json::value body = json::parse(answer.body, failed);
  const std::string message = !failed && body.is_object() ? text_of(body.get_object(), "message") : "done";
  context.out.write(printable(message) + "\n");
  return line.command == Command::Reconcile && message != "in sync" ? exit_drift : exit_done;
}

}  // namespace

int run_ask(const CommandLine& line, const Context& context) {
  const std::string where = line.agent_url.empty() ? default_agent : line.agent_url;
  Result<std::unique_ptr<AgentClient>> client = context.agent(where, token_of(line, context));
  if (!client) {
    print_error(to_string(client.error()), context);
    return client.error().kind == ErrorKind::Invalid ? exit_usage : exit_failed;
  }
  const std::string set = line.row_set ? "/rowsets/" + escaped(*line.row_set) : std::string();
  const char* const verb = line.command == Command::Pause    ? "/pause"
                           : line.command == Command::Resume ? "/resume"
                                                             : "/reconcile";
  std::string body;
  if (line.command == Command::Pause && !line.length.empty()) {
    body = json::serialize(json::object{{"for", line.length}});
  }
  const Result<AgentAnswer> answer = line.command == Command::Status ? (*client)->get("/api/v1/status")
                                                                     : (*client)->post("/api/v1" + set + verb, body);
  if (!answer || answer->status != 200) {
    print_error(to_string(answer ? problem_of(*answer, where) : answer.error()), context);
    return exit_failed;
  }
  return line.command == Command::Status ? take_status(line, context, *answer, where)
                                         : take_answer(line, context, *answer);
}

}  // namespace holdfast::agent
