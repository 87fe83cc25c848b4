// Documents as text: what `init` and `export` write. Every foreign word comes out quoted where it could be taken for
// something else, so that decoding the text gives these values again. PURE; any thread.
#pragma once

#include <string>
#include <vector>

#include "desired-state/documents.h"
#include "desired-state/write/rows.h"

namespace holdfast::writing {

struct DatabaseText {
  std::vector<std::string> about;  // comments at the top, a paragraph each
  std::string name;
  std::string url;    // as it stands in the document, variables included
  std::string setup;  // statements, each line ended; empty: none
};

void write_database(const DatabaseText& database, const TextOut& out);

// A RowSet in Observe. Every comment may be empty.
struct RowSetText {
  std::vector<std::string> about;  // comments at the top
  std::string name;
  std::string database;  // the name of its Database; empty: the documents have one only
  std::string table;
  std::string key_comment;
  std::vector<std::string> key;
  std::string initial_comment;
  std::vector<std::string> initial;
  std::vector<std::string> references_comments;
  std::vector<Reference> references;
  std::string dependents_comment;
  bool follow_schema = false;              // policy.dependents
  std::vector<std::string> rows_comments;  // above the rows
  std::vector<std::string> rows_from;      // files beside the document
};

// `rows` are those that stand in the document itself: on a line each where all of the first ones are short, else with a
// line for each column.
void write_row_set(const RowSetText& set, const Rows& rows, const TextOut& out);

}  // namespace holdfast::writing
