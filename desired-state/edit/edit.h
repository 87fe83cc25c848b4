// Editing the text of documents and files of rows in place: only the scalars that change are replaced, everything else
// stays byte for byte. What the editors share. PURE: text in, text out; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "desired-state/diagnostic.h"

namespace holdfast::edit {

// A value on its way into a text, with the spellings that mean it where it stands; whoever knows the column fills them.
struct NewValue {
  enum class Kind : std::uint8_t { Null, Blob, Scalar };
  Kind kind = Kind::Null;
  std::optional<std::string> bare;    // Scalar: written without quotes this means the value; empty: it never does
  std::optional<std::string> quoted;  // Scalar: the text that means it in quotes
  std::string blob;                   // Blob: the bytes
  friend bool operator==(const NewValue&, const NewValue&) = default;
};

struct CellEdit {
  Mark document;        // where the document's map begins; line 0: the text is a file of rows
  std::size_t row = 0;  // among the rows of that document, or of the file, from 0
  std::string column;   // as the row spells it
  bool add = false;     // the row does not name the column yet (it has it from `defaults`)
  NewValue value;
};

// `size` bytes at `offset` give way to `text`.
struct Splice {
  std::size_t offset = 0;
  std::size_t size = 0;
  std::string text;
};

struct Problem {
  std::size_t edit = 0;  // index of the edit that cannot be made safely
  std::string message;
  std::string hint;
};

// Either the edited text and what was done to get it, or problems and nothing else.
struct Edited {
  std::string text;
  std::vector<Splice> splices;  // by offset, not overlapping
  std::vector<Problem> problems;
  bool ok() const { return problems.empty(); }
};

// Half-open, in bytes.
struct Range {
  std::size_t begin = 0;
  std::size_t end = 0;
  friend bool operator==(const Range&, const Range&) = default;
};

// Orders the splices; those at one offset stay in the order given. False if two of them overlap.
bool sort_splices(std::vector<Splice>& splices);
// The text after sorted splices.
std::string apply_splices(std::string_view text, std::span<const Splice> splices);

}  // namespace holdfast::edit
