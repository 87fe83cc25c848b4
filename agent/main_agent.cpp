#include "agent/main_agent.h"

#include <fcntl.h>
#include <malloc.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <set>
#include <thread>
#include <utility>

#include "agent/agent_settings.h"
#include "agent/build_info.h"
#include "agent/core/hub.h"
#include "agent/edges/host/process_facts.h"
#include "agent/edges/log/log.h"
#include "agent/edges/loop/loop.h"
#include "agent/edges/server/server.h"
#include "agent/edges/supervisor/environment.h"
#include "agent/edges/supervisor/supervised.h"
#include "agent/edges/supervisor/supervisor.h"
#include "agent/edges/watch/documents_watch.h"
#include "agent/edges/watch/file_change_watch.h"
#include "agent/edges/worker/worker.h"
#include "agent/exit_code.h"
#include "agent/main_accept.h"
#include "agent/main_documents.h"
#include "agent/main_host.h"
#include "agent/revision.h"
#include "desired-state/database_url.h"
#include "metrics/prometheus/prometheus_recorder.h"

namespace holdfast::agent {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::vector<std::string> environment_names() {
  std::vector<std::string> names;
  for (char** entry = environ; *entry != nullptr; ++entry) names.emplace_back(*entry, std::strcspn(*entry, "="));
  return names;
}

std::string path_of(const DatabaseDocument& database) {
  const ParsedUrl address = parse_database_url(database.url.text, database.file);
  return address.url ? address.url->path : std::string();
}

Result<http::Tokens> tokens_of(const AgentSettings& settings) {
  http::Tokens tokens;
  if (!settings.token_file.empty()) {
    const std::optional<std::string> text = read_small_file(settings.token_file);
    if (!text) {
      return Error{ErrorKind::Terminal, "the file of tokens cannot be read", settings.token_file,
                   "check the path and the rights"};
    }
    if (Result<void> added = tokens.add_file(*text, settings.token_file); !added) return added.error();
  }
  if (const auto secret = environment("HOLDFAST_TOKEN"); secret && !secret->empty()) {
    if (Result<void> added = tokens.add_environment(*secret, "HOLDFAST_TOKEN"); !added) return added.error();
  }
  return tokens;
}

// What SIGTERM may take when a run of many batches is under way: what is open then ends as at a power cut, which leaves
// each transaction whole or not there.
constexpr seconds longest_end{6};
constexpr seconds reload_pause{5};
constexpr milliseconds patience{200};

// Ends the process when it is still there after `time`.
class CutOff {
 public:
  explicit CutOff(seconds time)
      : thread_([this, time] {
          std::unique_lock lock(mutex_);
          if (!ended_.wait_for(lock, time, [this] { return over_; })) ::_exit(exit_done);
        }) {}
  ~CutOff() {
    {
      const std::lock_guard lock(mutex_);
      over_ = true;
    }
    ended_.notify_all();
    thread_.join();
  }
  CutOff(const CutOff&) = delete;

 private:
  std::mutex mutex_;
  std::condition_variable ended_;
  bool over_ = false;
  std::thread thread_;  // the last member: it uses the others
};

class AgentProgram {
 public:
  AgentProgram(const AgentProcess& process, AgentSettings settings, std::optional<Supervised> supervised)
      : process_(process),
        settings_(std::move(settings)),
        supervised_(std::move(supervised)),
        log_(process.log, process.style, log_form(process, settings_), process.clock),
        recorder_({process.version, HOLDFAST_REVISION}),
        hub_(
            process.version, process.clock.wall(), settings_.shown,
            [this](const std::string& database, const Request& request, Hub::Answered answered) {
              send(database, request, std::move(answered));
            },
            [this] { return recorder_.exposition(process_facts_.read()); }) {
    // A relative path is relative to the current folder, not to a document.
    for (const auto& [name, url] : process.line.databases) {
      const ParsedUrl address = parse_database_url(url, {});
      const bool file = address.url && address.url->engine == Engine::Sqlite;
      urls_[name] = file ? "sqlite:" + std::filesystem::absolute(address.url->path).lexically_normal().string() : url;
    }
  }

