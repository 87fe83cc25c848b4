#include "reconcilers/core/value_rules.h"

#include "reconcilers/core/key_value.h"

namespace holdfast {
namespace {

void append_number(std::int64_t number, std::string& out) {
  for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<char>(number >> shift));
}

void append_sized(std::string_view bytes, std::string& out) {
  append_number(static_cast<std::int64_t>(bytes.size()), out);
  out.append(bytes);
}

}  // namespace

void append_identical(ValueView value, std::string& out) {
  out.push_back(static_cast<char>('0' + static_cast<int>(value.kind())));
  if (value.kind() == ValueKind::Integer || value.kind() == ValueKind::Real) append_number(value.integer(), out);
  if (value.kind() == ValueKind::Text || value.kind() == ValueKind::Blob) append_sized(value.bytes(), out);
}

void append_key(Collation collation, ValueView value, std::string& out) {
  value = key_number(value);
  if (value.kind() != ValueKind::Text || collation == Collation::Binary || collation == Collation::Other) {
    append_identical(value, out);
    return;
  }
  std::string folded;
  append_identical(ValueView::text(key_text(collation, value.bytes(), folded)), out);
}

void append_key(const Column& column, ValueView value, std::string& out) { append_key(column.collation, value, out); }

}  // namespace holdfast
