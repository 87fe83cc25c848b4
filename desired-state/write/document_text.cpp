#include "desired-state/write/document_text.h"

#include <algorithm>

#include "desired-state/write/yaml_text.h"

namespace holdfast::writing {
namespace {

constexpr std::size_t widest_line = 120;
constexpr std::size_t rows_looked_at = 1000;  // to choose between one line and many
constexpr std::size_t piece = std::size_t{64} << 10;

std::string head(const std::vector<std::string>& about, std::string_view kind, const std::string& name) {
  std::string text;
  for (const std::string& paragraph : about) append_comment(text, 0, paragraph);
  text += "apiVersion: holdfast.dev/v1alpha1\nkind: ";
  text += kind;
  text += "\nmetadata: {name: " + word(name) + "}\nspec:\n";
  return text;
}

void append_field(std::string& text, const std::string& comment, std::size_t indent, const std::string& name,
                  const std::string& value) {
  if (!comment.empty()) append_comment(text, indent, comment);
  text.append(indent, ' ').append(name).append(": ").append(value).append("\n");
}

void append_list(std::string& text, const std::string& comment, const std::string& name,
                 const std::vector<std::string>& words) {
  if (words.empty()) return;
  if (!comment.empty()) append_comment(text, 2, comment);
  text.append(2, ' ').append(name).append(":").append(word_list(words, 2, name.size() + 4)).append("\n");
}

void append_references(std::string& text, const RowSetText& set) {
  for (const std::string& comment : set.references_comments) append_comment(text, 2, comment);
  if (set.references.empty()) return;
  text += "  references:\n";
  for (const Reference& one : set.references) {
    append_field(text, "", 4, word(one.column),
                 "{rowSet: " + word(one.row_set) + ", by: " + word(one.by) + ", column: " + word(one.to_column) + "}");
  }
}

// Rows in their two forms.
class RowLines {
 public:
  explicit RowLines(const Rows& rows) : rows_(rows) {
    for (const std::string& column : rows.columns) names_.push_back(word(column));
    const std::size_t some = std::min(rows.count, rows_looked_at);
    for (std::size_t row = 0; row < some && !several_lines_; ++row) {
      std::string line;
      append_one_line(line, row);
      several_lines_ = line.size() > widest_line;
    }
  }

  void append(std::string& out, std::size_t row) {
    if (several_lines_) {
      append_lines(out, row);
    } else {
      append_one_line(out, row);
      out += '\n';
    }
  }

 private:
  void append_one_line(std::string& out, std::size_t row) {
    rows_.read(row, cells_);
    out += "    - {";
    bool first = true;
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      if (!cells_[i].present()) continue;
      if (!first) out += ", ";
      first = false;
      append_pair(out, i);
    }
    out += '}';
  }

  void append_lines(std::string& out, std::size_t row) {
    rows_.read(row, cells_);
    bool first = true;
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      if (!cells_[i].present()) continue;
      out += first ? "    - " : "      ";
      first = false;
      append_pair(out, i);
      out += '\n';
    }
  }

  void append_pair(std::string& out, std::size_t column) const {
    out += names_[column];
    out += ": ";
    append_cell(out, cells_[column]);
  }

  const Rows& rows_;
  std::vector<std::string> names_;
  std::vector<Cell> cells_;
  bool several_lines_ = false;
};

}  // namespace

void write_database(const DatabaseText& database, const TextOut& out) {
  std::string text = head(database.about, "Database", database.name);
  append_field(text, "", 2, "url", quoted(database.url));
  if (!database.setup.empty()) {
    text += "  setup:";
    append_block(text, 2, database.setup);
  }
  out(text);
}

void write_row_set(const RowSetText& set, const Rows& rows, const TextOut& out) {
  std::string text = head(set.about, "RowSet", set.name);
  if (!set.database.empty()) append_field(text, "", 2, "databaseRef", "{name: " + word(set.database) + "}");
  append_field(text, "", 2, "table", word(set.table));
  append_list(text, set.key_comment, "key", set.key);
  append_field(text, "", 2, "mode", "Observe");
  append_list(text, set.initial_comment, "initial", set.initial);
  append_references(text, set);
  if (set.follow_schema) {
    text += "  policy:\n";
    append_field(text, set.dependents_comment, 4, "dependents", "FollowSchema");
  }
  for (const std::string& comment : set.rows_comments) append_comment(text, 2, comment);
  if (!set.rows_from.empty()) {
    text += "  rowsFrom:\n";
    for (const std::string& file : set.rows_from) append_field(text, "", 4, "- file", word(file));
  }
  if (rows.count == 0 && set.rows_from.empty()) text += "  rows: []\n";
  if (rows.count > 0) text += "  rows:\n";
  RowLines lines(rows);
  for (std::size_t row = 0; row < rows.count; ++row) {
    lines.append(text, row);
    if (text.size() < piece) continue;
    out(text);
    text.clear();
  }
  out(text);
}

}  // namespace holdfast::writing
