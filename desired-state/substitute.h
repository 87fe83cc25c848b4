// ${VAR}, ${VAR:-default} and $$ in a Database's url, a BackupPolicy's to and endpoint, and a Notifier's url and
// secret; nowhere else. PURE: the environment comes in as a function. Any thread.
#pragma once

#include <string>
#include <string_view>

#include "desired-state/yaml_decoder.h"

namespace holdfast {

struct Substitution {
  std::string text;     // whole if there is no message
  std::string message;  // what is wrong: a variable that is not set, a brace that is not closed
  std::string hint;
};

// A default is used when the variable is not set or empty, as in a shell; it is taken as it stands up to the next }.
Substitution substitute(std::string_view text, const Environment& environment);

}  // namespace holdfast
