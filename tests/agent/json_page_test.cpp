// docs/json.md is the contract of the JSON output: what it lists is what the program prints, in both directions, and
// its example is what comes out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "agent/core/status.h"
#include "reconcilers/core/plan.h"
#include "tests/agent/page.h"
#include "tests/agent/program.h"

namespace holdfast::agent {
namespace {

using testing::HasSubstr;

namespace json = boost::json;

// Every member as the page writes it, "rowsets[].changes[].class". Below key, before and after the names are the
// table's columns; what a value in there may be is collected in `values`.
void collect(const json::value& value, const std::string& path, std::set<std::string>& members,
             std::set<std::string>& values) {
  if (const json::array* list = value.if_array()) {
    for (const json::value& one : *list) collect(one, path + "[]", members, values);
  }
  const json::object* object = value.if_object();
  if (object == nullptr) return;
  const bool row = path.ends_with("].key") || path.ends_with("].before") || path.ends_with("].after");
  for (const auto& [name, inner] : *object) {
    if (row) {
      if (!inner.is_object()) continue;
      for (const char* form : {"base64", "pending"}) {
        if (inner.as_object().contains(form)) values.insert(form);
      }
    } else {
      const std::string member = path + (path.empty() ? "" : ".") + std::string(name);
      members.insert(member);
      collect(inner, member, members, values);
    }
  }
}

struct Printed {
  std::set<std::string> members;
  std::set<std::string> values;
  void add(const std::string& text) { collect(json::parse(text), "", members, values); }
};

constexpr const char* rich_documents = R"(apiVersion: holdfast.dev/v1alpha1
kind: Database
metadata: {name: shop}
spec: {url: "sqlite:shop.db"}
---
apiVersion: holdfast.dev/v1alpha1
kind: Database
metadata: {name: fresh}
spec:
  url: "sqlite:fresh.db"
  journalMode: Wal
  setup: "CREATE TABLE IF NOT EXISTS tags (id INTEGER PRIMARY KEY, name TEXT);"
---
apiVersion: holdfast.dev/v1alpha1
kind: Database
metadata: {name: lost}
spec: {url: "sqlite:lost.db"}
---
apiVersion: holdfast.dev/v1alpha1
kind: BackupPolicy
metadata: {name: shop}
spec: {databaseRef: {name: shop}, to: "file:///backups"}
---
apiVersion: holdfast.dev/v1alpha1
kind: RowSet
metadata: {name: makers}
spec:
  databaseRef: {name: shop}
  table: makers
  key: [name]
  mode: Enforce
  policy: {identity: Move, dependents: FollowSchema}
  rows: [{id: 5, name: "Moved"}, {name: "New"}]
  forbidden: [{name: {like: "bad%"}}]
---
apiVersion: holdfast.dev/v1alpha1
kind: RowSet
metadata: {name: colours}
spec:
  databaseRef: {name: shop}
  table: colours
  key: [name]
  mode: Enforce
  forbidden: [{name: "grey"}]
  limits: {deletes: 0}
---
apiVersion: holdfast.dev/v1alpha1
kind: RowSet
metadata: {name: items}
spec:
  databaseRef: {name: shop}
  table: items
  key: [name]
  mode: Enforce
  references: {maker_id: {rowSet: makers, by: name, column: id}}
  sensitive: [email]
  rows:
    - {name: "Of a new maker", maker_id: "New", picture: !!binary AAEC, email: "secret@example.com"}
    - {id: 1, name: "Under another id", maker_id: "Moved"}
    - {name: "Of nobody", maker_id: "Nobody"}
  expect: [{name: no-items, query: "SELECT count(*) FROM items", atMost: 0}]
---
apiVersion: holdfast.dev/v1alpha1
kind: RowSet
metadata: {name: not-there}
spec: {databaseRef: {name: shop}, table: nowhere, key: [id], mode: Observe, rows: [{id: 1}]}
---
apiVersion: holdfast.dev/v1alpha1
kind: RowSet
metadata: {name: tags}
spec: {databaseRef: {name: fresh}, table: tags, key: [id], mode: Observe, rows: [{id: 1, name: "a"}]}
)";

// A database with something of everything: rows to insert, update, move and delete, dependents of each fate, a value
// that is not known yet, one that is masked, a blob, a set that is blocked, an expectation that does not hold.
constexpr const char* rich_database =
    "CREATE TABLE makers (id INTEGER PRIMARY KEY, name TEXT NOT NULL);"
    "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT NOT NULL, maker_id INTEGER REFERENCES makers(id) ON DELETE "
    "CASCADE, picture BLOB, email TEXT);"
    "CREATE TABLE notes (id INTEGER PRIMARY KEY, maker_id INTEGER REFERENCES makers(id) ON DELETE SET NULL);"
    "CREATE TABLE colours (name TEXT); INSERT INTO colours VALUES ('grey');"
    "INSERT INTO makers VALUES (4, 'Moved'), (7, 'bad one');"
    "INSERT INTO items VALUES (2, 'Under another id', 4, NULL, NULL), (3, 'Theirs', 7, NULL, NULL);"
    "INSERT INTO notes VALUES (1, 4), (2, 7);";

class JsonPage : public testing::Test {
 protected:
  Finished holdfast(const std::string& command) const {
    return run({command, "-f", folder / "rows.yaml", "-o", "json"});
  }
  void prepare() const {
    folder.write("rows.yaml", rich_documents);
    execute(folder / "shop.db", rich_database);
  }

