// G10, as far as one run goes: values of sensitive columns do not reach messages; a password does not leave its url.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenario/scenario.h"

namespace holdfast::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(G10NoSecret, SensitiveValuesStayOutOfMessages) {
  Scenario s(
      "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT, name TEXT);"
      "INSERT INTO users VALUES (1,'secret@example.com','a');"
      "CREATE TRIGGER lowered AFTER UPDATE OF email ON users BEGIN UPDATE users SET email = 'other-secret' "
      "WHERE id = new.id; END");
  s.documents(
      row_set("users", "users", "id", "  sensitive: [email]\n  rows: [{id: 1, email: new-secret@example.com}]"));
  const Outcomes outcomes = s.apply();
  EXPECT_EQ(outcomes.changes(), "changed update blocked not-convergent id 1\n");
  EXPECT_THAT(outcomes.messages(), HasSubstr("column email does not stay as written"));
  EXPECT_THAT(outcomes.messages(), Not(HasSubstr("secret")));
}

TEST(G10NoSecret, SensitiveKeysAreMaskedInErrors) {
  Scenario s("CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT)");
  s.documents(row_set("users", "users", "email",
                      "  sensitive: [email]\n  rows: [{email: secret@example.com}, {email: secret@example.com}]"));
  const Outcomes outcomes = s.apply();
  EXPECT_EQ(outcomes.exit, 3);
  EXPECT_THAT(outcomes.all_errors(), HasSubstr("two rows have the same key email ***"));
  EXPECT_THAT(outcomes.all_errors(), Not(HasSubstr("secret")));
}

// What waits for a confirmation is written down, so that a later refusal can say what has changed.
TEST(G10NoSecret, ColumnsThatAreKeptOutOfTheJournalAreNotInWhatWaits) {
  Scenario s("CREATE TABLE users (email TEXT PRIMARY KEY, name TEXT); INSERT INTO users VALUES ('us@here','us')");
  s.documents("apiVersion: holdfast.dev/v1alpha1\nkind: Database\nmetadata: {name: db}\nspec:\n  url: \"sqlite:" +
              s.path() + "\"\n  journal: {redact: [EMAIL]}\n---\n" +
              row_set("users", "users", "email",
                      "  rows: [{email: us@here}]\n  forbidden: [{name: bad}]\n  limits: {deletes: 0}\n"));
  s.sql("INSERT INTO users VALUES ('secret1@there','bad'), ('secret2@there','bad')");
  const std::string confirm = s.apply().report.confirm;
  const auto waiting = [&] { return s.rows("SELECT value FROM _holdfast_meta WHERE name = 'waiting'"); };
  const std::string first = waiting();
  EXPECT_THAT(first, HasSubstr("\nforbidden row of users email ***\t"));
  EXPECT_THAT(first, Not(HasSubstr("secret")));
  // Not as a digest either: whoever guesses the value could tell.
  s.sql("UPDATE users SET email = 'other-' || email WHERE name = 'bad'");
  EXPECT_NE(s.apply().report.confirm, confirm);
  EXPECT_EQ(waiting().substr(64), first.substr(64));
  s.options.confirm = {confirm.substr(0, 20)};
  s.sql("DELETE FROM users WHERE email LIKE '%secret2%'");
  EXPECT_TRUE(s.apply().report.refused);
}

}  // namespace
}  // namespace holdfast::testing
