// Where a Database is: sqlite:relative (to the document's folder), sqlite:/absolute, postgres://… and mysql://….
// PURE; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast {

enum class Engine : std::uint8_t { Sqlite, Postgres, Mysql };

struct DatabaseUrl {
  Engine engine = Engine::Sqlite;
  std::string path;        // Sqlite: the file; relative ones are joined to the document's folder
  std::string host;        // the rest for servers, percent-decoded
  std::uint16_t port = 0;  // 0: the engine's own
  std::string user;
  std::string password;  // never printed
  std::string database;
  std::string query;  // what stands behind ?, as written: options of the driver, which may hold secrets
};

struct ParsedUrl {
  std::optional<DatabaseUrl> url;
  std::string message;  // when there is none: what is wrong, without the URL itself
  std::string hint;
};

// `document` is the file that the URL stands in; empty for one of the command line, relative to the working folder.
ParsedUrl parse_database_url(std::string_view url, std::string_view document);

// The URL for messages: the password and every option's value are masked. What is not a URL at all is masked whole
// behind its scheme.
std::string redacted_url(std::string_view url);

}  // namespace holdfast
