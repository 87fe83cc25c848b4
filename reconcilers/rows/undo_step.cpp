#include "reconcilers/rows/undo_step.h"

#include <algorithm>
#include <charconv>

#include "reconcilers/core/text.h"
#include "reconcilers/core/value_rules.h"

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

// The columns that are kept out of the journal, as a list.
std::string redacted(const StepRecord& step, const RowShape& shape) {
  std::string names;
  for (std::size_t i = 0; i < shape.columns.size(); ++i) {
    const auto is_redacted = [i](const std::vector<ImageCell>& image) {
      return i < image.size() && image[i].kind == ImageCell::Kind::Redacted;
    };
    if (is_redacted(step.before) || is_redacted(step.after))
      names += (names.empty() ? "" : ", ") + shape.columns[i].name;
  }
  return names;
}

// One foreign key with the columns of both ends as numbers; nothing when one of the tables lacks a column of it.
struct Ends {
  std::shared_ptr<const Table> child, parent;
  ColumnList columns, parent_columns;
  bool alike;
  ReferringColumns reference() const { return {*child, columns, *parent, parent_columns, alike}; }
};

std::optional<Ends> ends_of(const Schema& schema, const ForeignKey& key) {
  Ends ends{schema.find(key.child_table), schema.find(key.parent_table), {}, {}, key.alike};
  if (!ends.child || !ends.parent || key.child_columns.size() != key.parent_columns.size()) return std::nullopt;
  for (std::size_t i = 0; i < key.child_columns.size(); ++i) {
    ends.columns.push_back(ends.child->find(key.child_columns[i]));
    ends.parent_columns.push_back(ends.parent->find(key.parent_columns[i]));
    if (ends.columns.back() == Table::npos || ends.parent_columns.back() == Table::npos) return std::nullopt;
  }
  return ends;
}

// A text that a column for numbers would take for one, as that number.
Value as_number(const Value& value) {
  std::string_view text = value.view().bytes();
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  const bool begins =
      !text.empty() && (text.front() == '-' || text.front() == '.' || (text.front() >= '0' && text.front() <= '9'));
  const char* const end = text.data() + text.size();
  std::int64_t whole = 0;
  if (begins && std::from_chars(text.data(), end, whole).ptr == end) return Value::integer(whole);
  double real = 0;
  if (begins && std::from_chars(text.data(), end, real).ptr == end) return Value::real(real);
  return value;
}

// A child's value as the parent's column would store it; a real in a column of texts is left as it is.
Value as_stored(Affinity affinity, const Value& value) {
  const bool numbers = affinity != Affinity::Text && affinity != Affinity::Blob;
  if (numbers && value.kind() == ValueKind::Text) return as_number(value);
  if (affinity == Affinity::Text && value.kind() == ValueKind::Integer) {
    return Value::text(std::to_string(value.view().integer()));
  }
  return value;
}

