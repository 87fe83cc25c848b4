#include "desired-state/edit/csv_edit.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "desired-state/edit/row_check.h"
#include "desired-state/nearest.h"
#include "desired-state/text_check.h"

namespace holdfast::edit {
namespace {

struct Field {
  Range range;  // with its quotes
  bool quoted = false;
};

// From `at` to behind the field.
Field read_field(std::string_view text, std::size_t at) {
  Field field{{at, at}, at < text.size() && text[at] == '"'};
  if (!field.quoted) {
    field.range.end = std::min(text.find_first_of(",\r\n", at), text.size());
    return field;
  }
  for (++at; at < text.size(); ++at) {
    if (text[at] != '"') continue;
    if (at + 1 == text.size() || text[at + 1] != '"') break;
    ++at;
  }
  field.range.end = std::min(at + 1, text.size());
  return field;
}

// Calls `record` for the header and each row, but for blank lines.
void each_record(std::string_view text, const std::function<void(const std::vector<Field>&)>& record) {
  std::vector<Field> fields;
  for (std::size_t at = text.size() - without_byte_order_mark(text).size(); at < text.size();) {
    fields.push_back(read_field(text, at));
    at = fields.back().range.end;
    if (at < text.size() && text[at] == ',') {
      ++at;
      if (at < text.size()) continue;
      fields.push_back(read_field(text, at));
    }
    const bool blank = fields.size() == 1 && fields[0].range.begin == fields[0].range.end;
    if (!blank) record(fields);
    fields.clear();
    at = std::min(text.find('\n', at), text.size() - 1) + 1;
  }
}

std::string unquoted(std::string_view text, const Field& field) {
  std::string_view bytes = text.substr(field.range.begin, field.range.end - field.range.begin);
  if (!field.quoted) return std::string(bytes);
  bytes = bytes.substr(1, bytes.size() - 2);
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    out += bytes[at];
    if (bytes[at] == '"') ++at;
  }
  return out;
}

std::vector<std::string> names(std::string_view text, const std::vector<Field>& header) {
  std::vector<std::string> all;
  for (const Field& field : header) all.push_back(unquoted(text, field));
  return all;
}

bool is_bare_safe(std::string_view text) {
  return !text.empty() && text.find_first_of(",\"\r\n") == std::string_view::npos && text.front() != ' ' &&
         text.back() != ' ' && text.front() != '\t' && text.back() != '\t';
}

std::optional<std::string> spell(const NewValue& value, bool quoted) {
  if (value.kind == NewValue::Kind::Null) return "";
  if (value.kind == NewValue::Kind::Blob) return std::nullopt;
  const bool bare = value.bare && is_bare_safe(*value.bare);
  if (bare && (!quoted || !value.quoted)) return *value.bare;
  if (!value.quoted) return std::nullopt;
  std::string out = "\"";
  for (const char c : *value.quoted) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + '"';
}

class CsvEditor {
 public:
  CsvEditor(std::string_view text, std::span<const CellEdit> edits) : text_(text), edits_(edits) {}

  Edited run() {
    for (std::size_t i = 0; i < edits_.size(); ++i) by_row_[edits_[i].row].push_back(i);
    std::size_t next = 0;  // the row that comes next, the header not counted
    each_record(text_, [&](const std::vector<Field>& fields) {
      if (columns_.empty()) {
        columns_ = names(text_, fields);
        return;
      }
      if (const auto found = by_row_.find(next++); found != by_row_.end()) edit_row(found->second, fields);
    });
    for (std::size_t i = 0; i < edits_.size(); ++i) {
      if (!done_.contains(i)) refuse(i, "the row is not where it was read", "run it again");
    }
    if (result_.ok()) finish();
    if (!result_.ok()) {
      result_.text.clear();
      result_.splices.clear();
    }
    return std::move(result_);
  }

 private:
  void refuse(std::size_t edit, std::string message, std::string hint) {
    done_.insert(edit);
    result_.problems.push_back({edit, std::move(message), std::move(hint)});
  }

  void edit_row(const std::vector<std::size_t>& edits, const std::vector<Field>& fields) {
    for (const std::size_t i : edits) {
      const CellEdit& edit = edits_[i];
      const auto column = std::find(columns_.begin(), columns_.end(), edit.column);
      const auto at = static_cast<std::size_t>(column - columns_.begin());
      if (at >= fields.size()) {
        refuse(i, "the CSV file has no such column", "add it to the file, with a value for every row");
        continue;
      }
      const std::optional<std::string> spelled = spell(edit.value, fields[at].quoted);
      if (!spelled) {
        refuse(i, "CSV has no way to write the new value", "write the row in YAML");
        continue;
      }
      done_.insert(i);
      const Range& range = fields[at].range;
      result_.splices.push_back({range.begin, range.end - range.begin, *spelled});
    }
  }

  void finish() {
    if (!sort_splices(result_.splices)) return refuse(0, "the same cell is edited twice", "");
    result_.text = apply_splices(text_, result_.splices);
    const auto wrong = check_rows("edited.csv", text_, result_.text, edits_);
    if (wrong) {
      refuse(std::min(*wrong, edits_.size() - 1), "the new value would not be read as the same", "change it by hand");
    }
  }

  std::string_view text_;
  std::span<const CellEdit> edits_;
  std::map<std::size_t, std::vector<std::size_t>> by_row_;
  std::set<std::size_t> done_;
  std::vector<std::string> columns_;
  Edited result_;
};

}  // namespace

Edited edit_csv(std::string_view text, std::span<const CellEdit> edits) { return CsvEditor(text, edits).run(); }

std::vector<Range> csv_ranges(std::string_view text, const std::vector<std::string>& columns) {
  std::vector<Range> ranges;
  std::vector<std::size_t> covered;
  bool header = true;
  each_record(text, [&](const std::vector<Field>& fields) {
    if (std::exchange(header, false)) {
      const std::vector<std::string> all = names(text, fields);
      for (std::size_t i = 0; i < all.size(); ++i) {
        const auto same = [&](const std::string& column) { return same_ascii_name(column, all[i]); };
        if (std::any_of(columns.begin(), columns.end(), same)) covered.push_back(i);
      }
      return;
    }
    for (const std::size_t i : covered) {
      if (i < fields.size() && fields[i].range.end > fields[i].range.begin) ranges.push_back(fields[i].range);
    }
  });
  return ranges;
}

}  // namespace holdfast::edit
