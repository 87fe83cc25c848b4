// The agent's main thread: what comes from workers, signals, descriptors and timers, one thing after the other.
//
// post() may be called from any thread; everything else belongs to the thread that calls run(). What is posted after
// run() has returned is dropped with the loop. Functions that are handed in must not throw.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace holdfast::agent {

class Loop {
 public:
  Loop();
  ~Loop();
  Loop(const Loop&) = delete;

  boost::asio::io_context& context();

  void post(std::function<void()> work);

  // SIGTERM and SIGINT, from now on, instead of ending the process; called each time.
  void on_stop_signal(std::function<void(int signal)> work);
  // Called whenever the descriptor can be read, until the loop ends. The descriptor stays its owner's and must outlive
  // the loop's run.
  void on_readable(int descriptor, std::function<void()> work);
  // Once, after this time; a timer that is set anew forgets its earlier time.
  class Timer {
   public:
    virtual ~Timer() = default;
    virtual void set(std::chrono::nanoseconds after, std::function<void()> work) = 0;
    virtual void cancel() = 0;
  };
  std::unique_ptr<Timer> timer();

  void run();  // until stop()
  void stop();

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace holdfast::agent