  ScratchFolder folder;
  std::string text = page("docs/json.md");
};

TEST_F(JsonPage, lists_what_plan_and_apply_print_and_nothing_else) {
  prepare();
  std::set<std::string> listed;
  for (const char* heading : {"### The whole", "### A row set", "### A change"}) {
    listed.merge(names_in_tables(section(text, heading)));
  }
  Printed planned;
  planned.add(holdfast("plan").out);
  for (const std::string& member : planned.members) EXPECT_TRUE(listed.contains(member)) << member;
  for (const char* member : {"run", "runs", "exit"}) EXPECT_FALSE(planned.members.contains(member)) << member;

  Printed all = planned;
  all.add(holdfast("apply").out);
  folder.write("less.yaml",
               "apiVersion: holdfast.dev/v1alpha1\nkind: Database\nmetadata: {name: shop}\nspec: {url: "
               "\"sqlite:shop.db\"}\n");
  all.add(run({"plan", "-f", folder / "less.yaml", "-o", "json"}).out);
  all.add(run({"undo", "last", "-f", folder / "less.yaml", "-o", "json"}).out);
  EXPECT_EQ(all.members, listed);
  EXPECT_EQ(all.values, (std::set<std::string>{"base64", "pending"}));
  for (const std::string& form : all.values) EXPECT_THAT(text, HasSubstr("`{\"" + form + "\": "));
}

TEST_F(JsonPage, lists_what_validate_prints_and_nothing_else) {
  prepare();
  Printed printed;
  printed.add(holdfast("validate").out);
  folder.write("rows.yaml", "apiVersion: holdfast.dev/v1alpha1\nkind: Database\nmetadata: {name: shop}\nspec: {}\n");
  printed.add(holdfast("validate").out);
  EXPECT_EQ(printed.members, names_in_tables(section(text, "## `validate`")));
}

TEST_F(JsonPage, lists_what_version_prints) {
  Printed printed;
  printed.add(run({"version", "-o", "json"}).out);
  const std::set<std::string> listed = names_in_tables(section(text, "## `version`"));
  for (const std::string& member : printed.members) {
    if (!member.starts_with("libraries.")) {
      EXPECT_TRUE(listed.contains(member)) << member;
    }
  }
}

template <typename Word>
void add_words(std::set<std::string>& words, Word first) {
  for (Word word = first; !to_string(word).empty(); word = static_cast<Word>(static_cast<int>(word) + 1)) {
    words.emplace(to_string(word));
  }
}

TEST_F(JsonPage, explains_every_class_outcome_and_reason) {
  std::set<std::string> words = {"class", "outcome", "reason"};  // the tables' heads
  add_words(words, DriftClass::Missing);
  add_words(words, Outcome::Planned);
  add_words(words, Reason::Budget);
  EXPECT_EQ(names_in_tables(section(text, "### Classes, outcomes and reasons")), words);
}

// It knew the runs of commands only, and not those of an agent.
TEST_F(JsonPage, explains_every_trigger_and_cause_of_a_run) {
  const std::string history = section(text, "## `history`");
  EXPECT_THAT(history, HasSubstr("`command`"));
  for (const Trigger trigger : {Trigger::Start, Trigger::Change, Trigger::Documents, Trigger::Interval, Trigger::Person,
                                Trigger::Retry, Trigger::Resume}) {
    EXPECT_THAT(history, HasSubstr("`" + std::string(to_string(trigger)) + "`"));
  }
  for (const Cause cause : {Cause::Wipe, Cause::Vanish, Cause::Edit, Cause::Rollout, Cause::Undo}) {
    EXPECT_THAT(history, HasSubstr("`" + std::string(to_string(cause)) + "`"));
  }
}

// A plan's hash covers whole rows, and some columns have the time at which the tables were made.
std::string without_hash(std::string plan) {
  const std::size_t at = plan.find("\"hash\": \"") + 9;
  return plan.erase(at, plan.find('"', at) - at);
}

TEST_F(JsonPage, its_example_is_what_comes_out) {
  const std::string example = section(text, "### An example");
  const auto statements = code_blocks(example, "sql"), output = code_blocks(example, "json");
  ASSERT_EQ(statements.size(), 1u);
  ASSERT_EQ(output.size(), 1u);
  const std::string database = folder / "popup.db";
  const auto popup = [&](const std::string& command) {
    return run({command, "-f", HOLDFAST_POPUP, "--database", "popup=sqlite:" + database, "-o", "json"});
  };
  ASSERT_EQ(popup("apply").exit, 0);
  execute(database, statements[0]);
  EXPECT_EQ(without_hash(popup("plan").out), without_hash(output[0]));
}

TEST_F(JsonPage, its_example_of_invalid_documents_is_what_comes_out) {
  const std::string example = section(text, "## When documents are invalid");
  const auto documents = code_blocks(example, "yaml"), errors = code_blocks(example, "text"),
             output = code_blocks(example, "json");
  ASSERT_EQ(documents.size(), 1u);
  ASSERT_EQ(errors.size(), 1u);
  ASSERT_EQ(output.size(), 1u);
  folder.write("rows/items.yaml", documents[0]);
  Program::Options options;
  options.folder = folder.path();
  const Finished valid = run({"validate", "-f", "rows/", "-o", "json"}, options);
  EXPECT_EQ(valid.exit, 3);
  EXPECT_EQ(valid.out, output[0]);
  EXPECT_EQ(valid.err, "");
  for (const char* command : {"plan", "apply"}) {
    const Finished done = run({command, "-f", "rows/", "-o", "json"}, options);
    EXPECT_EQ(done.exit, 3);
    EXPECT_EQ(done.out, output[0]);
    EXPECT_EQ(done.err, errors[0]);
  }
}

}  // namespace
}  // namespace holdfast::agent