  int run() {
    for (const std::string& name : unknown_settings(environment_names())) {
      log_.line(EventLevel::Warning, "UnknownSetting", name + " is set and means nothing: see holdfast help run");
    }
    loop_.on_stop_signal([this](int) { stop(); });
    watch_ = std::make_unique<DocumentsWatch>(process_.line.files, process_.clock.now());
    reload();
    serve();
    watch_documents();
    if (supervised_) {
      loop_.on_readable(supervised_->descriptor(), [this] { hear(); });
      judge();
    } else {
      go();
    }
    loop_.run();
    for (const auto& [name, worker] : workers_) worker->begin_to_stop();
    const CutOff cut_off(longest_end);
    workers_.clear();  // each waits for the run under way
    return exit_done;
  }

 private:
  static Log::Form log_form(const AgentProcess& process, const AgentSettings& settings) {
    if (settings.log == "auto") return process.terminal ? Log::Form::Text : Log::Form::Json;
    return settings.log == "json" ? Log::Form::Json : Log::Form::Text;
  }

  // --- the API

  void serve() {
    Result<http::ListenAddress> address = http::parse_listen_address(settings_.listen);
    Result<http::Tokens> tokens = tokens_of(settings_);
    hide_environment("HOLDFAST_TOKEN");  // it would be in /proc for whoever runs as the same user
    if (!address || !tokens) return cannot_serve(address ? tokens.error() : address.error());
    Result<http::HostCheck> hosts = http::HostCheck::make(*address, settings_.allowed_hosts);
    if (!hosts) return cannot_serve(hosts.error());
    http::ApiOptions options{{address->loopback(), settings_.open_metrics},
                             *hosts,
                             *tokens,
                             settings_.ready_when_in_sync ? http::ReadyWhen::InSync : http::ReadyWhen::Decided};
    api_ = std::make_unique<http::Api>(hub_, std::move(options));
    ServerOptions server{*address, {}, [this] { say_listening(); }};
    server_ = std::make_unique<Server>(loop_.context(), *api_, std::move(server));
    if (Result<void> started = server_->start(); !started) return cannot_serve(started.error());
    say_listening();
  }

  void say_listening() {
    http::ListenAddress address = *http::parse_listen_address(settings_.listen);
    address.port = server_->port();
    log_.line(EventLevel::Normal, "Listening", "http://" + to_string(address) + "/api/v1/status");
  }
  void cannot_serve(const Error& error) { log_.line(EventLevel::Warning, "NotListening", to_string(error)); }

  // --- the documents

  void watch_documents() {
    if (watch_->native_handle() >= 0 && !watched_) {
      watched_ = true;
      loop_.on_readable(watch_->native_handle(), [this] { look_at_documents(); });
    }
    const auto next = watch_->next_look();
    if (!next) return documents_timer_->cancel();
    const auto now = process_.clock.now();
    documents_timer_->set(*next > now ? *next - now : Clock::Instant::duration::zero(),
                          [this] { look_at_documents(); });
  }

  void look_at_documents() {
    if (watch_->look(process_.clock.now())) reload();
    watch_documents();
  }

