// A value as a database holds it: one of five storage classes, compared by class and bytes.
//
// Value owns its bytes; ValueView borrows them and is what loops over many rows pass around.
// Both are plain values: copyable, no I/O. Not thread-safe beyond that of their members.
// Do not use it for a scalar as somebody wrote it in a document: that is a Cell (row_table.h), which becomes a
// Value only once the column it belongs to is known (reconcilers/core/value_rules.h).
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

namespace holdfast {

enum class ValueKind : std::uint8_t { Null, Integer, Real, Text, Blob };

class ValueView {
 public:
  constexpr ValueView() = default;
  static constexpr ValueView null() { return {}; }
  static constexpr ValueView integer(std::int64_t number) { return {ValueKind::Integer, number, {}}; }
  static constexpr ValueView real(double number) { return {ValueKind::Real, std::bit_cast<std::int64_t>(number), {}}; }
  static constexpr ValueView text(std::string_view bytes) { return {ValueKind::Text, 0, bytes}; }
  static constexpr ValueView blob(std::string_view bytes) { return {ValueKind::Blob, 0, bytes}; }

  constexpr ValueKind kind() const { return kind_; }
  constexpr bool is_null() const { return kind_ == ValueKind::Null; }
  // Meaningful for the kind named only; zero or empty otherwise.
  constexpr std::int64_t integer() const { return number_; }
  constexpr double real() const { return std::bit_cast<double>(number_); }
  constexpr std::string_view bytes() const { return bytes_; }

  // Same storage class and same bytes. 1 and 1.0 differ, and so do 'Hulu' and 'HULU': collations do not matter here.
  friend constexpr bool operator==(const ValueView& a, const ValueView& b) {
    return a.kind_ == b.kind_ && a.number_ == b.number_ && a.bytes_ == b.bytes_;
  }

 private:
  constexpr ValueView(ValueKind kind, std::int64_t number, std::string_view bytes)
      : kind_(kind), number_(number), bytes_(bytes) {}

  ValueKind kind_ = ValueKind::Null;
  std::int64_t number_ = 0;  // a Real's bit pattern, so that comparing is comparing bits
  std::string_view bytes_;
};

class Value {
 public:
  Value() = default;
  explicit Value(ValueView view) : kind_(view.kind()), number_(view.integer()), bytes_(view.bytes()) {}
  static Value null() { return {}; }
  static Value integer(std::int64_t number) { return Value(ValueView::integer(number)); }
  static Value real(double number) { return Value(ValueView::real(number)); }
  static Value text(std::string_view bytes) { return Value(ValueView::text(bytes)); }
  static Value blob(std::string_view bytes) { return Value(ValueView::blob(bytes)); }

  ValueView view() const {
    switch (kind_) {
      case ValueKind::Integer: return ValueView::integer(number_);
      case ValueKind::Real: return ValueView::real(std::bit_cast<double>(number_));
      case ValueKind::Text: return ValueView::text(bytes_);
      case ValueKind::Blob: return ValueView::blob(bytes_);
      case ValueKind::Null: break;
    }
    return ValueView::null();
  }
  ValueKind kind() const { return kind_; }
  bool is_null() const { return kind_ == ValueKind::Null; }

  friend bool operator==(const Value& a, const Value& b) { return a.view() == b.view(); }
  friend bool operator==(const Value& a, const ValueView& b) { return a.view() == b; }

 private:
  ValueKind kind_ = ValueKind::Null;
  std::int64_t number_ = 0;
  std::string bytes_;
};

}  // namespace holdfast
