#include "tests/stores/database.h"

#include <cstdlib>
#include <filesystem>

#include "reconcilers/core/text.h"

namespace holdfast::stores {

Other::Other(const std::string& path) {
  EXPECT_EQ(sqlite3_open_v2(path.c_str(), &handle_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr), SQLITE_OK);
}
Other::~Other() { sqlite3_close(handle_); }

void Other::run(const std::string& sql) { EXPECT_EQ(code(sql), SQLITE_OK) << sqlite3_errmsg(handle_) << "\n" << sql; }

int Other::code(const std::string& sql) { return sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr); }

std::string Other::ask(const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  EXPECT_EQ(sqlite3_prepare_v2(handle_, sql.c_str(), -1, &statement, nullptr), SQLITE_OK) << sqlite3_errmsg(handle_);
  std::string rows;
  while (sqlite3_step(statement) == SQLITE_ROW) {
    if (!rows.empty()) rows += "\n";
    for (int i = 0; i < sqlite3_column_count(statement); ++i) {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, i));
      rows += (i != 0 ? "|" : "") + std::string(text != nullptr ? text : "NULL");
    }
  }
  EXPECT_EQ(sqlite3_finalize(statement), SQLITE_OK) << sqlite3_errmsg(handle_);
  return rows;
}

Folder::Folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "holdfast-stores-XXXXXX").string();
  path_ = mkdtemp(pattern.data());
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string DatabaseTest::plain(std::string text) const {
  const auto replace = [&](const std::string& from, const std::string& to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at))
      text.replace(at, from.size(), to);
  };
  replace(path(), "popup.db");
  replace(folder_.path(), "FOLDER");
  return text;
}

Store& DatabaseTest::store() {
  if (!store_) store_ = must(try_open());
  return *store_;
}

std::shared_ptr<const Table> DatabaseTest::table(const std::string& name) {
  std::shared_ptr<const Table> found = schema({name}).find(name);
  if (!found) throw std::runtime_error("no table " + name);
  return found;
}

std::unique_ptr<Transaction> DatabaseTest::begin(const std::string& name) {
  return must(store().begin(schema({name})));
}

std::vector<Assignment> DatabaseTest::assign(const Table& table, const Cells& cells) {
  std::vector<Assignment> values;
  for (const auto& [name, value] : cells) {
    const std::uint32_t column = table.find(name);
    if (column == Table::npos) throw std::runtime_error("no column " + name);
    values.push_back({column, value.view()});
  }
  return values;
}

std::string describe(const Touch& touch) {
  constexpr const char* kinds[] = {"insert", "update", "delete"};
  const auto locator = [](const Locator& values) {
    std::string text;
    for (const Value& value : values) text += (text.empty() ? "" : ",") + holdfast::describe(value.view());
    return text.empty() ? "-" : text;
  };
  return std::string(kinds[static_cast<int>(touch.kind)]) + " " + std::string(touch.table) + " " +
         locator(touch.before) + " -> " + locator(touch.after) + " @" + std::to_string(touch.depth);
}

std::string describe_touches(const Transaction& transaction) {
  std::string all;
  for (std::size_t i = 0; i < transaction.touch_count(); ++i)
    all += (i != 0 ? "\n" : "") + describe(transaction.touch(i));
  return all;
}

}  // namespace holdfast::stores
