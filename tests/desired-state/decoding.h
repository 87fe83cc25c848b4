// Decoding texts from memory, and what came out as text: what the tests of this folder share.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "desired-state/rows/row_reader.h"
#include "desired-state/yaml_decoder.h"

namespace holdfast::testing {

// Row files that are texts in memory, handed out in pieces of a size.
class MemoryRowFiles : public RowFileOpener {
 public:
  std::map<std::string, std::string> files;
  std::size_t piece_bytes = 1 << 20;
  std::optional<std::string> read(const std::string& document, const std::string& file,
                                  const std::function<bool(std::string_view)>& piece) override;
};

struct Decoded {
  DesiredState state;
  std::vector<std::string> errors;  // "FILE:LINE:COLUMN: MESSAGE (HINT)"
  std::vector<std::string> warnings;
  std::size_t error_count = 0;
  std::string all_errors() const;  // one a line
};

struct DecodeOptions {
  std::map<std::string, std::string> environment;
  std::map<std::string, std::string> files;
  DecodeLimits limits;
  bool validate = false;
};

// One text named d.yaml.
Decoded decode_one(std::string_view yaml, const DecodeOptions& options = {});
Decoded decode_all(const std::vector<SourceText>& texts, const DecodeOptions& options = {});

// A RowSet named "set" with the usual head; `spec` is indented by two spaces. Its first line is line 8.
std::string row_set(std::string_view spec);
// The same in front of a Database named "db" (which comes last, so that lines stay the same).
std::string row_set_and_database(std::string_view spec);

// Rows as text, one a line: "LINE:COLUMN name=Text(Hulu)@3:7 id=Plain(1)@3:12".
std::string rows_text(const RowTable& table, bool marks = true);

struct ReadRows {
  RowTable table;
  std::vector<std::string> errors;
  std::string rows;  // rows_text
};
// Feeds a reader in pieces.
ReadRows read_rows(std::string_view file, std::string_view text, std::size_t piece_bytes = 1 << 20,
                   const RowReaderLimits& limits = {}, bool marks = true);

}  // namespace holdfast::testing
