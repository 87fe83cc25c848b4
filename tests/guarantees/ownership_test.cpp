// What we inserted or found as declared is remembered, so that a row which leaves the documents can be told from one
// that was never in them; and somebody else's mass delete is seen.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenario/scenario.h"

namespace holdfast::testing {
namespace {

constexpr const char* schema =
    "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, note TEXT); CREATE TABLE u (id INTEGER PRIMARY KEY, name TEXT);"
    "INSERT INTO t VALUES (1,'adopted','x'),(2,'users own','y');";

std::string rows_of(const std::string& names, const std::string& more = "") {
  std::string rows;
  for (std::size_t at = 0; at < names.size(); at = names.find(' ', at) + 1) {
    const std::size_t end = std::min(names.find(' ', at), names.size());
    rows += (rows.empty() ? "{name: " : ", {name: ") + names.substr(at, end - at) + "}";
    if (end == names.size()) break;
  }
  return row_set("t", "t", "name", "  rows: [" + rows + "]\n" + more);
}

const std::string removing = "  policy: {removed: Delete}\n";

TEST(Ownership, KeepsWhatLeavesTheDocumentsUnlessToldOtherwise) {
  Scenario s(schema);
  s.documents(rows_of("adopted made"));
  EXPECT_EQ(s.apply().exit, 0);
  EXPECT_EQ(s.rows("SELECT sum(row_count) FROM _holdfast_owned"), "2");
  s.documents(rows_of("made"));
  const Outcomes kept = s.apply();
  EXPECT_EQ(kept.exit, 0);
  EXPECT_EQ(kept.changes(), "");
  EXPECT_EQ(s.rows("SELECT name FROM t ORDER BY id"), "adopted\nusers own\nmade");
}

TEST(Ownership, DeletesWhatLeftOnceSomebodyHasConfirmedIt) {
  Scenario s(schema);
  s.documents(rows_of("adopted made other", removing));
  EXPECT_EQ(s.apply().exit, 0);
  s.documents(rows_of("other", removing));
  const Outcomes waiting = s.apply();
  EXPECT_EQ(waiting.exit, 2);
  EXPECT_EQ(waiting.changes(),
            "removed delete blocked confirm name \"made\"\nremoved delete blocked confirm name \"adopted\"\n");
  s.options.confirm = {waiting.report.confirm};
  EXPECT_EQ(s.apply().exit, 0);
  EXPECT_EQ(s.rows("SELECT name FROM t ORDER BY id"), "users own\nother");
  EXPECT_EQ(s.rows("SELECT sum(row_count) FROM _holdfast_owned"), "1");
  s.options.confirm.clear();  // from now on within the limits, without asking
  s.documents(rows_of("more", removing));
  EXPECT_EQ(s.apply().exit, 0);
  EXPECT_EQ(s.rows("SELECT name FROM t ORDER BY id"), "users own\nmore");
}

// Taken back, the row is there again as one that has left the documents: held, and after a release it goes.
TEST(Ownership, ComesBackWithARowWhoseRemovalIsTakenBack) {
  Scenario s(schema);
  s.documents(rows_of("adopted made", removing));
  ASSERT_EQ(s.apply().exit, 0);
  s.documents(rows_of("made", removing));
  s.options.confirm = {s.apply().report.confirm};
  ASSERT_EQ(s.apply().exit, 0);
  s.options.confirm.clear();
  EXPECT_EQ(s.history().front().cause, "rollout");  // though the documents were known when it was confirmed
  ASSERT_EQ(s.undo().exit, 0);
  EXPECT_EQ(s.apply().changes(), "removed delete held undo name \"adopted\"\n");
  EXPECT_EQ(s.release(), 1U);
  EXPECT_EQ(s.apply().changes(), "removed delete applied - name \"adopted\"\n");
}

TEST(Ownership, ComesBackWhateverTheOrderOfTheKey) {
  for (const std::string key : {"id, name", "name, id"}) {
    SCOPED_TRACE(key);
    const auto documents = [&](const std::string& rows) {
      return row_set("t", "t", key, "  rows: [" + rows + "]\n" + removing);
    };
    Scenario s(schema);
    s.documents(documents("{id: 1, name: adopted}, {id: 7, name: made}"));
    ASSERT_EQ(s.apply().exit, 0);
    s.documents(documents("{id: 7, name: made}"));
    s.options.confirm = {s.apply().report.confirm};
    ASSERT_EQ(s.apply().exit, 0);
    s.options.confirm.clear();
    ASSERT_EQ(s.undo().exit, 0);
    EXPECT_EQ(s.apply().report.plan.summary().held, 1U);
    EXPECT_EQ(s.release(), 1U);
    EXPECT_EQ(s.apply().report.plan.summary().erase, 1U);
  }
}

// The set is about another table by the time that a removal is taken back, and somebody has a row with that key there.
TEST(Ownership, ComesBackOnlyToTheTableOfTheRow) {
  Scenario s(schema);
  s.sql("INSERT INTO u VALUES (1,'adopted')");
  s.documents(rows_of("adopted made", removing));
  ASSERT_EQ(s.apply().exit, 0);
  s.documents(rows_of("made", removing));
  s.options.confirm = {s.apply().report.confirm};
  ASSERT_EQ(s.apply().exit, 0);
  s.options.confirm.clear();
  const std::string removal = s.history().front().id;
  s.documents(row_set("t", "u", "name", "  rows: [{name: made}]\n" + removing));
  ASSERT_EQ(s.apply().exit, 0);
  UndoRequest request;
  request.run = removal;
  ASSERT_EQ(s.undo(request).exit, 0);
  EXPECT_EQ(s.apply().changes(), "");
  EXPECT_EQ(s.rows("SELECT name FROM u ORDER BY id"), "adopted\nmade");
}

// What somebody confirmed for one table or key is not confirmed for another.
TEST(Ownership, AsksAgainOnceTheSetIsAboutOtherRows) {
  const auto in_u = [](const std::string& rows) {
    return row_set("t", "u", "name", "  rows: [" + rows + "]\n" + removing);
  };
  const auto by_id = [](const std::string& rows) {
    return row_set("t", "t", "id", "  rows: [" + rows + "]\n" + removing);
  };
  const std::pair<std::string, std::string> cases[] = {
      {in_u("{name: a}, {name: b}"), in_u("{name: a}")},
      {by_id("{id: 7}, {id: 8}"), by_id("{id: 7}")},
  };
  for (const auto& [before, then] : cases) {
    Scenario s(schema);
    s.documents(rows_of("adopted made", removing));
    ASSERT_EQ(s.apply().exit, 0);
    s.documents(rows_of("made", removing));
    s.options.confirm = {s.apply().report.confirm};
    ASSERT_EQ(s.apply().exit, 0);
    s.options.confirm.clear();
    s.documents(before);
    ASSERT_EQ(s.apply().exit, 0);
    s.documents(then);
    EXPECT_THAT(s.apply().changes(), ::testing::StartsWith("removed delete blocked confirm "));
  }
}

// The first set has nothing to say about it any more: not that it waits, not that it goes.
TEST(Ownership, GoesOverWithARowToAnotherSetOfTheTable) {
  Scenario s(schema);
  const auto other = [](const std::string& rows) { return row_set("u", "t", "id", "  rows: [" + rows + "]\n"); };
  s.documents(rows_of("adopted made", removing) + other("{id: 7, name: x}"));
  ASSERT_EQ(s.apply().exit, 0);
  s.documents(rows_of("made", removing) + other("{id: 7, name: x}, {id: 1, name: adopted}"));
  EXPECT_EQ(s.plan().changes(), "");
  EXPECT_EQ(s.apply().exit, 0);
  s.documents(rows_of("made", removing) + other("{id: 7, name: x}"));  // and the second one keeps what leaves it
  EXPECT_EQ(s.apply().changes(), "");
  EXPECT_EQ(s.rows("SELECT name FROM t WHERE id = 1"), "adopted");
}

// Whoever makes a row under a key that was once ours has made a row of their own. From here on removals of the set are
// confirmed, so that nothing but ownership stands between such a row and a delete.
class SomebodyElsesRow : public ::testing::Test {
 protected:
  SomebodyElsesRow() : s(schema) {
    s.documents(rows_of("adopted made once", removing));
    EXPECT_EQ(s.apply().exit, 0);
    s.documents(rows_of("adopted made", removing));
    s.options.confirm = {s.apply().report.confirm};
    EXPECT_EQ(s.apply().exit, 0);
    s.options.confirm.clear();
  }
  // Nothing is to be done about it, now or after it was in the documents for a while.
  void stays(const std::string& name) {
    EXPECT_EQ(s.apply().changes(), "");
    EXPECT_EQ(s.rows("SELECT note FROM t WHERE name = '" + name + "'"), "theirs");
  }
  void made_by_somebody_else(const std::string& name) {
    s.sql("INSERT INTO t(name, note) VALUES ('" + name + "', 'theirs')");
  }
  Scenario s;
};

// A row that waits for its removal is ours; to release a set that is declared lets held rows go, and nothing else.
TEST_F(SomebodyElsesRow, IsNotWhatWasOursBeforeARelease) {
  s.sql(
      "CREATE TABLE c (id INTEGER PRIMARY KEY, t INTEGER REFERENCES t(id)); INSERT INTO c SELECT 1, id FROM t "
      "WHERE name = 'made'");
  s.documents(rows_of("adopted", removing));
  const std::string blocked = s.apply().changes();
  EXPECT_EQ(s.release("t"), 0u);
  EXPECT_EQ(s.apply().changes(), blocked);
}

TEST_F(SomebodyElsesRow, UnderTheKeyOfOneThatWasRemoved) {
  made_by_somebody_else("once");
  stays("once");
}

TEST_F(SomebodyElsesRow, UnderTheKeyOfOneWhoseRemovalWasBlocked) {
  s.sql(
      "CREATE TABLE c (id INTEGER PRIMARY KEY, t INTEGER REFERENCES t(id)); INSERT INTO c SELECT 1, id FROM t "
      "WHERE name = 'made'");
  s.documents(rows_of("adopted", removing));
  EXPECT_EQ(s.apply().changes(), "removed delete blocked dependents name \"made\"\n");
  s.sql("DELETE FROM c; DELETE FROM t WHERE name = 'made'");
  EXPECT_EQ(s.apply().changes(), "");
  made_by_somebody_else("made");
  stays("made");
}

TEST_F(SomebodyElsesRow, UnderTheKeyOfOneThatAnUndoDeleted) {
  s.documents(
      row_set("t", "t", "name", "  rows: [{name: adopted}, {name: made}, {name: five, note: ours}]\n" + removing));
  EXPECT_EQ(s.apply().exit, 0);
  EXPECT_EQ(s.undo().exit, 0);
  made_by_somebody_else("five");
  EXPECT_EQ(s.apply().changes(), "changed update held undo name \"five\"\n");
  s.documents(rows_of("adopted made", removing));
  stays("five");
}

TEST_F(SomebodyElsesRow, ThatTheDocumentsOnlyWantedOtherwise) {
  made_by_somebody_else("seven");
  s.documents(row_set("t", "t", "name",
                      "  rows: [{name: adopted}, {name: made}, {name: seven, note: ours}]\n"
                      "  policy: {removed: Delete, changed: Report}\n"));
  EXPECT_EQ(s.apply().changes(), "changed none reported - name \"seven\"\n");
  s.documents(rows_of("adopted made", removing));
  stays("seven");
}

TEST_F(SomebodyElsesRow, WhereTwoSetsShareTheTable) {
  const std::string other = row_set("t2", "t", "id", "  rows: [{id: 100}]\n");
  s.documents(rows_of("adopted made", removing) + other);
  EXPECT_EQ(s.apply().exit, 0);
  s.documents(rows_of("adopted", removing) + other);
  EXPECT_EQ(s.apply().exit, 0);
  made_by_somebody_else("made");
  stays("made");
}

TEST(Ownership, NeverTakesARowThatWasNotOurs) {
  struct Case {
    const char* what;
    std::string then;  // the documents after the first run, which declared "adopted made"
    const char* edit;
    const char* changes;
  };
  const Case cases[] = {
      {"a row under a key that somebody else has made twice", rows_of("adopted", removing),
       "INSERT INTO t(name) VALUES ('made')", ""},
      {"a renamed row", rows_of("adopted new", removing + "  renames: [{from: {name: made}, to: {name: new}}]\n"), "",
       "changed update planned - name \"new\"\n"},
      {"a row that is gone already", rows_of("adopted", removing), "DELETE FROM t WHERE name = 'made'", ""},
      {"another key column: what the old keys meant is not known",
       row_set("t", "t", "note", "  rows: [{note: z}]\n" + removing), "", "missing insert planned - note \"z\"\n"},
      {"another table", row_set("t", "u", "name", "  rows: [{name: z}]\n" + removing), "",
       "missing insert planned - name \"z\"\n"},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(one.what);
    Scenario s(schema);
    s.documents(rows_of("adopted made", removing));
    ASSERT_EQ(s.apply().exit, 0);
    if (*one.edit) s.sql(one.edit);
    s.documents(one.then);
    EXPECT_EQ(s.plan().changes(), one.changes);
  }
}

// The document of one set is lost, and another set makes its table exact.
TEST(Ownership, ProtectsRowsWhoseDocumentIsGone) {
  Scenario s(schema);
  s.documents(rows_of("adopted"));
  ASSERT_EQ(s.apply().exit, 0);
  s.documents(row_set("exact", "t", "name", "  rows: [{name: 'users own'}]\n  policy: {extra: Delete}\n"));
  const Outcomes blocked = s.apply();
  EXPECT_EQ(blocked.exit, 2);
  EXPECT_EQ(blocked.changes(), "extra delete blocked declared name \"adopted\"\n");
  EXPECT_THAT(blocked.messages(), ::testing::HasSubstr("row set t owns it, whose document is gone"));
  s.release("t");
  EXPECT_EQ(s.apply().exit, 0);
  EXPECT_EQ(s.rows("SELECT name FROM t"), "users own");
}

TEST(Ownership, AnObservedSetOwnsNothing) {
  Scenario s(schema);
  s.documents(row_set("t", "t", "name", "  rows: [{name: adopted}]\n", "Observe"));
  EXPECT_EQ(s.apply().exit, 0);
  EXPECT_EQ(s.rows("SELECT count(*) FROM sqlite_schema WHERE name LIKE '%holdfast%'"), "0");
}

// INCIDENTS 2: the endpoint that deletes every row and puts the known ones back.
TEST(Vanish, ManyRowsThatSomebodyElseDeletedAreSeen) {
  struct Case {
    const char* what;
    const char* edit;
    bool seen;
  };
  const Case cases[] = {
      {"two of twelve", "DELETE FROM t WHERE id IN (3, 4)", false},
      {"three of twelve", "DELETE FROM t WHERE id IN (3, 4, 5)", true},
      {"all, and the declared ones put back", "DELETE FROM t WHERE id > 4", true},
      {"all, and two fewer others",
       "DELETE FROM t; INSERT INTO t(name) VALUES ('x'),('x'),('x'),('x'),('x'),('x'),('x'),('x'),('x')", true},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(one.what);
    Scenario s("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)");
    s.sql("INSERT INTO t VALUES (5,'u'),(6,'u'),(7,'u'),(8,'u'),(9,'u'),(10,'u'),(11,'u'),(12,'u')");
    s.documents(
        row_set("t", "t", "id", "  rows: [{id: 1, name: a}, {id: 2, name: b}, {id: 3, name: c}, {id: 4, name: d}]"));
    ASSERT_EQ(s.apply().exit, 0);
    ASSERT_EQ(s.apply().report.plan.sets[0].vanished, std::nullopt);
    s.sql(one.edit);
    const Outcomes outcomes = s.apply();
    EXPECT_EQ(outcomes.report.plan.sets[0].vanished.has_value(), one.seen);
    const std::string cause = one.seen && outcomes.report.batches > 0 ? "vanish" : s.history().front().cause;
    EXPECT_EQ(s.history().front().cause, cause);
    EXPECT_EQ(s.apply().report.plan.sets[0].vanished, std::nullopt);  // told once
  }
}

TEST(Vanish, WhatWeDeleteOurselvesIsNotSomebodyElses) {
  Scenario s(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE c (t INTEGER REFERENCES t(id) ON DELETE "
      "CASCADE);");
  s.sql("INSERT INTO t VALUES (1,'a'),(2,'bad'),(3,'bad'),(4,'bad'); INSERT INTO c VALUES (2),(3),(4),(1)");
  const std::string child = row_set("c", "c", "t", "  rows: [{t: 1}]\n");
  s.documents(row_set("t", "t", "id", "  rows: [{id: 1, name: a}]\n") + child);
  ASSERT_EQ(s.apply().exit, 0);
  s.documents(
      row_set("t", "t", "id",
              "  rows: [{id: 1, name: a}]\n  forbidden: [{name: bad}]\n  policy: {dependents: FollowSchema}\n") +
      child);
  ASSERT_EQ(s.apply().exit, 0);
  for (const SetPlan& set : s.apply().report.plan.sets) EXPECT_EQ(set.vanished, std::nullopt) << set.name;
}

TEST(Causes, SayWhyARunHadSomethingToDo) {
  Scenario s("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)");
  s.options.origin.digest = "one";
  s.documents(row_set("t", "t", "id", "  rows: [{id: 1, name: a}]"));
  (void)s.apply();
  EXPECT_EQ(s.history().front().cause, "rollout");
  s.sql("UPDATE t SET name = 'b'");
  (void)s.apply();
  EXPECT_EQ(s.history().front().cause, "edit");
  s.options.origin.digest = "two";
  s.documents(row_set("t", "t", "id", "  rows: [{id: 1, name: c}]"));
  (void)s.apply();
  EXPECT_EQ(s.history().front().cause, "rollout");
  (void)s.undo();
  EXPECT_EQ(s.history().front().cause, "undo");
}

// Found by the simulation. A run that plans anew, here because two sets share the table, finds the rows there again: it
// called what it had put back an edit, so that a wipe counted as a fight and nobody was told of it.
TEST(Vanish, IsSeenByWhateverRound) {
  Scenario s(schema);
  s.documents(rows_of("a b c d") + row_set("u", "t", "id", "  rows: [{id: 90, name: z}]\n"));
  ASSERT_EQ(s.apply().exit, 0);
  s.sql("DELETE FROM t WHERE name <> 'z'");
  const Outcomes outcomes = s.apply();
  EXPECT_EQ(outcomes.report.plan.summary().insert, 4U);
  EXPECT_TRUE(outcomes.report.plan.sets[0].vanished.has_value());
  EXPECT_EQ(to_string(outcomes.report.plan.sets[0].cause), "vanish");
  EXPECT_EQ(s.history().front().cause, "vanish");
  EXPECT_EQ(s.apply().report.plan.sets[0].vanished, std::nullopt);
}

// An agent that looked while `holdfast apply` was deleting what was confirmed, or after it was killed half way, called
// that a mass delete by somebody else.
TEST(Vanish, IsNotWhatAnotherRunOfOursIsDeleting) {
  Scenario s(schema), agent;
  const std::string bad = "  forbidden: [{note: bad}]\n  limits: {deletes: 20}\n";
  for (Scenario* one : {&s, &agent}) one->documents(rows_of("a b c d", bad));
  agent.use(s.path());
  ASSERT_EQ(s.apply().exit, 0);
  s.sql("INSERT INTO t(name, note) VALUES ('e',''),('f',''),('g',''),('h',''),('i',''),('j','')");
  ASSERT_EQ(s.apply().exit, 0);
  s.sql("UPDATE t SET note = 'bad' WHERE name > 'd'");
  std::vector<std::string> left;
  s.options.batch_rows = 1;
  s.before_each_lock([&] {
    const Outcomes seen = agent.plan();
    ASSERT_EQ(seen.all_errors(), "");
    left.push_back(s.rows("SELECT count(*) FROM t"));
    EXPECT_EQ(seen.report.plan.sets[0].vanished, std::nullopt) << left.back();
  });
  EXPECT_EQ(s.apply().report.plan.summary().erase, 7U);
  EXPECT_GT(std::count(left.begin(), left.end(), "5"), 0) << "it looks before the run has written down what is left";
  s.before_each_lock([&] { EXPECT_EQ(agent.plan().report.plan.sets[0].vanished, std::nullopt); });
  (void)s.undo();
  s.before_each_lock([&] { EXPECT_EQ(agent.plan().report.plan.sets[0].vanished, std::nullopt); });
  (void)s.undo();
  EXPECT_EQ(s.rows("SELECT count(*) FROM t"), "5");
}

// The other side of it: the round after our own deletes took them for somebody else's.
TEST(Vanish, IsNotWhatAnEarlierRoundHasDeleted) {
  Scenario s(schema);
  const std::string bad = "  forbidden: [{note: bad}]\n  limits: {deletes: 9}\n";
  s.documents(rows_of("a b c d", bad) + row_set("u", "t", "id", "  rows: [{id: 90, name: z}]\n"));
  s.sql("INSERT INTO t(name, note) VALUES ('x',''),('y',''),('w','')");
  ASSERT_EQ(s.apply().exit, 0);
  s.sql("UPDATE t SET note = 'bad' WHERE name IN ('x','y','w')");
  const Outcomes outcomes = s.apply();
  EXPECT_EQ(outcomes.report.plan.summary().erase, 3U);
  for (const SetPlan& set : outcomes.report.plan.sets) {
    EXPECT_EQ(set.vanished, std::nullopt) << set.name;
    EXPECT_EQ(to_string(set.cause), "edit") << set.name;
  }
}

}  // namespace
}  // namespace holdfast::testing
