// The splices that put one value in one place of a YAML text. PURE.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "desired-state/edit/edit.h"
#include "desired-state/edit/yaml_place.h"

namespace holdfast::edit {

// Kept: in the style that is there, where it can hold the value. Quoted: in double quotes, or bare where only that
// means the value.
enum class Wish : std::uint8_t { Kept, Quoted };

// Nothing where the value has no spelling in this place.
std::optional<std::vector<Splice>> replace_scalar(std::string_view text, const ScalarFound& scalar, const Place& place,
                                                  const NewValue& value, Wish wish);

// A column more at the end of a row that names some; `last` is the place of its last cell, if it has any.
std::optional<Splice> add_cell(std::string_view text, const RowFound& row, const std::optional<Place>& last,
                               const std::string& column, const NewValue& value, Wish wish);

}  // namespace holdfast::edit
