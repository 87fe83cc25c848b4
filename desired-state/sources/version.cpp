#include "desired-state/sources/version.h"

#include <filesystem>

namespace holdfast::sources {
namespace {

// FNV-1a over words of eight bytes; the shift brings the upper bits down, which the multiplication alone never does.
std::uint64_t mixed(std::uint64_t hash, std::uint64_t word) {
  constexpr std::uint64_t prime = 0x100000001b3U;
  hash = (hash ^ word) * prime;
  return hash ^ (hash >> 29);
}

}  // namespace

// However the bytes are cut into pieces.
void Version::mix(std::string_view bytes) {
  const auto add = [this](char c) {
    word_ = word_ << 8 | static_cast<unsigned char>(c);
    if (++length_ % 8 != 0) return;
    hash_ = mixed(hash_, word_);
    word_ = 0;
  };
  while (!bytes.empty() && length_ % 8 != 0) {
    add(bytes.front());
    bytes.remove_prefix(1);
  }
  for (; bytes.size() >= 8; bytes.remove_prefix(8), length_ += 8) {
    std::uint64_t word = 0;
    for (int i = 0; i < 8; ++i) word = word << 8 | static_cast<unsigned char>(bytes[i]);
    hash_ = mixed(hash_, word);
  }
  for (const char c : bytes) add(c);
}

// The length tells where one part ends and the next one begins.
void Version::end_of_part() {
  hash_ = mixed(mixed(hash_, word_), length_);
  word_ = length_ = 0;
}

void Version::add(std::span<const SourceText> texts) {
  for (const SourceText& text : texts) {
    mix(std::filesystem::path(text.name).filename().string());
    end_of_part();
    mix(text.text);
    bytes_ += text.text.size();
    end_of_part();
  }
}

std::optional<std::string> Version::read(const std::string& document, const std::string& file,
                                         const std::function<bool(std::string_view)>& piece) {
  mix(file);
  end_of_part();
  auto problem = opener_.read(document, file, [&](std::string_view bytes) {
    mix(bytes);
    bytes_ += bytes.size();
    return piece(bytes);
  });
  end_of_part();
  return problem;
}

std::string Version::digest() const {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string written;
  for (int shift = 60; shift >= 0; shift -= 4) written += digits[(hash_ >> shift) & 15];
  return written;
}

std::string Version::name(const std::string& commit) const {
  constexpr std::size_t shown = 12;
  return commit.empty() ? digest() : commit.substr(0, shown) + "+" + digest().substr(0, shown);
}

}  // namespace holdfast::sources
