#include "agent/commands/live_tables.h"

#include <numeric>

#include "agent/render/escape.h"
#include "desired-state/nearest.h"
#include "reconcilers/describe/choose_tables.h"

namespace holdfast::agent {
namespace {

constexpr std::size_t rows_between_views = 1000;

}  // namespace

Result<std::shared_ptr<const LiveTable>> read_live_table(Store& store, std::shared_ptr<const Table> table,
                                                         const Context& context) {
  auto live = std::make_shared<LiveTable>();
  live->table = std::move(table);
  const std::string what = "reading " + live->table->name;
  std::vector<Cell> cells(live->table->columns.size());
  const std::vector<Mark> marks(cells.size());
  for (const Column& column : live->table->columns) live->rows.column(column.name);
  ScanRequest request;
  request.table = live->table.get();
  request.columns.resize(cells.size());
  std::iota(request.columns.begin(), request.columns.end(), 0U);
  Result<ScanEnd> end = store.scan(request, [&](const LiveRow& row) {
    for (std::size_t i = 0; i < cells.size(); ++i) cells[i] = Cell::of(row.values[i]);
    live->rows.append_row({}, cells, marks);
    if (context.progress && live->rows.size() % rows_between_views == 0) {
      context.progress->show(what, live->rows.size(), 0);
    }
    return true;
  });
  if (context.progress) context.progress->clear();
  if (!end) return end.error();
  return std::shared_ptr<const LiveTable>(std::move(live));
}

Error no_such_table(const std::string& name, const std::vector<ListedTable>& listed, const Store& store) {
  std::vector<std::string> names;
  for (const ListedTable& one : listed) {
    if (why_never(one).empty()) names.push_back(one.name);
  }
  return {ErrorKind::Terminal, "there is no table " + in_quotes(name), store.location(),
          mend_name(name, names, "there is")};
}

}  // namespace holdfast::agent