  // What is read takes the place of what was in force only as a whole, and only when nothing is wrong with it (G6).
  void reload() {
    const auto began = process_.clock.wall();
    LoadedVersion loaded = load_version(process_.line.files, urls_);
    if (loaded.version) watch_->name_row_files(loaded.row_files, began, process_.clock.now());
    if (!loaded.version) {
      refuse(loaded.mistakes);
      if (!in_force_) use_kept(loaded.outline);
      return try_again();
    }
    if (!fits_pin(*loaded.version)) {
      const bool told = std::exchange(held_back_, loaded.version->digest()) == loaded.version->digest();
      if (!told) log_.line(EventLevel::Normal, "Pinned", "revision " + loaded.version->revision() + " is held back");
      if (!in_force_) use_kept(loaded.outline);
      if (!in_force_ && !told) log_.line(EventLevel::Warning, "Pinned", "there are no documents in force");
      try_again();
      return tell_documents();
    }
    mistakes_.clear();
    const bool same = in_force_ && in_force_->digest() == loaded.version->digest();
    if (same && !from_database_) return tell_documents();
    take(std::move(loaded), false);
  }

  // While there are none in force: the database that keeps some may be locked, or its volume may come later.
  void try_again() {
    if (in_force_) return;
    reload_timer_->set(reload_pause, [this] { reload(); });
  }

  bool fits_pin(const DocumentsVersion& version) const {
    const std::string& pin = settings_.pin;
    return pin.empty() || version.revision().starts_with(pin) || version.digest().starts_with(pin);
  }

  void refuse(const std::vector<std::string>& mistakes) {
    if (mistakes == mistakes_) return;
    mistakes_ = mistakes;
    for (const std::string& one : mistakes) log_.line(EventLevel::Warning, "DocumentsInvalid", one);
    log_.line(EventLevel::Warning, "DocumentsInvalid",
              in_force_ ? "revision " + in_force_->revision() + " stays in force" : "there are no documents in force");
    tell_documents();
  }

  // At a start without good documents: those that a database keeps. Which database that is may still be readable.
  void use_kept(const DesiredState& outline) {
    std::vector<DatabaseDocument> databases = outline.databases;
    for (const auto& [name, url] : urls_) {
      DatabaseDocument database;
      database.name.text = name;
      database.url.text = url;
      databases.push_back(std::move(database));
    }
    for (DatabaseDocument& database : databases) {
      if (database.url.text.empty()) continue;
      database.lock_timeout = std::min(database.lock_timeout, patience);  // the loop waits for this
      Result<std::unique_ptr<Store>> store = open_store(database);
      if (!store) continue;
      LoadedVersion kept = kept_version(**store, process_.line.files, urls_);
      if (!kept.version || !fits_pin(*kept.version)) continue;
      log_.line(EventLevel::Warning, "DocumentsFromDatabase",
                "the documents that " + database.name.text + " keeps are in force: " + kept.version->revision());
      return take(std::move(kept), true);
    }
  }

  void take(LoadedVersion loaded, bool from_database) {
    in_force_ = loaded.version;
    outline_ = std::move(loaded.outline);
    from_database_ = from_database;
    since_ = process_.clock.wall();
    log_.line(EventLevel::Normal, "DocumentsInForce", "revision " + in_force_->revision());
    tell_documents();
    if (going_) hand_out({});
  }

  void tell_documents() {
    DocumentsStatus status;
    if (in_force_) {
      status.revision = in_force_->revision();
      status.digest = in_force_->digest();
    }
    status.valid = mistakes_.empty();
    status.errors = mistakes_;
    status.since = since_;
    status.pinned = settings_.pin;
    status.from_database = from_database_;
    recorder_.documents_state({status.revision, status.digest, status.valid});
    hub_.documents(std::move(status));
    if (server_) server_->events_changed();
  }

  // --- the workers

  // Before anybody else may write: what became of the databases. A command that goes first may make tables anew, and
  // then nobody could tell.
  void judge() {
    if (in_force_) hand_out([this] { judged(); });
    unjudged_ = workers_.size();
    if (unjudged_ == 0) supervised_->say("prepared");
  }

  void judged() {
    if (--unjudged_ == 0) supervised_->say("prepared");
  }

  void go() {
    if (std::exchange(going_, true)) return;
    if (in_force_) hand_out({});
    for (const auto& [name, worker] : workers_) worker->go();
  }

