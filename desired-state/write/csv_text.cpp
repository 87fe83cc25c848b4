#include "desired-state/write/csv_text.h"

#include <algorithm>

namespace holdfast::writing {
namespace {

constexpr std::size_t longest_row = std::size_t{15} << 20;  // the reader takes 16 MiB, quotes and commas included
constexpr std::size_t piece = std::size_t{64} << 10;

void append_field(std::string& out, std::string_view text) {
  out += '"';
  for (std::size_t at = 0;;) {
    const std::size_t quote = text.find('"', at);
    out += text.substr(at, quote - at);
    if (quote == std::string_view::npos) break;
    out += "\"\"";
    at = quote + 1;
  }
  out += '"';
}

void append_row(std::string& out, const std::vector<Cell>& cells) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) out += ',';
    if (cells[i].kind == CellKind::Text) append_field(out, cells[i].bytes);
    if (cells[i].kind == CellKind::Plain) out += cells[i].bytes;
  }
  out += '\n';
}

}  // namespace

bool fits_csv(const std::vector<Cell>& cells) {
  std::size_t size = 0;
  for (const Cell& cell : cells) {
    if (cell.kind == CellKind::Blob || !cell.present()) return false;
    size += cell.bytes.size() + static_cast<std::size_t>(std::count(cell.bytes.begin(), cell.bytes.end(), '"')) + 3;
  }
  return size <= longest_row;
}

void write_csv(const Rows& rows, const TextOut& out) {
  std::string text;
  std::vector<Cell> cells;
  for (const std::string& column : rows.columns) cells.push_back({CellKind::Text, 0, column});
  append_row(text, cells);
  for (std::size_t row = 0; row < rows.count; ++row) {
    rows.read(row, cells);
    append_row(text, cells);
    if (text.size() < piece) continue;
    out(text);
    text.clear();
  }
  out(text);
}

}  // namespace holdfast::writing
