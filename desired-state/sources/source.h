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
  std::string revision;           // as people name it: the digest, with the Git commit in front where there is one
  std::string digest;  // of all texts and their names, 16 hexadecimal digits; tells versions apart, proves nothing
};

class Source {
 public:
  virtual ~Source() = default;
  // Everything there is now. What cannot be read is an error in `diagnostics`; the snapshot is then not to be used.
  virtual Snapshot read(Diagnostics& diagnostics) = 0;
  // Opens the row files of the documents of the last snapshot; lives as long as the source.
  virtual RowFileOpener& row_files() = 0;
};

// The digest of a snapshot's texts.
std::string digest_of(const std::vector<SourceText>& texts);

}  // namespace holdfast::sources