// What stands for values of a reference, as the parent's columns compare them.
std::string reference_text(const ReferringColumns& reference, const std::vector<Value>& values) {
  std::string text = ascii_lower(reference.child.name) + '\0' + ascii_lower(reference.parent.name) + '\0';
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Column& parent = reference.parent.columns[reference.parent_columns[i]];
    text += std::to_string(reference.columns[i]) + '>' + std::to_string(reference.parent_columns[i]) + ',';
    append_key(parent.collation, as_stored(parent.affinity, values[i]).view(), text);
  }
  return text;
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
  if (const std::string hidden = redacted(step, shape); !hidden.empty()) {
    return no("the journal does not hold " + hidden + " of " + shape.table +
              " (journal.redact), so its rows cannot be put back");
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

UndoProblem has_changed(const StepRecord& step, const Table& table, std::optional<RowImage> live) {
  if (step.at_after.empty()) return {Reason::Undo, "another row of " + table.name + " has its place by now"};
  if (!live) return {Reason::Undo, "the row of " + table.name + " is not there any more"};
  return {Reason::Undo, "the row of " + table.name + " has changed since", std::move(live)};
}

void show_problem(const UndoProblem& problem, const StepRecord& step, Change& change) {
  change.outcome = Outcome::Blocked;
  change.reason = problem.reason;
  change.more().message = problem.message;
  const RowImage* before = change.before();
  if (!problem.live || step.depth > 0 || before == nullptr || before->values.size() != problem.live->values.size()) {
    return;
  }
  change.detail->before = problem.live;
  compare_rows(change);
}

void compare_rows(Change& change) {
  change.more().update.clear();
  if (change.before() == nullptr || !change.detail->after) return;
  const std::vector<Value>& before = change.before()->values;
  const std::vector<Value>& after = change.detail->after->values;
  for (std::uint32_t i = 0; i < std::min(before.size(), after.size()); ++i) {
    if (!(before[i] == after[i])) change.detail->update.push_back(i);
  }
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
  const auto count = [&](const ForeignKey& key, bool as_child) {
    const std::optional<Ends> ends = ends_of(schema, key);
    if (!ends) return;
    const ColumnList& columns = as_child ? ends->columns : ends->parent_columns;
    if (!differ(step, columns)) return;
    const auto before = step.before.empty() ? std::nullopt : referring(step.before, columns);
    const auto after = step.after.empty() ? std::nullopt : referring(step.after, columns);
    auto& more = as_child ? children_ : parents_;
    if (before) ++more[reference_text(ends->reference(), *before)];
    if (after) --more[reference_text(ends->reference(), *after)];
  };
  for (const ForeignKey& key : table.references) count(key, true);
  for (const ForeignKey& key : table.referenced_by) count(key, false);
}

std::int64_t UndoLedger::more_children(const ReferringColumns& reference, const std::vector<Value>& values) const {
  const auto found = children_.find(reference_text(reference, values));
  return found == children_.end() ? 0 : found->second;
}

std::int64_t UndoLedger::more_parents(const ReferringColumns& reference, const std::vector<Value>& values) const {
  const auto found = parents_.find(reference_text(reference, values));
  return found == parents_.end() ? 0 : found->second;
}

namespace {

// Rows that have these values of a parent, once the steps in `ledger` are done.
Result<std::int64_t> parents_then(Reader& reader, const ReferringColumns& reference, const std::vector<Value>& values,
                                  const UndoLedger* ledger) {
  Result<std::uint64_t> rows = reader.count(reference.parent, reference.parent_columns, values);
  if (!rows) return rows.error();
  return static_cast<std::int64_t>(*rows) + (ledger ? ledger->more_parents(reference, values) : 0);
}

Result<std::int64_t> children_then(Reader& reader, const ReferringColumns& reference, const std::vector<Value>& values,
                                   const UndoLedger* ledger) {
  Result<std::uint64_t> rows = reader.count_referring(reference, values);
  if (!rows) return rows.error();
  return static_cast<std::int64_t>(*rows) + (ledger ? ledger->more_children(reference, values) : 0);
}

}  // namespace

Result<std::optional<UndoProblem>> would_orphan(Reader& reader, const Schema& schema, const StepRecord& step,
                                                const Table& table, const UndoLedger* ledger) {
  for (const ForeignKey& key : table.referenced_by) {  // the row goes, or gets another key
    const std::optional<Ends> ends = ends_of(schema, key);
    if (step.kind == TouchKind::Delete || !ends || !differ(step, ends->parent_columns)) continue;
    const auto values = referring(step.after, ends->parent_columns);
    if (!values) continue;
    Result<std::int64_t> children = children_then(reader, ends->reference(), *values, ledger);
    if (!children) return children.error();
    if (*children <= 0) continue;
    Result<std::int64_t> parents = parents_then(reader, ends->reference(), *values, ledger);
    if (!parents) return parents.error();
    if (*parents > 0) continue;
    const bool one = *children == 1;
    return std::optional<UndoProblem>({Reason::Dependents, std::to_string(*children) +
                                                               (one ? " row of " : " rows of ") + ends->child->name +
                                                               (one ? " refers" : " refer") + " to it by now"});
  }
  for (const ForeignKey& key : table.references) {  // the row comes back, or gets its old references
    const std::optional<Ends> ends = ends_of(schema, key);
    if (step.kind == TouchKind::Insert || !ends || !differ(step, ends->columns)) continue;
    const auto values = referring(step.before, ends->columns);
    if (!values) continue;
    Result<std::int64_t> parents = parents_then(reader, ends->reference(), *values, ledger);
    if (!parents) return parents.error();
    if (*parents > 0) continue;
    // A row that was cleared before it went comes back in two steps, and only the last of them counts.
    Result<std::int64_t> children = children_then(reader, ends->reference(), *values, ledger);
    if (!children) return children.error();
    if (*children <= 0) continue;
    return std::optional<UndoProblem>(
        {Reason::Reference, "the row of " + ends->parent->name + " that it refers to is not there any more"});
  }
  return std::optional<UndoProblem>();
}

}  // namespace holdfast
