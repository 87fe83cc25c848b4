#include "tests/scenario/scenario.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <utility>

#include "desired-state/sources/file_source.h"
#include "desired-state/validate.h"
#include "desired-state/yaml_decoder.h"
#include "reconcilers/core/text.h"
#include "reconcilers/stores/sqlite/sqlite_store.h"
#include "tests/scenario/store_with_pause.h"

namespace holdfast::testing {
namespace {

class MovedClock : public Clock {
 public:
  explicit MovedClock(std::chrono::milliseconds later) : later_(later) {}
  Instant now() const override { return std::chrono::steady_clock::now(); }
  std::chrono::system_clock::time_point wall() const override { return std::chrono::system_clock::now() + later_; }

 private:
  std::chrono::milliseconds later_;
};

std::string cell_text(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_NULL: return "∅";
    case SQLITE_BLOB: {
      std::string text = "x'";
      const auto* bytes = static_cast<const unsigned char*>(sqlite3_column_blob(statement, column));
      for (int i = 0; i < sqlite3_column_bytes(statement, column); ++i) {
        constexpr std::string_view digits = "0123456789ABCDEF";
        text += digits[bytes[i] >> 4];
        text += digits[bytes[i] & 15];
      }
      return text + "'";
    }
    default: {
      const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
      return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement, column))};
    }
  }
}

}  // namespace

std::string Outcomes::changes() const {
  std::string text;
  for (const SetPlan& set : report.plan.sets) {
    if (set.blocked != Reason::None) text += set.name + " " + std::string(to_string(set.blocked)) + "\n";
    for (const Change& change : set.changes) {
      text += std::string(to_string(change.drift)) + " " + std::string(to_string(change.action)) + " " +
              std::string(to_string(change.outcome)) + " " +
              (change.reason == Reason::None ? "-" : std::string(to_string(change.reason)));
      for (const auto& [name, cell] : key(set, change)) text += " " + name + " " + describe(cell);
      text += "\n";
    }
  }
  return text;
}

std::string Outcomes::messages() const {
  std::string text;
  for (const SetPlan& set : report.plan.sets) {
    if (!set.blocked_message.empty()) text += set.blocked_message + "\n";
    for (const Change& change : set.changes) {
      if (change.detail && !change.detail->message.empty()) text += change.detail->message + "\n";
    }
  }
  return text;
}

std::string Outcomes::all_errors() const {
  std::string text;
  for (const std::string& one : errors) text += one + "\n";
  return error.empty() ? text : text + error + "\n";
}

Scenario::Scenario(std::string_view schema) {
  std::string pattern = (std::filesystem::temp_directory_path() / "holdfast-test-XXXXXX").string();
  folder_ = mkdtemp(pattern.data());
  path_ = folder_ + "/test.db";
  if (!schema.empty()) sql(schema);
}

