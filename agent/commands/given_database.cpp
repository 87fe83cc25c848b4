#include "agent/commands/given_database.h"

#include "desired-state/database_url.h"
#include "desired-state/substitute.h"
#include "reconcilers/describe/names.h"

namespace holdfast::agent {
namespace {

constexpr std::string_view scheme = "sqlite:";

std::string without_ending(const std::string& file) {
  const std::size_t dot = file.rfind('.');
  return dot == std::string::npos || dot == 0 ? file : file.substr(0, dot);
}

}  // namespace

Result<GivenDatabase> read_given_database(const std::string& url, const Context& context) {
  const Substitution substituted = substitute(url, context.environment);
  if (!substituted.message.empty()) {
    return Error{ErrorKind::Invalid, substituted.message, "the URL of the command line", substituted.hint};
  }
  const ParsedUrl address = parse_database_url(substituted.text, {});
  if (!address.url) return Error{ErrorKind::Invalid, address.message, "the URL of the command line", address.hint};
  GivenDatabase given;
  given.url = url;
  if (address.url->engine == Engine::Sqlite) {
    const std::string path = context.absolute_path(address.url->path);
    given.document.url.text = std::string(scheme) + path;
    given.relative = address.url->path.front() != '/';
    given.file = path.substr(path.rfind('/') + 1);
    given.document.name.text = document_name(without_ending(given.file), "database");
  } else {
    given.document.url.text = substituted.text;
    given.document.name.text = document_name(address.url->database, "database");
  }
  return given;
}

Error without_document(Error error) {
  // The store speaks to who has a document with a lockTimeout and a url.
  constexpr std::pair<std::string_view, std::string_view> words[] = {
      {", or raise lockTimeout of the Database", ", or run it again when it is done"},
      {" or raise lockTimeout", " or run it again when it is done"},
      {" longer than lockTimeout", " too long"},
      {"the Database's url", "the URL"},
  };
  for (const auto& [with, without] : words) {
    const std::size_t at = error.hint.find(with);
    if (at != std::string::npos) error.hint.replace(at, with.size(), without);
  }
  return error;
}

Result<void> must_be_there(Store& store, std::string hint) {
  const Result<Schema> schema = store.inspect({}, std::nullopt);  // without a setup, which stands for the file
  if (schema) return {};
  Error error = schema.error();
  const Result<std::string> mode = store.journal_mode();
  if (error.kind == ErrorKind::Terminal && mode && mode->empty()) error.hint = std::move(hint);
  return error;
}

Result<std::string> url_in_folder(const GivenDatabase& database, const std::string& folder, const Context& context) {
  if (!database.relative) return database.url;
  const bool spelled = database.url.compare(0, scheme.size(), scheme) == 0;
  std::string path = spelled ? database.url.substr(scheme.size()) : "";
  if (!spelled || path.compare(0, 2, "${") == 0) {
    return Error{ErrorKind::Invalid, "the URL's variable holds a relative path", "the URL of the command line",
                 "set it to an absolute path: a document's URL is relative to the document"};
  }
  while (path.compare(0, 2, "./") == 0) path.erase(0, 2);
  const std::string way = context.relative_path(".", folder);
  std::string dollars;  // a folder's name is no variable
  for (const char c : way) dollars += c == '$' ? "$$" : std::string(1, c);
  return std::string(scheme) + (way == "." ? "" : dollars + "/") + path;
}

}  // namespace holdfast::agent
