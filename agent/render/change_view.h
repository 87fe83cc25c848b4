// One change as every output shows it: its key, its columns before and after, what is masked. What is shown of a change
// is decided here once; text, JSON and Markdown only lay it out. PURE.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reconcilers/core/plan.h"

namespace holdfast::agent {

// What a Pending cell stands for: a row of another set that the same run inserts.
struct PendingRow {
  std::string_view row_set;
  std::string_view by;  // the column that names the row; empty when it is not known
  std::optional<Cell> value;
  bool masked = false;
};

struct ColumnView {
  std::string_view name;
  bool masked = false;
  std::optional<Cell> before;
  std::optional<Cell> after;
  std::optional<PendingRow> pending;  // when `after` is Pending
};

enum class Shape : std::uint8_t {
  Delete,  // the whole row, before
  Update,  // the columns that change, before and after
  Insert,  // the columns that the row sets, after
  Pair,    // two rows that are confused: the live one before, the declared one after
};

struct ChangeView {
  Shape shape = Shape::Pair;
  std::vector<ColumnView> key;       // values in `after`
  std::vector<ColumnView> identity;  // the live row's primary key where `key` does not say it; values in `before`
  std::vector<ColumnView> columns;
  std::string message;  // the change's own, with masked values replaced; not printable yet
};

Shape shape_of(const Change& change);

// Shapes in the order in which all outputs list them: deletes first.
inline constexpr Shape shape_order[] = {Shape::Delete, Shape::Update, Shape::Insert, Shape::Pair};

// Views the changes of one set. Borrows from the Plan, which must outlive it and every view.
class ChangeViewer {
 public:
  ChangeViewer(const Plan& plan, const SetPlan& set);
  ChangeView view(const Change& change) const;

 private:
  ColumnView column(std::uint32_t index) const;
  std::optional<Cell> declared(const Change& change, std::uint32_t index) const;
  std::optional<PendingRow> pending(std::uint32_t index, const std::optional<Cell>& cell) const;
  void add_key(const Change& change, ChangeView& view) const;
  void add_columns(const Change& change, ChangeView& view) const;
  std::string redacted_message(const Change& change) const;

  const Plan& plan_;
  const SetPlan& set_;
  std::vector<bool> sensitive_;       // by table column
  std::vector<bool> unknown_;         // by table column: nobody kept its values
  std::vector<std::uint32_t> bound_;  // table column -> BoundSet column; Table::npos where it is not named
};

// What became of the changes, counted.
struct Totals {
  std::uint64_t insert = 0, update = 0, erase = 0;  // with the outcome asked for
  std::uint64_t dependents = 0;                     // of those deletes
  std::uint64_t following = 0;                      // rows that refer to those updates and are set to their new key
  std::uint64_t restored = 0;                       // rows that an undo puts back along with those
  std::uint64_t reported = 0, held = 0, blocked = 0, failed = 0;
  Totals& operator+=(const Totals& other);
};
Totals totals(const SetPlan& set, Outcome counted);
Totals totals(const Plan& plan, Outcome counted);

// Declared rows that are as declared: in the database now or, for an applied change, since the run.
std::uint64_t rows_in_sync(const SetPlan& set);

}  // namespace holdfast::agent
