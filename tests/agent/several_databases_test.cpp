// Documents over more than one database: what is asked of all of them is done in all or said, and what is about one run
// or one plan is never done to another's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <filesystem>

#include "tests/agent/program.h"

namespace holdfast::agent {
namespace {

using testing::HasSubstr;
using testing::Not;

namespace json = boost::json;

class SeveralDatabases : public testing::Test {
 protected:
  void SetUp() override {
    for (const std::string name : {"a", "b"}) {
      execute(folder / (name + ".db"),
              "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, v INT); INSERT INTO t VALUES (1,'bad',1),(2,'x',1)");
      folder.write(name + ".yaml", document(name));
    }
  }
  static std::string document(const std::string& name, const std::string& deletes = "5") {
    return "apiVersion: holdfast.dev/v1alpha1\nkind: Database\nmetadata: {name: " + name +
           "}\nspec: {url: \"sqlite:" + name +
           ".db\", lockTimeout: 100ms}\n---\napiVersion: holdfast.dev/v1alpha1\nkind: RowSet\nmetadata: {name: t-" +
           name + "}\nspec:\n  databaseRef: {name: " + name +
           "}\n  table: t\n  key: [name]\n  mode: Enforce\n  rows: [{name: x, v: 2}]\n  forbidden: [{name: bad}]\n"
           "  limits: {deletes: " +
           deletes + "}\n";
  }
  Finished holdfast(std::vector<std::string> arguments, const std::string& documents = "") const {
    arguments.insert(arguments.end(), {"-f", folder / documents});
    return run(arguments);
  }
  std::string names(const std::string& database) const {
    return query(folder / (database + ".db"), "SELECT name || v FROM t ORDER BY id");
  }

