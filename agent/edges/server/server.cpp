#include "agent/edges/server/server.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <list>
#include <utility>

#include "agent/core/http/problem.h"
#include "agent/edges/server/connection.h"
#include "agent/edges/server/listener.h"
#include "agent/edges/server/peers.h"

namespace holdfast::agent {
namespace {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;
using Code = boost::system::error_code;

// Without descriptors or memory for another connection the next attempt is not made at once: it would spin.
constexpr std::chrono::milliseconds accept_pause{100};

struct Listener {
  Tcp::acceptor acceptor;
  asio::steady_timer pause;
};

}  // namespace

class Server::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(asio::io_context& loop, const http::Api& api, ServerOptions options)
      : loop_(loop), api_(api), options_(std::move(options)), retry_(loop), gather_(loop), deadline_(loop) {}

  Result<void> start() {
    Result<std::vector<Tcp::acceptor>> opened = open_listeners(loop_, options_.address);
    if (!opened) {
      try_again();
      return opened.error();
    }
    for (Tcp::acceptor& acceptor : *opened) {
      listeners_.push_back({std::move(acceptor), asio::steady_timer(loop_)});
      accept(listeners_.back());
    }
    return {};
  }

  std::uint16_t port() const {
    if (listeners_.empty()) return 0;
    Code ignored;
    return listeners_.front().acceptor.local_endpoint(ignored).port();
  }

  void events_changed() {
    if (gathering_ || peers_.count(PeerKind::Stream) == 0) return;
    gathering_ = true;
    gather_.expires_after(options_.limits.gather);
    gather_.async_wait([self = shared_from_this()](const Code&) {
      if (self->closed_) return;
      self->gathering_ = false;
      self->peers_.events_changed();
    });
  }

  void stop(std::chrono::milliseconds deadline, std::function<void()> done) {
    stop_listening();
    deadline_.expires_after(deadline);
    deadline_.async_wait([self = shared_from_this()](const Code& code) {
      if (!code && !self->closed_) self->peers_.abort();
    });
    peers_.finish([self = shared_from_this(), done = std::move(done)] {
      self->deadline_.cancel();
      if (!self->closed_) asio::post(self->loop_, done);
    });
  }

  void close() {
    closed_ = true;
    stop_listening();
    gather_.cancel();
    deadline_.cancel();
    peers_.abort();
  }

 private:
  void try_again() {
    retry_.expires_after(options_.limits.retry);
    retry_.async_wait([self = shared_from_this()](const Code& code) {
      if (code || self->stopped_) return;
      if (self->start() && self->options_.listening) self->options_.listening();
    });
  }

  void accept(Listener& listener) {
    listener.acceptor.async_accept([self = shared_from_this(), &listener](const Code& code, Tcp::socket socket) {
      if (self->stopped_) return;
      if (code) return self->accept_later(listener);
      self->accepted(std::move(socket));
      self->accept(listener);
    });
  }

  void accept_later(Listener& listener) {
    listener.pause.expires_after(accept_pause);
    listener.pause.async_wait([self = shared_from_this(), &listener](const Code& code) {
      if (!code && !self->stopped_) self->accept(listener);
    });
  }

  void accepted(Tcp::socket socket) {
    close_on_exec(socket.native_handle());
    Code ignored;
    socket.set_option(Tcp::no_delay(true), ignored);
    const bool full =
        peers_.count(PeerKind::Connection) + peers_.count(PeerKind::Stream) >= options_.limits.connections;
    if (full && peers_.count(PeerKind::Refusal) >= options_.limits.refusals) return;  // the socket closes itself
    auto connection = std::make_shared<Connection>(std::move(socket), api_, peers_, options_.limits);
    peers_.enter(connection, full ? PeerKind::Refusal : PeerKind::Connection);
    if (!full) return connection->start();
    http::HttpResponse response = http::problem(503, "there are too many connections", "close some, or try again");
    response.fields.push_back({"Retry-After", "1"});
    connection->refuse(std::move(response));
  }

  void stop_listening() {
    stopped_ = true;
    retry_.cancel();
    Code ignored;
    for (Listener& listener : listeners_) {
      listener.acceptor.close(ignored);
      listener.pause.cancel();
    }
  }

  asio::io_context& loop_;
  const http::Api& api_;
  ServerOptions options_;
  Peers peers_;
  std::list<Listener> listeners_;  // operations under way refer to them
  asio::steady_timer retry_, gather_, deadline_;
  bool gathering_ = false;
  bool stopped_ = false;
  bool closed_ = false;
};

Server::Server(asio::io_context& loop, const http::Api& api, ServerOptions options)
    : impl_(std::make_shared<Impl>(loop, api, std::move(options))) {}

Server::~Server() { impl_->close(); }

Result<void> Server::start() { return impl_->start(); }
std::uint16_t Server::port() const { return impl_->port(); }
void Server::events_changed() { impl_->events_changed(); }
void Server::stop(std::chrono::milliseconds deadline, std::function<void()> done) {
  impl_->stop(deadline, std::move(done));
}

}  // namespace holdfast::agent
