#include "desired-state/fields/read_document.h"

#include <algorithm>

#include "desired-state/document_kinds.h"
#include "desired-state/fields/read_object.h"
#include "desired-state/nearest.h"
#include "desired-state/quote_text.h"

namespace holdfast::fields {
namespace {

void read_text_map(Reading& reading, const Node& node, const std::string& path) {
  if (!expect_map(reading, node, path)) return;
  for (const yaml::Entry& entry : node.entries) {
    const bool text = entry.value.kind == Node::Kind::Scalar && yaml::kind_of(entry.value) == "text";
    if (!text) {
      reading.error(entry.value.mark, path + "." + entry.key + " must be text, not " + yaml::kind_of(entry.value),
                    "quote it");
    }
  }
}

void read_metadata(Reading& reading, const Node& root, Name& name) {
  const yaml::Entry* metadata = root.find("metadata");
  if (!metadata) {
    reading.error(root.mark, "metadata is missing", "write metadata: {name: …}");
    return;
  }
  if (!expect_map(reading, metadata->value, "metadata")) return;
  if (!metadata->value.find("name")) reading.error(metadata->value.mark, "metadata.name is missing");
  for (const yaml::Entry& entry : metadata->value.entries) {
    if (entry.key == "name") {
      read_document_name(reading, entry.value, "metadata.name", name);
    } else if (entry.key == "labels" || entry.key == "annotations") {
      read_text_map(reading, entry.value, "metadata." + entry.key);
    } else {
      reading.error(entry.mark, "metadata has no field " + quote_text(entry.key),
                    mend_name(entry.key, {"name", "labels", "annotations"}, "its fields"));
    }
  }
}

// "" after an error.
std::string read_kind(Reading& reading, const Node& root) {
  const std::vector<std::string> kinds = document_kinds();
  const yaml::Entry* version = root.find("apiVersion");
  const yaml::Entry* kind = root.find("kind");
  if (!version) {
    reading.error(root.mark, "apiVersion is missing", std::string("write apiVersion: ") + api_version);
  } else {
    std::string text;
    read_field(reading, version->value, "apiVersion", text);
    if (!text.empty() && text != api_version) {
      reading.error(version->value.mark, "apiVersion cannot be " + quote_text(text),
                    std::string("this version knows ") + api_version);
    }
  }
  if (!kind) {
    reading.error(root.mark, "kind is missing", "one of " + name_list(kinds));
    return {};
  }
  const int index = read_choice(reading, kind->value, "kind", kinds);
  return index < 0 ? std::string() : kinds[static_cast<std::size_t>(index)];
}

template <class T>
T read_as(Reading& reading, const Node& root) {
  T document;
  document.file = reading.file;
  document.mark = root.mark;
  read_metadata(reading, root, document.name);
  const yaml::Entry* spec = root.find("spec");
  if (!spec) {
    reading.error(root.mark, "spec is missing");
  } else if (expect_map(reading, spec->value, "spec")) {
    read_fields(reading, spec->value, "spec", document);
  }
  return document;
}

// The document with the URL that was given for it from outside, if one was: what it says itself, and the variables in
// that, are then of no account.
Node with_url(Node root, const UrlOverrides& urls) {
  yaml::Entry* metadata = root.find("metadata");
  yaml::Entry* spec = root.find("spec");
  const yaml::Entry* name = metadata ? metadata->value.find("name") : nullptr;
  yaml::Entry* url = spec ? spec->value.find("url") : nullptr;
  const auto found = name ? urls.find(name->value.text) : urls.end();
  if (!url || found == urls.end()) return root;
  url->value.kind = Node::Kind::Scalar;
  url->value.cell = CellKind::Text;
  url->value.text.clear();
  for (const char c : found->second) url->value.text += c == '$' ? "$$" : std::string(1, c);
  return root;
}

void not_acted_on(Reading& reading, const Node& root, const std::string& kind) {
  reading.diagnostics.warning({reading.file, root.mark}, kind + " is not acted on by this version");
}

}  // namespace

void read_document(Reading& reading, const Node& root, DesiredState& state) {
  if (root.kind != Node::Kind::Map) {
    reading.error(root.mark, "a document must be a map, not " + yaml::kind_of(root),
                  "with apiVersion, kind, metadata and spec");
    return;
  }
  const std::vector<std::string> fields = {"apiVersion", "kind", "metadata", "spec"};
  for (const yaml::Entry& entry : root.entries) {
    if (std::find(fields.begin(), fields.end(), entry.key) != fields.end()) continue;
    reading.error(entry.mark, "a document has no field " + quote_text(entry.key),
                  mend_name(entry.key, fields, "its fields"));
  }
  const std::string kind = read_kind(reading, root);
  if (kind == "Database") {
    state.databases.push_back(
        read_as<DatabaseDocument>(reading, reading.urls.empty() ? root : with_url(root, reading.urls)));
  } else if (kind == "RowSet") {
    RowSetDocument set = read_as<RowSetDocument>(reading, root);
    set.has_rows = set.has_rows || !set.rows_from.empty();
    state.row_sets.push_back(std::move(set));
  } else if (kind == "BackupPolicy") {
    state.backup_policies.push_back(read_as<BackupPolicyDocument>(reading, root));
    not_acted_on(reading, root, kind);
  } else if (kind == "Notifier") {
    state.notifiers.push_back(read_as<NotifierDocument>(reading, root));
    not_acted_on(reading, root, kind);
  }
}

}  // namespace holdfast::fields
