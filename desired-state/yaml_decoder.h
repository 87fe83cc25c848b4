// From texts to documents: strict, with every mistake collected and placed. PURE: files are opened by the caller.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "desired-state/documents.h"

namespace holdfast {

struct SourceText {
  std::string name;  // as messages show it
  std::string text;
};

// Looks up an environment variable for ${VAR}; nothing when it is not set.
using Environment = std::function<std::optional<std::string>(std::string_view)>;

// URLs that stand in for what Database documents say, by the document's name.
using UrlOverrides = std::map<std::string, std::string>;

// Opens a file of rows (`rowsFrom`) and hands it on in pieces, so that a large file is never whole in memory.
class RowFileOpener {
 public:
  virtual ~RowFileOpener() = default;
  // Calls `piece` for each piece of `file`, which is relative to the folder of `document`; stops when it returns false.
  // The message of what went wrong ("leaves the document's folder", "is not there"), or nothing.
  virtual std::optional<std::string> read(const std::string& document, const std::string& file,
                                          const std::function<bool(std::string_view)>& piece) = 0;
};

// The name of a row file in messages and in the places of its rows: beside its document.
std::string row_file_name(const std::string& document, const std::string& file);

struct DecodeLimits {
  std::size_t yaml_bytes = std::size_t{64} << 20;
  std::size_t row_file_bytes = std::size_t{4} << 30;
  std::size_t depth = 100;
  std::size_t nodes = 100'000;        // outside of rows
  std::size_t alias_nodes = 100'000;  // nodes that aliases may add, rows included
  std::size_t row_cells = 500'000'000;
};

// Decodes all texts, then reads every rowsFrom file. A syntax error ends its file; everything else is collected, over
// all files. What is returned is whole only if `diagnostics` has no error. Not thread-safe; no state is kept.
DesiredState decode(std::span<const SourceText> texts, const Environment& environment, RowFileOpener& rows,
                    Diagnostics& diagnostics, const DecodeLimits& limits = {}, const UrlOverrides& urls = {});

}  // namespace holdfast
