#include "desired-state/rows/row_reader.h"

#include <utility>

namespace holdfast {
namespace {

using Make = std::unique_ptr<RowReader> (*)(RowSink sink, const RowReaderLimits& limits);

// A name before the extension is needed: ".csv" is a hidden file without one.
Make reader_of(std::string_view file) {
  constexpr std::pair<std::string_view, Make> readers[] = {{".csv", csv_reader},
                                                           {".ndjson", ndjson_reader},
                                                           {".jsonl", ndjson_reader},
                                                           {".yaml", yaml_rows_reader},
                                                           {".yml", yaml_rows_reader}};
  for (const auto& [extension, make] : readers) {
    if (file.size() <= extension.size() || file[file.size() - extension.size() - 1] == '/') continue;
    if (file.substr(file.size() - extension.size()) == extension) return make;
  }
  return nullptr;
}

}  // namespace

bool is_row_file(std::string_view file) { return reader_of(file) != nullptr; }

std::unique_ptr<RowReader> row_reader_for(std::string_view file, RowSink sink, const RowReaderLimits& limits) {
  const Make make = reader_of(file);
  return make ? make(std::move(sink), limits) : nullptr;
}

}  // namespace holdfast
