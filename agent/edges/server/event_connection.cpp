#include "agent/edges/server/event_connection.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/write.hpp>
#include <utility>

#include "agent/core/http/event_stream.h"

namespace holdfast::agent {
namespace {

namespace asio = boost::asio;

}  // namespace

EventConnection::EventConnection(boost::beast::tcp_stream stream, const http::Api& api, Peers& peers,
                                 const ServerLimits& limits)
    : stream_(std::move(stream)), api_(api), peers_(peers), limits_(limits), heartbeat_(stream_.get_executor()) {}

void EventConnection::start(http::HttpResponse response, unsigned version) {
  seen_ = *response.events;
  writing_ = std::exchange(response.body, {});
  header_.emplace(
      to_wire(std::move(response), {.version = version, .keep_alive = false, .head = false, .stream = true}));
  serializer_.emplace(*header_);
  stream_.expires_never();
  read();
  busy_ = true;
  stream_.expires_after(limits_.stream_write);
  wire::async_write_header(stream_, *serializer_, [self = shared_from_this()](const Code& code, std::size_t) {
    if (self->closed_) return;
    code ? self->close() : self->write();
  });
}

void EventConnection::events_changed() { queue(api_.more_events(seen_)); }

void EventConnection::queue(std::string text) {
  if (text.empty()) return;
  // It does not read. It can come back and say how far it was.
  if (waiting_.size() > limits_.stream_bytes) return close();
  waiting_ += text;
  if (!busy_) write_waiting();
}

void EventConnection::write_waiting() {
  busy_ = true;
  writing_ = std::exchange(waiting_, {});
  write();
}

void EventConnection::write() {
  stream_.expires_after(limits_.stream_write);
  asio::async_write(stream_, asio::buffer(writing_), [self = shared_from_this()](const Code& code, std::size_t) {
    if (!self->closed_) self->written(code);
  });
}

void EventConnection::written(const Code& code) {
  if (code) return close();
  busy_ = false;
  await_heartbeat();
  if (!waiting_.empty()) write_waiting();
}

// From the last thing that was written.
void EventConnection::await_heartbeat() {
  heartbeat_.expires_after(limits_.heartbeat);
  heartbeat_.async_wait([self = shared_from_this()](const Code& code) {
    if (!code && !self->closed_ && !self->busy_) self->queue(http::heartbeat());
  });
}

// Nothing is expected from the client but its end.
void EventConnection::read() {
  stream_.async_read_some(asio::buffer(ignored_), [self = shared_from_this()](const Code&, std::size_t) {
    if (!self->closed_) self->close();
  });
}

void EventConnection::close() {
  if (closed_) return;
  closed_ = true;
  heartbeat_.cancel();
  stream_.close();
  peers_.leave(this);
}

}  // namespace holdfast::agent
