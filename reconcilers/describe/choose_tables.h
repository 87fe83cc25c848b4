// Which tables are worth declaring when nobody named any. PURE.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "reconcilers/core/schema.h"
#include "reconcilers/core/store.h"

namespace holdfast {

// Why a table is not described whoever asks for it: a view, Holdfast's own, the engine's own; empty when it can be.
std::string why_never(const ListedTable& listed);
// The same once its schema is known.
std::string why_never(const Table& table);

// Rows that the application only adds: nothing names one, they belong to rows of another table, and they have a time.
bool looks_append_only(const Table& table, std::span<const ListedTable> all);

}  // namespace holdfast
