// Plans made by hand, for tests of rendering: a table of campaigns and one of campaign_properties that refers to it.
#pragma once

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "agent/render/report.h"

namespace holdfast::agent {

inline std::shared_ptr<Table> make_table(std::string name, const std::vector<std::string>& columns) {
  auto table = std::make_shared<Table>();
  table->name = std::move(name);
  for (const std::string& column : columns) {
    Column one;
    one.name = column;
    table->columns.push_back(one);
  }
  table->columns[0].primary_key = 1;
  table->primary_key = {0};
  return table;
}

// A set whose declared rows name columns of the table by index; the first row of `rows` names the set's columns.
class SetBuilder {
 public:
  SetBuilder(std::string name, std::shared_ptr<Table> table, std::vector<std::uint32_t> columns, ColumnList key)
      : set_(std::make_shared<BoundSet>()), columns_(std::move(columns)) {
    set_->name = std::move(name);
    set_->database = "popup";
    set_->mode = Mode::Enforce;
    set_->table = std::move(table);
    for (const std::uint32_t column : columns_) {
      BoundColumn bound;
      bound.column = column;
      set_->columns.push_back(bound);
      set_->rows.column(set_->table->columns[column].name);
    }
    set_->key = std::move(key);
    plan_.in_sync = true;
  }

  SetBuilder& sensitive(std::string column) {
    set_->sensitive.push_back(std::move(column));
    return *this;
  }
  SetBuilder& computed(std::string column) {
    set_->computed.push_back(std::move(column));
    return *this;
  }
  SetBuilder& observe() {
    set_->mode = Mode::Observe;
    return *this;
  }
  SetBuilder& refers(std::uint32_t bound_column, std::string row_set, std::string by) {
    set_->columns[bound_column].reference = static_cast<std::uint32_t>(set_->references.size());
    set_->references.push_back({bound_column, std::move(row_set), std::move(by), "id"});
    return *this;
  }

  // Cells in the set's column order; an Absent one is not named by the row.
  std::uint32_t row(std::initializer_list<Cell> cells) {
    set_->rows.begin_row({});
    ColumnIndex at = 0;
    for (const Cell& cell : cells) {
      if (cell.present()) set_->rows.put(at, cell, {});
      ++at;
    }
    set_->rows.end_row();
    return static_cast<std::uint32_t>(set_->rows.size() - 1);
  }

  Change& change(DriftClass drift, Action action, std::uint32_t declared = no_row) {
    Change change;
    change.drift = drift;
    change.action = action;
    change.declared = declared;
    plan_.changes.push_back(std::move(change));
    plan_.in_sync = false;
    return plan_.changes.back();
  }

  SetPlan build(std::uint64_t unmanaged = 0) {
    plan_.name = set_->name;
    plan_.database = set_->database;
    plan_.table = set_->table->name;
    plan_.mode = set_->mode;
    plan_.declared_rows = set_->rows.size();
    plan_.unmanaged_rows = unmanaged;
    plan_.set = set_;
    return std::move(plan_);
  }

 private:
  std::shared_ptr<BoundSet> set_;
  std::vector<std::uint32_t> columns_;
  SetPlan plan_;
};

inline RowImage image(std::initializer_list<Value> values) {
  RowImage row;
  row.values = values;
  row.locator = {*values.begin()};
  return row;
}

inline Cell text(std::string_view bytes) { return Cell::of(ValueView::text(bytes)); }
inline Cell integer(std::int64_t number) { return Cell::of(ValueView::integer(number)); }
inline Cell real(double number) { return Cell::of(ValueView::real(number)); }
inline Cell blob(std::string_view bytes) { return Cell::of(ValueView::blob(bytes)); }

inline std::shared_ptr<Table> campaigns_table() { return make_table("campaigns", {"id", "name", "offer_id", "email"}); }

// A set of campaigns with id, name, offer_id and email, found by name.
inline SetBuilder campaigns() { return SetBuilder("campaigns", campaigns_table(), {0, 1, 2, 3}, {1}); }

// A Prizies to delete with its dependents, one row to update, one to insert.
inline Report usual_report() {
  SetBuilder set = campaigns();
  const std::uint32_t hulu = set.row({integer(10), text("Hulu"), text("5555"), {}});
  const std::uint32_t trading = set.row({integer(2), text("Trading Tips"), text("6998"), Cell::null()});
  set.row({integer(6), text("Best Gold"), text("7390"), {}});
  set.change(DriftClass::Missing, Action::Insert, trading);
  Change& update = set.change(DriftClass::Changed, Action::Update, hulu);
  update.more().before = image({Value::integer(10), Value::text("Hulu"), Value::text("7777"), Value::null()});
  update.more().update = {2};
  Change& erase = set.change(DriftClass::Forbidden, Action::Delete);
  erase.more().before = image({Value::integer(13), Value::text(" PRIZIES"), Value::text("1"), Value::null()});
  erase.more().rule = 0;
  erase.more().dependents = {{"clicks", 3}, {"campaign_properties", 1}};
  Report report;
  report.plan.sets.push_back(set.build(3));
  report.runs.push_back({"popup", "", 0, 2});
  return report;
}

}  // namespace holdfast::agent
