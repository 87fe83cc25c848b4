// A database that is named on the command line instead of in a document.
#pragma once

#include <string>

#include "agent/commands/context.h"

namespace holdfast::agent {

struct GivenDatabase {
  DatabaseDocument document;  // to open it by
  std::string url;            // as it was given
  std::string file;           // of SQLite: its name without the folder; empty for servers
  bool relative = false;      // of SQLite: the path is, once its variables are put in
};

// Variables are put in as in a document; a relative path is relative to the current folder. Invalid when it is no URL.
Result<GivenDatabase> read_given_database(const std::string& url, const Context& context);

// An error of a database that was named by its URL, with what to do about it there: no document can be mended.
Error without_document(Error error);

// The error where nothing is at the place of the database; nothing otherwise. `hint`: what to do about it.
Result<void> must_be_there(Store& store, std::string hint);

// The URL for a document in `folder`: as it was given, but a relative path leads from there.
Result<std::string> url_in_folder(const GivenDatabase& database, const std::string& folder, const Context& context);

}  // namespace holdfast::agent
