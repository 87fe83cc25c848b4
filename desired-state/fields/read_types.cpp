#include "desired-state/fields/read_types.h"

#include <algorithm>

#include "desired-state/core_schema.h"
#include "desired-state/nearest.h"
#include "desired-state/quote_text.h"
#include "desired-state/substitute.h"
#include "desired-state/units.h"

namespace holdfast::fields {
namespace {

void wrong_kind(Reading& reading, const Node& node, const std::string& path, const std::string& wanted,
                std::string hint = {}) {
  if (node.kind == Node::Kind::Scalar && node.cell == CellKind::Null && node.implied) {
    reading.error(node.mark, path + " has no value", "it must be " + wanted);
  } else {
    reading.error(node.mark, path + " must be " + wanted + ", not " + yaml::kind_of(node), std::move(hint));
  }
}

bool is_plain(const Node& node) { return node.kind == Node::Kind::Scalar && node.cell == CellKind::Plain; }

// Text, quoted or plain; false after an error.
bool read_text(Reading& reading, const Node& node, const std::string& path, std::string& value) {
  const bool text =
      node.kind == Node::Kind::Scalar &&
      (node.cell == CellKind::Text || (node.cell == CellKind::Plain && core_type(node.text) == CoreType::Text));
  if (!text) {
    wrong_kind(reading, node, path, "text", is_plain(node) ? "quote it: \"" + node.text + "\"" : "");
  } else if (node.text.empty()) {
    reading.error(node.mark, path + " must not be empty");
  } else {
    value = node.text;
    return true;
  }
  return false;
}

// A list of different texts; `each` takes them one by one.
template <class Each>
void read_names(Reading& reading, const Node& node, const std::string& path, Each each) {
  if (!expect_list(reading, node, path)) return;
  std::vector<std::string> before;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const Node& item = node.items[i];
    std::string text;
    if (!read_text(reading, item, path + "[" + std::to_string(i) + "]", text)) continue;
    const auto same = [&](const std::string& other) { return same_ascii_name(other, text); };
    if (std::any_of(before.begin(), before.end(), same)) {
      reading.error(item.mark, path + " names " + quote_text(text) + " twice");
      continue;
    }
    before.push_back(text);
    each(item, std::move(text));
  }
}

void read_substituted(Reading& reading, const Node& node, const std::string& path, std::string& value) {
  std::string written;
  if (!read_text(reading, node, path, written)) return;
  Substitution substituted = substitute(written, reading.environment);
  if (!substituted.message.empty()) {
    reading.error(node.mark, path + ": " + substituted.message, substituted.hint);
  } else if (substituted.text.empty()) {
    reading.error(node.mark, path + " is empty once its variables are in place");
  } else {
    value = std::move(substituted.text);
  }
}

}  // namespace

bool expect_list(Reading& reading, const Node& node, const std::string& path) {
  if (node.kind == Node::Kind::Sequence) return true;
  wrong_kind(reading, node, path, "a list", node.kind == Node::Kind::Scalar ? "write [" + node.text + "]" : "");
  return false;
}

bool expect_map(Reading& reading, const Node& node, const std::string& path) {
  if (node.kind == Node::Kind::Map) return true;
  wrong_kind(reading, node, path, "a map");
  return false;
}

bool read_scalar(Reading& reading, const Node& node, const std::string& path, Scalar& value) {
  if (node.kind != Node::Kind::Scalar) {
    wrong_kind(reading, node, path, "a single value");
    return false;
  }
  value = {node.cell, node.text, node.mark};
  if (node.cell == CellKind::Null) value.bytes.clear();
  return true;
}

int read_choice(Reading& reading, const Node& node, const std::string& path, const std::vector<std::string>& allowed) {
  std::string text;
  if (!read_text(reading, node, path, text)) return -1;
  const auto found = std::find(allowed.begin(), allowed.end(), text);
  if (found != allowed.end()) return static_cast<int>(found - allowed.begin());
  const std::string near = nearest_name(text, allowed);
  reading.error(
      node.mark, path + " cannot be " + quote_text(text),
      near.empty() ? "one of " + name_list(allowed) : "did you mean \"" + near + "\"? one of " + name_list(allowed));
  return -1;
}

void read_document_name(Reading& reading, const Node& node, const std::string& path, Name& value) {
  std::string text;
  if (!read_text(reading, node, path, text)) return;
  const auto alphanumeric = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  const bool letters =
      std::all_of(text.begin(), text.end(), [&](char c) { return alphanumeric(c) || c == '-' || c == '.'; });
  constexpr std::size_t longest = 253;
  if (!letters || text.size() > longest || !alphanumeric(text.front()) || !alphanumeric(text.back())) {
    reading.error(node.mark, path + " cannot be " + quote_text(text),
                  "lower-case letters, digits, - and ., at most 253, as names in Kubernetes");
    return;
  }
  value = {std::move(text), node.mark};
}

