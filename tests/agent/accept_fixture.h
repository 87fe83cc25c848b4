// A shop whose documents are edited by the built program: what the tests of accept share.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/agent/program.h"

namespace holdfast::agent::accepting {

inline constexpr const char* database_document =
    "apiVersion: holdfast.dev/v1alpha1\nkind: Database\nmetadata: {name: shop}\nspec:\n  url: \"sqlite:shop.db\"\n"
    "  setup: |\n"
    "    CREATE TABLE IF NOT EXISTS kinds (id INTEGER PRIMARY KEY, name TEXT, UNIQUE (id));\n"
    "    CREATE TABLE IF NOT EXISTS items (id INTEGER PRIMARY KEY, name TEXT NOT NULL, price DECIMAL, email TEXT,\n"
    "      active BOOLEAN, kind INTEGER, any_value, picture BLOB);\n";

inline std::string items(const std::string& rows, const std::string& fields = {}) {
  return "# The items of the shop.\napiVersion: holdfast.dev/v1alpha1\nkind: RowSet\nmetadata: {name: items}\nspec:\n"
         "  table: items\n  key: [name]\n  mode: Enforce\n" +
         fields + (rows.empty() ? "" : "  rows:\n" + rows);
}

inline std::string read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class Accept : public testing::Test {
 protected:
  // Writes the documents and applies them.
  void shop(const std::string& set) {
    folder.write("docs/database.yaml", database_document);
    set_ = set;
    folder.write("docs/items.yaml", set);
    const Finished done = run({"apply", "-f", docs()});
    ASSERT_EQ(done.exit, 0) << done.out << done.err;
  }
  std::string docs() const { return folder / "docs"; }
  std::string database() const { return folder / "docs/shop.db"; }
  std::string document() const { return read(folder / "docs/items.yaml"); }
  const std::string& before() const { return set_; }

  // The document with `old` once replaced.
  std::string with(const std::string& old, const std::string& text) const {
    std::string changed = set_;
    const std::size_t at = changed.find(old);
    EXPECT_NE(at, std::string::npos) << old;
    return changed.replace(at, old.size(), text);
  }

  Finished accept(std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments = {"accept", "-f", docs()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments);
  }
  int drift() const { return run({"plan", "-f", docs(), "--detailed-exitcode"}).exit; }

  ScratchFolder folder;

 private:
  std::string set_;
};

inline const std::string two_rows =
    "    # writing\n    - {id: 1, name: \"Pen\", price: 1.5, active: true}   # blue\n"
    "    - id: 2\n      name: 'Cup'\n      price: 4\n      active: false\n";

}  // namespace holdfast::agent::accepting
