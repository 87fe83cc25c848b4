// The commands against real SQLite files, with documents made by hand and everything else of the world handed in.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "agent/commands/apply.h"
#include "agent/commands/plan.h"
#include "agent/commands/validate.h"
#include "agent/edges/system_clock.h"
#include "agent/exit_code.h"
#include "reconcilers/stores/sqlite/sqlite_store.h"
#include "tests/agent/meddled_store.h"
#include "tests/agent/program.h"

namespace holdfast::agent {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* setup = "CREATE TABLE IF NOT EXISTS items (id INTEGER PRIMARY KEY, name TEXT NOT NULL);";

class Commands : public testing::Test {
 protected:
  DesiredState documents() const {
    DesiredState state;
    for (const std::string& name : databases) {
      DatabaseDocument database;
      database.name.text = name;
      database.url.text = "sqlite:" + path(name);
      database.setup = Name{setup, {}};
      state.databases.push_back(std::move(database));
      state.row_sets.push_back(items(name));
    }
    return state;
  }

  RowSetDocument items(const std::string& database) const {
    RowSetDocument set;
    set.name.text = "items-of-" + database;
    set.file = "items.yaml";
    set.database_ref = Name{database, {}};
    set.table.text = "items";
    set.key = {Name{"name", {}}};
    set.mode = Mode::Enforce;
    set.has_rows = true;
    set.rows->set_file("items.yaml");
    for (const auto& [id, name] : {std::pair("1", "Pen"), std::pair("2", "Cup")}) {
      set.rows->begin_row({7, 5});
      set.rows->put(set.rows->column("id"), Cell::plain(id), {7, 6});
      set.rows->put(set.rows->column(database == wrong ? "nmae" : "name"), Cell::plain(name), {7, 12});
      set.rows->end_row();
    }
    return set;
  }

  std::string path(const std::string& database) const { return folder / (database + ".db"); }

  Context context() {
    const auto load = [this](std::span<const std::string>, const UrlOverrides& urls, Diagnostics&) {
      ++loads;
      DesiredState state = documents();
      for (DatabaseDocument& database : state.databases) {
        if (const auto given = urls.find(database.name.text); given != urls.end()) database.url.text = given->second;
      }
      return state;
    };
    const auto open = [this](const DatabaseDocument& database) -> Result<std::unique_ptr<Store>> {
      auto store = stores::open_sqlite({database.name.text, database.url.text.substr(7), database.lock_timeout});
      if (!store || !before_writing) return store;
      return std::unique_ptr<Store>(std::make_unique<MeddledStore>(std::move(store).value(), before_writing));
    };
    return Context{out,     err,
                   Style(), Style(),
                   clock,   nullptr,
                   load,    [](const DesiredState&, Diagnostics&) {},
                   open,    [](const std::string& path) { return path; },
                   "ann",   {}};
  }

  CommandLine line(Command command, Format format = Format::Text) const {
    CommandLine line;
    line.command = command;
    line.files = {"items.yaml"};
    line.format = format;
    return line;
  }

