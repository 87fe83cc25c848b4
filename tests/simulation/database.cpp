#include "tests/simulation/database.h"

#include <algorithm>
#include <stdexcept>

#include "reconcilers/sql/sqlite_rules.h"

namespace holdfast::simulation {
namespace {

template <class T>
T must(Result<T> result) {
  if (!result) throw std::logic_error(to_string(result.error()));
  return std::move(*result);
}

Column shape_of(const std::string& name, Affinity affinity, int primary_key = 0) {
  Column made;
  made.name = name;
  made.affinity = affinity;
  made.declared_type = affinity == Affinity::Integer ? "INTEGER" : "TEXT";
  made.primary_key = primary_key;
  return made;
}

stores::TableDefinition table_of(const std::string& name, std::vector<Column> columns) {
  stores::TableDefinition definition;
  definition.shape.name = name;
  definition.shape.columns = std::move(columns);
  return definition;
}

void refer(stores::TableDefinition& child, ForeignKeyAction on_delete) {
  ForeignKey key;
  key.child_columns = {"item_id"};
  key.parent_table = "items";
  key.parent_columns = {"id"};
  key.on_delete = on_delete;
  child.shape.references.push_back(std::move(key));
}

std::vector<Assignment> assignments(const Table& shape, const Cells& cells) {
  std::vector<Assignment> values;
  for (const auto& [name, value] : cells) values.push_back({shape.find(name), value.view()});
  return values;
}

}  // namespace

std::string place_of(const Locator& locator) {
  std::string text;
  for (const Value& value : locator) text += (text.empty() ? "" : ",") + shown(value);
  return text;
}

std::string shown(const std::vector<Value>& values) {
  std::string text;
  for (const Value& value : values) text += (text.empty() ? "(" : ", ") + shown(value);
  return text + ")";
}

Database::Database(Dice& dice) : memory_(sql::sqlite_rules()) {
  const Affinity number = Affinity::Integer, words = Affinity::Text;
  auto items = table_of("items", {shape_of("id", number, 1), shape_of("name", words), shape_of("price", number),
                                  shape_of("tag", words), shape_of("note", words)});
  items.shape.autoincrement = dice.chance(50);
  auto parts = table_of("parts", {shape_of("id", number, 1), shape_of("code", words), shape_of("item_id", number),
                                  shape_of("price", number), shape_of("note", words)});
  auto word = table_of("words", {shape_of("code", words, 1), shape_of("tag", words), shape_of("note", words)});
  word.shape.without_rowid = dice.chance(70);
  auto strangers =
      table_of("strangers", {shape_of("id", number, 1), shape_of("item_id", number), shape_of("note", words)});
  parts_ = dice.pick({ForeignKeyAction::Cascade, ForeignKeyAction::SetNull, ForeignKeyAction::Restrict});
  strangers_ = dice.pick({ForeignKeyAction::Cascade, ForeignKeyAction::SetNull});
  refer(parts, parts_);
  refer(strangers, strangers_);
  if (Result<void> made = memory_.create({items, parts, word, strangers}); !made) {
    throw std::logic_error(to_string(made.error()));
  }
  reader_ = memory_.open("reader");
  writer_ = memory_.open("somebody");
  const std::vector<std::string> tables = {"items", "parts", "words", "strangers"};
  schema_ = std::make_shared<const Schema>(must(reader_->inspect(tables, std::nullopt)));
  for (const std::string& name : tables) {
    for (const Column& one : schema_->find(name)->columns) columns_[name].push_back(one.name);
  }
}

std::size_t Database::column(const std::string& table, const std::string& name) const {
  const std::vector<std::string>& all = columns_.at(table);
  const auto found = std::find(all.begin(), all.end(), name);
  if (found == all.end()) throw std::logic_error(table + " has no column " + name);
  return static_cast<std::size_t>(found - all.begin());
}

Contents Database::contents() {
  Contents contents;
  for (const auto& [name, columns] : columns_) {
    Rows& rows = contents[name];
    ColumnList all(columns.size());
    for (std::uint32_t i = 0; i < all.size(); ++i) all[i] = i;
    const auto found = schema_->find(name);
    (void)must(reader_->scan({found.get(), all}, [&](const LiveRow& live) {
      RowImage row;
      for (const ValueView& value : live.locator) row.locator.emplace_back(value);
      for (const ValueView& value : live.values) row.values.emplace_back(value);
      rows.emplace(place_of(row.locator), std::move(row));
      return true;
    }));
  }
  return contents;
}

template <class Statement>
bool Database::write(const std::string& table, const Statement& statement) {
  const Schema now = must(writer_->inspect({}, std::nullopt));
  Result<std::unique_ptr<Transaction>> transaction = writer_->begin(now);
  if (!transaction) return false;
  const Result<WriteOutcome> outcome = statement(**transaction, *schema_->find(table));
  return outcome && outcome->ok() && (*transaction)->commit();
}

bool Database::insert(const std::string& table, const Cells& cells) {
  return write(table, [&](Transaction& transaction, const Table& shape) {
    return transaction.insert(shape, assignments(shape, cells));
  });
}

bool Database::update(const std::string& table, const Locator& at, const Cells& cells) {
  return write(table, [&](Transaction& transaction, const Table& shape) {
    return transaction.update(shape, at, assignments(shape, cells));
  });
}

bool Database::erase(const std::string& table, const Locator& at) {
  return write(table, [&](Transaction& transaction, const Table& shape) { return transaction.erase(shape, at); });
}

bool Database::restore(const std::string& table, const RowImage& row) {
  return write(table, [&](Transaction& transaction, const Table& shape) { return transaction.restore(shape, row); });
}

}  // namespace holdfast::simulation