  ScratchFolder folder;
};

// A newer run may be in the one that cannot be asked.
TEST_F(SeveralDatabases, the_last_run_is_not_guessed) {
  ASSERT_EQ(holdfast({"apply"}, "a.yaml").exit, 0);
  ASSERT_EQ(holdfast({"apply"}, "b.yaml").exit, 0);
  const json::value history = json::parse(holdfast({"history", "-o", "json"}, "a.yaml").out);
  const std::string id(history.at("runs").at(0).at("id").as_string());
  std::filesystem::rename(folder / "b.db", folder / "gone.db");
  for (const std::string& run : {std::string("last"), id.substr(0, 8)}) {
    const Finished undone = holdfast({"undo", run});
    EXPECT_EQ(undone.exit, 1);
    EXPECT_THAT(undone.err, HasSubstr("the database file is not there"));
    EXPECT_THAT(undone.err, HasSubstr("not every database could be asked which run is meant: " + run));
    EXPECT_EQ(undone.out, "");
    EXPECT_EQ(names("a"), "x2");
  }
  EXPECT_EQ(holdfast({"undo", id}).exit, 0);  // there is only one with this name
  EXPECT_EQ(names("a"), "bad1\nx1");
}

TEST_F(SeveralDatabases, one_that_is_not_there_is_no_empty_one) {
  for (const std::string command : {"history", "release"}) {
    EXPECT_EQ(holdfast({command}).exit, 0) << command;
    std::filesystem::rename(folder / "b.db", folder / "gone.db");
    const Finished done = holdfast({command});
    EXPECT_EQ(done.exit, 1) << command;
    EXPECT_THAT(done.err, HasSubstr("the database file is not there: b"));
    std::filesystem::rename(folder / "gone.db", folder / "b.db");
  }
}

TEST_F(SeveralDatabases, a_confirmation_is_for_the_one_that_it_was_shown_for) {
  for (const std::string name : {"a", "b"}) folder.write(name + ".yaml", document(name, "0"));
  EXPECT_EQ(holdfast({"apply"}).exit, 2);
  const json::value planned = json::parse(holdfast({"plan", "-o", "json"}).out);
  ASSERT_EQ(planned.at("confirm").as_array().size(), 2U);
  EXPECT_EQ(planned.at("confirm").at(0).at("database").as_string(), "a");
  const std::string a(planned.at("confirm").at(0).at("hash").as_string());
  const std::string b(planned.at("confirm").at(1).at("hash").as_string());

  // One that is for none of them: nothing at all is done, also not what the other one is for.
  const Finished refused = holdfast({"apply", "--confirm", a, "--confirm", std::string(64, '0')});
  EXPECT_EQ(refused.exit, 1);
  EXPECT_THAT(refused.err, HasSubstr("no plan with the hash 0000000000000000 is known now: a"));
  EXPECT_THAT(refused.err, HasSubstr("no plan with the hash 0000000000000000 is known now: b"));
  EXPECT_THAT(refused.out, HasSubstr("Plan: 0 to insert, 0 to update, 0 to delete, 2 blocked."));
  EXPECT_EQ(names("a"), "bad1\nx2");

  const Finished first = holdfast({"apply", "--confirm", a, "-o", "json"});
  EXPECT_EQ(first.exit, 2) << first.err;  // b's still waits
  const json::value report = json::parse(first.out);
  EXPECT_EQ(report.at("exit").as_int64(), 2);
  EXPECT_EQ(report.at("summary").at("delete").as_int64(), 1);
  EXPECT_EQ(report.at("summary").at("blocked").as_int64(), 1);
  EXPECT_EQ(names("a"), "x2");
  EXPECT_EQ(names("b"), "bad1\nx2");

  EXPECT_EQ(holdfast({"apply", "--confirm", b}).exit, 0);
  EXPECT_EQ(names("b"), "x2");
}

// Whether deletes wait or are within the limits: a hash names a plan, and no other one is carried out.
TEST_F(SeveralDatabases, a_confirmation_of_no_plan_lets_nothing_be_done) {
  for (const std::string documents : {"", "a.yaml"}) {
    const Finished refused = holdfast({"apply", "--confirm", std::string(18, '0')}, documents);
    EXPECT_EQ(refused.exit, 1);
    EXPECT_THAT(refused.err, HasSubstr("no plan with the hash 0000000000000000 is known now: a"));
    EXPECT_THAT(refused.err, HasSubstr("the plan has the hash "));
    EXPECT_THAT(refused.out, HasSubstr("to delete"));
    EXPECT_THAT(refused.out, Not(HasSubstr("Deletes wait for a confirmation")));
    for (const std::string name : {"a", "b"}) EXPECT_EQ(names(name), "bad1\nx1");
  }
  const json::value planned = json::parse(holdfast({"plan", "-o", "json"}, "a.yaml").out);
  const std::string hash(planned.at("hash").as_string());
  EXPECT_THAT(holdfast({"apply", "--confirm", std::string(12, '0')}, "a.yaml").err,
              HasSubstr("the plan has the hash " + hash.substr(0, 16) + " now"));
  const Finished other = holdfast({"apply", "--confirm", hash, "--confirm", std::string(64, '1')}, "a.yaml");
  EXPECT_EQ(other.exit, 1);
  EXPECT_EQ(names("a"), "bad1\nx1");
  EXPECT_EQ(holdfast({"apply", "--confirm", hash}).exit, 0);  // the other one is applied as ever
  for (const std::string name : {"a", "b"}) EXPECT_EQ(names(name), "x2");
}

TEST_F(SeveralDatabases, a_run_that_is_not_there_is_an_error_and_no_plan) {
  ASSERT_EQ(holdfast({"apply"}).exit, 0);
  const Finished text = holdfast({"undo", "ZZZZZZZZ"});
  EXPECT_EQ(text.exit, 1);
  EXPECT_EQ(text.err, "error: there is no such run: ZZZZZZZZ: holdfast history lists the runs\n");
  EXPECT_EQ(text.out, "");
  const json::value report = json::parse(holdfast({"undo", "ZZZZZZZZ", "-o", "json"}).out);
  EXPECT_TRUE(report.at("failures").at(0).at("database").is_null());
}

TEST_F(SeveralDatabases, a_set_that_nobody_knows_is_not_released) {
  ASSERT_EQ(holdfast({"apply"}).exit, 0);
  EXPECT_EQ(holdfast({"release", "t-a"}).out, "No such row is held.\n");
  const Finished wrong = holdfast({"release", "t-c"});
  EXPECT_EQ(wrong.exit, 1);
  EXPECT_EQ(wrong.err, "error: there is no such row set: t-c: did you mean \"t-a\"?\n");
}

// What a document that is gone leaves behind is told, until it is given up.
TEST_F(SeveralDatabases, rows_of_a_set_that_is_gone_are_not_forgotten) {
  ASSERT_EQ(holdfast({"apply"}).exit, 0);
  std::string renamed = document("b");
  renamed.replace(renamed.find("t-b"), 3, "u-b");
  folder.write("b.yaml", renamed);
  const std::string told = "Row set t-b of b is not in these documents; the rows that it owns stay.";
  EXPECT_THAT(holdfast({"plan"}).out, HasSubstr(told));
  EXPECT_THAT(holdfast({"plan", "-o", "markdown"}).out, HasSubstr("is not in these documents"));
  EXPECT_EQ(holdfast({"release", "t-b"}).out, "t-b no longer owns its 1 row\n");
  EXPECT_THAT(holdfast({"plan"}).out, Not(HasSubstr("is not in these documents")));
}

}  // namespace
}  // namespace holdfast::agent
