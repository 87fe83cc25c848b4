// The examples of docs/documents.md are tried as a reader would try them: into a folder, plan, apply.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/agent/page.h"
#include "tests/agent/program.h"

namespace holdfast::agent {
namespace {

using testing::HasSubstr;

class DocumentsPage : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* heading : {"## Database", "## RowSet"}) {
      for (const std::string& block : code_blocks(section(text, heading), "yaml")) {
        (block.starts_with("apiVersion:") ? documents : fragments).push_back(block);
      }
    }
    rows = code_blocks(section(text, "## RowSet"), "csv");
    ASSERT_EQ(documents.size(), 3u) << "Database, items, stock";
    ASSERT_EQ(fragments.size(), 2u) << "forbidden, expect";
    ASSERT_EQ(rows.size(), 1u);
    ASSERT_THAT(text, HasSubstr("[file](#files-of-rows) `more-items.csv`"));
  }

  void write_example() const {
    for (std::size_t i = 0; i < documents.size(); ++i) {
      folder.write("rows/" + std::to_string(i) + ".yaml", documents[i]);
    }
    folder.write("rows/more-items.csv", rows[0]);
  }
  Finished holdfast(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"-f", folder / "rows"});
    return run(arguments);
  }
  void apply_example() const {
    write_example();
    const Finished applied = holdfast({"apply"});
    ASSERT_EQ(applied.exit, 0) << applied.err << applied.out;
  }

  ScratchFolder folder;
  std::string database = folder / "rows/shop.db";
  std::string text = page("docs/documents.md");
  std::vector<std::string> documents, fragments, rows;
};

TEST_F(DocumentsPage, its_example_comes_out_in_a_new_database) {
  write_example();
  const Finished plan = holdfast({"plan", "--detailed-exitcode"});
  EXPECT_EQ(plan.exit, 2) << plan.err;
  EXPECT_EQ(plan.err, "");
  EXPECT_THAT(plan.out, HasSubstr("Plan: 6 to insert, 0 to update, 0 to delete, 0 blocked.\n"));
  const Finished applied = holdfast({"apply"});
  EXPECT_EQ(applied.exit, 0) << applied.err << applied.out;
  EXPECT_EQ(applied.err, "");
  EXPECT_EQ(query(database, "SELECT id, name, price, active FROM items ORDER BY id"),
            "1|Tea|2.5|1\n2|Coffee, black|3|1\n3|Sugar, brown|1.2|1\n4|Milk|0.95|1");
  EXPECT_EQ(query(database, "SELECT item_id, pieces FROM stock ORDER BY item_id"), "1|20\n4|6");
  const Finished again = holdfast({"plan", "--detailed-exitcode"});
  EXPECT_EQ(again.exit, 0) << again.out;
}

TEST_F(DocumentsPage, its_example_renames_forbids_and_leaves_initial_columns) {
  apply_example();
  execute(database,
          "UPDATE items SET name = 'Black coffee', price = 4, active = 0 WHERE id = 2;"
          "UPDATE items SET price = 9 WHERE id = 1;"
          "INSERT INTO items (id, name) VALUES (7, ' TEST ');"
          "DELETE FROM items WHERE id = 3;");
  const Finished applied = holdfast({"apply"});
  EXPECT_EQ(applied.exit, 0) << applied.err << applied.out;
  EXPECT_EQ(query(database, "SELECT id, name, price, active FROM items ORDER BY id"),
            "1|Tea|9|1\n2|Coffee, black|4|1\n3|Sugar, brown|1.2|1\n4|Milk|0.95|1");
}

// "A row that matches and that rows of other tables refer to is not deleted by default, but blocked".
TEST_F(DocumentsPage, a_forbidden_row_with_dependents_is_blocked_by_default) {
  apply_example();
  execute(database, "INSERT INTO items (id, name) VALUES (7, 'test'); INSERT INTO stock VALUES (7, 1);");
  const Finished applied = holdfast({"apply"});
  EXPECT_EQ(applied.exit, 2) << applied.err;
  EXPECT_EQ(query(database, "SELECT count(*) FROM items WHERE id = 7"), "1");
  std::string set = documents[1];
  ASSERT_NE(set.find("  mode: Enforce\n"), std::string::npos);
  folder.write("rows/1.yaml", set.insert(set.find("  mode: Enforce\n"), "  policy: {dependents: FollowSchema}\n"));
  EXPECT_EQ(holdfast({"apply"}).exit, 0);
  EXPECT_EQ(query(database, "SELECT (SELECT count(*) FROM items) || ' ' || (SELECT count(*) FROM stock)"), "4 2");
}

TEST_F(DocumentsPage, each_of_its_fragments_is_part_of_a_row_set) {
  for (const std::string& fragment : fragments) {
    apply_example();
    std::string set = documents[1].substr(0, documents[1].find("  initial:"));
    set += "  rows: [{id: 1, name: \"Tea\"}]\n";
    for (std::size_t at = 0; at < fragment.size();) {
      const std::size_t end = fragment.find('\n', at);
      set += "  " + fragment.substr(at, end + 1 - at);
      at = end + 1;
    }
    std::filesystem::remove(folder / "rows/2.yaml");  // refers to items that this set does not declare
    folder.write("rows/1.yaml", set);
    execute(database, "INSERT INTO items (name, active) VALUES ('broken', 0), ('test-1', 1)");
    const Finished applied = holdfast({"apply"});
    EXPECT_EQ(applied.exit, 0) << fragment << applied.err;
    EXPECT_EQ(applied.err, "") << fragment;
    const bool forbids = fragment.starts_with("forbidden:");
    EXPECT_EQ(query(database, "SELECT count(*) FROM items WHERE name IN ('broken', 'test-1')"), forbids ? "0" : "2");
  }
}

// "changes no exit code and is no drift", "not while tables of the setup are still to be made".
TEST_F(DocumentsPage, an_expectation_that_does_not_hold_changes_no_exit_code) {
  write_example();
  folder.write("rows/1.yaml",
               documents[1] + "  expect: [{name: none, query: \"SELECT count(*) FROM items\", atMost: 0}]\n");
  EXPECT_EQ(holdfast({"plan"}).err, "");
  for (const char* command : {"apply", "plan"}) {
    const Finished done = holdfast({command});
    EXPECT_EQ(done.exit, 0);
    EXPECT_THAT(done.err, testing::StartsWith("warning: expectation not met: items: none is 4, "));
  }
  EXPECT_EQ(holdfast({"plan", "--detailed-exitcode"}).exit, 0);
}

// "`apply` does this also where every RowSet is in Observe".
TEST_F(DocumentsPage, in_observe_the_setup_runs_and_no_row_is_written) {
  for (std::string& document : documents) {
    if (const auto mode = document.find("mode: Enforce"); mode != std::string::npos) {
      document.replace(mode, 13, "mode: Observe");
    }
  }
  write_example();
  EXPECT_EQ(holdfast({"apply"}).exit, 2);
  EXPECT_EQ(query(database, "SELECT group_concat(name) FROM (SELECT name FROM sqlite_schema ORDER BY name)"),
            "items,stock");
  EXPECT_EQ(query(database, "SELECT (SELECT count(*) FROM items) + (SELECT count(*) FROM stock)"), "0");
}

}  // namespace
}  // namespace holdfast::agent
