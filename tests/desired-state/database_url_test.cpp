#include "desired-state/database_url.h"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

TEST(DatabaseUrl, SqliteFilesAreRelativeToTheDocument) {
  struct Case {
    const char* url;
    const char* document;
    const char* path;
    const char* message;
  };
  const Case cases[] = {
      {"sqlite:popup.db", "docs/database.yaml", "docs/popup.db", ""},
      {"sqlite:../data/popup.db", "/etc/holdfast/database.yaml", "/etc/holdfast/../data/popup.db", ""},
      {"sqlite:popup.db", "database.yaml", "popup.db", ""},
      {"sqlite:popup.db", "", "popup.db", ""},
      {"sqlite:/app/popup.db", "docs/database.yaml", "/app/popup.db", ""},
      {"sqlite:/with blanks & more.db", "", "/with blanks & more.db", ""},
      {"sqlite:", "", "", "the URL names no file"},
      {"sqlite:folder/", "", "", "the URL names no file"},
      {"sqlite:///app/popup.db", "", "", "a SQLite URL has no host"},
      {"sqlite:x.db?mode=ro", "", "", "a SQLite URL has no options"},
      {"sqlite::memory:", "", "", "a database in memory cannot be reconciled"},
      {"popup.db", "", "", "the URL has no scheme"},
      {"/app/popup.db", "", "", "the URL has no scheme"},
      {"oracle://x/y", "", "", "the URL's scheme \"oracle\" is not known"},
  };
  for (const Case& one : cases) {
    const ParsedUrl got = parse_database_url(one.url, one.document);
    EXPECT_EQ(got.url ? got.url->path : "", one.path) << one.url;
    EXPECT_EQ(got.message, one.message) << one.url;
    EXPECT_EQ(got.url.has_value(), got.message.empty());
  }
}

TEST(DatabaseUrl, Servers) {
  const ParsedUrl got = parse_database_url("postgres://user:p%40ss@db.example.com:5433/shop?sslmode=require", "x.yaml");
  ASSERT_TRUE(got.url) << got.message;
  EXPECT_EQ(got.url->engine, Engine::Postgres);
  EXPECT_EQ(got.url->host, "db.example.com");
  EXPECT_EQ(got.url->port, 5433);
  EXPECT_EQ(got.url->user, "user");
  EXPECT_EQ(got.url->password, "p@ss");
  EXPECT_EQ(got.url->database, "shop");
  EXPECT_EQ(got.url->query, "sslmode=require");
  EXPECT_EQ(parse_database_url("mysql://h/d", "").url->engine, Engine::Mysql);
  EXPECT_EQ(parse_database_url("postgresql://h/d", "").url->engine, Engine::Postgres);
  EXPECT_EQ(parse_database_url("postgres://h", "").message, "the URL names no database");
  EXPECT_EQ(parse_database_url("postgres://h/a/b", "").message, "the URL names no database");
  EXPECT_EQ(parse_database_url("postgres:/h", "").message, "this is not a URL of a server");
  EXPECT_EQ(parse_database_url("postgres://us er@h/x", "").message, "this is not a URL of a server");
  EXPECT_EQ(parse_database_url("postgres://h:99999/x", "").message, "the URL's port is not a number from 1 to 65535");
}

// G10: no secret leaves through a message, even where the URL is damaged.
TEST(DatabaseUrl, RedactedUrlsHaveNoSecret) {
  const std::pair<const char*, const char*> cases[] = {
      {"sqlite:/app/popup.db", "sqlite:/app/popup.db"},
      {"postgres://user:secret@h:5/d", "postgres://user:***@h:5/d"},
      {"postgres://user@h/d", "postgres://user@h/d"},
      {"postgres://h/d?password=secret&sslmode", "postgres://h/d?password=***&sslmode"},
      {"postgres://us er:secret@h/d", "postgres:***"},
      {"mysql:secret", "mysql:***"},
      {"secret", "***"},
      {"user:secret@h/d", "user:***"},
  };
  for (const auto& [url, want] : cases) EXPECT_EQ(redacted_url(url), want) << url;
}

}  // namespace
}  // namespace holdfast
