#include "reconcilers/describe/names.h"

#include <gtest/gtest.h>

namespace holdfast::testing {
namespace {

TEST(Names, OfDocumentsAndFiles) {
  struct Case {
    std::string table, document, file;
  };
  const Case cases[] = {
      {"campaign_properties", "campaign-properties", "campaign_properties"},
      {"Campaigns", "campaigns", "campaigns"},
      {"se;lect", "se-lect", "se-lect"},
      {"../../etc/passwd", "etc-passwd", "etc-passwd"},
      {".hidden", "hidden", "hidden"},
      {"_private_", "private", "private"},
      {"a\n\t b", "a-b", "a-b"},
      {"日本語", "table", "table"},
      {"", "table", "table"},
      {"...", "table", "table"},
      {"v1.2", "v1.2", "v1.2"},
      {std::string(300, 'x'), std::string(100, 'x'), std::string(100, 'x')},
      {std::string(99, 'x') + ";;y", std::string(99, 'x'), std::string(99, 'x')},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(document_name(one.table), one.document);
    EXPECT_EQ(file_name(one.table), one.file);
  }
  EXPECT_EQ(document_name("日本", "database"), "database");
}

TEST(Names, EachOnce) {
  UniqueNames names;
  EXPECT_EQ(names.take("a"), "a");
  EXPECT_EQ(names.take("a"), "a-2");
  EXPECT_EQ(names.take("a-2"), "a-2-2");
  EXPECT_EQ(names.take("a"), "a-3");
  EXPECT_EQ(names.take("b"), "b");
}

}  // namespace
}  // namespace holdfast::testing
