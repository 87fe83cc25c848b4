// What is wrong with a document, and where. Collected, never thrown: a reader wants every mistake at once.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace holdfast {

// A place in a text, both counted from 1; a column counts bytes. Line 0 means "the file as a whole".
struct Mark {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  friend bool operator==(const Mark&, const Mark&) = default;
};

inline bool before(const Mark& a, const Mark& b) { return a.line != b.line ? a.line < b.line : a.column < b.column; }

struct Position {
  std::string file;
  Mark mark;
  friend bool operator==(const Position&, const Position&) = default;
};

struct Diagnostic {
  enum class Severity : std::uint8_t { Error, Warning };
  Severity severity = Severity::Error;
  Position position;
  std::string message;  // what is wrong, without the place
  std::string hint;     // the likely mend; may be empty
  friend bool operator==(const Diagnostic&, const Diagnostic&) = default;
};

// Collects diagnostics; keeps at most `limit` errors and counts the rest, so that a damaged file of a million rows
// prints a page, not a gigabyte. Not thread-safe.
class Diagnostics {
 public:
  explicit Diagnostics(std::size_t limit = 100) : limit_(limit) {}

  void error(Position position, std::string message, std::string hint = {});
  void warning(Position position, std::string message, std::string hint = {});

  // Adds all of another collection, what it counted beyond its limit included.
  void take(const Diagnostics& other);
  // Orders what is kept by line and column; for those of one file.
  void sort_by_place();

  bool has_errors() const { return error_count_ > 0; }
  std::size_t error_count() const { return error_count_; }  // those beyond the limit included
  const std::vector<Diagnostic>& all() const { return all_; }
  std::vector<Diagnostic> errors() const;
  std::vector<Diagnostic> warnings() const;

 private:
  std::vector<Diagnostic> all_;
  std::size_t limit_;
  std::size_t error_count_ = 0;
  std::size_t warning_count_ = 0;
};

// "FILE:LINE:COLUMN: MESSAGE (HINT)", the form editors and people jump by. Parts that are missing are left out.
std::string to_string(const Diagnostic& diagnostic);
std::string to_string(const Position& position);

}  // namespace holdfast
