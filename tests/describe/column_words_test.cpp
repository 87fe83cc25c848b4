#include "reconcilers/describe/column_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reconcilers/sql/sqlite_rules.h"

namespace holdfast::testing {
namespace {

using ::testing::ElementsAre;

Column column(const std::string& name, const std::string& type, const std::string& value = "") {
  Column one;
  one.name = name;
  one.declared_type = type;
  one.affinity = sql::affinity_of(type);
  one.boolean = sql::is_boolean(type);
  one.default_sql = value;
  one.has_default = !value.empty();
  return one;
}

TEST(ColumnWords, OfEverySpelling) {
  EXPECT_THAT(column_words("main_image_url"), ElementsAre("main", "image", "url"));
  EXPECT_THAT(column_words("mainImageURL"), ElementsAre("main", "image", "url"));
  EXPECT_THAT(column_words("  A--b_"), ElementsAre("a", "b"));
  EXPECT_THAT(column_words(""), ElementsAre());
  EXPECT_THAT(column_words("_"), ElementsAre());
}

TEST(ColumnWords, Timestamps) {
  for (const char* name :
       {"created_at", "updatedAt", "modified_on", "timestamp", "last_login", "last_seen_at", "created"}) {
    EXPECT_TRUE(looks_like_timestamp(column(name, "TEXT"))) << name;
  }
  for (const char* value : {"CURRENT_TIMESTAMP", "current_date", "datetime('now')", "strftime('%s', 'now')"}) {
    EXPECT_TRUE(looks_like_timestamp(column("x", "TEXT", value))) << value;
  }
  for (const char* name :
       {"starts_at", "deleted_at", "name", "updated_by", "date_of_birth", "", "last_name", "time_zone"}) {
    EXPECT_FALSE(looks_like_timestamp(column(name, "TIMESTAMP"))) << name;
  }
}

TEST(ColumnWords, Counters) {
  for (const char* name : {"hits", "view_count", "clicks", "loginAttempts"})
    EXPECT_TRUE(looks_like_counter(column(name, "INTEGER"))) << name;
  for (const char* name : {"impression_cap_daily", "count_of", "account", "discount", "price"}) {
    EXPECT_FALSE(looks_like_counter(column(name, "INTEGER"))) << name;
  }
  EXPECT_FALSE(looks_like_counter(column("views", "TEXT")));
  EXPECT_FALSE(looks_like_counter(column("clicks", "BOOLEAN")));
}

TEST(ColumnWords, WhatPeopleEdit) {
  for (const char* name :
       {"description", "main_image_url", "logo_url", "cta_text", "active", "is_active", "popupEnabled", "notes"}) {
    EXPECT_TRUE(looks_edited(name)) << name;
  }
  for (const char* name :
       {"name", "tune_url", "offer_id", "text_color", "visibility_percentage", "inactive_days", "status", "price"}) {
    EXPECT_FALSE(looks_edited(name)) << name;
  }
}

TEST(ColumnWords, Secrets) {
  for (const char* name :
       {"password", "password_hash", "apiKey", "api_key", "secret", "access_token", "pw_hash", "private_key"}) {
    EXPECT_TRUE(looks_secret(name)) << name;
  }
  for (const char* name : {"key", "primary_key", "hash", "pass", "passenger", "name", "keyword"})
    EXPECT_FALSE(looks_secret(name)) << name;
}

}  // namespace
}  // namespace holdfast::testing
