#include "reconcilers/rows/undo_step.h"

#include <algorithm>

#include "reconcilers/core/text.h"

namespace holdfast {
namespace {

bool same(const std::vector<ImageCell>& image, const Locator& at, const std::optional<RowImage>& live) {
  if (at.empty()) return !live;
  if (!live || live->locator != at || live->values.size() != image.size()) return false;
  for (std::size_t i = 0; i < image.size(); ++i) {
    if (image[i].kind == ImageCell::Kind::Value && !(image[i].value == live->values[i])) return false;
  }
  return true;
}

bool redacted(const std::vector<ImageCell>& image) {
  return std::any_of(image.begin(), image.end(),
                     [](const ImageCell& cell) { return cell.kind == ImageCell::Kind::Redacted; });
}

// The columns of one foreign key as numbers; nothing when one of the tables lacks a column of it.
struct Ends {
  std::shared_ptr<const Table> other;
  ColumnList here, there;
};

std::optional<Ends> ends_of(const Schema& schema, const Table& table, const ForeignKey& key, bool as_child) {
  Ends ends;
  ends.other = schema.find(as_child ? key.parent_table : key.child_table);
  const auto& here = as_child ? key.child_columns : key.parent_columns;
  const auto& there = as_child ? key.parent_columns : key.child_columns;
  if (!ends.other || here.size() != there.size()) return std::nullopt;
  for (std::size_t i = 0; i < here.size(); ++i) {
    ends.here.push_back(table.find(here[i]));
    ends.there.push_back(ends.other->find(there[i]));
    if (ends.here.back() == Table::npos || ends.there.back() == Table::npos) return std::nullopt;
  }
  return ends;
}

// The values of these columns; nothing when one is null, which refers to nothing.
std::optional<std::vector<Value>> referring(const std::vector<ImageCell>& image, const ColumnList& columns) {
  std::vector<Value> values;
  for (const std::uint32_t column : columns) {
    if (image[column].value.is_null()) return std::nullopt;
    values.push_back(image[column].value);
  }
  return values;
}

// A reference from columns of a child to values of its parent, as one text.
std::string reference_text(const Table& child, const ColumnList& columns, const std::vector<Value>& values) {
  std::string text = ascii_lower(child.name) + '\0';
  for (const std::uint32_t column : columns) text += std::to_string(column) + ',';
  return text + encode_values(values);
}

bool differ(const StepRecord& step, const ColumnList& columns) {
  if (step.before.empty() || step.after.empty()) return true;
  return std::any_of(columns.begin(), columns.end(),
                     [&](std::uint32_t column) { return !(step.before[column] == step.after[column]); });
}

}  // namespace

std::optional<UndoProblem> why_not(const StepRecord& step, const RowShape& shape, const Table* table) {
  const auto no = [&](const std::string& message) { return UndoProblem{Reason::Undo, message}; };
  if (table == nullptr) return no("table " + shape.table + " is not there any more");
  if (!table->unsupported.empty()) return no("table " + shape.table + " " + table->unsupported);
  if (!fits(shape, *table)) return no("the columns of " + shape.table + " have changed since");
  if (redacted(step.before) || redacted(step.after)) {
    return no("columns of " + shape.table + " are kept out of the journal");
  }
  const std::size_t columns = table->columns.size();
  const bool whole = (step.kind == TouchKind::Insert || step.before.size() == columns) &&
                     (step.kind == TouchKind::Delete || step.after.size() == columns);
  if (!whole) return no("the journal does not hold the whole row of " + shape.table);
  return std::nullopt;
}

bool is_as_left(const StepRecord& step, const std::optional<RowImage>& live) {
  return same(step.after, step.at_after, live);
}
bool is_as_before(const StepRecord& step, const std::optional<RowImage>& live) {
  return same(step.before, step.at_before, live);
}

std::vector<Value> values_of(const std::vector<ImageCell>& image) {
  std::vector<Value> values;
  for (const ImageCell& cell : image) values.push_back(cell.value);
  return values;
}

std::vector<std::uint32_t> changed_columns(const StepRecord& step, const Table& table) {
  std::vector<std::uint32_t> columns;
  for (std::uint32_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].generated == Generated::No && !(step.before[i] == step.after[i])) columns.push_back(i);
  }
  return columns;
}

void UndoLedger::note(const Schema& schema, const StepRecord& step, const Table& table) {
  if (step.kind != TouchKind::Delete) {
    for (const ForeignKey& key : table.references) {
      const std::optional<Ends> ends = ends_of(schema, table, key, true);
      if (!ends || !differ(step, ends->here)) continue;
      if (const auto values = referring(step.after, ends->here)) {
        ++leaving_[reference_text(table, ends->here, *values)];
      }
    }
  }
  if (step.kind != TouchKind::Insert) {
    for (const ForeignKey& key : table.referenced_by) {
      const std::optional<Ends> ends = ends_of(schema, table, key, false);
      if (!ends || !differ(step, ends->here)) continue;
      if (const auto values = referring(step.before, ends->here)) {
        arriving_.insert(reference_text(table, ends->here, *values));
      }
    }
  }
}

std::uint64_t UndoLedger::leaving(const std::string& reference) const {
  const auto found = leaving_.find(reference);
  return found == leaving_.end() ? 0 : found->second;
}

Result<std::optional<UndoProblem>> would_orphan(Reader& reader, const Schema& schema, const StepRecord& step,
                                                const Table& table, const UndoLedger* ledger) {
  if (step.kind != TouchKind::Delete) {  // the row goes, or gets another key
    for (const ForeignKey& key : table.referenced_by) {
      const std::optional<Ends> ends = ends_of(schema, table, key, false);
      if (!ends || !differ(step, ends->here)) continue;
      const auto values = referring(step.after, ends->here);
      if (!values) continue;
      Result<std::uint64_t> rows = reader.count(*ends->other, ends->there, *values);
      if (!rows) return rows.error();
      if (ledger) *rows -= std::min(*rows, ledger->leaving(reference_text(*ends->other, ends->there, *values)));
      if (*rows == 0) continue;
      return std::optional<UndoProblem>(
          {Reason::Dependents, std::to_string(*rows) + (*rows == 1 ? " row of " : " rows of ") + ends->other->name +
                                   (*rows == 1 ? " refers" : " refer") + " to it by now"});
    }
  }
  if (step.kind != TouchKind::Insert) {  // the row comes back, or gets its old references
    for (const ForeignKey& key : table.references) {
      const std::optional<Ends> ends = ends_of(schema, table, key, true);
      if (!ends || !differ(step, ends->here)) continue;
      const auto values = referring(step.before, ends->here);
      if (!values) continue;
      Result<std::vector<RowImage>> parent = reader.find(*ends->other, ends->there, *values, 1);
      if (!parent) return parent.error();
      if (!parent->empty()) continue;
      if (ledger && ledger->arriving(reference_text(*ends->other, ends->there, *values))) continue;
      return std::optional<UndoProblem>(
          {Reason::Reference, "the row of " + ends->other->name + " that it refers to is not there any more"});
    }
  }
  return std::optional<UndoProblem>();
}

}  // namespace holdfast
