#include "reconcilers/sql/sqlite_rules.h"

#include <cmath>
#include <optional>
#include <string>

#include "reconcilers/core/text.h"
#include "reconcilers/sql/sqlite_number.h"

namespace holdfast::sql {
namespace {

using Outcome = ValueRules::Outcome;

Outcome good(Value value) { return {true, std::move(value), {}, {}}; }
Outcome bad(std::string message, std::string hint = {}) { return {false, {}, std::move(message), std::move(hint)}; }

std::optional<Value> truth(std::string_view text) {
  if (text.size() > 5) return std::nullopt;
  const std::string folded = ascii_lower(text);
  if (folded == "true" || folded == "1") return Value::integer(1);
  if (folded == "false" || folded == "0") return Value::integer(0);
  return std::nullopt;
}

// YAML's own spellings of a boolean.
std::optional<Value> plain_truth(std::string_view text) {
  for (const std::string_view one : {"true", "True", "TRUE"}) {
    if (text == one) return Value::integer(1);
  }
  for (const std::string_view one : {"false", "False", "FALSE"}) {
    if (text == one) return Value::integer(0);
  }
  return std::nullopt;
}

std::string quoted(std::string_view text) { return "'" + printable(text) + "'"; }

// A number on its way into a column: numeric columns keep whole reals as integers, REAL ones integers as reals.
Value with_affinity(Affinity affinity, const Value& number) {
  const ValueView view = number.view();
  switch (affinity) {
    case Affinity::Integer:
    case Affinity::Numeric: return view.kind() == ValueKind::Real ? integer_if_whole(view.real()) : number;
    case Affinity::Real: {
      if (view.kind() == ValueKind::Integer) return Value::real(static_cast<double>(view.integer()));
      return Value::real(view.real() == 0 ? 0.0 : view.real());  // stored as the integer 0, which has no sign
    }
    case Affinity::Text:
    case Affinity::Blob: break;
  }
  return number;
}

Outcome number_outcome(const Column& column, std::string_view text, const PlainNumber& number) {
  if (number.kind == PlainNumber::Kind::NotFinite) {
    return bad(printable(text) + " is not a finite number", "the database could not keep it");
  }
  if (number.kind == PlainNumber::Kind::TooLarge) {
    return bad(printable(text) + " is beyond a 64-bit integer", "quote it and use a TEXT column");
  }
  Value stored = with_affinity(column.affinity, number.value);
  const bool whole_kept = stored.kind() != ValueKind::Real || number.value.kind() != ValueKind::Integer ||
                          keeps_digits(spelling(number.value), stored);
  if (!whole_kept || (number.decimal && !keeps_digits(text, stored))) {
    return bad(printable(text) + " would lose digits: it would be stored as " + spelling(stored),
               "write the value that is stored, or use a TEXT column");
  }
  return good(std::move(stored));
}

// Text in a column that turns numbers in text into numbers: only where nothing is lost on the way.
Outcome text_outcome(const Column& column, std::string_view text) {
  if (column.affinity == Affinity::Text || column.affinity == Affinity::Blob) return good(Value::text(text));
  const std::optional<Value> number = number_from_text(text);
  if (!number) return good(Value::text(text));
  Value stored = with_affinity(column.affinity, *number);
  const std::string canonical = spelling(stored);
  if (canonical == text) return good(std::move(stored));
  return bad("storing would change " + quoted(text) + " to " + canonical,
             "write " + canonical + ", or make the column TEXT");
}

Outcome strict_outcome(const Column& column, Outcome outcome) {
  if (!outcome.ok || outcome.value.is_null()) return outcome;
  const std::string type = ascii_lower(column.declared_type);
  const ValueKind kind = outcome.value.kind();
  const bool fits = type == "any" || ((type == "int" || type == "integer") && kind == ValueKind::Integer) ||
                    (type == "real" && kind == ValueKind::Real) || (type == "text" && kind == ValueKind::Text) ||
                    (type == "blob" && kind == ValueKind::Blob);
  if (fits) return outcome;
  return bad("a " + column.declared_type + " column of a STRICT table cannot hold " + describe(outcome.value.view()));
}

class SqliteRules : public ValueRules {
 public:
  Outcome canonical(const Column& column, bool strict_table, const Cell& cell) const override {
    Outcome outcome = unchecked(column, cell);
    return strict_table ? strict_outcome(column, std::move(outcome)) : outcome;
  }

  bool same(const Column& column, ValueView live, ValueView canonical_value) const override {
    if (live == canonical_value) return true;
    if (!column.boolean || live.kind() != ValueKind::Text || canonical_value.kind() != ValueKind::Integer) return false;
    const std::optional<Value> value = truth(live.bytes());
    return value && *value == canonical_value;
  }

  bool keeps_text(const Column& column, bool /*strict_table*/) const override {
    return column.affinity == Affinity::Text;
  }

 private:
  static Outcome unchecked(const Column& column, const Cell& cell) {
    switch (cell.kind) {
      case CellKind::Absent:
      case CellKind::Pending:
      case CellKind::Null: return good(Value::null());
      case CellKind::Blob: return good(Value::blob(cell.bytes));
      case CellKind::Integer:
      case CellKind::Real: {
        const Value number(cell.value());
        const std::string written = spelling(number);
        if (column.affinity == Affinity::Text) return good(Value::text(written));
        const bool finite = cell.kind == CellKind::Integer || std::isfinite(cell.value().real());
        return number_outcome(column, written,
                              {finite ? PlainNumber::Kind::Number : PlainNumber::Kind::NotFinite, number, true});
      }
      case CellKind::Text:
      case CellKind::Plain:
      case CellKind::Bare: break;
    }
    if (column.affinity == Affinity::Text) return good(Value::text(cell.bytes));
    if (column.boolean) {
      if (const auto value = truth(cell.bytes)) return good(*value);
    }
    if (cell.kind == CellKind::Text) return text_outcome(column, cell.bytes);
    const bool core = cell.kind == CellKind::Plain;
    if (core) {
      if (const auto value = plain_truth(cell.bytes)) return good(with_affinity(column.affinity, *value));
    }
    const PlainNumber number = plain_number(cell.bytes, core);
    if (number.kind == PlainNumber::Kind::None) return text_outcome(column, cell.bytes);
    return number_outcome(column, cell.bytes, number);
  }
};

}  // namespace

const ValueRules& sqlite_rules() {
  static const SqliteRules rules;
  return rules;
}

Affinity affinity_of(std::string_view declared_type) {
  const std::string type = ascii_lower(declared_type);
  const auto has = [&](std::string_view part) { return type.find(part) != std::string::npos; };
  if (has("int")) return Affinity::Integer;
  if (has("char") || has("clob") || has("text")) return Affinity::Text;
  if (has("blob") || type.empty()) return Affinity::Blob;
  if (has("real") || has("floa") || has("doub")) return Affinity::Real;
  return Affinity::Numeric;
}

bool is_boolean(std::string_view declared_type) {
  const std::string type = ascii_lower(declared_type);
  return type == "bool" || type == "boolean";
}

}  // namespace holdfast::sql
