// A write transaction on the connection: BEGIN IMMEDIATE with foreign-key actions off, every statement proven by the
// preupdate hook's record.
#pragma once

#include <memory>

#include "reconcilers/stores/sqlite/connection.h"

namespace holdfast::stores {

// Waits for the lock as long as the connection may. The schema must outlive the transaction.
Result<std::unique_ptr<Transaction>> begin_transaction(Connection& connection, const Schema& schema, Triggers triggers);

}  // namespace holdfast::stores
