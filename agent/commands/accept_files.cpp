#include "agent/commands/accept_files.h"

#include <algorithm>
#include <utility>

#include "desired-state/edit/csv_edit.h"
#include "desired-state/edit/ndjson_edit.h"
#include "desired-state/edit/yaml_edit.h"

namespace holdfast::agent {
namespace {

enum class Form : std::uint8_t { Document, YamlRows, Csv, Ndjson };

Form form_of(const std::string& file, bool document) {
  const auto ends = [&](std::string_view with) {
    return file.size() > with.size() && file.compare(file.size() - with.size(), with.size(), with) == 0;
  };
  if (document) return Form::Document;
  if (ends(".csv")) return Form::Csv;
  return ends(".ndjson") || ends(".jsonl") ? Form::Ndjson : Form::YamlRows;
}

edit::Edited edit_text(Form form, std::string_view text, std::span<const edit::CellEdit> edits) {
  switch (form) {
    case Form::Csv: return edit::edit_csv(text, edits);
    case Form::Ndjson: return edit::edit_ndjson(text, edits);
    case Form::Document:
    case Form::YamlRows: break;
  }
  return edit::edit_yaml(text, edits, form == Form::YamlRows);
}

// The sensitive columns of a file's rows: by document, or all of those of the sets that name a file of rows.
std::vector<edit::Range> sensitive_ranges(const std::string& file, std::string_view text, const DesiredState& state) {
  std::vector<std::pair<Mark, std::vector<std::string>>> by_document;
  std::vector<std::string> of_rows;
  bool document = false;
  for (const RowSetDocument& set : state.row_sets) {
    if (set.file == file) {
      document = true;
      by_document.emplace_back(set.mark, set.sensitive);
    }
    for (const RowsFrom& from : set.rows_from) {
      if (row_file_name(set.file, from.file) != file) continue;
      of_rows.insert(of_rows.end(), set.sensitive.begin(), set.sensitive.end());
    }
  }
  switch (form_of(file, document)) {
    case Form::Csv: return edit::csv_ranges(text, of_rows);
    case Form::Ndjson: return edit::ndjson_ranges(text, of_rows);
    case Form::YamlRows: return edit::yaml_ranges(text, true, {{Mark{}, of_rows}});
    case Form::Document: break;
  }
  return edit::yaml_ranges(text, false, by_document);
}

}  // namespace

std::vector<Error> edit_files(const AcceptEdits& edits, const edit::DocumentTexts& texts,
                              std::vector<FileEdit>& edited) {
  std::vector<Error> refused;
  for (const auto& [name, file] : edits.files) {
    const std::string* text = texts.find(name);
    if (text == nullptr) {
      refused.push_back({ErrorKind::Terminal, "the file is not what was read", name, "run it again"});
      continue;
    }
    const auto row_file = texts.row_files.find(name);
    FileEdit one{name, file.document ? name : row_file->second.document, *text,
                 edit_text(form_of(name, file.document), *text, file.edits)};
    for (const edit::Problem& problem : one.edited.problems) {
      const auto [row, value] = file.from[problem.edit];
      const TakenRow& taken = edits.rows[row];
      const AcceptedValue& cell = taken.shown.values[value];
      refused.push_back({ErrorKind::Terminal, taken.label + ": column " + cell.column + ": " + problem.message,
                         to_string(cell.where), problem.hint});
    }
    edited.push_back(std::move(one));
  }
  return refused;
}

std::vector<EditedFile> diffs_of(const std::vector<FileEdit>& files, const DesiredState& before,
                                 const DesiredState& after) {
  std::vector<EditedFile> diffs;
  for (const FileEdit& file : files) {
    const edit::DiffSide from{file.before, sensitive_ranges(file.name, file.before, before)};
    const edit::DiffSide to{file.edited.text, sensitive_ranges(file.name, file.edited.text, after)};
    diffs.push_back({file.name, edit::unified_diff(file.name, from, to, file.edited.splices)});
  }
  return diffs;
}

std::vector<Replacement> replacements_of(const std::vector<FileEdit>& files) {
  std::vector<Replacement> all;
  for (const FileEdit& file : files) all.push_back({file.name, file.document, file.before, file.edited.text});
  return all;
}

}  // namespace holdfast::agent
