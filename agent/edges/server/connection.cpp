#include "agent/edges/server/connection.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <utility>

#include "agent/core/http/problem.h"
#include "agent/edges/server/event_connection.h"

namespace holdfast::agent {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;

constexpr std::size_t piece_bytes = 4 * 1024;
constexpr std::size_t most_lingered = 1024 * 1024;

}  // namespace

// A method as a completion handler that keeps the connection alive and does nothing once it is closed: the server, and
// with it the api, may be gone then.
template <class Method>
auto Connection::then(Method method) {
  return [self = shared_from_this(), method](const Code& code, std::size_t bytes) {
    if (!self->closed_) (self.get()->*method)(code, bytes);
  };
}

Connection::Connection(asio::ip::tcp::socket socket, const http::Api& api, Peers& peers, const ServerLimits& limits)
    : stream_(std::move(socket)),
      api_(api),
      peers_(peers),
      limits_(limits),
      buffer_(limits.header_bytes + limits.body_bytes),
      answer_timer_(stream_.get_executor()) {}

void Connection::start() { await_request(limits_.read); }

void Connection::refuse(http::HttpResponse response) { send(std::move(response), false); }

void Connection::finish() {
  if (idle_) close();
}

void Connection::abort() { close(); }

void Connection::await_request(std::chrono::milliseconds patience) {
  response_.reset();
  request_ = {};
  header_bytes_ = 0;
  parser_.emplace();
  parser_->body_limit(limits_.body_bytes);
  if (buffer_.size() > 0) {  // the next request came along with the last one
    stream_.expires_after(limits_.read);
    return read_header();
  }
  idle_ = true;
  stream_.expires_after(patience);
  stream_.async_read_some(buffer_.prepare(piece_bytes), then(&Connection::arrived));
}

void Connection::arrived(const Code& code, std::size_t bytes) {
  if (code) return close();
  if (std::exchange(idle_, false)) stream_.expires_after(limits_.read);
  buffer_.commit(bytes);
  read_header();
}

// Piece by piece and counted here: the parser's own limit is one of each piece, so that a header that comes in many has
// none.
void Connection::read_header() {
  Code code;
  const std::size_t used = parser_->put(buffer_.data(), code);
  buffer_.consume(used);
  header_bytes_ += used;
  const bool more = code == wire::error::need_more;
  if (header_bytes_ + (more ? buffer_.size() : 0) > limits_.header_bytes) code = wire::error::header_limit;
  if (code == wire::error::need_more) {
    return stream_.async_read_some(buffer_.prepare(piece_bytes), then(&Connection::arrived));
  }
  code ? failed_to_read(code) : header_read();
}

void Connection::header_read() {
  const auto& header = parser_->get();
  request_.version = header.version();
  request_.head = header.method() == wire::verb::head;
  if (parser_->is_done() || !beast::iequals(header[wire::field::expect], "100-continue")) return read_body();
  go_on_ = {wire::status::continue_, header.version()};
  wire::async_write(stream_, go_on_, then(&Connection::told_to_go_on));
}

void Connection::told_to_go_on(const Code& code, std::size_t) { code ? close() : read_body(); }

void Connection::read_body() {
  if (parser_->is_done()) return answer();
  wire::async_read(stream_, buffer_, *parser_, then(&Connection::body_read));
}

void Connection::body_read(const Code& code, std::size_t) { code ? failed_to_read(code) : answer(); }

void Connection::failed_to_read(const Code& code) {
  std::optional<http::HttpResponse> response = reading_problem(code);
  if (!response) return close();
  // Where one request ends and the next begins is not known any more.
  send(std::move(*response), false);
}

void Connection::answer() {
  const std::uint64_t turn = ++turn_;
  stream_.expires_never();
  answer_timer_.expires_after(limits_.answer);
  answer_timer_.async_wait([self = shared_from_this(), turn](const Code& code) {
    if (code || self->closed_) return;
    self->answered(turn, http::problem(504, "the agent has not answered in time",
                                       "what was asked may still happen: see /api/v1/status"));
  });
  // The agent may answer long after the client is gone.
  api_.handle(from_wire(parser_->get()), [weak = weak_from_this(), turn](http::HttpResponse response) {
    if (const std::shared_ptr<Connection> self = weak.lock()) self->answered(turn, std::move(response));
  });
}

void Connection::answered(std::uint64_t turn, http::HttpResponse response) {
  if (closed_ || turn != turn_) return;
  ++turn_;
  answer_timer_.cancel();
  if (response.events) return begin_stream(std::move(response));
  const bool keep_alive = parser_->get().keep_alive() && !peers_.finishing();
  send(std::move(response), keep_alive);
}

void Connection::begin_stream(http::HttpResponse response) {
  if (peers_.finishing() || peers_.count(PeerKind::Stream) >= limits_.streams) {
    response = http::problem(503, "there are too many streams of events",
                             "ask for /api/v1/events without Accept: text/event-stream");
    response.fields.push_back({"Retry-After", "10"});
    return send(std::move(response), parser_->get().keep_alive() && !peers_.finishing());
  }
  auto events = std::make_shared<EventConnection>(std::move(stream_), api_, peers_, limits_);
  peers_.enter(events, PeerKind::Stream);
  events->start(std::move(response), request_.version);
  closed_ = true;
  peers_.leave(this);
}

void Connection::send(http::HttpResponse response, bool keep_alive) {
  request_.keep_alive = keep_alive;
  response_.emplace(to_wire(std::move(response), request_));
  stream_.expires_after(limits_.write);
  wire::async_write(stream_, *response_, then(&Connection::sent));
}

void Connection::sent(const Code& code, std::size_t) {
  if (code) return close();
  if (request_.keep_alive && !peers_.finishing()) return await_request(limits_.idle);
  // Closing with something unread makes the kernel throw away what it has not sent yet: say the end, and read on for a
  // while.
  Code ignored;
  stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  stream_.expires_after(limits_.linger);
  buffer_.clear();
  linger({}, 0);
}

void Connection::linger(const Code& code, std::size_t bytes) {
  lingered_ += bytes;
  if (code || lingered_ > most_lingered) return close();
  stream_.async_read_some(buffer_.prepare(piece_bytes), then(&Connection::linger));
}

void Connection::close() {
  if (closed_) return;
  closed_ = true;
  answer_timer_.cancel();
  stream_.close();
  peers_.leave(this);
}

}  // namespace holdfast::agent