  ScratchFolder folder;
  std::vector<std::string> databases = {"shop"};
  std::string wrong;  // the database whose rows name a column that is not there
  StringSink out, err;
  SystemClock clock;
  int loads = 0;
  std::function<void()> before_writing;
};

TEST_F(Commands, apply_sets_up_inserts_and_then_finds_nothing_to_do) {
  EXPECT_EQ(run_apply(line(Command::Apply), context()), exit_done) << err.text;
  EXPECT_THAT(out.text, HasSubstr("+ table items was created by the setup\n"));
  EXPECT_THAT(out.text, HasSubstr("Applied: 2 inserted, 0 updated, 0 deleted, 0 blocked.\nRun "));
  EXPECT_EQ(query(path("shop"), "SELECT id, name FROM items ORDER BY id"), "1|Pen\n2|Cup");
  const std::string before = dump(path("shop"));
  out.text.clear();
  EXPECT_EQ(run_apply(line(Command::Apply), context()), exit_done);
  EXPECT_THAT(out.text, HasSubstr("Applied: nothing to do, everything is in sync.\n"));
  EXPECT_EQ(dump(path("shop")), before);
  EXPECT_EQ(err.text, "");
}

TEST_F(Commands, plan_writes_nothing_and_tells_drift_only_when_asked) {
  EXPECT_EQ(run_plan(line(Command::Plan), context()), exit_done);
  CommandLine detailed = line(Command::Plan);
  detailed.detailed_exit_code = true;
  EXPECT_EQ(run_plan(detailed, context()), exit_drift);
  EXPECT_TRUE(folder.names().empty());
}

TEST_F(Commands, a_column_that_is_not_there_is_a_mistake_with_its_place) {
  wrong = "shop";
  for (const auto command : {run_plan, run_apply}) {
    out.text.clear();
    err.text.clear();
    EXPECT_EQ(command(line(Command::Apply), context()), exit_invalid);
    EXPECT_THAT(err.text, testing::StartsWith("error: items.yaml:7:12: table items has no column \"nmae\" ("));
    EXPECT_THAT(err.text, testing::EndsWith("; nothing was changed\n"));
    EXPECT_EQ(out.text, "");
  }
  EXPECT_TRUE(folder.names().empty());
}

TEST_F(Commands, G6_a_mistake_in_one_of_several_databases_changes_nothing_in_any) {
  databases = {"first", "second"};
  wrong = "second";
  EXPECT_EQ(run_apply(line(Command::Apply), context()), exit_invalid);
  EXPECT_THAT(err.text, testing::EndsWith("; nothing was changed\n"));
  EXPECT_TRUE(folder.names().empty());
}

TEST_F(Commands, one_database_that_fails_does_not_stop_the_other) {
  databases = {"first", "second"};
  std::filesystem::create_directory(path("first"));  // a folder where the file should be
  EXPECT_EQ(run_apply(line(Command::Apply), context()), exit_failed);
  EXPECT_THAT(err.text, testing::StartsWith("error: "));
  EXPECT_THAT(err.text, HasSubstr("first.db"));
  EXPECT_EQ(query(path("second"), "SELECT count(*) FROM items"), "2");
  EXPECT_THAT(out.text, HasSubstr("Applied: 2 inserted"));
}

TEST_F(Commands, a_schema_that_changes_during_the_run_makes_it_load_the_documents_again) {
  execute(path("shop"), setup);
  bool changed = false;
  before_writing = [&] {
    if (!std::exchange(changed, true)) execute(path("shop"), "ALTER TABLE items ADD COLUMN note TEXT");
  };
  EXPECT_EQ(run_apply(line(Command::Apply), context()), exit_done) << err.text;
  EXPECT_EQ(loads, 2);
  EXPECT_EQ(err.text, "");
  EXPECT_EQ(query(path("shop"), "SELECT name, note FROM items ORDER BY id"), "Pen|NULL\nCup|NULL");
}

TEST_F(Commands, a_schema_that_never_rests_is_given_up) {
  execute(path("shop"), setup);
  int changes = 0;
  before_writing = [&] {
    execute(path("shop"), "ALTER TABLE items ADD COLUMN note" + std::to_string(++changes) + " TEXT");
  };
  EXPECT_EQ(run_apply(line(Command::Apply), context()), exit_failed);
  EXPECT_EQ(loads, 4);
  EXPECT_THAT(err.text, testing::StartsWith("error: "));
  EXPECT_EQ(query(path("shop"), "SELECT count(*) FROM items"), "0");
}

TEST_F(Commands, a_database_that_the_documents_do_not_know_is_wrong_usage) {
  CommandLine other = line(Command::Plan);
  other.databases = {{"popup", "sqlite:x.db"}};
  for (const auto command : {run_plan, run_apply, run_validate}) {
    err.text.clear();
    EXPECT_EQ(command(other, context()), exit_usage);
    EXPECT_EQ(err.text, "error: there is no such Database: --database \"popup\": the documents have shop\n");
  }
}

TEST_F(Commands, a_url_of_the_command_line_that_is_none_is_wrong_usage_and_not_repeated) {
  for (const char* url :
       {"s3cr3t", "s3cr3t@host", "oracle://u:s3cr3t@host/db", "sqlite:", "postgres://u:s3cr3t@host"}) {
    CommandLine other = line(Command::Plan);
    other.databases = {{"shop", url}};
    err.text.clear();
    EXPECT_EQ(run_plan(other, context()), exit_usage) << url;
    EXPECT_THAT(err.text, testing::ContainsRegex("^error: .*: --database \"shop\": ")) << url;
    EXPECT_THAT(err.text, Not(HasSubstr("s3cr3t")));
  }
}

TEST_F(Commands, a_database_of_the_command_line_takes_the_place_of_the_documents) {
  CommandLine other = line(Command::Apply);
  other.databases = {{"shop", "sqlite:" + (folder / "other.db")}};
  EXPECT_EQ(run_apply(other, context()), exit_done) << err.text;
  EXPECT_EQ(query(folder / "other.db", "SELECT count(*) FROM items"), "2");
  EXPECT_FALSE(std::filesystem::exists(path("shop")));
}

TEST_F(Commands, validate_counts_what_it_saw) {
  EXPECT_EQ(run_validate(line(Command::Validate), context()), exit_done);
  EXPECT_EQ(out.text, "Valid: 1 Database, 1 RowSet with 2 rows.\n");
  EXPECT_TRUE(folder.names().empty());
}

TEST_F(Commands, every_mistake_is_a_line_and_those_beyond_the_limit_are_counted) {
  Context many = context();
  many.load = [](std::span<const std::string>, const UrlOverrides&, Diagnostics& diagnostics) {
    for (std::uint32_t i = 1; i <= 1500; ++i) diagnostics.error({"a\x1b.yaml", {i, 1}}, "wrong\nerror: fake", "mend");
    diagnostics.warning({"a.yaml", {1, 1}}, "odd");
    return DesiredState();
  };
  EXPECT_EQ(run_validate(line(Command::Validate), many), exit_invalid);
  EXPECT_THAT(err.text, testing::StartsWith("error: a\\x1b.yaml:1:1: wrong\\nerror: fake (mend)\n"));
  EXPECT_THAT(err.text, HasSubstr("\nwarning: a.yaml:1:1: odd\n"));
  EXPECT_THAT(err.text, testing::EndsWith("\n… and 1,400 more errors\n1,500 errors\n"));
  EXPECT_EQ(out.text, "");
}

}  // namespace
}  // namespace holdfast::agent
