// Random documents over random tables.
#include <algorithm>

#include "reconcilers/core/schema.h"
#include "reconcilers/sql/sqlite_rules.h"
#include "tests/property/making.h"

namespace holdfast::testing {
namespace {

const std::vector<Value> texts = {Value::text("a"),  Value::text("b"),    Value::text("c"),   Value::text("A"),
                                  Value::text("B"),  Value::text("a "),   Value::text(""),    Value::text("ä"),
                                  Value::text("Ä"),  Value::text("it's"), Value::text("x y"), Value::text("7"),
                                  Value::text("07"), Value::text("1.5"),  Value::text("a\nb")};
const std::vector<Value> words = {Value::text("a"),  Value::text("b"),   Value::text("A"),
                                  Value::text("a "), Value::text("x y"), Value::text("")};
const std::vector<Value> integers = {
    Value::integer(0), Value::integer(1), Value::integer(1), Value::integer(2),  Value::integer(2),
    Value::integer(3), Value::integer(4), Value::integer(7), Value::integer(-1), Value::integer(9007199254740993)};
const std::vector<Value> reals = {Value::real(0.5), Value::real(1.5), Value::real(-2.25), Value::real(1e20)};
const std::vector<Value> blobs = {Value::blob(""), Value::blob(std::string("\0\xff", 2)), Value::blob("a")};

// Equal for rows that the columns' collations take for one.
std::string key_of(const TableSpec& table, const Names& key, const Cells& cells) {
  std::string text;
  for (const std::string& name : key) {
    const Value& value = cells.at(name);
    std::string one = literal(value);
    const Collation collation = table.find(name)->collation;
    if (value.kind() == ValueKind::Text && collation == Collation::NoCase) one = ascii_lower(one);
    while (value.kind() == ValueKind::Text && collation == Collation::RTrim && one.ends_with(" '"))
      one.erase(one.size() - 2, 1);
    text += one + '\0';
  }
  return text;
}

bool meets_declared(const World& world, const std::string& table, const std::map<std::string, MatcherSpec>& rule) {
  for (const SetSpec& set : world.sets) {
    for (const Cells& row : set.rows) {
      const bool all = std::all_of(rule.begin(), rule.end(), [&](const auto& part) {
        const auto own = row.find(part.first);
        const auto usual = set.defaults.find(part.first);
        if (own == row.end() && usual == set.defaults.end()) return false;
        return may_match(part.second, own != row.end() ? own->second : usual->second);
      });
      if (all && set.table == table) return true;
    }
  }
  return false;
}

class SetMaker {
 public:
  SetMaker(Dice& dice, World& world) : dice_(dice), world_(world) {}

  SetSpec make(std::size_t number) {
    std::vector<const TableSpec*> tables;
    for (const TableSpec& one : world_.tables) tables.push_back(&one);
    table_ = dice_.pick(tables);
    set_.name = "s" + std::to_string(number);
    set_.table = table_->name;
    set_.enforce = dice_.chance(92);
    for (const ColumnSpec& column : table_->columns) {
      if (column.generated == Generated::No) plain_.push_back(column.name);
    }
    choose_key();
    for (const std::string& name : plain_) {
      if (contains(set_.key, name) || dice_.chance(60)) named_.push_back(name);
    }
    add_references();
    add_rows();
    add_rest();
    add_policy();
    return std::move(set_);
  }

 private:
  void choose_key() {
    const std::size_t roll = dice_.below(100);
    if (roll < 35 && !table_->primary_key.empty() && !generated(table_->primary_key)) {
      set_.key = table_->primary_key;
    } else if (roll < 60 && !table_->unique.empty() && !generated(table_->unique.front().columns)) {
      set_.key = table_->unique.front().columns;
    } else {
      set_.key = {dice_.pick(plain_)};
      const std::string& second = dice_.pick(plain_);
      if (dice_.chance(30) && second != set_.key.front()) set_.key.push_back(second);
    }
  }

  bool generated(const Names& names) const {
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) { return !contains(plain_, name); });
  }

  void add_references() {
    for (const ForeignKeySpec& key : table_->references) {
      if (key.columns.size() != 1 || !contains(named_, key.columns.front()) || !dice_.chance(50)) continue;
      std::vector<const SetSpec*> parents;
      for (const SetSpec& one : world_.sets) {
        if (one.table == key.parent) parents.push_back(&one);
      }
      if (parents.empty()) continue;
      const SetSpec& parent = *dice_.pick(parents);
      set_.references[key.columns.front()] = {parent.name, dice_.pick(parent.key), key.parent_columns.front()};
    }
  }

