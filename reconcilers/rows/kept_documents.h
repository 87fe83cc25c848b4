// The documents that were last found good, kept in the database that they are about (G6): what they were read from,
// files of rows included, so that they stay in force when their files are gone or broken, and can be had back.
//
// A new version is written beside the old one in short transactions and takes its place with the last of them; what a
// crash leaves behind goes with the next version. Texts lie in _holdfast_documents (docs/formats/journal.md).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "reconcilers/core/clock.h"
#include "reconcilers/core/state.h"

namespace holdfast {

inline constexpr std::uint64_t most_kept_bytes = std::uint64_t{8} << 20;  // of one version

struct KeptText {
  std::string name;       // relative to the folder of the documents
  bool row_file = false;  // else a document
  std::string text;
};

// Called for each piece of each text in their order, a text's pieces one after the other; false: no more is wanted.
using TextVisitor = std::function<bool(bool row_file, const std::string& name, std::string_view piece)>;

// Reads all texts and gives them to the visitor; the digest of what was read.
using ReadTexts = std::function<std::string(const TextVisitor&)>;

// True when the version with this digest is kept, now or already. False when it cannot be: there is no state to keep it
// in, what is read is another version by now, or it is too large (`bytes`, all texts together). None is kept then: an
// older one is not what holds any more.
Result<bool> keep_documents(Store& store, const Clock& clock, const std::string& digest, std::uint64_t bytes,
                            const ReadTexts& read);

// The version that is kept, in the order in which it was read; empty when there is none. Invalid when it cannot be
// read.
Result<std::vector<KeptText>> kept_documents(Store& store);

}  // namespace holdfast
