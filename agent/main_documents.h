// Part of the composition root: documents from files and from what a database keeps, and the stores that they name.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/documents_version.h"
#include "desired-state/yaml_decoder.h"
#include "reconcilers/core/store.h"

namespace holdfast::agent {

// What is seen without a database, but not by the decoder: patterns, and a setup, which is SQL, so that only the engine
// can tell whether it is right; its line counts from where the text begins.
void check_documents(const DesiredState& state, Diagnostics& diagnostics);

// The store of a document's URL. An engine that is not built in is an error. `stopping`: once true, it waits for no
// lock.
Result<std::unique_ptr<Store>> open_store(const DatabaseDocument& database,
                                          std::shared_ptr<const std::atomic<bool>> stopping = {});

// A small file of the user's, a megabyte at most. Nothing when it cannot be read.
std::optional<std::string> read_small_file(const std::string& path);

// What was read at once: the documents without their rows, for whoever wires by them, and the version that workers
// decode.
struct LoadedVersion {
  std::shared_ptr<const DocumentsVersion> version;  // null when there were mistakes
  DesiredState outline;
  std::vector<std::string> mistakes;   // FILE:LINE:COLUMN: MESSAGE
  std::vector<std::string> row_files;  // as paths, for the watch
};

// Reads what -f names. Blocks for as long as reading and decoding take.
LoadedVersion load_version(const std::vector<std::string>& paths, const UrlOverrides& urls);

// The documents that a database was last found to keep. An empty version without mistakes: it keeps none.
LoadedVersion kept_version(Store& store, const std::vector<std::string>& paths, const UrlOverrides& urls);

}  // namespace holdfast::agent
