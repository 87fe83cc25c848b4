// What a run says to people, word for word: a message names the thing that is wrong, and the mend where there is one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenario/scenario.h"

namespace holdfast::testing {
namespace {

constexpr const char* library =
    "CREATE TABLE authors (id INTEGER PRIMARY KEY, name TEXT);"
    "CREATE TABLE books (id INTEGER PRIMARY KEY, title TEXT UNIQUE, author_id INTEGER REFERENCES authors(id));"
    "INSERT INTO authors VALUES (7, 'Twin'), (8, 'Twin'), (9, 'Twin');";

std::string books(const std::string& rows, const std::string& more = {}) {
  return row_set("books", "books", "title",
                 more + "  references: {author_id: {rowSet: authors, by: name, column: id}}\n  rows:\n" + rows);
}

TEST(Messages, a_reference_that_leads_nowhere_says_to_what) {
  const std::string authors = row_set("authors", "authors", "name", "  rows: [{name: \"Stanislaw Lem\"}]\n");
  const std::string by_country =
      row_set("authors", "authors", "id", "  rows: [{id: 1, name: Ann}, {id: 2, name: Ann}, {id: 3, name: Bo}]\n");
  const std::string reported =
      row_set("authors", "authors", "name", "  rows: [{name: \"Stanislaw Lem\"}]\n  policy: {missing: Report}\n");
  const std::string no_table = row_set("authors", "writers", "name", "  rows: [{name: \"Stanislaw Lem\"}]\n");
  struct Case {
    const char* what;
    std::string documents;
    const char* message;
  };
  const Case cases[] = {
      {"a slip of the pen", authors + books("    - {title: Solaris, author_id: \"Stanislav Lem\"}\n"),
       "no row of authors has name \"Stanislav Lem\" (did you mean \"Stanislaw Lem\"?)"},
      {"nothing like it", authors + books("    - {title: Solaris, author_id: Somebody}\n"),
       "no row of authors has name \"Somebody\""},
      {"several live rows", authors + books("    - {title: Solaris, author_id: Twin}\n"),
       "3 rows of authors have name \"Twin\""},
      {"several declared rows", by_country + books("    - {title: Solaris, author_id: Ann}\n"),
       "2 rows of authors have name \"Ann\""},
      {"a column nobody may see",
       row_set("authors", "authors", "name", "  rows: [{name: \"Stanislaw Lem\"}]\n  sensitive: [name]\n") +
           books("    - {title: Solaris, author_id: \"Stanislav Lem\"}\n"),
       "no row of authors has name ***"},
      {"a referring column nobody may see",
       authors + books("    - {title: Solaris, author_id: \"Twin\"}\n", "  sensitive: [author_id]\n"),
       "3 rows of authors have name ***"},
      {"declared, and not to be written", reported + books("    - {title: Solaris, author_id: \"Stanislaw Lem\"}\n"),
       "the row it refers to is not written: name \"Stanislaw Lem\""},
      {"the other set's table", no_table + books("    - {title: Solaris, author_id: \"Stanislaw Lem\"}\n"),
       "it refers to authors, which is blocked"},
  };
  for (const Case& one : cases) {
    Scenario s(library);
    s.documents(one.documents);
    const std::string messages = s.plan().messages();
    EXPECT_NE(messages.find(std::string(one.message) + "; the row is at "), std::string::npos)
        << one.what << ": " << messages;
  }
}

TEST(Messages, a_reference_that_leads_nowhere_says_where_it_is_written) {
  Scenario s(library);
  s.documents(row_set("authors", "authors", "name", "  rows: [{name: Ann}]\n") +
              books("    - {title: Solaris, author_id: Somebody}\n"));
  EXPECT_EQ(s.plan().messages(),
            "no row of authors has name \"Somebody\"; the row is at " + s.folder() + "/documents.yaml:25:35\n");
}

TEST(Messages, two_names_that_lead_to_one_row) {
  Scenario s(
      "CREATE TABLE authors (id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE);"
      "CREATE TABLE pages (author_id INTEGER UNIQUE, text TEXT); INSERT INTO authors VALUES (1, 'Ann')");
  s.documents(row_set("authors", "authors", "name", "  rows: [{name: Ann}]\n") +
              row_set("pages", "pages", "author_id",
                      "  references: {author_id: {rowSet: authors, by: name, column: id}}\n"
                      "  rows:\n    - {author_id: Ann, text: a}\n    - {author_id: ann, text: b}\n"));
  const std::string file = s.folder() + "/documents.yaml";
  EXPECT_EQ(s.plan().messages(), "its names lead to the same row as those of " + file + ":26:19; the row is at " +
                                     file + ":25:19\n" + "its names lead to the same row as those of " + file +
                                     ":25:19; the row is at " + file + ":26:19\n");
}

TEST(Messages, a_table_that_is_not_there) {
  struct Case {
    const char* table;
    const char* message;
  };
  const Case cases[] = {
      {"author",
       "table author is not there (did you mean \"authors\"?); let the application create it first, or give the "
       "Database a setup\n"},
      {"clicks", "table clicks is not there; let the application create it first, or give the Database a setup\n"},
  };
  for (const Case& one : cases) {
    Scenario s(library);
    s.documents(row_set("authors", "authors", "id", "  rows: [{id: 1, name: Ann}]\n"));
    EXPECT_EQ(s.apply().exit, 0);  // the state's tables are there as well
    s.documents(row_set("people", one.table, "name", "  rows: [{name: Ann}]\n"));
    EXPECT_EQ(s.plan().messages(), one.message);
  }
}

// Whoever finds it so asks the one who took it back, not the one who looks.
TEST(Messages, a_row_that_is_held_says_who_took_it_back_and_when) {
  struct Case {
    const char* who;
    const char* by;
  };
  for (const auto& [who, by] : {Case{"ann", "by ann "}, Case{"", ""}}) {
    Scenario s("CREATE TABLE authors (id INTEGER PRIMARY KEY, name TEXT)");
    s.documents(row_set("authors", "authors", "id", "  rows: [{id: 1, name: Ann}]\n"));
    s.options.origin.who = "ben";
    ASSERT_EQ(s.apply().exit, 0);
    const std::string run = s.history().front().id;
    const auto message = [&] {
      return std::string("taken back ") + by + "on " + s.rows("SELECT strftime('%Y-%m-%d %H:%M', 'now', '+40 days')") +
             " UTC (undo of run " + run + "); held until the documents change it or it is released\n";
    };
    s.options.origin.who = who;
    s.later = std::chrono::days(40);
    const std::string before = message();
    ASSERT_EQ(s.undo().exit, 0);
    const std::string after = message();  // the minute may be another one
    s.options.origin.who = "ben";
    s.later = std::chrono::days(60);
    EXPECT_THAT(s.plan().messages(), ::testing::AnyOf(before, after));
    EXPECT_THAT(s.apply().messages(), ::testing::AnyOf(before, after));
  }
}

}  // namespace
}  // namespace holdfast::testing
