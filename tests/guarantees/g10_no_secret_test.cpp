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

}  // namespace
}  // namespace holdfast::testing
