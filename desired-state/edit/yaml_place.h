// Where a scalar begins and ends in its text: yaml-cpp tells beginnings only. Each end is checked against the value
// that was read, so that a scalar is either known to the byte or not at all. PURE.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "desired-state/edit/yaml_walk.h"

namespace holdfast::edit {

enum class Style : std::uint8_t {
  Missing,  // nothing is written behind the key's colon
  Plain,
  Single,
  Double,
  Literal,
  Folded,
  Alias,
};

struct Place {
  Style style = Style::Plain;
  std::size_t begin = 0;  // tag and anchor included; Missing: behind the colon
  std::size_t node = 0;   // the scalar itself
  std::size_t end = 0;    // behind it; of a block scalar behind its header
  std::string anchor;     // "&name"; empty without one
  bool binary = false;    // tagged !!binary
  bool tagged = false;    // tagged as text

  // Of a block scalar. The content begins with the break that ends the header's line (its comment stays) and ends
  // before the break of its last line.
  std::size_t content = 0;
  std::size_t content_end = 0;
  std::size_t indent = 0;          // of the content; 0 when there is none
  bool indent_given = false;       // by the header
  char chomping = 0;               // '-', '+' or 0
  bool blank_lines_after = false;  // which do not belong to it

  // Behind everything that belongs to the value.
  std::size_t last() const { return style == Style::Literal || style == Style::Folded ? content_end : end; }
};

// Nothing where the source is laid out in a way that this does not know.
std::optional<Place> place_of(std::string_view text, const ScalarFound& scalar);

}  // namespace holdfast::edit
