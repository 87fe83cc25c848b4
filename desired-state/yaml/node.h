// A small tree of what a document holds, with the place of everything. For documents, never for their rows: those
// stream into a RowTable, which then stands in the tree as one node. Plain data.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "desired-state/row_table.h"

namespace holdfast::yaml {

struct Entry;

struct Node {
  enum class Kind : std::uint8_t { Scalar, Sequence, Map, Rows };
  Kind kind = Kind::Scalar;
  CellKind cell = CellKind::Null;  // Scalar: Null, Plain, Text or Blob
  bool implied = false;            // a null that nobody wrote
  std::string text;                // Scalar
  Mark mark;
  std::vector<Node> items;         // Sequence
  std::vector<Entry> entries;      // Map, in the order written; each key once
  std::shared_ptr<RowTable> rows;  // Rows

  const Entry* find(std::string_view key) const;
  Entry* find(std::string_view key);
};

struct Entry {
  std::string key;
  Mark mark;           // of the key
  bool plain = false;  // the key was not quoted
  Node value;
};

// "text", "a number", "true or false", "nothing", "a list", "a map": what a node is, for messages.
std::string kind_of(const Node& node);

}  // namespace holdfast::yaml
