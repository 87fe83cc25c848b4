#include "reconcilers/rows/dependents.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

namespace holdfast {
namespace {

// Where a foreign key leads, as column numbers; nothing when the schema lacks a column it names.
struct Link {
  std::shared_ptr<const Table> child;
  const Table* parent;
  ColumnList child_columns;
  ColumnList parent_columns;
  bool alike;
};

std::optional<Link> link_of(const Schema& schema, const Table& parent, const ForeignKey& key) {
  Link link{schema.find(key.child_table), &parent, {}, {}, key.alike};
  if (!link.child || key.child_columns.size() != key.parent_columns.size()) return std::nullopt;
  for (std::size_t i = 0; i < key.child_columns.size(); ++i) {
    link.child_columns.push_back(link.child->find(key.child_columns[i]));
    link.parent_columns.push_back(parent.find(key.parent_columns[i]));
    if (link.child_columns.back() == Table::npos || link.parent_columns.back() == Table::npos) return std::nullopt;
  }
  return link;
}

// A column's default when it is a plain literal; SQL expressions are not ours to evaluate.
std::optional<Value> literal_default(const Column& column, bool strict, const ValueRules& rules) {
  if (!column.has_default || ascii_lower(column.default_sql) == "null") return Value::null();
  std::string_view text = column.default_sql;
  Cell cell = Cell::bare(text);
  std::string unquoted;
  if (text.size() >= 2 && text.front() == '\'' && text.back() == '\'') {
    for (std::size_t i = 1; i + 1 < text.size(); ++i) {
      unquoted += text[i];
      if (text[i] == '\'') ++i;
    }
    cell = {CellKind::Text, 0, unquoted};
  } else {
    double number = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
    if (end.ec != std::errc() || end.ptr != text.data() + text.size()) return std::nullopt;
  }
  ValueRules::Outcome outcome = rules.canonical(column, strict, cell);
  if (!outcome.ok) return std::nullopt;
  return std::move(outcome.value);
}

constexpr std::uint64_t deepest = 1000;
constexpr const char* too_deep = "rows hang on it in a chain of more than 1,000";

class Collector {
 public:
  Collector(Reader& reader, const DependentsRequest& request, const ValueRules* rules)
      : reader_(reader), request_(request), rules_(rules) {}

  Dependents take() { return std::move(found_); }

  // Adds what refers to `row`, children first. False when it must stop (blocked or too many).
  Result<bool> deleting(const Table& table, const RowImage& row) {
    if (open_ > deepest) return block(too_deep);
    if (!visited_.insert(identity(table, row)).second) return true;
    ++visited_rows_[ascii_lower(table.name)];
    for (const ForeignKey& key : table.referenced_by) {
      const std::optional<Link> link = link_of(*request_.schema, table, key);
      if (!link) continue;
      if (!link->child->unsupported.empty()) {
        return block("rows of " + link->child->name + " may refer to it, which " + link->child->unsupported);
      }
      Result<bool> shared = other_parent(table, key, *link, row);
      if (!shared) return shared;
      if (*shared) continue;
      Result<Children> children = referring(*link, row);
      if (!children) return children.error();
      if (children->total == 0) continue;
      Result<bool> more = delete_children(table, key, *link, *children);
      if (!more || !*more) return more;
    }
    return true;
  }

