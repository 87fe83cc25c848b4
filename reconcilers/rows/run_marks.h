// The marks that one run leaves for the next (core/set_marks.h), where they lie. One thread; errors are the store's.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "reconcilers/core/set_marks.h"
#include "reconcilers/core/state.h"

namespace holdfast {

// The digest of the documents whose numbers the marks of sets are.
inline constexpr std::string_view documents_mark = "documents";

// All marks of the state by name, read at once: a plan needs several of them.
using Marks = std::map<std::string, std::string, std::less<>>;
Result<Marks> read_marks(Reader& reader, const State& state);
std::map<std::string, SetMarks> set_marks_in(const Marks& marks);
Spent spent_in(const Marks& marks, std::string_view row_set, std::chrono::system_clock::time_point now,
               std::chrono::milliseconds per);

// Of every row set that was ever enforced here, by name.
Result<std::map<std::string, SetMarks>> read_set_marks(Reader& reader, const State& state);
Result<void> write_set_marks(Transaction& transaction, const State& state, std::string_view row_set,
                             const SetMarks& marks);

using WallTime = std::chrono::system_clock::time_point;

// What a set has deleted within `per`.
Result<Spent> read_spent(Reader& reader, const State& state, std::string_view row_set, WallTime now,
                         std::chrono::milliseconds per);
// What was spent at a time that lies ahead counts from now on; else a clock that was wrong once would hold deletes back
// until that time.
Result<void> settle_spent(Store& store, const Schema& schema, const State& state, std::string_view row_set,
                          WallTime now);
// Adds to it, in the transaction that deletes.
Result<void> add_spent(Transaction& transaction, const State& state, std::string_view row_set, WallTime now,
                       std::chrono::milliseconds per, const Spent& more);

}  // namespace holdfast
