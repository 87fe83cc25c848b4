// SQLite's result codes as errors that say what to do. The one place that translates them.
#pragma once

#include <sqlite3.h>

#include <string>

#include "reconcilers/core/result.h"
#include "reconcilers/core/store.h"

namespace holdfast::stores {

// `code` is an extended result code; `message` is the engine's own text.
Error sqlite_error(int code, const std::string& message, const std::string& where);
Error sqlite_error(sqlite3* database, const std::string& where);

// The failure of one row's statement, or None when the code concerns more than the row.
RowFailure row_failure(int code);

}  // namespace holdfast::stores
