#include "agent/commands/init_tables.h"

#include <algorithm>

#include "agent/commands/live_tables.h"
#include "agent/render/escape.h"
#include "reconcilers/describe/choose_key.h"
#include "reconcilers/describe/choose_tables.h"
#include "reconcilers/describe/column_words.h"

namespace holdfast::agent {
namespace {

constexpr const char* append_only = "by the look of it rows that the application only adds; --tables takes them in";

bool has_column_like_a_name(const Table& table) {
  return std::any_of(table.columns.begin(), table.columns.end(),
                     [](const Column& column) { return looks_like_name(column.name); });
}

bool found_by_number(const LiveTable& live) {
  const std::optional<KeyChoice> key = choose_key(live);
  return !key || key->kind == KeyChoice::Kind::Primary || key->kind == KeyChoice::Kind::Columns;
}

class Reading {
 public:
  Reading(Store& store, const std::vector<std::string>& wanted, const Context& context)
      : store_(store), wanted_(wanted), context_(context) {}

  Result<InitTables> run() {
    Result<std::vector<ListedTable>> listed = store_.list_tables();
    if (!listed) return listed.error();
    listed_ = std::move(*listed);
    Result<std::vector<std::string>> names = choose();
    if (!names) return names.error();
    Result<Schema> schema = store_.inspect(*names, std::nullopt);
    if (!schema) return schema.error();
    for (const std::string& name : *names) {
      if (Result<void> read = take(schema->find(name), name); !read) return read.error();
    }
    return std::move(result_);
  }

 private:
  void leave_out(const std::string& table, const std::string& why) { result_.left_out.push_back({table, why}); }

  Error refused(const std::string& table, const std::string& why) const {
    return {ErrorKind::Terminal, "the table " + in_quotes(table) + " cannot be written down (" + why + ")",
            store_.location(), "leave it out of --tables"};
  }

  // The names as the database has them, each once.
  Result<std::vector<std::string>> choose() {
    std::vector<std::string> names;
    if (wanted_.empty()) {
      for (const ListedTable& one : listed_) {
        const std::string why = why_never(one);
        why.empty() ? names.push_back(one.name) : leave_out(one.name, why);
      }
      return names;
    }
    for (const std::string& name : wanted_) {
      const auto found = std::find_if(listed_.begin(), listed_.end(), [&](const ListedTable& one) {
        return ascii_lower(one.name) == ascii_lower(name);
      });
      if (found == listed_.end()) return no_such_table(name, listed_, store_);
      if (const std::string why = why_never(*found); !why.empty()) return refused(found->name, why);
      if (std::find(names.begin(), names.end(), found->name) == names.end()) names.push_back(found->name);
    }
    return names;
  }

  Result<void> take(const std::shared_ptr<const Table>& table, const std::string& name) {
    if (!table)
      return Error{ErrorKind::Transient, "the table " + in_quotes(name) + " is gone", store_.location(),
                   "run it again"};
    const bool named = !wanted_.empty();
    if (const std::string why = why_never(*table); !why.empty()) {
      if (named) return refused(name, why);
      leave_out(name, why);
      return {};
    }
    const bool doubtful = !named && looks_append_only(*table, listed_);
    if (doubtful && !has_column_like_a_name(*table)) {  // its rows may be many: they are not even read
      leave_out(name, append_only);
      return {};
    }
    Result<std::shared_ptr<const LiveTable>> live = read_live_table(store_, table, context_);
    if (!live) return live.error();
    if (doubtful && found_by_number(**live)) {
      leave_out(name, append_only);
    } else {
      result_.tables.push_back(std::move(*live));
    }
    return {};
  }

  Store& store_;
  const std::vector<std::string>& wanted_;
  const Context& context_;
  std::vector<ListedTable> listed_;
  InitTables result_;
};

}  // namespace

Result<InitTables> read_init_tables(Store& store, const std::vector<std::string>& wanted, const Context& context) {
  return Reading(store, wanted, context).run();
}

}  // namespace holdfast::agent