void read_field(Reading& reading, const Node& node, const std::string& path, std::string& value) {
  read_text(reading, node, path, value);
}

void read_field(Reading& reading, const Node& node, const std::string& path, Name& value) {
  if (read_text(reading, node, path, value.text)) value.mark = node.mark;
}

void read_field(Reading& reading, const Node& node, const std::string& path, bool& value) {
  const auto read = is_plain(node) ? core_boolean(node.text) : std::nullopt;
  if (read) {
    value = *read;
  } else {
    wrong_kind(reading, node, path, "true or false");
  }
}

void read_field(Reading& reading, const Node& node, const std::string& path, double& value) {
  const auto read = is_plain(node) ? core_number(node.text) : std::nullopt;
  if (read) {
    value = *read;
  } else {
    wrong_kind(reading, node, path, "a number");
  }
}

void read_field(Reading& reading, const Node& node, const std::string& path, std::chrono::milliseconds& value) {
  const bool scalar = node.kind == Node::Kind::Scalar && (node.cell == CellKind::Plain || node.cell == CellKind::Text);
  if (!scalar) {
    wrong_kind(reading, node, path, "a duration such as 30s or 1h30m");
    return;
  }
  const auto read = parse_duration(node.text);
  if (read) {
    value = *read;
  } else {
    reading.error(node.mark, path + " cannot be " + quote_text(node.text),
                  "a duration has units, the larger first: 20ms, 30s, 5m, 48h, 30d, 1w, 1h30m");
  }
}

void read_field(Reading& reading, const Node& node, const std::string& path, Size value) {
  const bool scalar = node.kind == Node::Kind::Scalar && (node.cell == CellKind::Plain || node.cell == CellKind::Text);
  if (!scalar) {
    wrong_kind(reading, node, path, "a size such as 256MiB");
    return;
  }
  const auto read = parse_size(node.text);
  if (read) {
    value.bytes = *read;
  } else {
    reading.error(node.mark, path + " cannot be " + quote_text(node.text),
                  "a size has a unit: B, KiB, MiB, GiB or TiB");
  }
}

void read_field(Reading& reading, const Node& node, const std::string& path, Count value) {
  if (!is_plain(node) || core_type(node.text) != CoreType::Integer) {
    wrong_kind(reading, node, path, "a whole number");
    return;
  }
  const auto read = core_integer(node.text);
  if (read && *read >= value.least && *read <= value.most) {
    value.number = *read;
  } else {
    reading.error(node.mark, path + " cannot be " + node.text,
                  "from " + std::to_string(value.least) + " to " + std::to_string(value.most));
  }
}

void read_field(Reading& reading, const Node& node, const std::string& path, Columns value) {
  read_names(reading, node, path, [&](const Node& item, std::string&& text) {
    value.names.push_back({std::move(text), item.mark});
  });
  if (value.required && node.kind == Node::Kind::Sequence && node.items.empty()) {
    reading.error(node.mark, path + " must name at least one column");
  }
}

void read_field(Reading& reading, const Node& node, const std::string& path, ColumnTexts value) {
  read_names(reading, node, path, [&](const Node&, std::string&& text) { value.names.push_back(std::move(text)); });
}

void read_field(Reading& reading, const Node& node, const std::string& path, ColumnValues value) {
  if (!expect_map(reading, node, path)) return;
  if (node.entries.empty()) reading.error(node.mark, path + " must name at least one column");
  for (const yaml::Entry& entry : node.entries) {
    Scalar scalar;
    if (entry.key.empty()) reading.error(entry.mark, "the name of a column is empty");
    if (read_scalar(reading, entry.value, path + "." + entry.key, scalar))
      value.values.emplace_back(entry.key, std::move(scalar));
  }
}

void read_field(Reading& reading, const Node& node, const std::string& path, DocumentNames value) {
  read_names(reading, node, path, [&](const Node&, std::string&& text) { value.names.push_back(std::move(text)); });
}

void read_field(Reading& reading, const Node& node, const std::string& path, Choices value) {
  if (!expect_list(reading, node, path)) return;
  if (node.items.empty()) reading.error(node.mark, path + " must not be empty", "leave it out for everything");
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const int chosen = read_choice(reading, node.items[i], path + "[" + std::to_string(i) + "]", value.allowed);
    if (chosen < 0) continue;
    const std::string& name = value.allowed[static_cast<std::size_t>(chosen)];
    if (std::find(value.chosen.begin(), value.chosen.end(), name) != value.chosen.end()) {
      reading.error(node.items[i].mark, path + " names " + quote_text(name) + " twice");
    } else {
      value.chosen.push_back(name);
    }
  }
}

void read_field(Reading& reading, const Node& node, const std::string& path, SubstitutedName value) {
  read_substituted(reading, node, path, value.text.text);
  value.text.mark = node.mark;
}

void read_field(Reading& reading, const Node& node, const std::string& path, SubstitutedText value) {
  read_substituted(reading, node, path, value.text);
}

}  // namespace holdfast::fields
