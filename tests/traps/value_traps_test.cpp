// Values that storing would change are errors of the documents, placed, before anything is written (TRAPS 13).
#include <gtest/gtest.h>

#include "tests/scenario/scenario.h"

namespace holdfast::testing {
namespace {

TEST(ValueTraps, LossyValuesAreErrors) {
  struct Case {
    const char* type;
    const char* value;
  };
  const Case cases[] = {
      {"INTEGER", "'007'"},
      {"STRING", "'007'"},
      {"DECIMAL(10,2)", "'0.450'"},
      {"INTEGER", "' 7 '"},
      {"INTEGER", "'1e3'"},
      {"INTEGER", "9223372036854775808"},
      {"INTEGER", "-9223372036854775809"},
      {"REAL", ".inf"},
      {"REAL", ".nan"},
      {"REAL", "1e400"},
      {"DECIMAL", "0.1234567890123456789"},
      {"TIMESTAMP", "'2025.0'"},
  };
  for (const Case& one : cases) {
    Scenario s(std::string("CREATE TABLE t (id INTEGER PRIMARY KEY, v ") + one.type + ")");
    s.documents(row_set("t", "t", "id", std::string("  rows: [{id: 1, v: ") + one.value + "}]"));
    const Outcomes outcomes = s.apply();
    EXPECT_EQ(outcomes.exit, 3) << one.type << " " << one.value;
    EXPECT_EQ(outcomes.all_errors().substr(0, 32), "documents.yaml:13:21: column v: ") << one.type << " " << one.value;
    EXPECT_EQ(s.rows("SELECT count(*) FROM t"), "0");
  }
}

TEST(ValueTraps, HostileTextIsOnlyText) {
  Scenario s("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)");
  s.documents(row_set("t", "t", "id",
                      "  rows:\n"
                      "    - {id: 1, v: \"'; DROP TABLE t; --\"}\n"
                      "    - {id: 2, v: \"\\e[2J\\n\\\"\"}\n"
                      "    - {id: 3, v: \"\\uFEFF\\u202E\\U0001F600\"}\n"));
  EXPECT_EQ(s.apply().exit, 0);
  EXPECT_EQ(s.rows("SELECT hex(v) FROM t"),
            "273B2044524F50205441424C4520743B202D2D\n1B5B324A0A22\nEFBBBFE280AEF09F9880");
  EXPECT_EQ(s.apply().changes(), "");
}

}  // namespace
}  // namespace holdfast::testing
