// Looks into the text that yaml-cpp parsed, for what its events do not tell: whether a quote is closed, whether a key
// has its colon, whether two documents are apart. Offsets are bytes. PURE; any thread.
#pragma once

#include <cstddef>
#include <string_view>

namespace holdfast::yaml {

class SourceScan {
 public:
  static constexpr std::size_t npos = std::string_view::npos;
  explicit SourceScan(std::string_view text) : text_(text) {}

  // The offset of the node itself behind its tag and anchor.
  std::size_t skip_properties(std::size_t at) const;
  // True if the anchor among a node's tag and anchor has a name of letters, digits, - and _: yaml-cpp takes any text up
  // to the next blank, a forgotten quote included.
  bool has_plain_anchor(std::size_t at) const;
  bool is_quote(std::size_t at) const { return at < text_.size() && (text_[at] == '"' || text_[at] == '\''); }
  // The offset behind the quote that closes the one at `at`; npos if none does.
  std::size_t after_quoted(std::size_t at) const;
  bool breaks_line(std::size_t begin, std::size_t end) const {
    return text_.substr(begin, end - begin).find_first_of("\r\n") != npos;
  }
  // True if what ends at `at` is followed by a key's colon on the same line.
  bool has_colon(std::size_t at) const;
  // The null that is written at `at` (~, null, Null, NULL); empty if none is. As a key it has a colon behind it.
  std::string_view written_null(std::size_t at) const;
  // True if the text at `at` is `value`, letter by letter.
  bool spells(std::size_t at, std::string_view value) const { return text_.substr(at, value.size()) == value; }
  // True if a document that begins at `at` is apart from the one before: it has `---`, or that one has `...`.
  bool starts_document(std::size_t at) const;
  // The first line that begins with % where no directive can stand (yaml-cpp drops such a line, and ends the document
  // there); npos if there is none.
  std::size_t misplaced_directive() const;
  // The tab that indents a line (counted from 1) which says something; npos if none does.
  std::size_t indenting_tab(std::size_t line) const;

 private:
  std::size_t skip_to_node(std::size_t at) const;  // blanks, line breaks and comments
  std::string_view text_;
};

}  // namespace holdfast::yaml