  // `judged`: they are only to judge, and to wait for go() then.
  void hand_out(const std::function<void()>& judged) {
    std::map<std::string, std::unique_ptr<Worker>> before = std::exchange(workers_, {});
    std::vector<std::string> names;
    for (const DatabaseDocument& database : outline_.databases) names.push_back(database.name.text);
    hub_.expect(std::move(names));
    for (const DatabaseDocument& database : outline_.databases) {
      const std::string& name = database.name.text;
      const std::string path = path_of(database);
      auto known = before.find(name);
      const bool same = known != before.end() && paths_[name] == path;
      std::unique_ptr<Worker> worker = same ? std::move(known->second) : make_worker(database, path);
      if (known != before.end()) before.erase(known);
      for (const RowSetDocument& set : outline_.row_sets) know(set, name);
      worker->open_with([database, stopping = stop_flags_[name]] { return open_store(database, stopping); });
      if (judged) worker->hold(judged);
      worker->take_documents(in_force_, orders_of(outline_, name));
      workers_[name] = std::move(worker);
      paths_[name] = path;
    }
    for (auto& [name, worker] : before) {
      worker->stop();
      hub_.forget(name);
      recorder_.forget_database(name);
    }
    for (const auto& set : std::exchange(known_sets_, std::exchange(sets_, {}))) {
      if (!known_sets_.contains(set)) recorder_.forget_set({set.first, set.second});
    }
  }

  void know(const RowSetDocument& set, const std::string& database) {
    if (!set.database_ref || set.database_ref->text != database) return;
    std::vector<std::string> expectations;
    for (const Expectation& one : set.expect) expectations.push_back(one.name);
    recorder_.know_set({database, set.name.text}, expectations);
    sets_.emplace(database, set.name.text);
  }

  std::unique_ptr<Worker> make_worker(const DatabaseDocument& database, const std::string& path) {
    const std::string& name = database.name.text;
    recorder_.know_database(name);
    const auto stopping = std::make_shared<std::atomic<bool>>(false);
    stop_flags_[name] = stopping;
    WorkerOptions options{
        name,
        redacted_url(database.url.text),
        process_.clock,
        recorder_,
        [database, stopping] { return open_store(database, stopping); },
        [path]() -> std::unique_ptr<ChangeWatch> { return std::make_unique<FileChangeWatch>(path); },
        [this, path] { return surroundings_of(path, settings_.state_folder); },
        [this, path] { return host_of(path, api_process_); },
        [this](std::function<void()> work) { loop_.post(std::move(work)); },
        [this](DatabaseStatus status, std::vector<Event> news) { published(std::move(status), std::move(news)); },
        std::random_device()(),
        stopping};
    auto worker = std::make_unique<Worker>(std::move(options));
    worker->start();
    return worker;
  }

  void send(const std::string& database, const Request& request, Hub::Answered answered) {
    if (request.kind == Request::Kind::Accept) return accept(request, std::move(answered));
    const auto found = workers_.find(database);
    if (found == workers_.end()) return answered({Answer::Kind::NotFound, "there is no database " + database, {}});
    found->second->ask(request, std::move(answered));
  }

  void accept(const Request& request, Hub::Answered answered) {
    if (!request.dry_run) {
      log_.line(EventLevel::Normal, "Accept", request.who + " asks for the live values of " + request.row_set);
    }
    acceptances_.start(request, std::move(answered));
  }

  void published(DatabaseStatus status, std::vector<Event> news) {
    for (const Event& event : news) log_.event(event);
    if (!workers_.contains(status.name)) return;  // it is not ours any more
    hub_.publish(std::move(status));
    if (server_) server_->events_changed();
    if (hub_.status().ready) become_ready();
  }

  void become_ready() {
    if (std::exchange(ready_, true)) return;
    ::malloc_trim(0);  // what decoding and the first run needed, and nobody needs from now on
    if (supervised_) supervised_->say("ready");
  }