  Value cell(const std::string& name) {
    if (const auto reference = set_.references.find(name); reference != set_.references.end()) {
      const SetSpec& parent = *world_.find_set(reference->second.row_set);
      if (!parent.rows.empty() && dice_.chance(80)) {
        const Cells& row = dice_.pick(parent.rows);
        if (const auto by = row.find(reference->second.by); by != row.end()) return by->second;
      }
      const TableSpec& table = *world_.find(parent.table);
      return any_value(dice_, *table.find(reference->second.by), table.strict, false);
    }
    if (const std::optional<Value> parent = parent_value(name)) return *parent;
    return any_value(dice_, *table_->find(name), table_->strict, false);
  }

  // What a reference may well hold: a value that is declared for the parent, or nothing.
  std::optional<Value> parent_value(const std::string& name) {
    for (const ForeignKeySpec& key : table_->references) {
      const auto at = std::find(key.columns.begin(), key.columns.end(), name) - key.columns.begin();
      if (at == static_cast<std::ptrdiff_t>(key.columns.size()) || dice_.chance(25)) continue;
      std::vector<Value> there;
      for (const SetSpec& set : world_.sets) {
        for (const Cells& row : set.rows) {
          const auto cell = row.find(key.parent_columns[static_cast<std::size_t>(at)]);
          if (set.table == key.parent && cell != row.end()) there.push_back(cell->second);
        }
      }
      return there.empty() || dice_.chance(10) ? Value::null() : dice_.pick(there);
    }
    return std::nullopt;
  }

  bool fresh(const Cells& row) {
    const std::string key = key_of(*table_, set_.key, row);
    for (const SetSpec& set : world_.sets) {
      if (set.table != set_.table || set.key != set_.key || dice_.chance(10)) continue;
      for (const Cells& other : set.rows) {
        if (key_of(*table_, set.key, other) == key) return false;
      }
    }
    return !contains(keys_, key);
  }

  Cells make_row(unsigned leave_out) {
    Cells row;
    for (const std::string& name : named_) {
      const bool key = contains(set_.key, name);
      if (!key && dice_.chance(leave_out)) continue;
      Value value = cell(name);
      for (int i = 0; i < 10 && value.is_null() && key; ++i) value = cell(name);
      row[name] = std::move(value);
    }
    return row;
  }

  void add_rows() {
    const std::size_t rows = dice_.pick({0, 1, 2, 2, 3, 3, 4, 5});
    for (std::size_t i = 0; i < rows; ++i) {
      Cells row = make_row(15);
      if (!fresh(row)) continue;
      keys_.push_back(key_of(*table_, set_.key, row));
      set_.rows.push_back(std::move(row));
    }
  }

  MatcherSpec matcher(const ColumnSpec& column) {
    MatcherSpec made;
    const Value value = any_value(dice_, column, table_->strict, false);
    const bool text = value.kind() == ValueKind::Text;
    const std::size_t roll = dice_.below(100);
    if (roll < 30 || !text) {
      made.field = roll < 10 ? "isNull" : roll < 20 ? "in" : "";
      made.values = {value};
      if (roll >= 10 && roll < 20) made.values.push_back(any_value(dice_, column, table_->strict, false));
      if (roll < 10) made.values = {Value::integer(dice_.chance(70) ? 1 : 0)};
      return made;
    }
    made.field = roll < 55 ? "equals" : roll < 75 ? "like" : "regex";
    made.values = {value};
    if (made.field == "like") made.values = {dice_.pick({Value::text("a%"), Value::text("_"), Value::text("%b")})};
    if (made.field == "regex") made.values = {dice_.pick({Value::text("^a"), Value::text("[bB]$"), Value::text("^$")})};
    made.ignore_case = dice_.chance(40);
    made.trim = dice_.chance(30);
    return made;
  }

