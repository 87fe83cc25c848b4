#include "desired-state/yaml/row_builder.h"

#include <utility>

#include "desired-state/quote_text.h"

namespace holdfast {

ColumnFinder::ColumnFinder(RowTable& table) : table_(table) {
  for (const std::string& name : table.columns()) known_.emplace(name, static_cast<ColumnIndex>(known_.size()));
}

ColumnIndex ColumnFinder::find(std::string_view name) {
  const auto& columns = table_.columns();
  if (next_ < columns.size() && columns[next_] == name) return next_++;
  const auto found = known_.find(name);
  if (found != known_.end()) {
    next_ = found->second + 1;
    return found->second;
  }
  if (columns.size() >= most_columns) return RowTable::npos;
  const ColumnIndex added = table_.column(name);
  known_.emplace(std::string(name), added);
  next_ = added + 1;
  return added;
}

std::string duplicate_column(std::string_view name) {
  return "column " + quote_text(name) + " is there twice in this row";
}

namespace yaml {

RowBuilder::RowBuilder(RowTable& table, std::string file, std::size_t& cells, Diagnostics& diagnostics)
    : table_(table), file_(std::move(file)), cells_(cells), diagnostics_(diagnostics), columns_(table) {
  table_.set_file(file_);
}

void RowBuilder::error(Mark mark, std::string message, std::string hint) {
  diagnostics_.error({file_, mark}, std::move(message), std::move(hint));
}

bool RowBuilder::on(const Event& event) {
  switch (event.kind) {
    case EventKind::Scalar:
      if (depth_ == 0) item(event);
      if (depth_ == 1 && !ignored_) in_row(event);
      break;
    case EventKind::MapStart:
    case EventKind::SequenceStart:
      if (depth_ == 0) item(event);
      if (depth_ == 1 && !ignored_) in_row(event);
      ++depth_;
      break;
    case EventKind::MapEnd:
    case EventKind::SequenceEnd:
      if (depth_ == 0) return false;
      if (--depth_ == 0 && !ignored_) table_.end_row();
      break;
  }
  return true;
}

void RowBuilder::item(const Event& event) {
  ignored_ = event.kind != EventKind::MapStart;
  if (ignored_) {
    error(event.mark, "a row must be a map of columns and values", "write - {column: value, …}");
    return;
  }
  columns_.new_row();
  table_.begin_row(event.mark);
}

void RowBuilder::in_row(const Event& event) {
  if (event.key) {
    key(event);
    return;
  }
  if (skip_value_) return;
  if (event.kind != EventKind::Scalar) {
    const bool map = event.kind == EventKind::MapStart;
    error(
        event.mark,
        "column " + quote_text(table_.columns()[column_]) + " must be a single value, not a " + (map ? "map" : "list"),
        "quote the value, or write JSON as text");
    return;
  }
  if (cells_ == 0) {
    error(event.mark, "there are more cells in all rows than Holdfast takes");
    throw StopReading{};
  }
  --cells_;
  table_.put(column_, {event.cell, 0, event.text}, event.mark);
}

void RowBuilder::key(const Event& event) {
  skip_value_ = true;
  if (event.cell == CellKind::Plain && event.text == "<<") {
    error(event.mark, "a merge key (<<) is not supported in rows", "put what the rows share into defaults");
    return;
  }
  if (event.text.empty()) {
    error(event.mark, "the name of a column is empty");
    return;
  }
  const ColumnIndex found = columns_.find(event.text);
  if (found == RowTable::npos) {
    error(event.mark, "the rows name more than " + std::to_string(most_columns) + " columns");
    throw StopReading{};
  }
  if (table_.has(found)) {
    error(event.mark, duplicate_column(event.text));
    return;
  }
  column_ = found;
  skip_value_ = false;
}

}  // namespace yaml
}  // namespace holdfast
