#include "agent/commands/ask.h"

#include <algorithm>
#include <boost/json.hpp>

#include "agent/commands/answer_json.h"
#include "agent/commands/documents.h"
#include "agent/commands/status_text.h"
#include "agent/exit_code.h"
#include "agent/render/escape.h"

namespace holdfast::agent {
namespace {

constexpr const char* default_agent = "http://127.0.0.1:8790";

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

int take_status(const CommandLine& line, const Context& context, AgentClient& client, const AgentAnswer& answer,
                const std::string& where) {
  boost::system::error_code failed;
  const json::value body = json::parse(answer.body, failed);
  if (failed || !body.is_object()) {
    print_error(to_string(problem_of(answer, where)), context);
    return exit_failed;
  }
  if (line.format != Format::Json) {
    return print_status(line, context, body.get_object(), [&client](const std::string& path) -> json::object {
      const Result<AgentAnswer> more = client.get(path);
      boost::system::error_code unread;
      json::value found = more && more->status == 200 ? json::parse(more->body, unread) : json::value();
      return found.is_object() ? std::move(found.get_object()) : json::object();
    });
  }
  context.out.write(answer.body);
  const json::object& status = body.get_object();
  const bool in_sync = is_true(status, "in_sync") && is_true(object_of(status, "documents"), "valid");
  return in_sync ? exit_done : exit_drift;
}

int take_answer(const CommandLine& line, const Context& context, const AgentAnswer& answer) {
  boost::system::error_code failed;
  const json::value body = json::parse(answer.body, failed);
  const json::object done = !failed && body.is_object() ? body.get_object() : json::object{{"message", "done"}};
  const std::string message = text_of(done, "message"), until = text_of(done, "until");
  context.out.write(line.format == Format::Json
                        ? answer.body
                        : printable(message) + (until.empty() ? "" : " until " + printable(until)) + "\n");
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
  const std::string set = line.row_set ? "/rowsets/" + escaped_segment(*line.row_set) : std::string();
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
  return line.command == Command::Status ? take_status(line, context, **client, *answer, where)
                                         : take_answer(line, context, *answer);
}

}  // namespace holdfast::agent
