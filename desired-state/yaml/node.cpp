#include "desired-state/yaml/node.h"

#include <algorithm>
#include <utility>

#include "desired-state/core_schema.h"

namespace holdfast::yaml {

const Entry* Node::find(std::string_view key) const {
  const auto found =
      std::find_if(entries.begin(), entries.end(), [key](const Entry& entry) { return entry.key == key; });
  return found == entries.end() ? nullptr : &*found;
}

Entry* Node::find(std::string_view key) { return const_cast<Entry*>(std::as_const(*this).find(key)); }

std::string kind_of(const Node& node) {
  switch (node.kind) {
    case Node::Kind::Rows:
    case Node::Kind::Sequence: return "a list";
    case Node::Kind::Map: return "a map";
    case Node::Kind::Scalar: break;
  }
  if (node.cell == CellKind::Null) return "nothing";
  if (node.cell == CellKind::Blob) return "a blob";
  if (node.cell == CellKind::Text) return "text";
  switch (core_type(node.text)) {
    case CoreType::Boolean: return "true or false";
    case CoreType::Integer:
    case CoreType::Float: return "a number";
    default: return "text";
  }
}

}  // namespace holdfast::yaml
