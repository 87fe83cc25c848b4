#include "reconcilers/core/row_image.h"

#include <bit>
#include <cstdint>
#include <utility>

namespace holdfast {
namespace {

enum Tag : std::uint8_t { Null = 0, Integer = 1, Real = 2, Text = 3, Blob = 4, Redacted = 5, Computed = 6 };

void append_number(std::string& bytes, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7) bytes += static_cast<char>(number | 0x80);
  bytes += static_cast<char>(number);
}

void append_bytes(std::string& bytes, Tag tag, std::string_view content) {
  bytes += static_cast<char>(tag);
  append_number(bytes, content.size());
  bytes += content;
}

class ImageReader {
 public:
  explicit ImageReader(std::string_view bytes) : bytes_(bytes) {}

  bool done() const { return at_ == bytes_.size(); }

  std::optional<ImageCell> cell() {
    const auto tag = static_cast<std::uint8_t>(bytes_[at_++]);
    ImageCell cell;
    switch (tag) {
      case Null: return cell;
      case Redacted: cell.kind = ImageCell::Kind::Redacted; return cell;
      case Computed: cell.kind = ImageCell::Kind::Computed; return cell;
      case Integer: {
        const std::optional<std::uint64_t> folded = number();
        if (!folded) return std::nullopt;
        cell.value = Value::integer(static_cast<std::int64_t>((*folded >> 1) ^ (~(*folded & 1) + 1)));
        return cell;
      }
      case Real: {
        if (bytes_.size() - at_ < 8) return std::nullopt;
        std::uint64_t bits = 0;
        for (int i = 0; i < 8; ++i) bits = bits << 8 | static_cast<std::uint8_t>(bytes_[at_++]);
        cell.value = Value::real(std::bit_cast<double>(bits));
        return cell;
      }
      case Text:
      case Blob: {
        const std::optional<std::uint64_t> size = number();
        if (!size || *size > bytes_.size() - at_) return std::nullopt;
        const std::string_view content = bytes_.substr(at_, *size);
        at_ += *size;
        cell.value = tag == Text ? Value::text(content) : Value::blob(content);
        return cell;
      }
      default: return std::nullopt;
    }
  }

 private:
  std::optional<std::uint64_t> number() {
    std::uint64_t number = 0;
    for (unsigned shift = 0; shift < 64 && at_ < bytes_.size(); shift += 7) {
      const auto byte = static_cast<std::uint8_t>(bytes_[at_++]);
      if (shift == 63 && byte > 1) return std::nullopt;
      number |= std::uint64_t{byte & 0x7FU} << shift;
      if ((byte & 0x80) == 0) return number;
    }
    return std::nullopt;
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
};

}  // namespace

void append_cell(std::string& bytes, ValueView value) {
  switch (value.kind()) {
    case ValueKind::Null: bytes += static_cast<char>(Null); return;
    case ValueKind::Integer: {
      const auto number = static_cast<std::uint64_t>(value.integer());
      bytes += static_cast<char>(Integer);
      append_number(bytes, number << 1 ^ (value.integer() < 0 ? ~std::uint64_t{0} : 0));
      return;
    }
    case ValueKind::Real: {
      const auto bits = std::bit_cast<std::uint64_t>(value.real());
      bytes += static_cast<char>(Real);
      for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>(bits >> shift);
      return;
    }
    case ValueKind::Text: append_bytes(bytes, Text, value.bytes()); return;
    case ValueKind::Blob: append_bytes(bytes, Blob, value.bytes()); return;
  }
}

void append_redacted(std::string& bytes) { bytes += static_cast<char>(Redacted); }
void append_computed(std::string& bytes) { bytes += static_cast<char>(Computed); }

std::string encode_values(std::span<const Value> values) {
  std::string bytes;
  for (const Value& value : values) append_cell(bytes, value.view());
  return bytes;
}

std::optional<std::vector<ImageCell>> decode_image(std::string_view bytes) {
  std::vector<ImageCell> cells;
  for (ImageReader reader(bytes); !reader.done();) {
    std::optional<ImageCell> cell = reader.cell();
    if (!cell) return std::nullopt;
    cells.push_back(std::move(*cell));
  }
  return cells;
}

}  // namespace holdfast
