// What an agent does with one database, without its process: documents that are bound once, and run again and again.
// Each has a connection of its own, so that several are as many agents.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "desired-state/sources/folder_row_files.h"
#include "desired-state/validate.h"
#include "desired-state/yaml_decoder.h"
#include "reconcilers/rows/standing_reconciler.h"
#include "reconcilers/stores/sqlite/sqlite_store.h"

namespace holdfast::testing {

class StandingAgent {
 public:
  // `sets`: RowSet documents. What `options` say of the documents' digest tells them apart.
  StandingAgent(const std::string& path, const std::string& sets, ReconcilerOptions options,
                const std::string& more_of_database = {}) {
    const std::string yaml =
        "apiVersion: holdfast.dev/v1alpha1\nkind: Database\nmetadata: {name: db}\nspec:\n  url: \"sqlite:" + path +
        "\"\n" + more_of_database + "---\n" + sets;
    const SourceText text{"documents.yaml", yaml};
    Diagnostics mistakes;
    sources::FolderRowFiles files;
    DesiredState state = decode(
        {&text, 1}, [](std::string_view) { return std::nullopt; }, files, mistakes);
    if (!mistakes.has_errors()) validate(state, mistakes);
    for (const Diagnostic& one : mistakes.errors()) ADD_FAILURE() << to_string(one);
    stores::SqliteOptions store;
    store.name = "db";
    store.path = path;
    Result<std::unique_ptr<Store>> opened = stores::open_sqlite(store);
    if (!opened) ADD_FAILURE() << to_string(opened.error());
    store_ = std::move(*opened);
    standing_ = std::make_unique<StandingReconciler>(*store_, clock_, std::move(options), state.databases.front(),
                                                     std::move(state.row_sets));
  }

  RunReport run() {
    Diagnostics mistakes;
    Result<RunReport> report = standing_->apply("interval", "", mistakes);
    for (const Diagnostic& one : mistakes.errors()) ADD_FAILURE() << to_string(one);
    if (!report) {
      ADD_FAILURE() << to_string(report.error());
      return {};
    }
    if (report->error) ADD_FAILURE() << to_string(*report->error);
    return std::move(*report);
  }

  // Why its first set had something to do, or would have had.
  std::string cause_of_run() {
    const RunReport report = run();
    return report.plan.sets.empty() ? "no set" : std::string(to_string(report.plan.sets.front().cause));
  }

 private:
  class RealClock : public Clock {
    Instant now() const override { return std::chrono::steady_clock::now(); }
    std::chrono::system_clock::time_point wall() const override { return std::chrono::system_clock::now(); }
  };

  RealClock clock_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<StandingReconciler> standing_;
};

}  // namespace holdfast::testing
