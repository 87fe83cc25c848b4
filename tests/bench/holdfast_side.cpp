#include "tests/bench/holdfast_side.h"

#include <algorithm>
#include <fstream>

#include "desired-state/validate.h"
#include "reconcilers/stores/sqlite/sqlite_store.h"
#include "tests/bench/measuring.h"

namespace holdfast::bench {
namespace {

void fail_on_errors(const Diagnostics& diagnostics) {
  if (diagnostics.has_errors()) fail(to_string(diagnostics.errors().front()));
}

}  // namespace

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary | std::ios::ate);
  std::string text(in ? static_cast<std::size_t>(in.tellg()) : 0, '\0');
  in.seekg(0);
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!in) fail("cannot read " + path);
  return text;
}

DesiredState DocumentInMemory::decode_all() {
  Diagnostics diagnostics;
  const SourceText text{"bench.yaml", document_};
  DesiredState state = decode(
      {&text, 1}, [](std::string_view) { return std::nullopt; }, *this, diagnostics);
  validate(state, diagnostics);
  fail_on_errors(diagnostics);
  return state;
}

std::optional<std::string> DocumentInMemory::read(const std::string& /*document*/, const std::string& /*file*/,
                                                  const std::function<bool(std::string_view)>& piece) {
  constexpr std::size_t piece_bytes = std::size_t{256} << 10;
  for (std::size_t at = 0; at < rows_.size(); at += piece_bytes) {
    if (!piece(std::string_view(rows_).substr(at, piece_bytes))) break;
  }
  return std::nullopt;
}

std::unique_ptr<Store> open_store(const std::string& path) {
  stores::SqliteOptions options;
  options.name = "bench";
  options.path = path;
  auto store = stores::open_sqlite(options);
  if (!store) fail(to_string(store.error()));
  return std::move(store).value();
}

Bound bind_to(Store& store, const DesiredState& state) {
  const RowSetDocument& document = state.row_sets.front();
  auto schema = store.inspect({&document.table.text, 1}, std::nullopt);
  if (!schema) fail(to_string(schema.error()));
  Diagnostics diagnostics;
  auto set = bind(document, state.databases.front(), schema->find(document.table.text), store.rules(), diagnostics);
  fail_on_errors(diagnostics);
  return {std::move(schema).value(), std::move(set)};
}

}  // namespace holdfast::bench
