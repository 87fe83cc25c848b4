// Holdfast's side of the benchmarks: what main.cpp wires, without the command line.
#pragma once

#include <memory>
#include <string>

#include "desired-state/documents.h"
#include "desired-state/yaml_decoder.h"
#include "reconcilers/core/bound_set.h"
#include "reconcilers/core/store.h"

namespace holdfast::bench {

std::string read_file(const std::string& path);

// Decodes and validates a document whose row files are texts in memory: nothing but decoding is measured.
class DocumentInMemory : public RowFileOpener {
 public:
  // `rows` is what every rowsFrom file holds; empty when the document has its rows in itself. Both must outlive this.
  DocumentInMemory(const std::string& document, const std::string& rows) : document_(document), rows_(rows) {}

  // Ends the program when the document has a mistake.
  DesiredState decode_all();

  std::optional<std::string> read(const std::string& document, const std::string& file,
                                  const std::function<bool(std::string_view)>& piece) override;

 private:
  const std::string& document_;
  const std::string& rows_;
};

// The SQLite store over a file. Ends the program when it cannot be opened.
std::unique_ptr<Store> open_store(const std::string& path);

// A document's set bound to the live table.
struct Bound {
  Schema schema;
  std::shared_ptr<BoundSet> set;
};
Bound bind_to(Store& store, const DesiredState& state);

}  // namespace holdfast::bench
