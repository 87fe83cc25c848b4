#include "desired-state/sources/source.h"

#include <cstdint>

namespace holdfast::sources {
namespace {

// FNV-1a, with each text's length in front so that the border between two of them counts.
void mix(std::uint64_t& hash, std::string_view text) {
  constexpr std::uint64_t prime = 0x100000001b3U;
  const std::string length = std::to_string(text.size()) + ":";
  for (const std::string_view part : {std::string_view(length), text}) {
    for (const char c : part) hash = (hash ^ static_cast<unsigned char>(c)) * prime;
  }
}

}  // namespace

std::string digest_of(const std::vector<SourceText>& texts) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const SourceText& text : texts) {
    mix(hash, text.name);
    mix(hash, text.text);
  }
  std::string written;
  for (int shift = 60; shift >= 0; shift -= 4) written += digits[(hash >> shift) & 15];
  return written;
}

}  // namespace holdfast::sources