Scenario::~Scenario() {
  if (outside_ != nullptr) sqlite3_close(outside_);
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

sqlite3* Scenario::outside() {
  if (outside_ == nullptr) {
    EXPECT_EQ(sqlite3_open(path_.c_str(), &outside_), SQLITE_OK);
    sqlite3_busy_timeout(outside_, 5000);
  }
  return outside_;
}

Scenario& Scenario::documents(std::string yaml) {
  if (yaml.find("kind: Database") == std::string::npos) {
    yaml = "apiVersion: holdfast.dev/v1alpha1\nkind: Database\nmetadata: {name: db}\nspec: {url: \"sqlite:" + path_ +
           "\"}\n---\n" + yaml;
  }
  yaml_ = std::move(yaml);
  return *this;
}

Scenario& Scenario::file(const std::string& name, std::string_view content) {
  std::ofstream(folder_ + "/" + name, std::ios::binary) << content;
  return *this;
}

void Scenario::sql(std::string_view statements) {
  char* message = nullptr;
  const int code = sqlite3_exec(outside(), std::string(statements).c_str(), nullptr, nullptr, &message);
  EXPECT_EQ(code, SQLITE_OK) << (message ? message : "") << "\n" << statements;
  sqlite3_free(message);
}

std::string Scenario::rows(std::string_view query) {
  sqlite3_stmt* statement = nullptr;
  EXPECT_EQ(sqlite3_prepare_v2(outside(), query.data(), static_cast<int>(query.size()), &statement, nullptr), SQLITE_OK)
      << sqlite3_errmsg(outside()) << "\n"
      << query;
  std::string text;
  while (statement != nullptr && sqlite3_step(statement) == SQLITE_ROW) {
    if (!text.empty()) text += '\n';
    for (int i = 0; i < sqlite3_column_count(statement); ++i) text += (i ? "|" : "") + cell_text(statement, i);
  }
  sqlite3_finalize(statement);
  return text;
}

std::string Scenario::dump() {
  std::string text;
  const std::string tables = rows(
      "SELECT name, sql FROM sqlite_schema WHERE type='table' AND name NOT LIKE '\\_holdfast\\_%' ESCAPE '\\' ORDER BY "
      "name");
  text += tables + "\n";
  std::string names = rows(
      "SELECT name FROM sqlite_schema WHERE type='table' AND name NOT LIKE '\\_holdfast\\_%' ESCAPE '\\' ORDER BY "
      "name");
  while (!names.empty()) {
    const std::size_t end = names.find('\n');
    const std::string name = names.substr(0, end);
    names.erase(0, end == std::string::npos ? names.size() : end + 1);
    std::string quoted;
    for (const char c : name) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    std::string columns;
    const std::string info = rows(
        "SELECT group_concat('typeof(\"' || replace(name,'\"','\"\"') || '\"), quote(\"' || "
        "replace(name,'\"','\"\"') || '\")') FROM pragma_table_info('" +
        name + "')");
    text += name + ":\n" + rows("SELECT " + info + " FROM \"" + quoted + "\" ORDER BY 1, 2") + "\n";
  }
  return text;
}

Outcomes Scenario::plan() {
  return run(false, [](auto& reconciler, const auto& database, auto sets, auto& diagnostics) {
    return reconciler.plan(database, sets, diagnostics);
  });
}

Outcomes Scenario::apply() {
  return run(true, [](auto& reconciler, const auto& database, auto sets, auto& diagnostics) {
    return reconciler.apply(database, sets, diagnostics);
  });
}

Outcomes Scenario::undo(UndoRequest request) {
  if (request.run.empty()) {
    const std::vector<RunRecord> runs = history();
    EXPECT_FALSE(runs.empty());
    if (!runs.empty()) request.run = runs.front().id;
  }
  return run(request.carry_out, [&](auto& reconciler, const auto& database, auto sets, auto& diagnostics) {
    return reconciler.undo(database, sets, request, diagnostics);
  });
}

std::vector<RunRecord> Scenario::history() {
  std::vector<RunRecord> runs;
  (void)run(false, [&](auto& reconciler, const auto& database, auto, auto&) -> Result<RunReport> {
    auto read = reconciler.history(database, 1000);
    EXPECT_TRUE(read.ok());
    if (read) runs = std::move(*read);
    return RunReport{};
  });
  return runs;
}

std::size_t Scenario::release(std::optional<std::string> row_set) {
  std::size_t released = 0;
  (void)run(false, [&](auto& reconciler, const auto& database, auto, auto&) -> Result<RunReport> {
    const bool gone = row_set && yaml_.find("metadata: {name: " + *row_set + "}") == std::string::npos;
    auto holds = reconciler.release(database, row_set, std::nullopt, gone);
    EXPECT_TRUE(holds.ok());
    if (holds) released = holds->holds.size();
    return RunReport{};
  });
  return released;
}

std::string Scenario::release_error(const std::string& row_set, const std::string& key) {
  return run(false,
             [&](auto& reconciler, const auto& database, auto, auto&) -> Result<RunReport> {
               auto holds = reconciler.release(database, row_set, key, false);
               if (!holds) return holds.error();
               return RunReport{};
             })
      .error;
}

Outcomes Scenario::run(bool applied, const Work& work) {
  Outcomes outcomes;
  Diagnostics diagnostics;
  const SourceText text{folder_ + "/documents.yaml", yaml_};
  sources::FolderRowFiles rows;
  DesiredState state = decode(
      {&text, 1}, [](std::string_view) { return std::nullopt; }, rows, diagnostics);
  if (!diagnostics.has_errors()) validate(state, diagnostics);
  const auto finish = [&] {
    for (const Diagnostic& one : diagnostics.errors()) {
      std::string line = to_string(one);
      for (std::size_t at; (at = line.find(folder_ + "/")) != std::string::npos;) line.erase(at, folder_.size() + 1);
      outcomes.errors.push_back(std::move(line));
    }
    if (!outcomes.errors.empty()) outcomes.exit = 3;
    return std::move(outcomes);
  };
  if (diagnostics.has_errors()) return finish();

  const DatabaseDocument& database = state.databases.front();
  std::vector<const RowSetDocument*> sets;
  for (const RowSetDocument& set : state.row_sets) sets.push_back(&set);
  stores::SqliteOptions store_options;
  store_options.name = database.name.text;
  store_options.path = path_;
  store_options.lock_timeout = database.lock_timeout;
  Result<std::unique_ptr<Store>> opened =
      open_ ? Result<std::unique_ptr<Store>>(open_()) : stores::open_sqlite(store_options);
  const auto fail = [&](const Error& error) {
    outcomes.error = to_string(error);
    for (std::size_t at; (at = outcomes.error.find(folder_ + "/")) != std::string::npos;) {
      outcomes.error.erase(at, folder_.size() + 1);
    }
    outcomes.exit = error.kind == ErrorKind::Invalid ? 3 : 1;
    return finish();
  };
  if (!opened) return fail(opened.error());
  StoreWithPause store(**opened, std::exchange(before_rows_, nullptr), std::exchange(between_, nullptr));
  store.before_fetch(std::exchange(whole_rows_, nullptr));
  store.before_each_lock(std::exchange(each_lock_, nullptr));
  const MovedClock clock(later);
  DatabaseReconciler reconciler(store, clock, {}, options);
  Result<RunReport> report = work(reconciler, database, sets, diagnostics);
  outcomes.locks = store.locks();
  outcomes.moments = store.moments();
  if (!report) return fail(report.error());
  outcomes.exit = exit_code(*report, applied);
  outcomes.report = std::move(*report);
  return finish();
}

std::string row_set(std::string_view name, std::string_view table, std::string_view key, std::string_view spec,
                    std::string_view mode) {
  std::string text = "apiVersion: holdfast.dev/v1alpha1\nkind: RowSet\nmetadata: {name: " + std::string(name) +
                     "}\nspec:\n  table: " + std::string(table) + "\n  key: [" + std::string(key) +
                     "]\n  mode: " + std::string(mode) + "\n";
  return text + std::string(spec) + "\n---\n";
}

}  // namespace holdfast::testing