  Result<bool> updating(const Table& table, const RowImage& row,
                        const std::vector<std::pair<std::uint32_t, Value>>& after, bool move) {
    for (const ForeignKey& key : table.referenced_by) {
      const std::optional<Link> link = link_of(*request_.schema, table, key);
      if (!link) continue;
      std::vector<std::pair<std::uint32_t, Value>> set;  // child column, new value
      bool differs = false;                              // as the engine compares; a change of case may be none
      for (std::size_t i = 0; i < link->parent_columns.size(); ++i) {
        for (const auto& [column, value] : after) {
          if (column == link->parent_columns[i] && !(row.values[column] == value)) {
            set.emplace_back(link->child_columns[i], value);
            differs = differs || !key_equal(table.columns[column].collation, row.values[column].view(), value.view());
          }
        }
      }
      if (set.empty()) continue;
      if (!link->child->unsupported.empty()) {
        return block("rows of " + link->child->name + " may refer to it, which " + link->child->unsupported);
      }
      Result<Children> children = referring(*link, row);
      if (!children) return children.error();
      if (children->total == 0) continue;
      const ForeignKeyAction action = move ? ForeignKeyAction::Cascade : key.on_update;
      if (!differs && action != ForeignKeyAction::Cascade) continue;
      if (action == ForeignKeyAction::SetNull || action == ForeignKeyAction::SetDefault) {
        const auto cleared = clearing(key, *link, action);
        if (!cleared) return false;
        set = *cleared;
      } else if (action != ForeignKeyAction::Cascade) {
        return block(rows_text(children->total, *link->child) + " refer to it, and its key would change");
      }
      count(*link->child, children->total,
            action == ForeignKeyAction::Cascade ? DependentFate::Follows : DependentFate::Cleared);
      for (RowImage& child : children->rows) {
        const RowImage before = child;
        auto own = set;
        // What a row that refers to itself says of its own column goes first.
        if (link->child->name == table.name && before.locator == row.locator) {
          std::erase_if(own, [&](const auto& one) {
            return std::any_of(after.begin(), after.end(), [&](const auto& said) { return said.first == one.first; });
          });
          if (own.empty()) continue;
        }
        found_.steps.push_back({link->child, std::move(child), false, std::move(own)});
        if (!followed_.insert(identity(*link->child, before)).second) continue;
        // What refers to the columns that the child takes over goes on with it.
        if (depth_ > deepest) return block(too_deep);
        ++depth_;
        Result<bool> more = updating(*link->child, before, set, move);
        --depth_;
        if (!more || !*more) return more;
      }
    }
    return found_.complete;
  }

 private:
  static std::string identity(const Table& table, const RowImage& row) {
    std::string bytes = ascii_lower(table.name) + '\0';
    for (const Value& value : row.locator) append_identical(value.view(), bytes);
    return bytes;
  }

  static std::string rows_text(std::uint64_t rows, const Table& table) {
    return std::to_string(rows) + (rows == 1 ? " row of " : " rows of ") + table.name;
  }

  Result<bool> block(std::string message) {
    found_.blocked = Reason::Dependents;
    found_.message = std::move(message);
    return false;
  }

  void count(const Table& table, std::uint64_t rows, DependentFate fate) {
    found_.total += rows;
    for (DependentCount& known : found_.counts) {
      if (known.table == table.name && known.fate == fate) {
        known.rows += rows;
        return;
      }
    }
    found_.counts.push_back({table.name, rows, fate});
  }

  struct Children {
    std::vector<RowImage> rows;  // as many as may still be changed
    std::uint64_t total = 0;
  };

  std::vector<Value> referred(const Link& link, const RowImage& row) const {
    std::vector<Value> values;
    for (const std::uint32_t column : link.parent_columns) values.push_back(row.values[column]);
    return values;
  }

  Result<Children> referring(const Link& link, const RowImage& row) {
    const std::vector<Value> values = referred(link, row);
    Children children;
    if (std::any_of(values.begin(), values.end(), [](const Value& value) { return value.is_null(); })) return children;
    const std::uint64_t used = found_.steps.size() + open_;
    const std::uint64_t room = request_.limit - std::min<std::uint64_t>(request_.limit, used);
    // Rows that were met already by another reference come first as well, and do not count.
    const std::size_t met = visited_rows_[ascii_lower(link.child->name)];
    const ReferringColumns reference{*link.child, link.child_columns, *link.parent, link.parent_columns, link.alike};
    Result<std::vector<RowImage>> rows = reader_.find_referring(reference, values, room + 1 + met);
    if (!rows) return rows.error();
    std::erase_if(*rows, [&](const RowImage& one) { return visited_.contains(identity(*link.child, one)); });
    children.total = rows->size();
    if (rows->size() > room) {
      const Result<std::uint64_t> all = reader_.count_referring(reference, values);
      if (!all) return all.error();
      children.total = *all;
      rows->resize(room);
      found_.complete = false;
    }
    children.rows = std::move(*rows);
    return children;
  }

  // A parent key that is not unique: while another row has it too, nothing becomes an orphan.
  Result<bool> other_parent(const Table& table, const ForeignKey& key, const Link& link, const RowImage& row) {
    if (key.usable) return false;
    const std::vector<Value> values = referred(link, row);
    // One that is about to go as well does not count.
    Result<std::vector<RowImage>> parents =
        reader_.find(table, link.parent_columns, values, visited_rows_[ascii_lower(table.name)] + 2);
    if (!parents) return parents.error();
    return std::any_of(parents->begin(), parents->end(), [&](const RowImage& one) {
      return one.locator != row.locator && !visited_.contains(identity(table, one));
    });
  }

