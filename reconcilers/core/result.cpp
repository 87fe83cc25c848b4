#include "reconcilers/core/result.h"

namespace holdfast {

std::string to_string(const Error& error) {
  std::string text = error.what;
  if (!error.where.empty()) text += ": " + error.where;
  if (!error.hint.empty()) text += ": " + error.hint;
  return text;
}

}  // namespace holdfast
