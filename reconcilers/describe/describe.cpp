#include "reconcilers/describe/describe.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "reconcilers/core/text.h"
#include "reconcilers/describe/declared_rows.h"
#include "reconcilers/describe/names.h"
#include "reconcilers/describe/references.h"
#include "reconcilers/describe/remarks.h"

namespace holdfast {
namespace {

struct Chosen {
  std::shared_ptr<const LiveTable> live;
  KeyChoice key;
  std::string name;
  std::string file;  // without its ending
};

class Describing {
 public:
  Describing(std::vector<Chosen> tables, const ValueRules& rules, const DescribeOptions& options)
      : tables_(std::move(tables)), rules_(rules), options_(options) {
    std::vector<KeyedTable> keyed;
    for (const Chosen& one : tables_) keyed.push_back({one.live, one.key.columns});
    references_ = options.scope == Scope::Managed ? choose_references(keyed, rules)
                                                  : std::vector<ReferenceChoice>(tables_.size());
  }

  DescribedSet set(std::size_t index) const {
    const Chosen& chosen = tables_[index];
    const Table& table = *chosen.live->table;
    const std::vector<ColumnRole> roles = column_roles(*chosen.live, chosen.key.columns, options_.scope);
    const auto rows = std::make_shared<DeclaredRows>(chosen.live, rules_, parts(index, roles));
    DeclaredRows::Sorting sorting = rows->sort(options_.most_rows_in_document);

    DescribedSet set;
    set.table = table.name;
    set.file = chosen.file + ".yaml";
    set.key = chosen.key;
    set.rows_left_out = sorting.rows_left_out;
    head(chosen, set.text);
    initial(table, roles, set.text);
    references(index, set.text);
    if (options_.scope == Scope::Managed) set.text.dependents_comment = dependents_remark(table);
    set.text.follow_schema = !set.text.dependents_comment.empty();
    set.text.rows_comments = left_out_remarks(table, roles, sorting);
    if (!sorting.in_csv.empty()) {
      set.csv_file = chosen.file + ".csv";
      set.text.rows_from = {set.csv_file};
    }
    set.rows = some_rows(rows, std::move(sorting.in_document));
    set.csv = some_rows(rows, std::move(sorting.in_csv));
    return set;
  }

 private:
  std::vector<DeclaredRows::Part> parts(std::size_t index, const std::vector<ColumnRole>& roles) const {
    std::vector<DeclaredRows::Part> parts;
    for (std::uint32_t i = 0; i < roles.size(); ++i) {
      if (roles[i].kind == ColumnRole::Kind::LeftOut) continue;
      DeclaredRows::Part part{i, roles[i].kind == ColumnRole::Kind::Key, nullptr};
      for (const SetReference& one : references_[index].references) {
        if (one.column == i) part.names = one.rows;
      }
      parts.push_back(std::move(part));
    }
    return parts;
  }

  void head(const Chosen& chosen, writing::RowSetText& text) const {
    const Table& table = *chosen.live->table;
    text.about = {counted_rows(chosen.live->rows.size()) + " of the table " + printable(table.name) +
                      ", written down as they were found.",
                  "Observe only tells what differs, and changes nothing. Once a plan says what you expect, write mode: "
                  "Enforce."};
    text.name = chosen.name;
    text.database = options_.database;
    text.table = table.name;
    text.key_comment = chosen.key.why;
    for (const std::uint32_t column : chosen.key.columns) text.key.push_back(table.columns[column].name);
  }

  static void initial(const Table& table, const std::vector<ColumnRole>& roles, writing::RowSetText& text) {
    for (std::size_t i = 0; i < roles.size(); ++i) {
      if (roles[i].kind == ColumnRole::Kind::Initial) text.initial.push_back(table.columns[i].name);
    }
    text.initial_comment =
        "Judged by their names, people edit these in the application: they are written when a row is inserted and are "
        "theirs afterwards. Take out of the list what the documents should decide.";
  }

  void references(std::size_t index, writing::RowSetText& text) const {
    const ReferenceChoice& choice = references_[index];
    if (!choice.references.empty()) {
      text.references_comments.emplace_back("The rows give names here; what is stored is the id that belongs to each.");
    }
    for (const std::string& remark : choice.remarks) text.references_comments.push_back(remark);
    const Table& table = *tables_[index].live->table;
    for (const SetReference& one : choice.references) {
      const Chosen& parent = tables_[one.parent];
      const Table& to = *parent.live->table;
      text.references.push_back({table.columns[one.column].name,
                                 parent.name,
                                 to.columns[one.rows->by()].name,
                                 to.columns[one.rows->to()].name,
                                 {}});
    }
  }

  std::vector<Chosen> tables_;
  const ValueRules& rules_;
  const DescribeOptions& options_;
  std::vector<ReferenceChoice> references_;
};

}  // namespace

Description describe(std::span<const std::shared_ptr<const LiveTable>> tables, const ValueRules& rules,
                     const DescribeOptions& options) {
  Description description;
  UniqueNames names, files;
  for (const std::string& name : options.taken) files.take(name);
  std::vector<Chosen> chosen;
  for (const std::shared_ptr<const LiveTable>& live : tables) {
    std::optional<KeyChoice> key = choose_key(*live);
    if (!key) {
      description.without_key.push_back(live->table->name);
      continue;
    }
    const std::string& table = live->table->name;
    chosen.push_back({live, std::move(*key), names.take(document_name(table)), files.take(file_name(table))});
  }
  const std::size_t count = chosen.size();
  const Describing describing(std::move(chosen), rules, options);
  for (std::size_t i = 0; i < count; ++i) description.sets.push_back(describing.set(i));
  return description;
}

std::optional<writing::Rows> describe_csv(const std::shared_ptr<const LiveTable>& live, const ValueRules& rules) {
  std::vector<DeclaredRows::Part> parts;
  for (std::uint32_t i = 0; i < live->table->columns.size(); ++i) {
    if (live->table->columns[i].generated == Generated::No) parts.push_back({i, false, nullptr});
  }
  const auto rows = std::make_shared<DeclaredRows>(live, rules, std::move(parts));
  DeclaredRows::Sorting sorting = rows->sort(0);
  if (!sorting.in_document.empty()) return std::nullopt;
  return some_rows(rows, std::move(sorting.in_csv));
}

}  // namespace holdfast
