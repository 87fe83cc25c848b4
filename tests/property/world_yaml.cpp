// The documents of a world, and a world for people to read.
#include <ostream>

#include "tests/property/world.h"

namespace holdfast::testing {
namespace {

std::string text_scalar(std::string_view bytes) {
  std::string text = "\"";
  for (const char c : bytes) {
    if (c == '"' || c == '\\') text += '\\';
    text += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  return text + '"';
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8U | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) text += i + k > bytes.size() ? '=' : digits[group >> (18U - 6U * k) & 63U];
  }
  return text;
}

std::string scalar(const Value& value) {
  switch (value.kind()) {
    case ValueKind::Null: return "~";
    case ValueKind::Text: return text_scalar(value.view().bytes());
    case ValueKind::Blob: return "!!binary \"" + base64(value.view().bytes()) + "\"";
    default: return literal(value);
  }
}

std::string row(const Cells& cells) {
  std::string text;
  for (const auto& [name, value] : cells) text += (text.empty() ? "" : ", ") + text_scalar(name) + ": " + scalar(value);
  return "{" + text + "}";
}

std::string matcher(const MatcherSpec& what) {
  if (what.field.empty()) return scalar(what.values.front());
  std::string text = "{" + what.field + ": ";
  if (what.field == "isNull") return text + (what.values.front().view().integer() != 0 ? "true}" : "false}");
  if (what.field == "in") {
    std::string values;
    for (const Value& value : what.values) values += (values.empty() ? "" : ", ") + scalar(value);
    return text + "[" + values + "]}";
  }
  text += scalar(what.values.front());
  if (what.ignore_case) text += ", ignoreCase: true";
  if (what.trim) text += ", trim: true";
  return text + "}";
}

std::string names(const Names& all) {
  std::string text;
  for (const std::string& one : all) text += (text.empty() ? "" : ", ") + text_scalar(one);
  return "[" + text + "]";
}

std::string rules(const SetSpec& set) {
  std::string text = "  forbidden:\n";
  for (const auto& rule : set.forbidden) {
    std::string columns;
    for (const auto& [name, what] : rule)
      columns += (columns.empty() ? "" : ", ") + text_scalar(name) + ": " + matcher(what);
    text += "    - {" + columns + "}\n";
  }
  return text;
}

template <class Value>
std::string pairs(const char* what, const std::map<std::string, Value>& all) {
  std::string text;
  for (const auto& [name, value] : all) {
    text += (text.empty() ? "" : ", ") + name + ": ";
    if constexpr (std::is_same_v<Value, int>) {
      text += std::to_string(value);
    } else {
      text += value;
    }
  }
  return all.empty() ? "" : std::string("  ") + what + ": {" + text + "}\n";
}

std::string document(const SetSpec& set) {
  std::string text = "apiVersion: holdfast.dev/v1alpha1\nkind: RowSet\nmetadata: {name: " + set.name + "}\nspec:\n";
  text += "  table: " + text_scalar(set.table) + "\n  key: " + names(set.key) + "\n";
  text += std::string("  mode: ") + (set.enforce ? "Enforce" : "Observe") + "\n";
  if (!set.initial.empty()) text += "  initial: " + names(set.initial) + "\n";
  if (!set.defaults.empty()) text += "  defaults: " + row(set.defaults) + "\n";
  if (!set.rows.empty()) text += "  rows:\n";
  for (const Cells& one : set.rows) text += "    - " + row(one) + "\n";
  if (!set.renames.empty()) text += "  renames:\n";
  for (const auto& [from, to] : set.renames) text += "    - {from: " + row(from) + ", to: " + row(to) + "}\n";
  if (!set.forbidden.empty()) text += rules(set);
  if (!set.references.empty()) text += "  references:\n";
  for (const auto& [column, reference] : set.references) {
    text += "    " + text_scalar(column) + ": {rowSet: " + reference.row_set + ", by: " + text_scalar(reference.by) +
            ", column: " + text_scalar(reference.column) + "}\n";
  }
  text += pairs("policy", set.policy) + pairs("limits", set.limits);
  if (set.rows.empty()) text += "  allowEmpty: true\n";
  return text;
}

}  // namespace

std::string documents(const World& world) {
  std::string text;
  for (const SetSpec& set : world.sets) text += document(set) + "---\n";
  return text;
}

std::ostream& operator<<(std::ostream& out, const World& world) {
  out << "world " << world.seed << "\n";
  for (const auto& statements : {table_statements(world), row_statements(world), trigger_statements(world)}) {
    for (const std::string& one : statements) out << one << ";\n";
  }
  out << documents(world);
  for (const std::string& one : world.edits) out << "somebody else: " << one << ";\n";
  return out;
}

}  // namespace holdfast::testing
