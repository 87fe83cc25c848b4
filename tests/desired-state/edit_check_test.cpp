// The proof that an edit changed nothing else must fail where something else has changed.
#include <gtest/gtest.h>

#include "desired-state/edit/row_check.h"
#include "desired-state/edit/same_rows.h"
#include "desired-state/edit/yaml_check.h"
#include "desired-state/edit/yaml_walk.h"
#include "desired-state/yaml/event_reader.h"
#include "tests/desired-state/decoding.h"
#include "tests/desired-state/editing.h"

namespace holdfast::edit {
namespace {

using testing::text;

const std::string before = "- {id: 1, name: Pen}\n- {id: 2, name: Cup}\n";

// "same" or "other", and the number of wrong values; the edit is of the second row's name, or adds `b` to it.
std::string verdict(const std::string& after, bool add = false) {
  YamlWalk walk(before, true);
  walk.look_for({document_row({}, 1)});
  Diagnostics diagnostics;
  EXPECT_FALSE(yaml::read_events("f", before, {}, walk, diagnostics));
  const RowFound& row = walk.rows().at(document_row({}, 1));
  const CellEdit edit{{}, 1, add ? "b" : "name", add, text("Box")};
  Expected expected;
  expected.events = walk.events();
  if (add) {
    expected.added[row.end_event] = {&edit};
  } else {
    expected.replaced[row.cells[1].event] = &edit;
  }
  const Check check = check_yaml(after, expected);
  return (check.same ? "same " : "other ") + std::to_string(check.wrong.size());
}

TEST(EditCheck, takes_the_wanted_text_and_no_other) {
  const std::pair<std::string, std::string> table[] = {
      {"- {id: 1, name: Pen}\n- {id: 2, name: Box}\n", "same 0"},
      {"- {id: 1, name: Pen}\n- {id: 2, name: \"Box\"}   # spelled in another way\n", "same 0"},
      {"- {id: 1, name: Pen}\n- {id: 2, name: Cup}\n", "same 1"},
      {"- {id: 1, name: Pen}\n- {id: 2, name: null}\n", "same 1"},
      {"- {id: 1, name: Pens}\n- {id: 2, name: Box}\n", "other 0"},
      {"- {id: 1, name: \"Pen\"}\n- {id: 2, name: Box}\n", "other 0"},
      {"- {id: 1, name: Pen}\n- {id: 2, name: Box, b: 1}\n", "other 0"},
      {"- {id: 1, name: Pen}\n- {id: 2, name: [Box]}\n", "other 0"},
      {"- {id: 1, name: Pen}\n- {id: 2, name: Box}\n- {id: 3}\n", "other 0"},
      {"- {id: 1, name: Pen}\n", "other 0"},
      {"- {id: 1, name: Pen}\n- {id: 2, name: Box\n", "other 0"},
      {"- {id: 1, name: Pen}\n- {id: 2, name: Box}\n---\n[]\n", "other 0"},
      {"", "other 0"},
  };
  for (const auto& [after, want] : table) EXPECT_EQ(verdict(after), want) << after;
}

TEST(EditCheck, takes_an_added_cell_in_its_row_only) {
  const std::pair<std::string, std::string> table[] = {
      {"- {id: 1, name: Pen}\n- {id: 2, name: Cup, b: Box}\n", "same 0"},
      {"- {id: 1, name: Pen}\n- {id: 2, name: Cup, b: Bag}\n", "same 1"},
      {"- {id: 1, name: Pen}\n- {id: 2, name: Cup, c: Box}\n", "other 0"},
      {"- {id: 1, name: Pen, b: Box}\n- {id: 2, name: Cup}\n", "other 0"},
      {"- {id: 1, name: Pen}\n- {id: 2, b: Box, name: Cup}\n", "other 0"},
      {before, "other 0"},
  };
  for (const auto& [after, want] : table) EXPECT_EQ(verdict(after, true), want) << after;
}

TEST(EditCheck, rows_of_files_are_compared_cell_by_cell) {
  const CellEdit edit{{}, 1, "name", false, text("Box")};
  const std::string csv = "id,name\n1,Pen\n2,Cup\n";
  const std::pair<std::string, std::optional<std::size_t>> table[] = {
      {"id,name\n1,Pen\n2,Box\n", std::nullopt},
      {"id,name\n1,Pen\n2,Cup\n", 0},
      {"id,name\n1,Pen\n2,\n", 0},
      {"id,name\n1,Pen\n3,Box\n", 0},
      {"id,name\n1,Pin\n2,Box\n", 1},
      {"id,name\n1,\"Pen\"\n2,Box\n", 1},
      {"id,name\n2,Box\n", 1},
      {"id,name\n1,Pen\n2\n", 1},
      {"id,nome\n1,Pen\n2,Box\n", 1},
  };
  for (const auto& [after, want] : table) EXPECT_EQ(check_rows("x.csv", csv, after, {&edit, 1}), want) << after;
}

// One file of rows in two sets: a cell that is wanted in one of them has changed in the other.
TEST(EditCheck, all_sets_are_looked_at) {
  const auto decoded = [](const std::string& name) {
    holdfast::testing::DecodeOptions options;
    options.files = {{"a.csv", "id,name\n1," + name + "\n"}};
    const std::string set = holdfast::testing::row_set("  rowsFrom: [{file: a.csv}]\n");
    return holdfast::testing::decode_all({{"d.yaml", set}, {"e.yaml", set}}, options);
  };
  const auto from = decoded("Pen"), to = decoded("Box");
  const NewCells cells = {{"name", text("Box")}};
  EXPECT_FALSE(find_other_row(from.state, to.state, {{{0, 0}, cells}, {{1, 0}, cells}}));
  EXPECT_FALSE(find_other_row(from.state, from.state, {}));
  const auto other = find_other_row(from.state, to.state, {{{0, 0}, cells}});
  ASSERT_TRUE(other);
  EXPECT_EQ(to_string(other->second), "a.csv:2:1");
  EXPECT_TRUE(find_other_row(from.state, from.state, {{{0, 0}, cells}}));
}

}  // namespace
}  // namespace holdfast::edit
