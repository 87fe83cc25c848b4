// Any text that decodes, any cell of it, any new value: an edit is refused, or the edited text decodes to the same rows
// with that value, and every byte outside of the splices is what it was.
//
// The first line of the input says what to edit: four bytes (form, row, column, kind of value), then the value up to
// the line feed. The rest is the text.
#include <cstdint>
#include <cstdlib>

#include "desired-state/edit/csv_edit.h"
#include "desired-state/edit/ndjson_edit.h"
#include "desired-state/edit/same_rows.h"
#include "desired-state/edit/unified_diff.h"
#include "desired-state/edit/yaml_edit.h"
#include "desired-state/rows/row_reader.h"
#include "desired-state/yaml_decoder.h"

namespace {

using namespace holdfast;        // NOLINT(google-build-using-namespace)
using namespace holdfast::edit;  // NOLINT(google-build-using-namespace)

struct Wish {
  std::uint8_t form = 0, row = 0, column = 0, kind = 0;
  std::string_view value;
};

class NoRows : public RowFileOpener {
 public:
  std::optional<std::string> read(const std::string&, const std::string&,
                                  const std::function<bool(std::string_view)>&) override {
    return "is not there";
  }
};

NewValue new_value(const Wish& wish) {
  const std::string text(wish.value);
  switch (wish.kind % 5) {
    case 0: return {};
    case 1: return {NewValue::Kind::Blob, {}, {}, text};
    case 2: return {NewValue::Kind::Scalar, text, {}, {}};
    case 3: return {NewValue::Kind::Scalar, {}, text, {}};
    default: return {NewValue::Kind::Scalar, text, text, {}};
  }
}

// The edit that is wished for, in a table that was read; nothing when there is no cell to choose.
std::optional<CellEdit> choose(const RowTable& rows, Mark document, const Wish& wish) {
  if (rows.empty() || rows.columns().empty()) return std::nullopt;
  CellEdit edit;
  edit.document = document;
  edit.row = wish.row % rows.size();
  const std::size_t column = wish.column % (rows.columns().size() + 1);
  edit.column = column < rows.columns().size() ? rows.columns()[column] : "another";
  edit.add = column == rows.columns().size() || !rows.cell(edit.row, static_cast<ColumnIndex>(column)).present();
  edit.value = new_value(wish);
  return edit;
}

void check(std::string_view text, const Edited& edited) {
  if (!edited.ok()) {
    if (!edited.text.empty() || !edited.splices.empty()) std::abort();
    return;
  }
  if (apply_splices(text, edited.splices) != edited.text) std::abort();
  (void)unified_diff("f", {text, {}}, {edited.text, {}}, edited.splices);
}

bool read_rows(const char* file, std::string_view text, RowTable& table) {
  Diagnostics diagnostics;
  std::size_t cells = 1'000'000;
  const auto reader = row_reader_for(file, {table, file, cells, diagnostics});
  if (reader->feed(text)) reader->finish();
  return !diagnostics.has_errors();
}

void edit_rows(const char* file, std::string_view text, const Wish& wish,
               Edited (*editor)(std::string_view, std::span<const CellEdit>)) {
  RowTable before, after;
  if (!read_rows(file, text, before)) return;
  const std::optional<CellEdit> edit = choose(before, {}, wish);
  if (!edit) return;
  const Edited edited = editor(text, {&*edit, 1});
  check(text, edited);
  if (!edited.ok()) return;
  if (!read_rows(file, edited.text, after)) std::abort();
  RowComparison comparison(before, after);
  if (!comparison.comparable()) std::abort();
  const NewCells wanted = {{edit->column, edit->value}};
  for (std::size_t row = 0; row < after.size(); ++row) {
    if (!comparison.same(row, row == edit->row ? &wanted : nullptr)) std::abort();
  }
}

void edit_document(std::string_view text, const Wish& wish) {
  NoRows no_rows;
  const Environment environment = [](std::string_view name) -> std::optional<std::string> { return std::string(name); };
  const auto read = [&](std::string_view some, DesiredState& state) {
    Diagnostics diagnostics;
    const SourceText source{"fuzz.yaml", std::string(some)};
    state = decode({&source, 1}, environment, no_rows, diagnostics);
    return !diagnostics.has_errors();
  };
  DesiredState before, after;
  if (!read(text, before) || before.row_sets.empty()) return;
  const std::size_t set = wish.row % before.row_sets.size();
  const std::optional<CellEdit> edit = choose(*before.row_sets[set].rows, before.row_sets[set].mark, wish);
  if (!edit) return;
  const Edited edited = edit_yaml(text, {&*edit, 1}, false);
  check(text, edited);
  if (!edited.ok()) return;
  const WantedCells wanted = {{{set, edit->row}, {{edit->column, edit->value}}}};
  if (!read(edited.text, after) || find_other_row(before, after, wanted)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t line = input.find('\n');
  if (line == std::string_view::npos || line < 4) return 0;
  const Wish wish{data[0], data[1], data[2], data[3], input.substr(4, line - 4)};
  const std::string_view text = input.substr(line + 1);
  switch (wish.form % 4) {
    case 0: edit_document(text, wish); break;
    case 1: edit_rows("x.csv", text, wish, edit_csv); break;
    case 2: edit_rows("x.ndjson", text, wish, edit_ndjson); break;
    default:
      edit_rows("x.yaml", text, wish,
                [](std::string_view some, std::span<const CellEdit> edits) { return edit_yaml(some, edits, true); });
  }
  return 0;
}