  void add_rest() {
    if (dice_.chance(20)) {
      const std::string& name = dice_.pick(plain_);
      if (!contains(set_.key, name)) set_.defaults[name] = cell(name);
    }
    for (const std::string& name : named_) {
      if (!contains(set_.key, name) && dice_.chance(10)) set_.initial.push_back(name);
    }
    const std::size_t rules = dice_.pick({0, 0, 1, 1, 2});
    for (std::size_t i = 0; i < rules; ++i) {
      std::map<std::string, MatcherSpec> rule;
      const ColumnSpec& column = dice_.pick(table_->columns);
      rule[column.name] = matcher(column);
      if (dice_.chance(20)) {
        const ColumnSpec& second = dice_.pick(table_->columns);
        rule[second.name] = matcher(second);
      }
      set_.forbidden.push_back(std::move(rule));
    }
    if (dice_.chance(15) && !set_.rows.empty()) {
      Cells from, to;
      const Cells& row = dice_.pick(set_.rows);
      const Cells other = make_row(0);
      for (const std::string& name : set_.key) {
        from[name] = other.at(name);
        to[name] = row.at(name);
      }
      if (fresh(from)) set_.renames.emplace_back(std::move(from), std::move(to));
    }
  }

  void add_policy() {
    const auto choose = [&](const char* what, unsigned percent, std::initializer_list<const char*> values) {
      if (dice_.chance(percent)) set_.policy[what] = dice_.pick(values);
    };
    choose("missing", 8, {"Report"});
    choose("changed", 12, {"Report", "Ignore"});
    choose("forbidden", 10, {"Report"});
    choose("identity", 45, {"Move"});
    choose("dependents", 80, {"FollowSchema", "FollowSchema", "Delete", "Keep"});
    choose("sideEffects", 60, {"Allow"});
    choose("removed", 25, {"Delete"});  // no row ever leaves the documents of a world, or may look as if it had
    const bool alone = std::none_of(world_.sets.begin(), world_.sets.end(),
                                    [&](const SetSpec& one) { return one.table == set_.table; });
    if (alone) choose("extra", 25, {"Delete", "Delete", "Report"});
    if (dice_.chance(15)) set_.limits["deletes"] = static_cast<int>(dice_.below(3));
    if (dice_.chance(15)) set_.limits["dependentDeletes"] = static_cast<int>(dice_.below(4));
  }

  Dice& dice_;
  World& world_;
  const TableSpec* table_ = nullptr;
  SetSpec set_;
  Names plain_;  // columns that can be written
  Names named_;
  Names keys_;
};

}  // namespace

Value any_value(Dice& dice, const ColumnSpec& column, bool strict, bool live) {
  if (!column.not_null && dice.chance(12)) return Value::null();
  if (column.generated != Generated::No) return dice.pick(texts);
  const bool any = strict ? column.type == "ANY" : column.type == "BLOB" || column.type.empty();
  if (any || (live && !strict && dice.chance(8))) {
    return dice.pick({dice.pick(texts), dice.pick(integers), dice.pick(integers), dice.pick(reals), dice.pick(blobs)});
  }
  if (column.type == "BLOB") return dice.pick(blobs);
  if (column.type == "BOOLEAN") return Value::integer(dice.chance(50) ? 1 : 0);
  if (column.type == "TIMESTAMP") return dice.pick({Value::text("2025-08-01 10:00:00"), Value::integer(2025)});
  switch (sql::affinity_of(column.type)) {
    case Affinity::Text: return dice.pick(dice.chance(50) ? words : texts);
    case Affinity::Real: return dice.chance(40) ? Value::real(1) : dice.pick(reals);
    case Affinity::Numeric: return dice.chance(60) ? dice.pick(integers) : dice.pick(reals);
    default: return dice.pick(integers);
  }
}

void add_sets(Dice& dice, World& world) {
  const std::size_t sets = dice.pick({1, 1, 2, 2, 3});
  for (std::size_t i = 0; i < sets; ++i) world.sets.push_back(SetMaker(dice, world).make(i));
  // Most contradictions are left out: an invalid document changes nothing, and there is little to see.
  for (SetSpec& set : world.sets) {
    std::erase_if(set.forbidden,
                  [&](const auto& rule) { return meets_declared(world, set.table, rule) && !dice.chance(5); });
    const auto others =
        std::count_if(world.sets.begin(), world.sets.end(), [&](const SetSpec& one) { return one.table == set.table; });
    if (others > 1 && set.policy_of("extra") == "Delete" && !dice.chance(5)) set.policy.erase("extra");
  }
}

std::string SetSpec::policy_of(const std::string& what) const {
  const auto said = policy.find(what);
  if (said != policy.end()) return said->second;
  const std::map<std::string, std::string> usual = {
      {"missing", "Insert"},  {"changed", "Update"},      {"forbidden", "Delete"},   {"extra", "Keep"},
      {"identity", "Report"}, {"dependents", "Restrict"}, {"sideEffects", "Refuse"}, {"removed", "Keep"}};
  return usual.at(what);
}

}  // namespace holdfast::testing
