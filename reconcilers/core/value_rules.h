// How a column turns what somebody wrote into what it would store. Each engine has its own rules; a Store hands out the
// ones that agree with it (proven by property tests against the engine itself), and both sides of every comparison go
// through them, so that there is no phantom drift.
#pragma once

#include <string>

#include "desired-state/row_table.h"
#include "reconcilers/core/schema.h"

namespace holdfast {

class ValueRules {
 public:
  virtual ~ValueRules() = default;

  struct Outcome {
    bool ok = true;
    Value value;
    std::string message;  // when not ok: why the value cannot be stored as written
    std::string hint;     // the likely mend
  };

  // The value that `column` would store for `cell` (Null, Text for quoted, Blob, Plain or Bare; canonical kinds pass
  // through the same checks). Not ok when storing would change it ('007' in an INTEGER column) or the column's strict
  // type refuses it. Pure and thread-safe.
  virtual Outcome canonical(const Column& column, bool strict_table, const Cell& cell) const = 0;

  // True if a live value and a canonical one are the same under `column`: bytewise, but for BOOLEAN columns where
  // 1, '1' and 'true' in any case are one value. `canonical_value` came from canonical() for the same column.
  virtual bool same(const Column& column, ValueView live, ValueView canonical_value) const = 0;

  // True if a text cell of any spelling (Text, Plain, Bare) is stored as it is: the quick way for most cells. Null
  // cells are not text. A column where this is true still passes everything else through canonical().
  virtual bool keeps_text(const Column& /*column*/, bool /*strict_table*/) const { return false; }
};

// Appends bytes that are equal exactly when two values are equal as keys of `column`: under its collation, and with
// 1 and 1.0 the same number. Null never equals anything; ask before calling. For Collation::Other it is bytes only.
void append_key(const Column& column, ValueView value, std::string& out);
void append_key(Collation collation, ValueView value, std::string& out);

// Appends bytes that are equal exactly when two values have the same storage class and bytes.
void append_identical(ValueView value, std::string& out);

}  // namespace holdfast
