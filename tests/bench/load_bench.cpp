// load_bench FOLDER ROWS: decoding the desired state from texts in memory, beside event loops that do nothing.
#include <cstdlib>
#include <filesystem>
#include <string>

#include "tests/bench/holdfast_side.h"
#include "tests/bench/measuring.h"
#include "tests/bench/text_peers.h"

namespace holdfast::bench {
namespace {

void decode_all(const std::string& document, const std::string& text, std::int64_t rows) {
  const DesiredState state = DocumentInMemory(document, text).decode_all();
  if (state.row_sets.front().rows->size() != static_cast<std::size_t>(rows)) fail("another number of rows was decoded");
}

void run(const std::string& folder, std::int64_t rows) {
  const std::string csv_document = read_file(folder + "/by-id.yaml");
  const std::string csv = read_file(folder + "/rows.csv");
  const std::string ndjson_document = read_file(folder + "/ndjson.yaml");
  const std::string ndjson = read_file(folder + "/rows.ndjson");
  const bool has_yaml = std::filesystem::exists(folder + "/rows.yaml");
  const std::string yaml = has_yaml ? read_file(folder + "/rows.yaml") : "";
  print_value("bytes csv", rows, static_cast<double>(csv.size()), "B");
  print_value("bytes ndjson", rows, static_cast<double>(ndjson.size()), "B");

  std::vector<Program> programs = {
      {"csv", [&] { decode_all(csv_document, csv, rows); }, {}},
      {"ndjson", [&] { decode_all(ndjson_document, ndjson, rows); }, {}},
  };
  if (has_yaml) {
    print_value("bytes yaml", rows, static_cast<double>(yaml.size()), "B");
    programs.push_back({"yaml", [&] { decode_all(yaml, "", rows); }, {}});
    programs.push_back({"libyaml", [&] { keep(libyaml_scalars(yaml)); }, {}});
    programs.push_back({"yaml-cpp", [&] { keep(yaml_cpp_scalars(yaml)); }, {}});
  }
  alternate("load", rows, programs);
}

}  // namespace
}  // namespace holdfast::bench

int main(int count, char** arguments) {
  if (count != 3) holdfast::bench::fail("usage: load_bench FOLDER ROWS");
  holdfast::bench::run(arguments[1], std::atoll(arguments[2]));
  return 0;
}
