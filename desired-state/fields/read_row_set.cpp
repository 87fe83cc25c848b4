// The fields of a RowSet that are more than a scalar or a plain object: rows, references, forbidden rules.
#include "desired-state/fields/read_object.h"
#include "desired-state/quote_text.h"
#include "desired-state/rows/row_reader.h"

namespace holdfast::fields {
namespace {

// Every field of a matcher, for a hint; a map that is no matcher is most often a slip of indentation.
void read_matcher(Reading& reading, const Node& node, const std::string& path, Matcher& matcher) {
  matcher.mark = node.mark;
  if (node.kind == Node::Kind::Map) {
    read_fields(reading, node, path, matcher);
    return;
  }
  Scalar scalar;
  if (!read_scalar(reading, node, path, scalar)) return;
  if (scalar.kind == CellKind::Null) {
    matcher.kind = Matcher::Kind::IsNull;
  } else {
    matcher.values.push_back(std::move(scalar));
  }
}

}  // namespace

void read_field(Reading& reading, const Node& node, const std::string& path, DocumentRef value) {
  if (node.kind == Node::Kind::Scalar && node.cell != CellKind::Null) {
    reading.error(node.mark, path + " must be a map, not " + yaml::kind_of(node), "write {name: " + node.text + "}");
    return;
  }
  if (!expect_map(reading, node, path)) return;
  const yaml::Entry* name = node.find("name");
  Name read;
  if (name) {
    read_document_name(reading, name->value, path + ".name", read);
  } else {
    reading.error(node.mark, path + ".name is missing", "the name of a Database");
  }
  for (const yaml::Entry& entry : node.entries) {
    if (entry.key != "name")
      reading.error(entry.mark, path + " has no field " + quote_text(entry.key), "its fields: name");
  }
  value.name = std::move(read);
}

void read_field(Reading& reading, const Node& node, const std::string& path, RowFileName value) {
  std::string file;
  read_field(reading, node, path, file);
  if (file.empty()) return;
  if (is_row_file(file)) {
    value.file = std::move(file);
  } else {
    reading.error(node.mark, path + " cannot be " + quote_text(file),
                  "a file of rows ends with .csv, .ndjson, .jsonl, .yaml or .yml");
  }
}

void read_field(Reading& reading, const Node& node, const std::string& path, Rows value) {
  if (node.kind != Node::Kind::Rows) {
    if (node.kind == Node::Kind::Scalar && node.cell == CellKind::Null) {
      reading.error(node.mark, path + " has no value", "write rows: [] when there shall be none");
    } else {
      reading.error(node.mark, path + " must be a list of rows, not " + yaml::kind_of(node),
                    "write - {column: value, …}");
    }
    return;
  }
  value.document.rows = node.rows;
  value.document.has_rows = true;
}

void read_field(Reading& reading, const Node& node, const std::string& path, References value) {
  if (!expect_map(reading, node, path)) return;
  for (const yaml::Entry& entry : node.entries) {
    const std::string inside = path + "." + entry.key;
    if (!expect_map(reading, entry.value, inside)) continue;
    Reference& reference = value.references.emplace_back();
    reference.column = entry.key;
    reference.mark = entry.mark;
    read_fields(reading, entry.value, inside, reference);
  }
}

void read_field(Reading& reading, const Node& node, const std::string& path, std::vector<ForbiddenRule>& value) {
  if (!expect_list(reading, node, path)) return;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const Node& item = node.items[i];
    const std::string inside = path + "[" + std::to_string(i) + "]";
    if (!expect_map(reading, item, inside)) continue;
    if (item.entries.empty()) {
      reading.error(item.mark, inside + " must name at least one column", "an empty rule would match every row");
    }
    ForbiddenRule& rule = value.emplace_back();
    rule.mark = item.mark;
    for (const yaml::Entry& entry : item.entries) {
      Matcher matcher;
      read_matcher(reading, entry.value, inside + "." + entry.key, matcher);
      rule.columns.emplace_back(entry.key, std::move(matcher));
    }
  }
}

void read_field(Reading& reading, const Node& node, const std::string& path, MatcherValue value) {
  using Kind = Matcher::Kind;
  Matcher& matcher = value.matcher;
  matcher.kind = value.kind;
  Scalar scalar;
  switch (value.kind) {
    case Kind::IsNull: read_field(reading, node, path, matcher.is_null); return;
    case Kind::In:
      if (!expect_list(reading, node, path)) return;
      if (node.items.empty()) reading.error(node.mark, path + " must not be empty");
      for (std::size_t i = 0; i < node.items.size(); ++i) {
        const std::string inside = path + "[" + std::to_string(i) + "]";
        if (!read_scalar(reading, node.items[i], inside, scalar)) continue;
        if (scalar.kind == CellKind::Null)
          reading.error(scalar.mark, inside + " cannot be null", "use isNull: true in a rule of its own");
        matcher.values.push_back(std::move(scalar));
      }
      return;
    case Kind::Like:
    case Kind::Regex: {
      std::string text;
      read_field(reading, node, path, text);
      matcher.values.push_back({CellKind::Text, std::move(text), node.mark});
      return;
    }
    case Kind::Equals:
    case Kind::Exact: break;
  }
  if (!read_scalar(reading, node, path, scalar)) return;
  if (scalar.kind == CellKind::Null) reading.error(node.mark, path + " cannot be null", "use isNull: true");
  matcher.values.push_back(std::move(scalar));
}

}  // namespace holdfast::fields
