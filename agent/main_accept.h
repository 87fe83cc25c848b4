// Part of the composition root: `accept`, for the command line and for the agent.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <thread>

#include "agent/commands/context.h"
#include "agent/core/agent_view.h"

namespace holdfast::agent {

// Reads and decodes all documents, and keeps every text for editing.
DesiredState load_texts(std::span<const std::string> paths, const UrlOverrides& urls, Diagnostics& diagnostics,
                        edit::DocumentTexts& texts);

// The same from kept texts, edited or not.
DesiredState decode_texts(const edit::DocumentTexts& texts, const UrlOverrides& urls, Diagnostics& diagnostics);

// What the agent does when somebody asks for it over HTTP: `holdfast accept` with the agent's own documents and
// databases, on a thread of its own, since it reads all of them. One at a time. The files that it edits are then
// noticed like anybody's edit. Used by the loop's thread.
class Acceptances {
 public:
  // `post` hands work to the loop's thread.
  Acceptances(const CommandLine& agent, const Clock& clock, std::function<void(std::function<void()>)> post)
      : agent_(agent), clock_(clock), post_(std::move(post)) {}
  ~Acceptances();  // waits for the one under way

  // `answered` is called once, on the loop's thread.
  void start(const Request& request, std::function<void(const Answer&)> answered);

 private:
  const CommandLine& agent_;
  const Clock& clock_;
  std::function<void(std::function<void()>)> post_;
  std::atomic<bool> busy_ = false;
  std::thread thread_;
};

}  // namespace holdfast::agent
