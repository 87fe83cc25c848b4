// Which foreign keys the engine could enforce, and why not the others (TRAPS 7). Each verdict is checked against SQLite
// itself: a statement that would need the key fails with "foreign key mismatch" or "no such table" when it is unusable.
#include "tests/stores/database.h"

namespace holdfast::stores {
namespace {

class ForeignKeyTest : public DatabaseTest {};

TEST_F(ForeignKeyTest, VerdictsAgreeWithTheEngine) {
  struct Case {
    const char* parent;
    const char* child;
    const char* unusable;
    bool indexed;
  };
  const Case cases[] = {
      {"CREATE TABLE p (id INTEGER PRIMARY KEY)", "CREATE TABLE c (x REFERENCES p)", "", false},
      {"CREATE TABLE p (id INTEGER PRIMARY KEY)", "CREATE TABLE c (x INTEGER PRIMARY KEY REFERENCES p)", "", true},
      {"CREATE TABLE p (id INTEGER PRIMARY KEY)",
       "CREATE TABLE c (x, y, UNIQUE (x, y), FOREIGN KEY (x) REFERENCES p(id))", "", true},
      {"CREATE TABLE p (id INTEGER PRIMARY KEY)",
       "CREATE TABLE c (x, y, UNIQUE (y, x), FOREIGN KEY (x) REFERENCES p(id))", "", false},
      {"CREATE TABLE p (id INTEGER PRIMARY KEY)", "CREATE TABLE c (x REFERENCES p(ID))", "", false},
      {"CREATE TABLE p (a, b, PRIMARY KEY (a, b))", "CREATE TABLE c (x, y, FOREIGN KEY (x, y) REFERENCES p(b, a))", "",
       false},
      {"CREATE TABLE p (a, b, PRIMARY KEY (a, b))", "CREATE TABLE c (x, y, FOREIGN KEY (y, x) REFERENCES p)", "",
       false},
      {"CREATE TABLE p (a TEXT PRIMARY KEY) WITHOUT ROWID", "CREATE TABLE c (x REFERENCES p)", "", false},
      {"CREATE TABLE p (a TEXT UNIQUE COLLATE NOCASE)", "CREATE TABLE c (x REFERENCES p(a))", "", false},
      {"CREATE TABLE q (a)", "CREATE TABLE c (x REFERENCES p)", "parent table is missing", false},
      {"CREATE TABLE p (a PRIMARY KEY)", "CREATE TABLE c (x REFERENCES p(b))", "parent column is missing", false},
      {"CREATE TABLE p (a)", "CREATE TABLE c (x REFERENCES p(a))", "parent key is not unique", false},
      {"CREATE TABLE p (a); CREATE INDEX i ON p (a)", "CREATE TABLE c (x REFERENCES p(a))", "parent key is not unique",
       false},
      {"CREATE TABLE p (a, b, UNIQUE (a, b))", "CREATE TABLE c (x REFERENCES p(a))", "parent key is not unique", false},
      {"CREATE TABLE p (a); CREATE UNIQUE INDEX i ON p (a) WHERE a > 1", "CREATE TABLE c (x REFERENCES p(a))",
       "parent key is not unique", false},
      {"CREATE TABLE p (a TEXT); CREATE UNIQUE INDEX i ON p (a COLLATE NOCASE)", "CREATE TABLE c (x REFERENCES p(a))",
       "parent key is not unique", false},
      {"CREATE TABLE p (a TEXT); CREATE UNIQUE INDEX i ON p (lower(a))", "CREATE TABLE c (x REFERENCES p(a))",
       "parent key is not unique", false},
      {"CREATE TABLE p (a, b, PRIMARY KEY (a, b))", "CREATE TABLE c (x REFERENCES p)", "the numbers of columns differ",
       false},
      {"CREATE TABLE p (a)", "CREATE TABLE c (x REFERENCES p)", "the numbers of columns differ", false},
      {"CREATE TABLE q (a); CREATE VIEW p AS SELECT a FROM q", "CREATE TABLE c (x REFERENCES p(a))",
       "parent is not a table", false},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(std::string(one.parent) + "; " + one.child);
    const Folder folder;
    const std::string path = folder.file("popup.db");
    Other(path).run(std::string(one.parent) + ";" + one.child);
    const auto store = must(open_sqlite({"popup", path, std::chrono::milliseconds(20)}));
    const std::vector<std::string> names = {"c"};
    const Schema found = must(store->inspect(names, std::nullopt));
    ASSERT_EQ(found.find("c")->references.size(), 1U);
    const ForeignKey& key = found.find("c")->references[0];
    EXPECT_EQ(key.unusable, one.unusable);
    EXPECT_EQ(key.usable, one.unusable[0] == '\0');
    EXPECT_EQ(key.indexed, one.indexed);
    if (const auto parent = found.find("p"); parent && parent->kind == TableKind::Table) {
      ASSERT_EQ(parent->referenced_by.size(), 1U);
      EXPECT_EQ(parent->referenced_by[0].unusable, one.unusable) << "both sides say the same";
    }
    Other engine(path);
    // A row whose reference is set: a usable key is violated, an unusable one cannot even be looked up.
    engine.run("PRAGMA foreign_keys = ON");
    EXPECT_EQ(engine.code("INSERT INTO c VALUES (1" + std::string(found.find("c")->columns.size() == 2 ? ", 1)" : ")")),
              key.usable ? SQLITE_CONSTRAINT : SQLITE_ERROR);
  }
}

}  // namespace
}  // namespace holdfast::stores
