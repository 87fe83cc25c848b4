// The agent as its HTTP API sees it: what the workers have published, put together, and requests handed to the worker
// that they are for. PURE: how a request travels comes in as a function. One thread, the loop's.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "agent/core/agent_view.h"

namespace holdfast::agent {

class Hub final : public AgentView {
 public:
  using Answered = std::function<void(const Answer&)>;
  // Takes a request to the worker of a database; calls `answered` later, exactly once.
  using Send = std::function<void(const std::string& database, const Request& request, Answered answered)>;
  // Of several databases, by their names.
  using Answers = std::vector<std::pair<std::string, Answer>>;
  // The metrics of the moment, as text.
  using Metrics = std::function<std::string()>;

  Hub(std::string version, WallTime started, std::vector<Setting> settings, Send send, Metrics metrics);

  // The databases that there are; the agent is not ready before each of them has been heard of.
  void expect(std::vector<std::string> databases) { expected_ = std::move(databases); }

  // A database's status as a whole; in the place of the one before. Its events are numbered over the whole agent here,
  // in the order in which they are published, so that whoever has seen a number has seen all below it.
  void publish(DatabaseStatus status);
  void forget(const std::string& database);
  void documents(DocumentsStatus documents) { status_.documents = std::move(documents); }

  const AgentStatus& status() const override { return status_; }
  void ask(const Request& request, Answered answered) override;
  std::string metrics() const override { return metrics_(); }

 private:
  struct Numbers {
    // The database's own number of an event, and how often it was counted -> the agent's: one that has come again is
    // news.
    std::map<std::pair<std::uint64_t, std::uint64_t>, std::uint64_t> given;
  };
  void number(DatabaseStatus& status);
  void settle_ready();
  std::vector<std::string> databases_of(const Request& request) const;
  void ask_all(const std::vector<std::string>& databases, const Request& request,
               std::function<void(const Answers&)> done);
  void find_run(const Request& request, const std::vector<std::string>& databases, Answered answered);

  AgentStatus status_;
  Send send_;
  Metrics metrics_;
  std::vector<std::string> expected_;
  std::map<std::string, Numbers> numbers_;
  std::uint64_t last_number_ = 0;
};

}  // namespace holdfast::agent
