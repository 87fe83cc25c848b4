#include "desired-state/yaml_decoder.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "desired-state/fields/read_document.h"
#include "desired-state/quote_text.h"
#include "desired-state/rows/row_reader.h"
#include "desired-state/yaml/event_reader.h"
#include "desired-state/yaml/node_builder.h"

namespace holdfast {
namespace {

// "./more.csv" and "a/../more.csv" as the file they name.
std::string normal(const std::string& path) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t slash = std::min(path.find('/', at), path.size());
    const std::string part = path.substr(at, slash - at);
    at = slash + 1;
    if (part == ".." && !parts.empty() && parts.back() != "..") {
      parts.pop_back();
    } else if (!part.empty() && part != ".") {
      parts.push_back(part);
    }
  }
  std::string joined = path.rfind('/', 0) == 0 ? "/" : "";
  for (const std::string& part : parts) joined += (joined.empty() || joined == "/" ? "" : "/") + part;
  return joined;
}

// What was found in one text; kept apart until it is known whether the text is a file of rows.
struct Decoded {
  Diagnostics found;
  std::optional<Diagnostic> syntax;
  std::size_t documents = 0;
};

Decoded decode_text(const SourceText& source, const Environment& environment, const UrlOverrides& urls,
                    const DecodeLimits& limits, std::size_t& cells, DesiredState& state) {
  Decoded decoded;
  fields::Reading reading{source.name, environment, urls, decoded.found};
  yaml::NodeBuilder builder(source.name, limits.nodes, cells, decoded.found, [&](yaml::Node&& root) {
    // `---` with nothing behind it is no document.
    if (root.kind == yaml::Node::Kind::Scalar && root.cell == CellKind::Null && root.implied) return;
    decoded.documents += root.kind == yaml::Node::Kind::Map ? 1 : 0;
    fields::read_document(reading, root, state);
  });
  decoded.syntax = yaml::read_events(source.name, source.text, {limits.yaml_bytes, limits.depth, limits.alias_nodes},
                                     builder, decoded.found);
  if (decoded.documents == 0 && !decoded.syntax && !decoded.found.has_errors()) {
    decoded.found.error({source.name, {}}, "the file has no documents",
                        "remove it, or write one with apiVersion, kind, metadata and spec");
  }
  return decoded;
}

void read_row_file(RowSetDocument& set, const RowsFrom& from, RowFileOpener& opener, const DecodeLimits& limits,
                   std::size_t& cells, Diagnostics& diagnostics) {
  RowReaderLimits reader_limits;
  reader_limits.yaml_bytes = limits.yaml_bytes;
  reader_limits.depth = limits.depth;
  reader_limits.alias_nodes = limits.alias_nodes;
  const std::string name = row_file_name(set.file, from.file);
  const auto reader = row_reader_for(from.file, {*set.rows, name, cells, diagnostics}, reader_limits);
  if (!reader) return;  // said when the document was read
  std::size_t left = limits.row_file_bytes;
  bool wanted = true, too_large = false;
  const auto problem = opener.read(set.file, from.file, [&](std::string_view piece) {
    too_large = piece.size() > left;
    if (too_large) return false;
    left -= piece.size();
    wanted = reader->feed(piece);
    return wanted;
  });
  if (problem) {
    diagnostics.error(set.at(from.mark), "the file " + quote_text(from.file) + " " + *problem);
  } else if (too_large) {
    diagnostics.error({name, {}}, "the file has more than " + std::to_string(limits.row_file_bytes >> 20) + " MiB");
  } else if (wanted) {
    reader->finish();
  }
}

}  // namespace

std::string row_file_name(const std::string& document, const std::string& file) {
  const std::size_t slash = document.rfind('/');
  return slash == std::string::npos ? file : document.substr(0, slash + 1) + file;
}

DesiredState decode(std::span<const SourceText> texts, const Environment& environment, RowFileOpener& rows,
                    Diagnostics& diagnostics, const DecodeLimits& limits, const UrlOverrides& urls) {
  DesiredState state;
  std::size_t cells = limits.row_cells;
  std::vector<Decoded> decoded;
  for (const SourceText& text : texts) decoded.push_back(decode_text(text, environment, urls, limits, cells, state));
  std::set<std::string> row_files;
  for (const RowSetDocument& set : state.row_sets) {
    for (const RowsFrom& from : set.rows_from) row_files.insert(normal(row_file_name(set.file, from.file)));
  }
  for (std::size_t i = 0; i < texts.size(); ++i) {
    // A folder's *.yaml may be a file of rows that a document beside it names: it is read, and judged, as that.
    if (decoded[i].documents == 0 && row_files.count(normal(texts[i].name)) > 0) continue;
    yaml::report(decoded[i].found, decoded[i].syntax, diagnostics);
  }
  for (RowSetDocument& set : state.row_sets) {
    for (const RowsFrom& from : set.rows_from) {
      if (!from.file.empty()) read_row_file(set, from, rows, limits, cells, diagnostics);
    }
  }
  return state;
}

}  // namespace holdfast
