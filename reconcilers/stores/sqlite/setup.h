// The Database's setup: CREATE TABLE and CREATE INDEX IF NOT EXISTS, each run only where its table is not there.
#pragma once

#include <string>
#include <vector>

#include "reconcilers/stores/sqlite/connection.h"
#include "reconcilers/stores/sqlite/sqlite_store.h"

namespace holdfast::stores {

struct SetupStatement {
  std::string sql;
  std::string table;  // the table it creates, or whose index it creates
  bool creates_table = false;
};

struct SetupScript {
  std::vector<SetupStatement> statements;
  std::vector<SetupMistake> mistakes;
  Schema schema;  // of the tables, as an empty database would get them
};

// Reads the text by running it in a database in memory under an authorizer; touches nothing else.
SetupScript read_setup(const std::string& setup);

// Runs what is missing in one transaction. The connection is open.
Result<SetupReport> run_setup(Connection& connection, const SetupScript& script);

}  // namespace holdfast::stores