  // What the referring columns become; nothing, with the message set, when the schema does not allow it.
  std::optional<std::vector<std::pair<std::uint32_t, Value>>> clearing(const ForeignKey& key, const Link& link,
                                                                       ForeignKeyAction action) {
    std::vector<std::pair<std::uint32_t, Value>> set;
    for (const std::uint32_t column : link.child_columns) {
      std::optional<Value> value = Value::null();
      const Column& child = link.child->columns[column];
      if (action == ForeignKeyAction::SetDefault) value = literal_default(child, link.child->strict, *rules_);
      if (!value || (value->is_null() && child.not_null)) {
        found_.blocked = Reason::Dependents;
        found_.message = "rows of " + key.child_table + " refer to it, and " + child.name +
                         (value ? " must not be null" : " has a default that is an expression");
        return std::nullopt;
      }
      set.emplace_back(column, std::move(*value));
    }
    return set;
  }

  Result<bool> delete_children(const Table& table, const ForeignKey& key, const Link& link, Children& children) {
    const std::string who =
        rows_text(children.total, *link.child) + (children.total == 1 ? " refers to it" : " refer to it");
    ForeignKeyAction action = key.on_delete;
    switch (request_.policy) {
      case DependentsPolicy::Restrict:
        count(*link.child, children.total, DependentFate::Deleted);
        return block(who + ", and policy.dependents is Restrict");
      case DependentsPolicy::Keep:
        if (!table.autoincrement && link.parent_columns == table.primary_key) {
          return block(who + "; Keep is refused because " + table.name +
                       " is not AUTOINCREMENT: the next new row would inherit them");
        }
        found_.complete = true;
        return true;
      case DependentsPolicy::Delete: action = ForeignKeyAction::Cascade; break;
      case DependentsPolicy::FollowSchema: break;
    }
    if (action == ForeignKeyAction::NoAction || action == ForeignKeyAction::Restrict) {
      return block(who + ", and the schema restricts the delete");
    }
    if (action != ForeignKeyAction::Cascade) {
      const auto set = clearing(key, link, action);
      if (!set) return false;
      count(*link.child, children.total, DependentFate::Cleared);
      for (RowImage& child : children.rows) {
        const RowImage before = child;
        found_.steps.push_back({link.child, std::move(child), false, *set});
        // What refers to the columns that are cleared would hang in the air.
        Result<bool> more = updating(*link.child, before, *set, false);
        if (!more || !*more) return more;
      }
      return found_.complete;
    }
    count(*link.child, children.total, DependentFate::Deleted);
    for (RowImage& child : children.rows) {
      if (const auto owner = request_.declared_by ? request_.declared_by(*link.child, child) : std::nullopt) {
        return block("a row of " + link.child->name + " that refers to it " + *owner);
      }
      ++open_;
      Result<bool> more = deleting(*link.child, child);
      --open_;
      if (!more || !*more) return more;
      found_.steps.push_back({link.child, std::move(child), true, {}});
    }
    return found_.complete;
  }

  Reader& reader_;
  const DependentsRequest& request_;
  const ValueRules* rules_;
  std::map<std::string, std::size_t> visited_rows_;  // how many of them, by table
  std::set<std::string> visited_;                    // rows whose own dependents were looked for: they are deleted
  std::set<std::string> followed_;                   // the same of rows that take over a new key
  std::uint64_t depth_ = 0;                          // of updating() in itself
  std::uint64_t open_ = 0;  // rows whose own dependents are being collected: they will be steps too
  Dependents found_;
};

}  // namespace

Result<Dependents> dependents_of_delete(Reader& reader, const DependentsRequest& request, const Table& table,
                                        const RowImage& row) {
  Collector collector(reader, request, request.rules);
  const Result<bool> done = collector.deleting(table, row);
  if (!done) return done.error();
  return collector.take();
}

Result<Dependents> dependents_of_update(Reader& reader, const DependentsRequest& request, const Table& table,
                                        const RowImage& row, const std::vector<std::pair<std::uint32_t, Value>>& after,
                                        bool move) {
  Collector collector(reader, request, request.rules);
  const Result<bool> done = collector.updating(table, row, after, move);
  if (!done) return done.error();
  return collector.take();
}

}  // namespace holdfast
