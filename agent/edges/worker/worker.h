// One database under the agent's care: a thread with the store, the watch and the controller, on which a change is
// seen, mended and told without a hand-over.
//
// start(), stop() and what hands something over are called from the loop's thread and return at once (stop() waits for
// the run under way, which waits for no lock then). What comes back is posted to the loop by
// `post`. Owns its store.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "agent/change_watch.h"
#include "agent/core/agent_view.h"
#include "agent/core/controller.h"
#include "agent/database_host.h"
#include "agent/documents_version.h"
#include "metrics/recorder.h"
#include "reconcilers/core/clock.h"
#include "reconcilers/core/store.h"
#include "reconcilers/databases/surroundings.h"

namespace holdfast::agent {

struct WorkerOptions {
  std::string database;
  std::string location;  // no secrets
  const Clock& clock;
  metrics::Recorder& recorder;
  std::function<Result<std::unique_ptr<Store>>()> open;
  std::function<std::unique_ptr<ChangeWatch>()> watch;  // made on the worker's thread
  std::function<std::unique_ptr<Surroundings>()> surroundings;
  std::function<std::unique_ptr<DatabaseHost>()> host;
  std::function<void(std::function<void()>)> post;                  // to the loop; may be called from any thread
  std::function<void(DatabaseStatus, std::vector<Event>)> publish;  // on the loop's thread
  std::uint64_t seed = 1;
  std::shared_ptr<std::atomic<bool>> stopping = {};  // set when the worker is to stop; for what `open` gives
};

class Worker {
 public:
  explicit Worker(WorkerOptions options);
  ~Worker();  // stops
  Worker(const Worker&) = delete;

  void start();
  // Another way to open the database, from take_documents() on.
  void open_with(std::function<Result<std::unique_ptr<Store>>()> open);

  void begin_to_stop();  // stop() without waiting
  void stop();

  // Before take_documents(): what became of the database is found out, and nothing is run before go(). `judged` is
  // called on the loop's thread, once, when it is known or cannot be found out.
  void hold(std::function<void()> judged);
  void go();

  // The documents in force from now on.
  void take_documents(std::shared_ptr<const DocumentsVersion> version, Orders orders);
  // `answered` is called on the loop's thread, exactly once; Unavailable when the worker stops before.
  void ask(const Request& request, std::function<void(const Answer&)> answered);

 private:
  class Thread;
  std::unique_ptr<Thread> thread_;
};

}  // namespace holdfast::agent
