// Documents and the row files that they name, once more as texts.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "desired-state/sources/source.h"

namespace holdfast::sources {

// Reads everything that `state` was decoded from and gives it to `visit` in pieces, each text's pieces one after the
// other and the first of them empty; false from it ends the reading. Names are relative to the documents' folder, with
// "1/", "2/" … in front where they lie in several. The digest of what was read (version.h), empty when it could not be:
// the one of `state` unless somebody has changed a file since.
std::string read_texts(
    Source& source, const DesiredState& state,
    const std::function<bool(bool row_file, const std::string& name, std::string_view piece)>& visit);

// True when a text has a secret in it that belongs into the environment: a URL with a password, a webhook's address.
bool writes_out_a_secret(const DesiredState& state, const SourceText& text);

}  // namespace holdfast::sources
