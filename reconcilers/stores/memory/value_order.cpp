#include "reconcilers/stores/memory/value_order.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>

#include "reconcilers/core/key_value.h"
#include "reconcilers/sql/sqlite_number.h"

namespace holdfast::stores {
namespace {

int rank(ValueKind kind) {
  switch (kind) {
    case ValueKind::Null: return 0;
    case ValueKind::Integer:
    case ValueKind::Real: return 1;
    case ValueKind::Text: return 2;
    case ValueKind::Blob: return 3;
  }
  return 3;
}

template <class T>
int sign(const T& a, const T& b) {
  return a < b ? -1 : (b < a ? 1 : 0);
}

// Exact: no integer is rounded to a double.
int compare_integer_real(std::int64_t integer, double real) {
  if (real >= 9223372036854775808.0) return -1;
  if (real < -9223372036854775808.0) return 1;
  const double whole = std::floor(real);
  const int order = sign(integer, static_cast<std::int64_t>(whole));
  return order != 0 ? order : (real > whole ? -1 : 0);
}

int compare_numbers(ValueView a, ValueView b) {
  const bool a_real = a.kind() == ValueKind::Real;
  const bool b_real = b.kind() == ValueKind::Real;
  if (a_real && b_real) return sign(a.real(), b.real());
  if (a_real) return -compare_integer_real(b.integer(), a.real());
  if (b_real) return compare_integer_real(a.integer(), b.real());
  return sign(a.integer(), b.integer());
}

bool is_number(ValueKind kind) { return kind == ValueKind::Integer || kind == ValueKind::Real; }

bool is_numeric(Affinity affinity) { return affinity != Affinity::Text && affinity != Affinity::Blob; }

// As SQLite writes numbers into TEXT columns: 15 digits, and a real always shows that it is one.
std::string number_text(ValueView number) {
  if (number.kind() == ValueKind::Integer) return std::to_string(number.integer());
  if (std::isinf(number.real())) return number.real() > 0 ? "Inf" : "-Inf";
  char buffer[40];
  std::snprintf(buffer, sizeof buffer, "%.15g", number.real());
  std::string text = buffer;
  if (text.find('.') == std::string::npos) text.insert(std::min(text.find('e'), text.size()), ".0");
  return text;
}

Value number_in(Affinity affinity, ValueView number) {
  switch (affinity) {
    case Affinity::Blob: return Value(number);
    case Affinity::Text: return Value::text(number_text(number));
    case Affinity::Real:
      if (number.kind() == ValueKind::Integer) return Value::real(static_cast<double>(number.integer()));
      return Value::real(number.real() == 0 ? 0.0 : number.real());  // the sign of zero is not kept
    case Affinity::Numeric:
    case Affinity::Integer: break;
  }
  // A whole real is kept as the integer, but for the lowest of all: as SQLite does.
  return number.kind() == ValueKind::Real && number.real() == -9223372036854775808.0 ? Value(number)
                                                                                     : Value(key_number(number));
}

bool fits(const Column& column, ValueKind kind) {
  const std::string type = ascii_lower(column.declared_type);
  switch (kind) {
    case ValueKind::Null: return true;
    case ValueKind::Integer: return type == "int" || type == "integer" || type == "any";
    case ValueKind::Real: return type == "real" || type == "any";
    case ValueKind::Text: return type == "text" || type == "any";
    case ValueKind::Blob: return type == "blob" || type == "any";
  }
  return false;
}

}  // namespace

int compare(Collation collation, ValueView a, ValueView b) {
  if (const int order = sign(rank(a.kind()), rank(b.kind())); order != 0) return order;
  switch (a.kind()) {
    case ValueKind::Null: return 0;
    case ValueKind::Integer:
    case ValueKind::Real: return compare_numbers(a, b);
    case ValueKind::Blob: return sign(a.bytes(), b.bytes());
    case ValueKind::Text: break;
  }
  std::string a_buffer;
  std::string b_buffer;
  return sign(key_text(collation, a.bytes(), a_buffer), key_text(collation, b.bytes(), b_buffer));
}

bool LocatorOrder::operator()(const Locator& a, const Locator& b) const {
  const std::size_t parts = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < parts; ++i) {
    const Collation collation = i < collations_.size() ? collations_[i] : Collation::Binary;
    if (const int order = compare(collation, a[i].view(), b[i].view()); order != 0) return order < 0;
  }
  return a.size() < b.size();
}

Stored stored(const Column& column, bool strict, ValueView value) {
  // Not a number is null to every engine that we know.
  if (value.is_null() || (value.kind() == ValueKind::Real && std::isnan(value.real()))) return {};
  Stored result;
  const auto number = value.kind() == ValueKind::Text && is_numeric(column.affinity)
                          ? sql::number_from_text(value.bytes())
                          : std::optional<Value>();
  if (number) {
    result.value = number_in(column.affinity, number->view());
  } else {
    result.value = is_number(value.kind()) ? number_in(column.affinity, value) : Value(value);
  }
  if (strict && result.ok && !fits(column, result.value.kind())) {
    return {false, {}, "a STRICT column of type " + column.declared_type + " does not take it"};
  }
  return result;
}

}  // namespace holdfast::stores
