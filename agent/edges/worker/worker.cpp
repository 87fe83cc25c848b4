#include "agent/edges/worker/worker.h"

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <optional>
#include <thread>
#include <utility>

#include "agent/core/metrics_of.h"
#include "agent/edges/worker/rounds.h"
#include "agent/edges/worker/settle.h"

namespace holdfast::agent {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr std::chrono::milliseconds poll_pause{500};
constexpr std::chrono::milliseconds publish_pause{
    50};                                     // at most so often: somebody who writes all the time must not cost more
constexpr std::chrono::seconds long_run{1};  // is shown as under way from then on
constexpr std::chrono::seconds watch_check{30};  // for what events do not tell (change_watch.h)
constexpr std::chrono::seconds health_pause{30};
constexpr std::chrono::seconds early_health_pause{5};
constexpr std::chrono::hours integrity_pause{1};

}  // namespace

// Everything but post() and the constructor runs on its own thread.
class Worker::Thread {
 public:
  explicit Thread(WorkerOptions options)
      : options_(std::move(options)),
        controller_(options_.database, options_.location, options_.seed),
        rounds_(options_.database, options_.clock, options_.open, options_.surroundings()),
        host_(options_.host()) {}

  void start() {
    thread_ = std::thread([this] {
      begin();
      context_.run();
      // It is the watch's own.
      if (descriptor_) descriptor_->release();
    });
  }

  void begin_to_stop() {
    if (options_.stopping) *options_.stopping = true;
    context_.stop();
  }

  void open_with(std::function<Result<std::unique_ptr<Store>>()> open) {
    asio::post(context_, [this, open = std::move(open)]() mutable { rounds_.open_with(std::move(open)); });
  }

  void stop() {
    if (!thread_.joinable()) return;
    begin_to_stop();
    thread_.join();
  }

  void take_documents(std::shared_ptr<const DocumentsVersion> version, Orders orders) {
    asio::post(context_, [this, version = std::move(version), orders = std::move(orders)]() mutable {
      std::vector<std::string> tables;
      for (const Orders::Set& set : orders.sets) tables.push_back(set.table);
      rounds_.take_documents(std::move(version), std::move(tables));
      controller_.take_orders(std::move(orders), now());
      held_ ? judge() : begin_to_run();
    });
  }

  void hold(std::function<void()> judged) {
    asio::post(context_, [this, judged = std::move(judged)]() mutable {
      held_ = true;
      judged_ = std::move(judged);
    });
  }

  void go() {
    asio::post(context_, [this] {
      if (std::exchange(held_, false) && rounds_.has_documents()) begin_to_run();
    });
  }

  void ask(const Request& request, std::function<void(const Answer&)> answered) {
    asio::post(context_,
               [this, request, answer = Once(*this, std::move(answered))]() { answer.give(handle(request)); });
  }

 private:
  // An answer that is given exactly once, at the latest when nobody can give it any more.
  class Once {
   public:
    Once(Thread& thread, std::function<void(const Answer&)> answered)
        : inside_(std::make_shared<Inside>(thread.options_.post, std::move(answered))) {}
    void give(const Answer& answer) const { inside_->give(answer); }

   private:
    struct Inside {
      Inside(std::function<void(std::function<void()>)> to_loop, std::function<void(const Answer&)> function)
          : post(std::move(to_loop)), answered(std::move(function)) {}
      ~Inside() { give({Answer::Kind::Unavailable, "the agent is stopping", {}}); }
      Inside(const Inside&) = delete;
      void give(const Answer& answer) {
        if (!answered) return;
        post([function = std::exchange(answered, nullptr), answer] { function(answer); });
      }
      std::function<void(std::function<void()>)> post;
      std::function<void(const Answer&)> answered;
    };
    std::shared_ptr<Inside> inside_;
  };

  Now now() const { return {options_.clock.now(), options_.clock.wall()}; }

  void begin_to_run() {
    drive();
    if (!health_known_) look_at_health();
  }

  void judge() {
    rounds_.judge_alone();
    tell_of_the_database();
    publish_soon();
    if (judged_) options_.post(std::exchange(judged_, nullptr));
  }

  void begin() {
    watch_ = options_.watch();
    check_watch();
  }

  // --- noticing

  // The watch's descriptor may come later, and then stays.
  void watch_events() {
    if (descriptor_ || watch_->native_handle() < 0) return;
    descriptor_.emplace(context_, watch_->native_handle());
    wait_readable();
  }

  void wait_readable() {
    descriptor_->async_wait(asio::posix::stream_descriptor::wait_read, [this](const error_code& failed) {
      if (failed) return;
      noticed(watch_->read());
      check_watch();
      wait_readable();
    });
  }

  void set_poll_timer() {
    poll_timer_.expires_after(watch_->polls() ? std::chrono::milliseconds(poll_pause) : watch_check);
    poll_timer_.async_wait([this](const error_code& failed) {
      if (failed) return;
      noticed(watch_->poll());
      check_watch();
      set_poll_timer();
    });
  }

