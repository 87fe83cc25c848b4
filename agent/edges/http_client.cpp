#include "agent/edges/http_client.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <optional>
#include <utility>

namespace holdfast::agent {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace wire = boost::beast::http;
using Code = boost::system::error_code;

constexpr std::uint32_t most_header_bytes = 64 * 1024;

Error bad_url(std::string hint) {
  return {ErrorKind::Invalid, "not the address of an agent", "--agent", std::move(hint)};
}

std::string seconds_text(std::chrono::milliseconds time) {
  return time % std::chrono::seconds(1) == std::chrono::milliseconds(0)
             ? std::to_string(std::chrono::duration_cast<std::chrono::seconds>(time).count()) + " s"
             : std::to_string(time.count()) + " ms";
}

}  // namespace

// One request under way: resolve, connect, write, read. How far it came tells an answer that is missing from a request
// that was never made.
struct HttpClient::Exchange {
  asio::io_context loop{1};
  asio::ip::tcp::resolver resolver{loop};
  beast::tcp_stream stream{loop};
  beast::flat_buffer buffer;
  wire::request<wire::string_body> request;
  wire::response_parser<wire::string_body> parser;
  enum class Step { Resolving, Connecting, Writing, Reading, Done } step = Step::Resolving;
  Code failed;

  void run(const std::string& host, const std::string& port, std::chrono::milliseconds deadline) {
    resolver.async_resolve(host, port, [this](const Code& code, const asio::ip::tcp::resolver::results_type& found) {
      if (!went_on(code, Step::Connecting)) return;
      stream.async_connect(found, [this](const Code& connected, const asio::ip::tcp::endpoint&) { write(connected); });
    });
    loop.run_for(deadline);
    if (step == Step::Done || failed) return;
    failed = asio::error::timed_out;
    resolver.cancel();
    stream.close();
  }

 private:
  bool went_on(const Code& code, Step next) {
    failed = code;
    if (code) return false;
    step = next;
    return true;
  }
  void write(const Code& connected) {
    if (!went_on(connected, Step::Writing)) return;
    wire::async_write(stream, request, [this](const Code& code, std::size_t) {
      // An answer may be there although the request was not taken whole: too large, too many connections.
      if (!code) went_on(code, Step::Reading);
      wire::async_read(stream, buffer, parser, [this](const Code& read, std::size_t) { went_on(read, Step::Done); });
    });
  }
};

Result<std::unique_ptr<HttpClient>> HttpClient::make(HttpClientOptions options) {
  const auto parsed = boost::urls::parse_uri(options.url);
  if (!parsed) return bad_url("say http://HOST:PORT, as in http://127.0.0.1:8790");
  if (parsed->scheme() != "http") return bad_url("an agent speaks http: say http://HOST:PORT");
  if (parsed->has_userinfo()) return bad_url("a token does not belong into an address: give it in HOLDFAST_TOKEN");
  const bool more =
      (parsed->encoded_path() != "" && parsed->encoded_path() != "/") || parsed->has_query() || parsed->has_fragment();
  if (more || parsed->encoded_host().empty()) return bad_url("say http://HOST:PORT, with nothing behind it");
  if (options.token.find_first_of("\r\n") != std::string::npos) {
    return Error{ErrorKind::Invalid, "the token has a line feed", "HOLDFAST_TOKEN", "give it without one"};
  }
  std::unique_ptr<HttpClient> client(new HttpClient(std::move(options)));
  const auto address = boost::urls::parse_uri(client->options_.url);
  client->host_ = std::string(address->host_address());
  client->port_ = address->has_port() && !address->port().empty() ? std::string(address->port()) : "80";
  client->authority_ = std::string(address->encoded_host_and_port());
  return client;
}

Result<AgentAnswer> HttpClient::get(std::string_view path) { return ask(false, path, {}); }
Result<AgentAnswer> HttpClient::post(std::string_view path, std::string_view body) { return ask(true, path, body); }

Result<AgentAnswer> HttpClient::ask(bool post, std::string_view path, std::string_view body) {
  Exchange exchange;
  auto& request = exchange.request;
  request = {post ? wire::verb::post : wire::verb::get, path, 11};
  request.set(wire::field::host, authority_);
  request.set(wire::field::user_agent, "holdfast");
  request.set(wire::field::accept, "application/json");
  if (!options_.token.empty()) request.set(wire::field::authorization, "Bearer " + options_.token);
  if (!body.empty()) request.set(wire::field::content_type, "application/json");
  request.keep_alive(false);
  request.body() = body;
  request.prepare_payload();
  exchange.parser.header_limit(most_header_bytes);
  exchange.parser.body_limit(options_.answer_bytes);
  exchange.run(host_, port_, options_.deadline);

  const std::string where = "http://" + authority_;
  using Step = Exchange::Step;
  if (!exchange.failed) {
    auto& response = exchange.parser.get();
    return AgentAnswer{response.result_int(), std::string(response[wire::field::content_type]),
                       std::move(response.body())};
  }
  if (exchange.step == Step::Resolving) {
    return Error{ErrorKind::Transient, "the agent's host is not known: " + exchange.failed.message(), where,
                 "look at --agent"};
  }
  if (exchange.step == Step::Connecting) {
    return Error{ErrorKind::Transient, "no agent answers: " + exchange.failed.message(), where,
                 "is the agent running (holdfast run), and is this where it listens? --agent says another address"};
  }
  if (exchange.failed == wire::error::body_limit) {
    return Error{ErrorKind::Terminal, "the answer is too large", where, "ask for less"};
  }
  const ErrorKind kind = post ? ErrorKind::InDoubt : ErrorKind::Transient;
  if (exchange.failed == asio::error::timed_out) {
    return Error{kind, "the agent has not answered within " + seconds_text(options_.deadline), where,
                 post ? "it may still do it: holdfast status shows" : "try again"};
  }
  return Error{kind, "the answer broke off: " + exchange.failed.message(), where,
               "is it an agent that listens there? its log says more"};
}

}  // namespace holdfast::agent
