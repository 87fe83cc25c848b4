// The real server on a real port of loopback, with a loop and a thread of its own, in front of an agent that the test
// writes.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <future>
#include <memory>
#include <thread>
#include <type_traits>

#include "agent/edges/server/server.h"
#include "tests/http/plain_agent.h"

namespace holdfast::agent {

class RunningServer {
 public:
  struct Options {
    ServerLimits limits = {};
    std::string listen = "127.0.0.1:0";
    ApiSetup setup = {};
    std::function<void()> listening = {};
  };

  RunningServer() : RunningServer(Options()) {}
  explicit RunningServer(Options options) {
    agent.state = rich_status();
    agent.answer = [](const Request&) { return Answer{Answer::Kind::Done, "done", ""}; };
    options.setup.listen = options.listen;
    api_ = std::make_unique<http::Api>(make_api(agent, options.setup));
    server_ = std::make_unique<Server>(
        loop_, *api_,
        ServerOptions{*http::parse_listen_address(options.listen), options.limits, std::move(options.listening)});
    started = server_->start();
    port = server_->port();
    thread_ = std::thread([this] { loop_.run(); });
  }
  ~RunningServer() {
    call([this] { server_.reset(); });
    work_.reset();
    loop_.stop();
    thread_.join();
  }
  RunningServer(const RunningServer&) = delete;
  RunningServer& operator=(const RunningServer&) = delete;

  // On the loop's thread, where all that belongs to the server and the agent is to be touched.
  template <class Function>
  std::invoke_result_t<Function&> call(Function function) {
    std::packaged_task<std::invoke_result_t<Function&>()> task(std::move(function));
    auto result = task.get_future();
    boost::asio::post(loop_, [&task] { task(); });
    return result.get();
  }

  void happens(Event one) {
    call([&] {
      agent.state.databases[0].events.push_back(std::move(one));
      server_->events_changed();
    });
  }

  // Ready when the server says that it is done.
  std::future<void> stop(std::chrono::milliseconds deadline) {
    auto done = std::make_shared<std::promise<void>>();
    std::future<void> result = done->get_future();
    call([&] { server_->stop(deadline, [done] { done->set_value(); }); });
    return result;
  }
  void destroy() {
    call([this] { server_.reset(); });
  }

  PlainAgent agent;
  Result<void> started;
  std::uint16_t port = 0;
  Server& server() { return *server_; }

 private:
  boost::asio::io_context loop_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_ = boost::asio::make_work_guard(loop_);
  std::unique_ptr<http::Api> api_;
  std::unique_ptr<Server> server_;
  std::thread thread_;
};

}  // namespace holdfast::agent