  void noticed(const Noticed& seen) {
    if (!seen.any() || !rounds_.has_documents() || held_) return;
    noticed_at_ = options_.clock.now();
    if (seen.beyond) {
      integrity_at_.reset();  // damage that was found may have gone with the file
      rounds_.reopen();
      controller_.saw_another_file();
      drive();
      // Once more where something has happened meanwhile that was not our own doing.
      if (watch_->read_after_opening().beyond) {
        controller_.saw_another_file();
        drive();
      }
    }
    settle_.begin(noticed_at_);
    look();
  }

  // How changes are noticed may have become another way; the poll must not wait for its old time then.
  void check_watch() {
    watch_events();
    const std::string how = watch_->describe();
    if (how == told_watch_) return;
    told_watch_ = how;
    controller_.saw_watch(how);
    set_poll_timer();
    if (rounds_.has_documents()) publish_soon();
  }

  // Looks whether somebody has committed; again after a growing pause while that may still show.
  void look() {
    settle_timer_.cancel();
    const bool busy = watch_->writer_at_work();
    const Rounds::Look seen = busy ? Rounds::Look{std::nullopt, true} : rounds_.look();
    const bool news = seen.mark ? rounds_.is_news(*seen.mark) : !seen.wait;
    if (news) {
      options_.recorder.detected(options_.database, options_.clock.now() - noticed_at_);
      controller_.wake(Trigger::Change);
      drive();
    }
    const auto pause = settle_.next_pause(options_.clock.now());
    if (!pause) return;
    settle_timer_.expires_after(*pause);
    settle_timer_.async_wait([this](const error_code& failed) {
      if (!failed) look();
    });
  }

  // --- running

  // A pause that somebody has made holds, also over a restart.
  void review(Plan& plan) {
    if (const std::optional<Pauses> kept = rounds_.take_kept_pauses()) controller_.take_pauses(*kept, now());
    controller_.review(plan, now());
  }

  void drive() {
    if (held_) return;
    while (const std::optional<Work> work = controller_.next(now())) {
      rounds_.keep_pauses(controller_.pauses());  // before what it held back is changed
      run(*work);
      // A commit during the run, whose event may have been read before it.
      const Rounds::Look seen = watch_->writer_at_work() ? Rounds::Look{} : rounds_.look();
      if (seen.mark && rounds_.is_news(*seen.mark)) controller_.wake(Trigger::Change);
      if (context_.stopped()) return;
    }
    rounds_.keep_pauses(controller_.pauses());
    set_wake_timer();
    publish_soon();
  }

  void run(const Work& work) {
    const Now began = now();
    bool told = false;
    const RunOutcome outcome = rounds_.run(
        work, [this](Plan& plan) { review(plan); },
        [&] {
          if (told || now().instant - began.instant < long_run) return;
          told = true;
          controller_.goes_on(now());
          publish();
        });
    tell_of_the_database();
    controller_.ran(outcome, began, now());
    record_run(options_.recorder, outcome, controller_.sets());
    const bool corrected =
        std::any_of(outcome.sets.begin(), outcome.sets.end(), [](const auto& set) { return set.second.corrected > 0; });
    if (work.trigger == Trigger::Change && corrected) {
      options_.recorder.healed(options_.database, options_.clock.now() - noticed_at_);
    }
  }

  void tell_of_the_database() {
    if (const std::optional<DatabaseVerdict> verdict = rounds_.take_verdict()) {
      integrity_at_.reset();
      const bool lost = !verdict->cause().empty();
      controller_.saw_verdict(
          {std::string(to_string(verdict->kind)), verdict->reason, verdict->hint, verdict->may_write}, lost, now());
      if (lost) options_.recorder.wiped(options_.database, verdict->cause(), options_.clock.wall());
    }
    if (const std::optional<Error> error = rounds_.take_note_error()) {
      controller_.tell(EventLevel::Warning, "NotRemembered", {}, to_string(*error), now());
    }
  }

  // Not by events: a look at the machine, and now and then through the database.
  void look_at_health() {
    health_known_ = true;
    const bool integrity = !integrity_at_ || options_.clock.now() - *integrity_at_ >= integrity_pause;
    DatabaseHealth health = controller_.health();
    const bool soon = host_->look(health);
    if (rounds_.look_inside(health, integrity) && integrity) integrity_at_ = options_.clock.now();
    if (health != controller_.health()) {
      controller_.saw_health(std::move(health), now());
      publish_soon();
    }
    health_timer_.expires_after(soon ? early_health_pause : health_pause);
    health_timer_.async_wait([this](const error_code& failed) {
      if (!failed) look_at_health();
    });
  }

  void set_wake_timer() {
    const auto when = controller_.wake_at(now());
    if (!when) return;
    wake_timer_.expires_at(*when);
    wake_timer_.async_wait([this](const error_code& failed) {
      if (!failed) drive();
    });
  }

