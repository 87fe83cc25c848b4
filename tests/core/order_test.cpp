#include "reconcilers/core/order.h"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

// Tables as "child>parent" pairs.
Schema schema_of(const std::vector<std::pair<std::string, std::string>>& references) {
  std::map<std::string, Table> tables;
  for (const auto& [child, parent] : references) {
    tables[child].name = child;
    tables[parent].name = parent;
    ForeignKey key;
    key.child_table = child;
    key.parent_table = parent;
    tables[child].references.push_back(key);
  }
  Schema schema;
  for (auto& [name, table] : tables) schema.tables[name] = std::make_shared<Table>(table);
  return schema;
}

TEST(Order, ParentsComeFirst) {
  struct Case {
    const char* what;
    std::vector<SetNode> sets;
    std::vector<std::pair<std::string, std::string>> references;
    std::vector<std::size_t> want;
  };
  const Case cases[] = {
      {"nothing refers", {{"a", "a", {}}, {"b", "b", {}}}, {}, {0, 1}},
      {"a foreign key", {{"clicks", "clicks", {}}, {"campaigns", "campaigns", {}}}, {{"clicks", "campaigns"}}, {1, 0}},
      {"a reference between sets", {{"p", "t1", {"c"}}, {"c", "t2", {}}}, {}, {1, 0}},
      {"a chain", {{"c", "c", {}}, {"b", "b", {}}, {"a", "a", {}}}, {{"c", "b"}, {"b", "a"}}, {2, 1, 0}},
      {"a table that refers to itself", {{"tree", "tree", {}}, {"x", "x", {}}}, {{"tree", "tree"}}, {0, 1}},
      {"a circle keeps the given order", {{"b", "b", {}}, {"a", "a", {}}}, {{"a", "b"}, {"b", "a"}}, {0, 1}},
      {"two sets of one table", {{"y", "T", {}}, {"x", "t", {}}}, {}, {0, 1}},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(parents_first(one.sets, schema_of(one.references)), one.want) << one.what;
  }
}

}  // namespace
}  // namespace holdfast
