// One version of the documents, as it was when it was read: what the agent keeps of them while they are in force.
//
// Immutable; may be used from any thread, by several at once. Shared by whoever works with it.
#pragma once

#include <cstdint>
#include <string>

#include "desired-state/diagnostic.h"
#include "desired-state/documents.h"
#include "reconcilers/rows/kept_documents.h"

namespace holdfast::agent {

class DocumentsVersion {
 public:
  virtual ~DocumentsVersion() = default;
  virtual const std::string& revision() const = 0;
  virtual const std::string& digest() const = 0;
  virtual std::uint64_t bytes() const = 0;

  // Decodes it, rows included: each time the same documents, which whoever takes them may use up. An error in
  // `diagnostics` only where the texts were too large to be kept and have changed since; another version is on its way
  // then.
  virtual DesiredState decode(Diagnostics& diagnostics) const = 0;

  // For the database to keep: see desired-state/sources/read_texts.h.
  virtual std::string read_texts(const TextVisitor& visit) const = 0;
};

}  // namespace holdfast::agent
