// New values and documents for the tests of editors.
#pragma once

#include <algorithm>
#include <string>

#include "desired-state/edit/edit.h"

namespace holdfast::edit::testing {

inline NewValue null() { return {}; }
// Means the same with and without quotes, as in a TEXT column.
inline NewValue text(const std::string& text) { return {NewValue::Kind::Scalar, text, text, {}}; }
inline NewValue number(const std::string& spelling) { return {NewValue::Kind::Scalar, spelling, spelling, {}}; }
// As in a column without affinity: quotes tell text from numbers.
inline NewValue text_only_quoted(const std::string& text) { return {NewValue::Kind::Scalar, {}, text, {}}; }
inline NewValue absent(const std::string& bare) { return {NewValue::Kind::Scalar, bare, {}, {}}; }
inline NewValue blob(const std::string& bytes) { return {NewValue::Kind::Blob, {}, {}, bytes}; }

struct DocumentWithRows {
  std::string text;
  std::string before;  // up to the rows
  Mark mark;           // of the document
};

// `first`: what stands in front of the document.
inline DocumentWithRows document_with_rows(const std::string& rows, const std::string& first = {}) {
  DocumentWithRows document;
  const auto lines = static_cast<std::uint32_t>(std::count(first.begin(), first.end(), '\n'));
  document.mark = {lines + 2, 1};
  document.before =
      first +
      "# above\napiVersion: holdfast.dev/v1alpha1   # a comment\nkind: RowSet\nmetadata: {name: set}\nspec:\n"
      "  table: t\n  key: [id]\n  mode: Enforce\n  rows:\n";
  document.text = document.before + rows;
  return document;
}

}  // namespace holdfast::edit::testing
