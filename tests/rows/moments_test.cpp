// What a plan reads as of one moment, and what not: in a rollback mode a writer waits for its end (G8).
#include <gtest/gtest.h>

#include "tests/scenario/scenario.h"

namespace holdfast::testing {
namespace {

TEST(Moments, FewDeclaredRowsAreReadAsOfOneManyAreNot) {
  for (const int declared : {12, 6'000}) {
    Scenario s("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)");
    std::string rows = "  rows:\n";
    for (int id = 1; id <= declared; ++id) rows += "    - {id: " + std::to_string(id) + ", name: n}\n";
    s.documents(row_set("t", "t", "id", rows));
    EXPECT_EQ(s.apply().moments > 0, declared == 12) << declared << " rows: thinking about many takes too long";
  }
}

}  // namespace
}  // namespace holdfast::testing
