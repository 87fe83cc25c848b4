// A running `holdfast run` over a scratch database, and what a user sees of it. Everything is waited for with a
// deadline, and is looked at the way a user would: in the database, over HTTP, in the log.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agent/agent_client.h"
#include "tests/agent/program.h"

namespace holdfast::agent {

// True as soon as `holds` is; false after `seconds` without.
bool eventually(const std::function<bool()>& holds, double seconds = 20);

// A database with a table of campaigns, and documents that want three of them.
class RunningAgent {
 public:
  static constexpr const char* secret = "a-secret-of-the-tests";  // of the token "env", which may write

  // `data`: where the database lies; a scratch folder when it is not named.
  explicit RunningAgent(const std::string& journal_mode = "wal", std::filesystem::path data = {});

  // Documents for the rows named, with more lines of spec.
  void declare(const std::vector<std::string>& names, const std::string& more = {});
  void start(std::vector<std::string> more = {}, std::map<std::string, std::string> environment = {});
  void kill();           // as a machine that goes down does
  Finished terminate();  // SIGTERM, and what came of it
  Finished finish();     // waits until it ends by itself

  void sql(const std::string& statements) const;  // as the application; waits for locks
  std::string rows(const std::string& query) const;
  std::string names() const { return rows("SELECT group_concat(name) FROM (SELECT name FROM campaigns ORDER BY id)"); }

  std::string get(const std::string& path);                              // the body; empty when there is no answer
  unsigned post(const std::string& path, const std::string& body = {});  // the status; 0 without an answer
  bool in_sync();                                                        // each set, by /api/v1/status
  bool is_ready();
  std::string log() const { return program_ ? program_->err() : std::string(); }
  bool logged(const std::string& text) const { return log().find(text) != std::string::npos; }
  std::string url() const;  // of the API; waits for it

  const ScratchFolder& folder() const { return folder_; }
  std::string database() const { return (data_folder_ / "shop.db").string(); }
  pid_t process() const { return program_->process(); }
  std::string documents() const { return folder_ / "rows"; }

 private:
  ScratchFolder folder_;
  ScratchFolder data_;
  std::filesystem::path data_folder_;
  std::unique_ptr<Program> program_;
  std::unique_ptr<AgentClient> client_;
};

}  // namespace holdfast::agent
