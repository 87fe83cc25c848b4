// Where documents come from: files today; Git and Kubernetes later, each a class in this folder.
//
// A Source is read anew each time, from scratch: there is no state between two readings that could be stale. Whoever
// reads gives the texts and row_files() to decode() (desired-state/yaml_decoder.h). Not thread-safe.
#pragma once

#include <string>
#include <vector>

#include "desired-state/yaml_decoder.h"

namespace holdfast::sources {

struct Snapshot {
  std::vector<SourceText> texts;  // in the order they count; at most one byte longer than the limit on YAML each
  std::string commit;             // of the Git work tree that they lie in; empty outside of one
};

class Source {
 public:
  virtual ~Source() = default;
  // Everything there is now. What cannot be read is an error in `diagnostics`; the snapshot is then not to be used.
  virtual Snapshot read(Diagnostics& diagnostics) = 0;
  // Opens the row files of the documents of the last snapshot; lives as long as the source.
  virtual RowFileOpener& row_files() = 0;
};

}  // namespace holdfast::sources
