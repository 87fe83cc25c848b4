// Reading one field out of a node: an overload for each type or wrapper that `describe` uses. Every mistake is added to
// the diagnostics with the field's path and place; the value is then left as it was.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "desired-state/fields/field_types.h"
#include "desired-state/yaml/node.h"
#include "desired-state/yaml_decoder.h"

namespace holdfast::fields {

struct Reading {
  const std::string& file;
  const Environment& environment;
  const UrlOverrides& urls;
  Diagnostics& diagnostics;

  void error(Mark mark, std::string message, std::string hint = {}) {
    diagnostics.error({file, mark}, std::move(message), std::move(hint));
  }
};

using yaml::Node;

void read_field(Reading& reading, const Node& node, const std::string& path, std::string& value);
void read_field(Reading& reading, const Node& node, const std::string& path, bool& value);
void read_field(Reading& reading, const Node& node, const std::string& path, double& value);
void read_field(Reading& reading, const Node& node, const std::string& path, std::chrono::milliseconds& value);
void read_field(Reading& reading, const Node& node, const std::string& path, Name& value);
void read_field(Reading& reading, const Node& node, const std::string& path, Size value);
void read_field(Reading& reading, const Node& node, const std::string& path, Count value);
void read_field(Reading& reading, const Node& node, const std::string& path, Columns value);
void read_field(Reading& reading, const Node& node, const std::string& path, ColumnTexts value);
void read_field(Reading& reading, const Node& node, const std::string& path, ColumnValues value);
void read_field(Reading& reading, const Node& node, const std::string& path, DocumentRef value);
void read_field(Reading& reading, const Node& node, const std::string& path, DocumentNames value);
void read_field(Reading& reading, const Node& node, const std::string& path, Choices value);
void read_field(Reading& reading, const Node& node, const std::string& path, SubstitutedName value);
void read_field(Reading& reading, const Node& node, const std::string& path, SubstitutedText value);
void read_field(Reading& reading, const Node& node, const std::string& path, RowFileName value);
void read_field(Reading& reading, const Node& node, const std::string& path, Rows value);
void read_field(Reading& reading, const Node& node, const std::string& path, References value);
void read_field(Reading& reading, const Node& node, const std::string& path, MatcherValue value);
void read_field(Reading& reading, const Node& node, const std::string& path, std::vector<ForbiddenRule>& value);

// The index of an enumerator's name; -1 after an error.
int read_choice(Reading& reading, const Node& node, const std::string& path, const std::vector<std::string>& allowed);
// A scalar as it was written; false after an error.
bool read_scalar(Reading& reading, const Node& node, const std::string& path, Scalar& value);
// False after an error.
bool expect_list(Reading& reading, const Node& node, const std::string& path);
bool expect_map(Reading& reading, const Node& node, const std::string& path);

// The name of a document: what Kubernetes allows, so that the same document can become a resource there.
void read_document_name(Reading& reading, const Node& node, const std::string& path, Name& value);
inline constexpr const char* row_file_pattern = "^.*[^/]\\.(csv|ndjson|jsonl|yaml|yml)$";
inline constexpr const char* document_name_pattern = "^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$";

}  // namespace holdfast::fields
