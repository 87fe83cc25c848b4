// Row files beside their document, and nowhere else: documents may come from people who shall not read this machine.
#pragma once

#include "desired-state/yaml_decoder.h"

namespace holdfast::sources {

// Opens `rowsFrom` files. A path is relative to the document's own folder and stays in it, links followed: the real
// file must lie in the real folder, and is opened by a path without links, so that it cannot be exchanged in between.
// Only regular files. Not thread-safe; keeps nothing open.
class FolderRowFiles : public RowFileOpener {
 public:
  std::optional<std::string> read(const std::string& document, const std::string& file,
                                  const std::function<bool(std::string_view)>& piece) override;
};

}  // namespace holdfast::sources
