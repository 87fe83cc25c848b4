// compare_bench FOLDER DOCUMENT ROWS: the full compare beside the raw read of the same rows, and for the document by-id
// beside the SQL anti-join. The declared rows are loaded and bound once, as for all runs of an agent.
#include <cstdlib>
#include <string>

#include "reconcilers/core/diff.h"
#include "tests/bench/holdfast_side.h"
#include "tests/bench/measuring.h"
#include "tests/bench/raw_sqlite.h"

namespace holdfast::bench {
namespace {

std::uint64_t differences(Store& store, const Bound& bound) {
  Differ differ(*bound.set);
  const auto end = store.scan({bound.set->table.get(), differ.columns()}, [&](const LiveRow& row) {
    differ.offer(row);
    return true;
  });
  if (!end) fail(to_string(end.error()));
  const DiffResult result = differ.finish();
  return result.findings.size() + result.missing.size();
}

// Wanted rows that are not there, or differ in a column.
std::string anti_join() {
  std::string differs;
  for (const auto name : column_names) {
    if (name == "id") continue;
    differs.append(" OR live.").append(name).append(" IS NOT wanted.").append(name);
  }
  return "SELECT count(*) FROM desired.campaigns wanted LEFT JOIN main.campaigns live ON live.id = wanted.id "
         "WHERE live.id IS NULL" +
         differs;
}

std::uint64_t number_of(RawStatement& statement) {
  if (!statement.step()) fail("no row");
  const auto number = static_cast<std::uint64_t>(sqlite3_column_int64(statement.handle(), 0));
  statement.reset();
  return number;
}

// The heap that a declared row takes once it is bound; the texts it came from are gone by then.
Bound load(Store& store, const std::string& folder, const std::string& document, std::int64_t rows) {
  const std::size_t before = heap_bytes();
  Bound bound;
  {
    const std::string text = read_file(folder + "/" + document + ".yaml");
    const bool shuffled = document.find("shuffled") != std::string::npos;
    const std::string csv = read_file(folder + (shuffled ? "/rows-shuffled.csv" : "/rows.csv"));
    const DesiredState state = DocumentInMemory(text, csv).decode_all();
    bound = bind_to(store, state);
  }
  print_value("memory " + document, rows, static_cast<double>(heap_bytes() - before) / static_cast<double>(rows),
              "B a row");
  print_value("payload " + document, rows,
              static_cast<double>(PackedRows(rows).payload_bytes()) / static_cast<double>(rows), "B a row");
  return bound;
}

void run(const std::string& folder, const std::string& document, std::int64_t rows) {
  const auto store = open_store(folder + "/live.db");
  const Bound bound = load(*store, folder, document, rows);
  RawDatabase raw(folder + "/live.db");
  RawStatement select(raw, "SELECT * FROM campaigns");
  const std::uint64_t expected = rows < 1000 ? 3 : 100;

  std::vector<Program> programs = {
      {"raw", [&] { keep(read_all(select)); }, {}},
      {"holdfast",
       [&] {
         if (differences(*store, bound) != expected) fail("the compare found other differences");
       },
       {}},
  };
  std::unique_ptr<RawStatement> join;
  if (document == "by-id") {
    raw.execute("ATTACH '" + folder + "/desired.db' AS desired");
    join = std::make_unique<RawStatement>(raw, anti_join());
    programs.push_back({"anti-join",
                        [&] {
                          if (number_of(*join) != expected) fail("the join found other differences");
                        },
                        {}});
  }
  alternate("compare " + document, rows, programs);
}

}  // namespace
}  // namespace holdfast::bench

int main(int count, char** arguments) {
  if (count != 4) holdfast::bench::fail("usage: compare_bench FOLDER DOCUMENT ROWS");
  holdfast::bench::run(arguments[1], arguments[2], std::atoll(arguments[3]));
  return 0;
}
