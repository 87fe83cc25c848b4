// Colours of a terminal, or none. A renderer asks for a meaning, never for a colour.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace holdfast::agent {

enum class Tone : std::uint8_t { Plain, Title, Insert, Update, Delete, Problem, Good, Faint };

class Style {
 public:
  Style() = default;
  explicit Style(bool coloured) : coloured_(coloured) {}
  bool coloured() const { return coloured_; }

  // `text` must be printable already (escape.h): what is painted is written as it is.
  std::string paint(Tone tone, std::string_view text) const {
    const std::string_view code = sequence(tone);
    if (!coloured_ || code.empty()) return std::string(text);
    return std::string(code).append(text).append("\x1b[0m");
  }

 private:
  static std::string_view sequence(Tone tone) {
    switch (tone) {
      case Tone::Title: return "\x1b[1m";
      case Tone::Insert: return "\x1b[32m";
      case Tone::Update: return "\x1b[33m";
      case Tone::Delete: return "\x1b[31m";
      case Tone::Problem: return "\x1b[1;31m";
      case Tone::Good: return "\x1b[32m";
      case Tone::Faint: return "\x1b[2m";
      case Tone::Plain: break;
    }
    return {};
  }

  bool coloured_ = false;
};

}  // namespace holdfast::agent
