#include "tests/describe/live.h"

#include <sqlite3.h>

#include <cstdlib>
#include <filesystem>
#include <numeric>
#include <stdexcept>

#include "reconcilers/stores/sqlite/sqlite_store.h"

namespace holdfast::testing {
namespace {

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(to_string(result.error()));
  return std::move(result).value();
}

}  // namespace

LiveDatabase::LiveDatabase(const std::string& sql) {
  std::string pattern = (std::filesystem::temp_directory_path() / "holdfast-describe-XXXXXX").string();
  if (!::mkdtemp(pattern.data())) throw std::runtime_error("no scratch folder");
  folder_ = pattern;
  sqlite3* raw = nullptr;
  ::sqlite3_open((folder_ + "/live.db").c_str(), &raw);
  const std::unique_ptr<sqlite3, int (*)(sqlite3*)> connection(raw, ::sqlite3_close);
  if (::sqlite3_exec(raw, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    throw std::runtime_error(::sqlite3_errmsg(raw));
  }
  store_ = must(stores::open_sqlite({"live", folder_ + "/live.db"}));
}

LiveDatabase::~LiveDatabase() {
  store_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::vector<ListedTable> LiveDatabase::listed() { return must(store_->list_tables()); }

std::shared_ptr<const LiveTable> LiveDatabase::table(const std::string& name) {
  auto live = std::make_shared<LiveTable>();
  live->table = must(store_->inspect(std::vector<std::string>{name}, std::nullopt)).find(name);
  if (!live->table) throw std::runtime_error("no table " + name);
  ColumnList columns(live->table->columns.size());
  std::iota(columns.begin(), columns.end(), 0U);
  for (const Column& column : live->table->columns) live->rows.column(column.name);
  must(store_->scan({live->table.get(), columns}, [&](const LiveRow& row) {
    live->rows.begin_row({});
    for (std::uint32_t i = 0; i < row.values.size(); ++i) live->rows.put(i, Cell::of(row.values[i]), {});
    live->rows.end_row();
    return true;
  }));
  return live;
}

}  // namespace holdfast::testing