  Answer handle(const Request& request) {
    const bool writes = request.kind == Request::Kind::Undo || request.kind == Request::Kind::Reconcile;
    if (held_ && writes) return {Answer::Kind::Unavailable, "a command that goes first is under way", {}};
    Answer answer;
    switch (request.kind) {
      case Request::Kind::Pause: answer = controller_.pause(request, now()); break;
      case Request::Kind::Resume: answer = controller_.resume(request, now()); break;
      case Request::Kind::Undo:
        if (!rounds_.has_documents()) return {Answer::Kind::Unavailable, "there are no documents yet", {}};
        answer = rounds_.undo(request);
        if (!answer.run.empty()) {
          controller_.tell(EventLevel::Normal, "Undone", {}, "run " + request.run + ": " + answer.message, now());
          controller_.wake(Trigger::Person, request.who);
        }
        break;
      case Request::Kind::Reconcile:
        if (!rounds_.has_documents()) return {Answer::Kind::Unavailable, "there are no documents yet", {}};
        controller_.wake(Trigger::Person, request.who);
        break;
      case Request::Kind::Accept:
        return {Answer::Kind::Conflict, "a worker has no files", {}};  // main_accept.h does it
    }
    drive();
    if (request.kind == Request::Kind::Reconcile) answer = after_run(request);
    return answer;
  }

  // What a run that somebody asked for has led to.
  Answer after_run(const Request& request) {
    const DatabaseStatus status = controller_.status(now());
    if (!status.error.empty()) return {Answer::Kind::Unavailable, status.error, {}};
    std::size_t drifted = 0;
    for (const SetStatus& set : status.sets) {
      if ((request.row_set.empty() || request.row_set == set.name) && !set.in_sync) ++drifted;
    }
    if (drifted == 0) return {Answer::Kind::Done, "in sync", {}};
    return {Answer::Kind::Done, "drift is left in " + std::to_string(drifted) + (drifted == 1 ? " set" : " sets"), {}};
  }

  // --- telling

  void publish_soon() {
    if (publish_waits_) return;
    const auto since = options_.clock.now() - published_at_;
    if (since >= publish_pause) return publish();
    publish_waits_ = true;
    publish_timer_.expires_after(publish_pause - since);
    publish_timer_.async_wait([this](const error_code& failed) {
      publish_waits_ = false;
      if (!failed) publish();
    });
  }

  void publish() {
    published_at_ = options_.clock.now();
    DatabaseStatus status = controller_.status(now());
    record_status(options_.recorder, status);
    metrics::DatabaseState state;
    state.up = status.up;
    state.persistent = status.health.persistent;
    state.integrity_ok = status.health.integrity_ok;
    state.size_bytes = status.health.size_bytes;
    state.wal_size_bytes = status.health.wal_size_bytes;
    state.disk_free_bytes = status.health.disk_free_bytes;
    options_.recorder.database_state(options_.database, state);
    options_.post([publish = options_.publish, status = std::move(status), news = controller_.take_news()]() mutable {
      publish(std::move(status), std::move(news));
    });
  }

  WorkerOptions options_;
  Controller controller_;
  Rounds rounds_;
  std::unique_ptr<DatabaseHost> host_;
  Settle settle_;
  std::unique_ptr<ChangeWatch> watch_;
  asio::io_context context_{1};  // what it still holds when it goes is answered by that (Once)
  asio::executor_work_guard<asio::io_context::executor_type> guard_{context_.get_executor()};
  std::optional<asio::posix::stream_descriptor> descriptor_;
  asio::steady_timer poll_timer_{context_};
  asio::steady_timer settle_timer_{context_};
  asio::steady_timer wake_timer_{context_};
  asio::steady_timer publish_timer_{context_};
  asio::steady_timer health_timer_{context_};
  std::optional<Clock::Instant> integrity_at_;
  bool health_known_ = false;
  Clock::Instant noticed_at_{};
  Clock::Instant published_at_{};
  bool publish_waits_ = false;
  bool held_ = false;             // nothing is run before go()
  std::function<void()> judged_;  // to be called once, on the loop's thread
  std::string told_watch_;
  std::thread thread_;
};

Worker::Worker(WorkerOptions options) : thread_(std::make_unique<Thread>(std::move(options))) {}
Worker::~Worker() { stop(); }

void Worker::start() { thread_->start(); }
void Worker::open_with(std::function<Result<std::unique_ptr<Store>>()> open) { thread_->open_with(std::move(open)); }
void Worker::begin_to_stop() { thread_->begin_to_stop(); }
void Worker::stop() { thread_->stop(); }
void Worker::hold(std::function<void()> judged) { thread_->hold(std::move(judged)); }
void Worker::go() { thread_->go(); }
void Worker::take_documents(std::shared_ptr<const DocumentsVersion> version, Orders orders) {
  thread_->take_documents(std::move(version), std::move(orders));
}
void Worker::ask(const Request& request, std::function<void(const Answer&)> answered) {
  thread_->ask(request, std::move(answered));
}

}  // namespace holdfast::agent
