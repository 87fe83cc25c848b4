#include "tests/run/agent.h"

#include <sqlite3.h>

#include <boost/json.hpp>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <stdexcept>
#include <thread>
#include <utility>

#include "agent/edges/http_client.h"

namespace holdfast::agent {
namespace {

using Clock = std::chrono::steady_clock;

}  // namespace

bool eventually(const std::function<bool()>& holds, double seconds) {
  const auto end = Clock::now() + std::chrono::duration<double>(seconds);
  while (!holds()) {
    if (Clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

RunningAgent::RunningAgent(const std::string& journal_mode, std::filesystem::path data)
    : data_folder_(data.empty() ? data_.path() : std::move(data)) {
  sql("PRAGMA journal_mode=" + journal_mode +
      "; CREATE TABLE campaigns (id INTEGER PRIMARY KEY, name TEXT UNIQUE, url TEXT)");
  declare({"one", "two", "three"});
}

void RunningAgent::declare(const std::vector<std::string>& names, const std::string& more) {
  std::string text =
      "apiVersion: holdfast.dev/v1alpha1\nkind: Database\nmetadata: {name: shop}\nspec: {url: 'sqlite:" + database() +
      "'}\n---\napiVersion: holdfast.dev/v1alpha1\nkind: RowSet\nmetadata: {name: campaigns}\nspec:\n"
      "  table: campaigns\n  key: [name]\n  mode: Enforce\n" +
      more + "  rows:\n";
  int id = 0;
  for (const std::string& name : names)
    text += "    - {id: " + std::to_string(++id) + ", name: \"" + name + "\", url: \"https://shop.example/" + name +
            "\"}\n";
  // As an editor does it: beside it, then in its place.
  folder_.write("rows/.new", text);
  std::filesystem::rename(folder_ / "rows/.new", folder_ / "rows/shop.yaml");
}

void RunningAgent::start(std::vector<std::string> more, std::map<std::string, std::string> environment) {
  std::vector<std::string> arguments = {"run", "-f", documents(), "--log", "text"};
  environment.emplace("HOLDFAST_LISTEN", "127.0.0.1:0");
  arguments.insert(arguments.end(), more.begin(), more.end());
  Program::Options options;
  options.folder = folder_.path();
  options.environment = std::move(environment);
  options.environment.emplace("HOLDFAST_TOKEN", secret);
  options.environment.emplace("PATH", "/usr/bin:/bin");
  client_.reset();
  program_ = std::make_unique<Program>(arguments, options);
}

void RunningAgent::kill() { program_.reset(); }

Finished RunningAgent::terminate() {
  program_->signal(SIGTERM);
  return program_->finish();
}

Finished RunningAgent::finish() { return program_->finish(); }

void RunningAgent::sql(const std::string& statements) const {
  execute(database(), "PRAGMA busy_timeout=10000; " + statements);
}
std::string RunningAgent::rows(const std::string& text) const {
  std::string found;
  const bool read = eventually([&] {
    try {
      found = query(database(), text);
      return true;
    } catch (const std::runtime_error& failed) {  // somebody writes, and this connection does not wait
      if (std::string(failed.what()).find("locked") == std::string::npos) throw;
      return false;
    }
  });
  if (!read) throw std::runtime_error("locked for too long: " + text);
  return found;
}

std::string RunningAgent::url() const {
  std::string found;
  const bool listening = eventually([&] {
    const std::string text = log();
    const std::size_t at = text.find("Listening: ");
    const std::size_t end = text.find("/api/v1/status", at);
    if (at == std::string::npos || end == std::string::npos) return false;
    found = text.substr(at + 11, end - at - 11);
    return true;
  });
  if (!listening) throw std::runtime_error("the agent does not listen: " + log());
  return found;
}

std::string RunningAgent::get(const std::string& path) {
  if (!client_) {
    HttpClientOptions options;
    options.url = url();
    options.token = secret;
    client_ = std::move(HttpClient::make(options).value());
  }
  const Result<AgentAnswer> answer = client_->get(path);
  return answer ? answer->body : std::string();
}

unsigned RunningAgent::post(const std::string& path, const std::string& body) {
  (void)get("/healthz");
  const Result<AgentAnswer> answer = client_->post(path, body);
  return answer ? answer->status : 0;
}

bool RunningAgent::in_sync() {
  boost::system::error_code failed;
  const boost::json::value status = boost::json::parse(get("/api/v1/status"), failed);
  if (failed) return false;
  const auto& databases = status.at("databases").as_array();
  if (databases.empty()) return false;
  for (const auto& one : databases) {
    if (!one.at("in_sync").as_bool()) return false;
  }
  return true;
}

bool RunningAgent::is_ready() {
  (void)get("/healthz");
  const Result<AgentAnswer> answer = client_->get("/readyz");
  return answer && answer->status == 200;
}

}  // namespace holdfast::agent
