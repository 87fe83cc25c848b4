// The bytes of one row in the journal: typed, exact, independent of the machine. Format 1 of docs/formats/journal.md.
// Pure; any thread.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "desired-state/value.h"

namespace holdfast {

inline constexpr int row_image_format = 1;

// One column of a journalled row.
struct ImageCell {
  enum class Kind : std::uint8_t {
    Value,
    Redacted,  // kept out of the journal: cannot be compared and cannot be put back
    Computed,  // a virtual generated column: follows from the others
  };
  Kind kind = Kind::Value;
  Value value;
  friend bool operator==(const ImageCell&, const ImageCell&) = default;
};

void append_cell(std::string& bytes, ValueView value);
void append_redacted(std::string& bytes);
void append_computed(std::string& bytes);

// A row of which nothing is kept out.
std::string encode_values(std::span<const Value> values);

// Nothing when the bytes are not an image of this format, cut ones included.
std::optional<std::vector<ImageCell>> decode_image(std::string_view bytes);

}  // namespace holdfast