  // --- start and stop

  void hear() {
    const Supervised::Heard heard = supervised_->hear();
    api_process_ = supervised_->api();
    switch (heard) {
      case Supervised::Heard::Nothing: break;
      case Supervised::Heard::Go: go(); break;
      case Supervised::Heard::Gone: stop(); break;
    }
  }

  void stop() {
    if (std::exchange(stopping_, true)) return;
    log_.line(EventLevel::Normal, "Stopping", "");
    if (!server_) return loop_.stop();
    server_->stop(seconds(2), [this] { loop_.stop(); });
  }

  const AgentProcess& process_;
  AgentSettings settings_;
  std::optional<Supervised> supervised_;
  Log log_;
  ProcessFactsReader process_facts_;
  metrics::PrometheusRecorder recorder_;
  UrlOverrides urls_;
  Loop loop_;
  Acceptances acceptances_{process_.line, process_.clock,
                           [this](std::function<void()> work) { loop_.post(std::move(work)); }};
  std::unique_ptr<Loop::Timer> documents_timer_ = loop_.timer();
  std::unique_ptr<Loop::Timer> reload_timer_ = loop_.timer();
  Hub hub_;
  std::unique_ptr<http::Api> api_;
  std::unique_ptr<Server> server_;
  std::unique_ptr<DocumentsWatch> watch_;
  bool watched_ = false;
  std::shared_ptr<const DocumentsVersion> in_force_;
  DesiredState outline_;
  std::vector<std::string> mistakes_;
  bool from_database_ = false;
  std::string held_back_;  // the digest of documents that --pin has held back, and that was told
  WallTime since_;
  std::atomic<int> api_process_{0};  // that the supervisor has started; workers read it
  std::map<std::string, std::unique_ptr<Worker>> workers_;
  std::map<std::string, std::string> paths_;
  std::map<std::string, std::shared_ptr<std::atomic<bool>>> stop_flags_;
  using SetNames = std::set<std::pair<std::string, std::string>>;  // database, row set
  SetNames sets_, known_sets_;
  std::size_t unjudged_ = 0;
  bool going_ = false;
  bool ready_ = false;
  bool stopping_ = false;
};

// The agent is this program again with the same flags; what follows them is the supervisor's.
int run_supervisor(const AgentProcess& process, const AgentSettings& settings) {
  SupervisorOptions options;
  options.agent = {"holdfast"};
  options.agent.insert(options.agent.end(), process.arguments.begin(), process.arguments.end());
  options.command = process.line.child;
  if (!settings.before.empty()) options.before = settings.before;
  options.start_timeout = settings.start_timeout;
  options.strict_start = settings.strict_start;
  options.stop_timeout = settings.stop_timeout;
  options.ready_file = settings.ready_file;
  const Log::Form form =
      settings.log == "json" || (settings.log == "auto" && !process.terminal) ? Log::Form::Json : Log::Form::Text;
  Log log(process.log, process.style, form, process.clock);
  return supervise(options, [&](SupervisorLevel level, std::string_view message) {
    log.line(level == SupervisorLevel::Info ? EventLevel::Normal : EventLevel::Warning, "Supervisor", message);
  });
}

}  // namespace

int run_agent(const AgentProcess& process) {
  // Threads that wait nearly all the time need no heap each, which they would keep at its largest.
  ::mallopt(M_ARENA_MAX, 1);
  Result<std::optional<Supervised>> supervised = Supervised::from_environment();
  Result<AgentSettings> settings = agent_settings(process.line.agent_flags, environment);
  if (!supervised || !settings) {
    process.log.write("error: " + to_string(supervised ? settings.error() : supervised.error()) + "\n");
    return exit_usage;
  }
  if (!process.line.child.empty() && !*supervised) return run_supervisor(process, *settings);
  return AgentProgram(process, std::move(*settings), std::move(*supervised)).run();
}

}  // namespace holdfast::agent
