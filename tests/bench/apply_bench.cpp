// apply_bench FOLDER ROWS: a whole apply run into a database that has the table and no rows, beside the raw insert
// loop. Both have their rows in memory and write to a fresh file in WAL mode. Holdfast's run binds, reads, plans,
// inserts in batches, compares what the engine did with the plan, and reads each row back; with the journal and the
// list of owned rows, which is how it always runs, and without.
#include <cstdlib>
#include <string>

#include "agent/edges/system_clock.h"
#include "reconcilers/rows/database_reconciler.h"
#include "tests/bench/holdfast_side.h"
#include "tests/bench/measuring.h"
#include "tests/bench/raw_sqlite.h"

namespace holdfast::bench {
namespace {

void make_empty(const std::string& path) {
  remove_database(path);
  RawDatabase database(path, true);
  database.execute("PRAGMA journal_mode=WAL");
  database.execute(std::string(create_table));
}

void apply(const std::string& path, const DesiredState& state, std::int64_t rows, bool journal) {
  const auto store = open_store(path);
  const agent::SystemClock clock;
  Diagnostics diagnostics;
  const RowSetDocument* const set = &state.row_sets.front();
  ReconcilerOptions options;
  options.journal = journal;
  DatabaseReconciler reconciler(*store, clock, {}, options);
  const auto report = reconciler.apply(state.databases.front(), {&set, 1}, diagnostics);
  if (!report) fail(to_string(report.error()));
  if (diagnostics.has_errors()) fail(to_string(diagnostics.errors().front()));
  if (report->plan.summary().insert != static_cast<std::uint64_t>(rows)) fail("apply inserted another number of rows");
}

void run(const std::string& folder, std::int64_t rows) {
  const std::string path = folder + "/apply.db";
  const std::string text = read_file(folder + "/by-id.yaml");
  const std::string csv = read_file(folder + "/rows.csv");
  const PackedRows packed(rows);
  DesiredState state;  // decoded anew for each run: a run uses the rows up

  const auto prepare = [&] {
    make_empty(path);
    state = DocumentInMemory(text, csv).decode_all();
  };
  alternate("apply", rows,
            {
                {"raw",
                 [&] {
                   RawDatabase database(path);
                   database.execute("PRAGMA synchronous=NORMAL");
                   insert_all(database, packed);
                 },
                 [&] { make_empty(path); }},
                {"holdfast", [&] { apply(path, state, rows, true); }, prepare},
                {"holdfast, no journal", [&] { apply(path, state, rows, false); }, prepare},
            });
  remove_database(path);
}

}  // namespace
}  // namespace holdfast::bench

int main(int count, char** arguments) {
  if (count != 3) holdfast::bench::fail("usage: apply_bench FOLDER ROWS");
  holdfast::bench::run(arguments[1], std::atoll(arguments[2]));
  return 0;
}
