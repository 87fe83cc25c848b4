#include "agent/edges/loop/loop.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <utility>
#include <vector>

namespace holdfast::agent {

namespace asio = boost::asio;
using boost::system::error_code;

struct Loop::Inside {
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> guard{context.get_executor()};
  asio::signal_set signals{context};
  std::function<void(int)> on_signal;
  std::vector<std::unique_ptr<asio::posix::stream_descriptor>> descriptors;

  // A descriptor of somebody else must not be closed here.
  ~Inside() {
    for (const auto& descriptor : descriptors) descriptor->release();
  }

  void wait_for_signal() {
    signals.async_wait([this](const error_code& failed, int number) {
      if (failed) return;
      wait_for_signal();
      on_signal(number);
    });
  }

  static void wait_readable(asio::posix::stream_descriptor& descriptor, const std::function<void()>& work) {
    descriptor.async_wait(asio::posix::stream_descriptor::wait_read, [&descriptor, work](const error_code& failed) {
      if (failed) return;
      work();
      wait_readable(descriptor, work);
    });
  }
};

namespace {

class SteadyTimer final : public Loop::Timer {
 public:
  explicit SteadyTimer(asio::io_context& context) : timer_(context) {}
  void set(std::chrono::nanoseconds after, std::function<void()> work) override {
    timer_.expires_after(after);
    timer_.async_wait([work = std::move(work)](const error_code& failed) {
      if (!failed) work();
    });
  }
  void cancel() override { timer_.cancel(); }

 private:
  asio::steady_timer timer_;
};

}  // namespace

Loop::Loop() : inside_(std::make_unique<Inside>()) {}
Loop::~Loop() = default;

asio::io_context& Loop::context() { return inside_->context; }

void Loop::post(std::function<void()> work) { asio::post(inside_->context, std::move(work)); }

void Loop::on_stop_signal(std::function<void(int)> work) {
  inside_->on_signal = std::move(work);
  inside_->signals.add(SIGTERM);
  inside_->signals.add(SIGINT);
  inside_->wait_for_signal();
}

void Loop::on_readable(int descriptor, std::function<void()> work) {
  inside_->descriptors.push_back(std::make_unique<asio::posix::stream_descriptor>(inside_->context, descriptor));
  Inside::wait_readable(*inside_->descriptors.back(), work);
}

std::unique_ptr<Loop::Timer> Loop::timer() { return std::make_unique<SteadyTimer>(inside_->context); }

void Loop::run() { inside_->context.run(); }
void Loop::stop() { inside_->context.stop(); }

}  // namespace holdfast::agent
