// Which version of the documents was read: every text and every row file, whatever folder they lie in.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "desired-state/yaml_decoder.h"

namespace holdfast::sources {

// Passes row files on and counts them in. Not thread-safe; `opener` must outlive it.
class Version : public RowFileOpener {
 public:
  explicit Version(RowFileOpener& opener) : opener_(opener) {}

  // Documents count with the name of their file, not with the path that leads there.
  void add(std::span<const SourceText> texts);
  std::optional<std::string> read(const std::string& document, const std::string& file,
                                  const std::function<bool(std::string_view)>& piece) override;

  // Of what was added and read so far, in that order: 16 hexadecimal digits that tell versions apart and prove nothing.
  std::string digest() const;
  // Texts and row files together, a row file as often as it was read.
  std::uint64_t bytes() const { return bytes_; }
  // As people name it: the digest, with the Git commit in front where there is one, both cut to 12 digits.
  std::string name(const std::string& commit) const;

 private:
  void mix(std::string_view bytes);
  void end_of_part();

  RowFileOpener& opener_;
  std::uint64_t hash_ = 0xcbf29ce484222325U;
  std::uint64_t word_ = 0;    // bytes that do not fill a word yet
  std::uint64_t length_ = 0;  // of the part so far
  std::uint64_t bytes_ = 0;
};

}  // namespace holdfast::sources
