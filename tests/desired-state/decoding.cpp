#include "tests/desired-state/decoding.h"

#include <algorithm>

#include "desired-state/validate.h"

namespace holdfast::testing {
namespace {

const char* kind_name(CellKind kind) {
  constexpr const char* names[] = {"Absent", "Null", "Integer", "Real", "Text", "Blob", "Plain", "Bare", "Pending"};
  return names[static_cast<std::size_t>(kind)];
}

std::string place(const Mark& mark) { return std::to_string(mark.line) + ":" + std::to_string(mark.column); }

}  // namespace

std::optional<std::string> MemoryRowFiles::read(const std::string&, const std::string& file,
                                                const std::function<bool(std::string_view)>& piece) {
  const auto found = files.find(file);
  if (found == files.end()) return "is not there";
  for (std::size_t at = 0; at < found->second.size(); at += piece_bytes) {
    if (!piece(std::string_view(found->second).substr(at, piece_bytes))) break;
  }
  return std::nullopt;
}

std::string Decoded::all_errors() const {
  std::string text;
  for (const std::string& error : errors) text += error + "\n";
  return text;
}

Decoded decode_all(const std::vector<SourceText>& texts, const DecodeOptions& options) {
  Decoded decoded;
  Diagnostics diagnostics;
  MemoryRowFiles files;
  files.files = options.files;
  const Environment environment = [&](std::string_view name) -> std::optional<std::string> {
    const auto found = options.environment.find(std::string(name));
    return found == options.environment.end() ? std::nullopt : std::optional(found->second);
  };
  decoded.state = decode(texts, environment, files, diagnostics, options.limits);
  if (options.validate) validate(decoded.state, diagnostics);
  for (const Diagnostic& one : diagnostics.errors()) decoded.errors.push_back(to_string(one));
  for (const Diagnostic& one : diagnostics.warnings()) decoded.warnings.push_back(to_string(one));
  decoded.error_count = diagnostics.error_count();
  return decoded;
}

Decoded decode_one(std::string_view yaml, const DecodeOptions& options) {
  return decode_all({{"d.yaml", std::string(yaml)}}, options);
}

std::string row_set(std::string_view spec) {
  return "apiVersion: holdfast.dev/v1alpha1\nkind: RowSet\nmetadata: {name: set}\nspec:\n  table: t\n  key: [id]\n"
         "  mode: Enforce\n" +
         std::string(spec);
}

std::string row_set_and_database(std::string_view spec) {
  return row_set(spec) +
         "\n---\napiVersion: holdfast.dev/v1alpha1\nkind: Database\nmetadata: {name: db}\n"
         "spec: {url: \"sqlite:x.db\"}\n";
}

std::string rows_text(const RowTable& table, bool with_marks) {
  std::string text;
  std::vector<Mark> marks;
  for (std::size_t row = 0; row < table.size(); ++row) {
    if (with_marks) text += place(table.where(row).mark);
    table.marks(row, marks);
    RowTable::Cursor cursor = table.cursor(row);
    for (std::size_t i = 0; i < table.columns().size(); ++i) {
      const Cell cell = cursor.next();
      if (!cell.present()) continue;
      text += (text.empty() || text.back() == '\n' ? "" : " ") + table.columns()[i] + "=" + kind_name(cell.kind);
      if (cell.kind != CellKind::Null) text += "(" + std::string(cell.bytes) + ")";
      if (with_marks) text += "@" + place(marks[i]);
    }
    text += "\n";
  }
  return text;
}

ReadRows read_rows(std::string_view file, std::string_view text, std::size_t piece_bytes, const RowReaderLimits& limits,
                   bool marks) {
  ReadRows read;
  Diagnostics diagnostics;
  std::size_t cells = std::size_t{1} << 40;
  const auto reader = row_reader_for(file, {read.table, std::string(file), cells, diagnostics}, limits);
  bool wanted = true;
  for (std::size_t at = 0; at < text.size() && wanted; at += piece_bytes)
    wanted = reader->feed(text.substr(at, piece_bytes));
  if (wanted) reader->finish();
  for (const Diagnostic& one : diagnostics.errors()) read.errors.push_back(to_string(one));
  read.rows = rows_text(read.table, marks);
  return read;
}

}  // namespace holdfast::testing
