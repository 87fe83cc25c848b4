// Rows out of a text that comes in pieces. PURE: whoever opens the file feeds it. One reader a file; not thread-safe.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "desired-state/diagnostic.h"
#include "desired-state/row_table.h"

namespace holdfast {

struct RowReaderLimits {
  std::size_t row_bytes = std::size_t{16} << 20;   // of one row of CSV or NDJSON
  std::size_t yaml_bytes = std::size_t{64} << 20;  // of a YAML file of rows
  std::size_t depth = 100;
  std::size_t alias_nodes = 100'000;
};

class RowReader {
 public:
  virtual ~RowReader() = default;
  // False when nothing more is wanted: a mistake after which the rest means nothing. Mistakes go to the diagnostics.
  virtual bool feed(std::string_view piece) = 0;
  // The text is complete; must be called once, unless feed() returned false.
  virtual void finish() = 0;
};

// What a reader reads into; all references outlive it.
struct RowSink {
  RowTable& table;
  std::string file;    // as messages show it
  std::size_t& cells;  // counts down the cells that may still be read, over all files
  Diagnostics& diagnostics;
};

// True if the file's extension is one that a reader knows: .csv, .ndjson, .jsonl, .yaml, .yml.
bool is_row_file(std::string_view file);
// The reader for a file's extension; null for one that is not known.
std::unique_ptr<RowReader> row_reader_for(std::string_view file, RowSink sink, const RowReaderLimits& limits = {});

std::unique_ptr<RowReader> csv_reader(RowSink sink, const RowReaderLimits& limits = {});
std::unique_ptr<RowReader> ndjson_reader(RowSink sink, const RowReaderLimits& limits = {});
std::unique_ptr<RowReader> yaml_rows_reader(RowSink sink, const RowReaderLimits& limits = {});

}  // namespace holdfast
