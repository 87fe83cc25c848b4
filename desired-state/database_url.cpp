#include "desired-state/database_url.h"

#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>

#include "desired-state/quote_text.h"

namespace holdfast {
namespace {

namespace urls = boost::urls;

constexpr const char* known_schemes = "sqlite:PATH, postgres://HOST/NAME or mysql://HOST/NAME";
constexpr const char* mask = "***";

std::string_view scheme_of(std::string_view url) {
  const std::size_t colon = url.find(':');
  const std::size_t other = url.find_first_of("/?#@");
  return colon == std::string_view::npos || other < colon ? std::string_view() : url.substr(0, colon);
}

std::string folder_of(std::string_view document) {
  const std::size_t slash = document.rfind('/');
  return slash == std::string_view::npos ? std::string() : std::string(document.substr(0, slash + 1));
}

ParsedUrl wrong(std::string message, std::string hint) { return {std::nullopt, std::move(message), std::move(hint)}; }

ParsedUrl parse_sqlite(std::string_view path, std::string_view document) {
  if (path.empty()) return wrong("the URL names no file", "write sqlite:PATH");
  if (path.substr(0, 2) == "//")
    return wrong("a SQLite URL has no host", "write sqlite:/absolute/path or sqlite:relative/path");
  if (path.find('?') != std::string_view::npos || path.find('#') != std::string_view::npos) {
    return wrong("a SQLite URL has no options", "write sqlite:PATH and nothing else");
  }
  if (path == ":memory:") return wrong("a database in memory cannot be reconciled", "write sqlite:PATH");
  if (path.find('\0') != std::string_view::npos || path.back() == '/')
    return wrong("the URL names no file", "write sqlite:PATH");
  DatabaseUrl url;
  url.path = path.front() == '/' ? std::string(path) : folder_of(document) + std::string(path);
  return {std::move(url), {}, {}};
}

// 0 for none; nothing for one that cannot be.
std::optional<std::uint16_t> port_of(std::string_view digits) {
  constexpr std::uint32_t most = 65535;
  std::uint32_t port = 0;
  for (const char c : digits) {
    port = port * 10 + static_cast<std::uint32_t>(c - '0');
    if (port > most) return std::nullopt;
  }
  if (port == 0 && !digits.empty()) return std::nullopt;
  return static_cast<std::uint16_t>(port);
}

ParsedUrl parse_server(std::string_view text, Engine engine) {
  const auto parsed = urls::parse_uri(text);
  if (!parsed || !parsed->has_authority() || parsed->host().empty()) {
    return wrong("this is not a URL of a server",
                 "write SCHEME://USER:PASSWORD@HOST:PORT/NAME, with special characters as %XX");
  }
  const urls::url_view& view = *parsed;
  const std::optional<std::uint16_t> port = port_of(view.has_port() ? std::string_view(view.port()) : "");
  if (!port) return wrong("the URL's port is not a number from 1 to 65535", {});
  DatabaseUrl url;
  url.engine = engine;
  url.host = view.host();
  url.port = *port;
  url.user = view.user();
  url.password = view.password();
  const std::string path = view.path();
  url.database = path.empty() ? path : path.substr(1);
  if (view.has_query()) url.query = std::string(view.encoded_query());
  if (url.database.empty() || url.database.find('/') != std::string::npos) {
    return wrong("the URL names no database", "write it behind the host: postgres://HOST/NAME");
  }
  return {std::move(url), {}, {}};
}

}  // namespace

ParsedUrl parse_database_url(std::string_view url, std::string_view document) {
  const std::string_view scheme = scheme_of(url);
  if (scheme == "sqlite") return parse_sqlite(url.substr(scheme.size() + 1), document);
  if (scheme == "postgres" || scheme == "postgresql") return parse_server(url, Engine::Postgres);
  if (scheme == "mysql") return parse_server(url, Engine::Mysql);
  if (scheme.empty()) return wrong("the URL has no scheme", known_schemes);
  return wrong("the URL's scheme " + quote_text(scheme) + " is not known", known_schemes);
}

std::string redacted_url(std::string_view url) {
  const std::string_view scheme = scheme_of(url);
  if (scheme == "sqlite" || scheme.empty()) return scheme.empty() ? mask : std::string(url);
  const auto parsed = urls::parse_uri(url);
  if (!parsed || !parsed->has_authority()) return std::string(scheme) + ":" + mask;
  const urls::url_view& view = *parsed;
  std::string text = std::string(scheme) + "://";
  if (view.has_userinfo()) {
    text += std::string(view.encoded_user());
    if (view.has_password()) text += std::string(":") + mask;
    text += '@';
  }
  text += std::string(view.encoded_host_and_port()) + std::string(view.encoded_path());
  if (view.has_query()) {
    text += '?';
    bool first = true;
    for (const auto& parameter : view.params()) {
      if (!first) text += '&';
      first = false;
      text += std::string(parameter.key) + (parameter.has_value ? std::string("=") + mask : std::string());
    }
  }
  return text;
}

}  // namespace holdfast
