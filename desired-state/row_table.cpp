#include "desired-state/row_table.h"

#include <algorithm>
#include <cstring>

namespace holdfast {
namespace {

constexpr std::size_t block_bytes = 256 * 1024;
constexpr std::size_t longest_varint = 10;
// Kind and body without the bytes themselves, and the mark's line and column.
constexpr std::size_t longest_cell = 1 + longest_varint + 2 * longest_varint;

std::byte* write_varint(std::byte* at, std::uint64_t number) {
  while (number >= 0x80) {
    *at++ = static_cast<std::byte>(number | 0x80);
    number >>= 7;
  }
  *at++ = static_cast<std::byte>(number);
  return at;
}

std::uint64_t read_varint(const std::byte*& at) {
  auto byte = static_cast<std::uint64_t>(*at++);
  if (byte < 0x80) return byte;
  std::uint64_t number = byte & 0x7f;
  for (unsigned shift = 7;; shift += 7) {
    byte = static_cast<std::uint64_t>(*at++);
    number |= (byte & 0x7f) << shift;
    if (byte < 0x80) return number;
  }
}

bool has_bytes(CellKind kind) {
  return kind == CellKind::Text || kind == CellKind::Blob || kind == CellKind::Plain || kind == CellKind::Bare;
}

bool has_number(CellKind kind) {
  return kind == CellKind::Integer || kind == CellKind::Real || kind == CellKind::Pending;
}

std::byte* encode(std::byte* at, const Cell& cell) {
  *at++ = static_cast<std::byte>(cell.kind);
  if (has_bytes(cell.kind)) {
    at = write_varint(at, cell.bytes.size());
    if (!cell.bytes.empty()) std::memcpy(at, cell.bytes.data(), cell.bytes.size());
    return at + cell.bytes.size();
  }
  if (has_number(cell.kind)) {
    std::memcpy(at, &cell.number, 8);
    return at + 8;
  }
  return at;
}

Cell decode(const std::byte*& at) {
  Cell cell;
  cell.kind = static_cast<CellKind>(*at++);
  if (has_bytes(cell.kind)) {
    const std::size_t length = read_varint(at);
    cell.bytes = {reinterpret_cast<const char*>(at), length};
    at += length;
  } else if (has_number(cell.kind)) {
    std::memcpy(&cell.number, at, 8);
    at += 8;
  }
  return cell;
}

}  // namespace

Cell Cell::of(ValueView value) {
  switch (value.kind()) {
    case ValueKind::Integer: return {CellKind::Integer, value.integer(), {}};
    case ValueKind::Real: return {CellKind::Real, value.integer(), {}};
    case ValueKind::Text: return {CellKind::Text, 0, value.bytes()};
    case ValueKind::Blob: return {CellKind::Blob, 0, value.bytes()};
    case ValueKind::Null: break;
  }
  return null();
}

ValueView Cell::value() const {
  switch (kind) {
    case CellKind::Integer: return ValueView::integer(number);
    case CellKind::Real: return ValueView::real(std::bit_cast<double>(number));
    case CellKind::Text: return ValueView::text(bytes);
    case CellKind::Blob: return ValueView::blob(bytes);
    default: return ValueView::null();
  }
}

ColumnIndex RowTable::find_column(std::string_view name) const {
  const auto found = std::find(columns_.begin(), columns_.end(), name);
  return found == columns_.end() ? npos : static_cast<ColumnIndex>(found - columns_.begin());
}

ColumnIndex RowTable::column(std::string_view name) {
  const ColumnIndex found = find_column(name);
  if (found != npos) return found;
  columns_.emplace_back(name);
  return static_cast<ColumnIndex>(columns_.size() - 1);
}

void RowTable::set_file(std::string file) {
  if (!segments_.empty() && segments_.back().file == file) return;
  segments_.push_back({rows_.size(), std::move(file)});
}

void RowTable::Building::clear() {
  for (Cell& cell : cells) cell = Cell{};
}

void RowTable::begin_row(Mark mark) {
  building_.clear();
  building_.mark = mark;
}

void RowTable::put(ColumnIndex column, Cell cell, Mark mark) {
  if (building_.cells.size() <= column) {
    building_.cells.resize(column + 1);
    building_.bytes.resize(column + 1);
    building_.marks.resize(column + 1);
  }
  if (has_bytes(cell.kind)) {
    building_.bytes[column].assign(cell.bytes);
    cell.bytes = {};
  }
  building_.cells[column] = cell;
  building_.marks[column] = mark;
}

bool RowTable::has(ColumnIndex column) const {
  return column < building_.cells.size() && building_.cells[column].present();
}

void RowTable::end_row() {
  for (std::size_t i = 0; i < building_.cells.size(); ++i) {
    Cell& cell = building_.cells[i];
    if (has_bytes(cell.kind)) cell.bytes = building_.bytes[i];
  }
  append_row(building_.mark, building_.cells, building_.marks);
  building_.clear();
}

void RowTable::append_row(Mark mark, std::span<const Cell> cells, std::span<const Mark> marks) {
  std::size_t count = cells.size();
  while (count > 0 && !cells[count - 1].present()) --count;

  // One pass over the cells: room for the longest encoding, and what is not used given back.
  bool several_lines = false;
  std::size_t most = 2 * longest_varint;
  for (std::size_t i = 0; i < count; ++i) {
    most += cells[i].bytes.size() + longest_cell;
    if (cells[i].present() && marks[i].line != mark.line) several_lines = true;
  }
  std::byte* const begin = reserve(most);
  std::byte* at = write_varint(begin, count);
  at = write_varint(at, std::uint64_t{mark.line} * 2 + (several_lines ? 1 : 0));
  for (std::size_t i = 0; i < count; ++i) at = encode(at, cells[i]);
  for (std::size_t i = 0; i < count; ++i) {
    if (!cells[i].present()) continue;
    // A cell may stand on an earlier line (what an alias brings in): the difference wraps around, and back when read.
    if (several_lines) at = write_varint(at, marks[i].line - mark.line);
    at = write_varint(at, marks[i].column);
  }
  rows_.push_back(begin);
  Block& block = blocks_.back();
  block.used -= most - static_cast<std::size_t>(at - begin);
  block.end_row = rows_.size();
}

std::byte* RowTable::reserve(std::size_t bytes) {
  if (blocks_.empty() || blocks_.back().capacity - blocks_.back().used < bytes) {
    const std::size_t capacity = std::max(bytes, blocks_.size() < 2 ? block_bytes / 16 : block_bytes);
    blocks_.push_back({std::make_unique_for_overwrite<std::byte[]>(capacity), capacity, 0, rows_.size()});
  }
  Block& block = blocks_.back();
  std::byte* at = block.bytes.get() + block.used;
  block.used += bytes;
  return at;
}

Cell RowTable::Cursor::next() {
  if (left_ == 0) return {};
  --left_;
  return decode(at_);
}

RowTable::Cursor RowTable::cursor(std::size_t row) const {
  const std::byte* at = rows_[row];
  const auto count = static_cast<std::uint32_t>(read_varint(at));
  read_varint(at);
  return Cursor(at, count);
}

Cell RowTable::cell(std::size_t row, ColumnIndex column) const {
  Cursor walk = cursor(row);
  for (ColumnIndex i = 0; i < column; ++i) walk.next();
  return walk.next();
}

Position RowTable::where(std::size_t row) const { return where(row, npos); }

Position RowTable::where(std::size_t row, ColumnIndex column) const {
  Position position;
  const auto after = std::upper_bound(segments_.begin(), segments_.end(), row,
                                      [](std::size_t r, const Segment& segment) { return r < segment.first_row; });
  if (after != segments_.begin()) position.file = std::prev(after)->file;

  const std::byte* at = rows_[row];
  read_varint(at);
  position.mark = {static_cast<std::uint32_t>(read_varint(at) / 2), 1};
  std::vector<Mark> cells;
  marks(row, cells);
  if (column < cells.size() && cells[column].line > 0) {
    position.mark = cells[column];
  } else {
    std::uint32_t first = 0;
    for (const Mark& cell : cells) {
      if (cell.line != position.mark.line) continue;  // absent, or on another line
      if (first == 0 || cell.column < first) first = cell.column;
    }
    if (first > 0) position.mark.column = first;
  }
  return position;
}

void RowTable::marks(std::size_t row, std::vector<Mark>& out) const {
  const std::byte* at = rows_[row];
  out.assign(read_varint(at), Mark{});
  const std::uint64_t head = read_varint(at);
  const auto line = static_cast<std::uint32_t>(head / 2);
  for (Mark& mark : out) {
    if (decode(at).present()) mark.line = line;
  }
  for (Mark& mark : out) {
    if (mark.line == 0) continue;
    if ((head & 1) != 0) mark.line += static_cast<std::uint32_t>(read_varint(at));
    mark.column = static_cast<std::uint32_t>(read_varint(at));
  }
}

void RowTable::release_before(std::size_t row) {
  for (Block& block : blocks_) {
    if (block.end_row > row) break;
    if (&block != &blocks_.back()) block.bytes.reset();
  }
}

std::size_t RowTable::memory_bytes() const {
  std::size_t bytes = rows_.size() * sizeof(rows_[0]);
  for (const Block& block : blocks_) {
    if (block.bytes) bytes += block.capacity;
  }
  return bytes;
}

}  // namespace holdfast
