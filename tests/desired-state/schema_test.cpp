// The published JSON Schema says what the decoder says: it is what the descriptions generate, and a validator that
// knows nothing of Holdfast accepts and refuses the same documents.
#include "desired-state/fields/schema.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "desired-state/core_schema.h"
#include "desired-state/yaml/event_reader.h"
#include "desired-state/yaml/node_builder.h"
#include "tests/desired-state/decoding.h"

namespace holdfast::testing {
namespace {

namespace json = boost::json;

const std::string root = HOLDFAST_SOURCE;

std::string content(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST(Schema, ThePublishedFileIsWhatTheDescriptionsGenerate) {
  EXPECT_EQ(content(root + "/docs/schema/holdfast.schema.json"), json_schema())
      << "publish it anew: build/dev/bin/write_schema > docs/schema/holdfast.schema.json";
}

// A YAML document as an editor's schema validator sees it.
json::value to_json(CellKind kind, const std::string& text) {
  if (kind == CellKind::Null) return nullptr;
  if (kind != CellKind::Plain) return json::value(text);
  if (const auto boolean = core_boolean(text)) return *boolean;
  if (const auto integer = core_integer(text)) return *integer;
  if (const auto number = core_number(text)) return *number;
  return json::value(text);
}

json::value to_json(const yaml::Node& node) {
  switch (node.kind) {
    case yaml::Node::Kind::Scalar: return to_json(node.cell, node.text);
    case yaml::Node::Kind::Sequence: {
      json::array list;
      for (const yaml::Node& item : node.items) list.push_back(to_json(item));
      return list;
    }
    case yaml::Node::Kind::Map: {
      json::object map;
      for (const yaml::Entry& entry : node.entries) map[entry.key] = to_json(entry.value);
      return map;
    }
    case yaml::Node::Kind::Rows: break;
  }
  json::array rows;
  for (std::size_t row = 0; row < node.rows->size(); ++row) {
    json::object map;
    RowTable::Cursor cursor = node.rows->cursor(row);
    for (const std::string& column : node.rows->columns()) {
      const Cell cell = cursor.next();
      if (cell.present()) map[column] = to_json(cell.kind, std::string(cell.bytes));
    }
    rows.push_back(map);
  }
  return rows;
}

std::vector<json::value> documents_of(const std::string& yaml) {
  std::vector<json::value> documents;
  Diagnostics diagnostics;
  std::size_t cells = 1'000'000;
  yaml::NodeBuilder builder("d.yaml", 100'000, cells, diagnostics,
                            [&](yaml::Node&& node) { documents.push_back(to_json(node)); });
  EXPECT_FALSE(yaml::read_events("d.yaml", yaml, {}, builder, diagnostics)) << yaml;
  EXPECT_FALSE(diagnostics.has_errors()) << to_string(diagnostics.all().front());
  return documents;
}

// What Debian's python3-jsonschema says about each document: "valid" or the first message.
std::vector<std::string> judge(const std::vector<json::value>& documents) {
  std::string pattern = (std::filesystem::temp_directory_path() / "holdfast-schema-XXXXXX").string();
  const std::string folder = mkdtemp(pattern.data());
  std::ofstream(folder + "/documents.json") << json::serialize(json::value_from(documents));
  std::ofstream(folder + "/judge.py") << "import json, sys, jsonschema\n"
                                         "schema = json.load(open(sys.argv[1]))\n"
                                         "jsonschema.Draft7Validator.check_schema(schema)\n"
                                         "validator = jsonschema.Draft7Validator(schema)\n"
                                         "for document in json.load(open(sys.argv[2])):\n"
                                         "    error = next(validator.iter_errors(document), None)\n"
                                         "    print('valid' if error is None else ascii(error.message))\n";
  const std::string command = "/usr/bin/python3 -W ignore " + folder + "/judge.py " + root +
                              "/docs/schema/holdfast.schema.json " + folder + "/documents.json 2>&1";
  std::vector<std::string> verdicts;
  FILE* pipe = popen(command.c_str(), "r");
  std::string line;
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) {
    if (c == '\n') {
      verdicts.push_back(line);
      line.clear();
    } else {
      line += static_cast<char>(c);
    }
  }
  EXPECT_EQ(pclose(pipe), 0) << (verdicts.empty() ? line : verdicts.back());
  std::filesystem::remove_all(folder);
  return verdicts;
}

TEST(Schema, ShippedDocumentsAreValid) {
  std::vector<json::value> documents;
  for (const auto& file : std::filesystem::directory_iterator(root + "/desired-state/popup")) {
    const std::string text = content(file.path().string());
    EXPECT_EQ(text.rfind("# yaml-language-server: $schema=../../docs/schema/holdfast.schema.json\n", 0), 0u)
        << file.path();
    for (json::value& document : documents_of(text)) documents.push_back(std::move(document));
  }
  EXPECT_EQ(documents.size(), 4u);
  EXPECT_EQ(judge(documents), std::vector<std::string>(documents.size(), "valid"));
}

constexpr const char* api = "apiVersion: holdfast.dev/v1alpha1\n";

std::string document(const std::string& kind, const std::string& spec) {
  return api + ("kind: " + kind) + "\nmetadata: {name: x}\nspec: " + spec + "\n";
}

std::string set(const std::string& more) {
  return document("RowSet", "{table: t, key: [id], mode: Enforce" + more + "}");
}

std::vector<std::string> good_texts() {
  return {
      set(""),
      set(", rows: []"),
      set(", rows: [{id: 1, a: ~, b: true, c: 1.5, d: \"x\"}]"),
      set(", rowsFrom: [{file: a/b.csv}]"),
      set(", initial: [], sensitive: [a]"),
      set(", defaults: {a: 1}"),
      set(", databaseRef: {name: db}"),
      set(", renames: [{from: {id: 1}, to: {id: 2}}]"),
      set(", forbidden: [{a: x, b: 1, c: ~, d: {equals: 1}}]"),
      set(", forbidden: [{a: {like: x, ignoreCase: true, trim: false}}, {a: {in: [1, x]}}, {a: {isNull: true}}, {a: "
          "{regex: x}}]"),
      set(", references: {a: {rowSet: s, by: n, column: id}}"),
      set(", policy: {extra: Delete, dependents: FollowSchema}"),
      set(", policy: {}"),
      set(", limits: {deletes: 0, per: 1h30m, deletePercent: 100}"),
      set(", interval: 20ms, allowEmpty: false"),
      set(", expect: [{name: a, query: q, atMost: 0.5}, {name: b, query: q, atLeast: 1, equals: 2, timeout: 1s}]"),
      document("Database", "{url: \"sqlite:x\"}"),
      document("Database",
               "{url: \"sqlite:x\", journalMode: Keep, lockTimeout: 1s, setup: s, journal: {redact: [a], maxAge: 1w2d, "
               "maxSize: 64KiB}}"),
      document("BackupPolicy",
               "{to: x, endpoint: y, region: z, retention: {keep: 1d, hourly: 0, daily: 1}, drill: 24h}"),
      document("Notifier", "{slack: {url: x}}"),
      document("Notifier", "{webhook: {url: x, secret: s}, when: [drift], rowSets: [a]}"),
      document("Notifier", "{heartbeat: {url: x, every: 1m}}"),
      document("Notifier", "{alertmanager: {url: x}}"),
      std::string(api) +
          "kind: Database\nmetadata: {name: a.b-c, labels: {a: b}, annotations: {c: \"1\"}}\nspec: {url: "
          "\"sqlite:x\"}\n",
  };
}

std::vector<std::string> bad_row_sets() {
  return {
      set(", tabel: x"),
      set(", rows: ~"),
      set(", rows: {a: 1}"),
      set(", rowsFrom: [{file: a.txt}]"),
      set(", rowsFrom: [{file: .csv}]"),
      set(", rowsFrom: [a.csv]"),
      set(", rowsFrom: [{}]"),
      set(", initial: [1]"),
      set(", initial: a"),
      set(", defaults: {}"),
      set(", defaults: {a: [1]}"),
      set(", databaseRef: db"),
      set(", databaseRef: {name: DB}"),
      set(", databaseRef: {}"),
      set(", renames: [{from: {id: 1}}]"),
      set(", renames: [{from: {}, to: {id: 1}}]"),
      set(", forbidden: [{}]"),
      set(", forbidden: [x]"),
      set(", forbidden: [{a: {equals: 1, like: x}}]"),
      set(", forbidden: [{a: {trim: true}}]"),
      set(", forbidden: [{a: {equals: ~}}]"),
      set(", forbidden: [{a: {in: []}}]"),
      set(", forbidden: [{a: {in: [~]}}]"),
      set(", forbidden: [{a: {isNull: 1}}]"),
      set(", forbidden: [{a: {like: 5}}]"),
      set(", forbidden: [{a: [1]}]"),
      set(", references: {a: {rowSet: s, by: n}}"),
      set(", policy: {extra: delete}"),
      set(", policy: ~"),
      set(", policy: {other: x}"),
      set(", limits: {deletes: -1}"),
      set(", limits: {deletes: x}"),
      set(", limits: {deletes: 1.5}"),
      set(", limits: {deletePercent: 101}"),
      set(", limits: {per: 5}"),
      set(", interval: 0s"),
      set(", interval: 1s1m"),
      set(", interval: 1.5s"),
      set(", allowEmpty: \"true\""),
      set(", expect: [{name: a, query: q}]"),
      set(", expect: [{name: a, query: q, atMost: x}]"),
  };
}

std::vector<std::string> bad_heads_and_others() {
  return {
      "kind: RowSet\n",
      "apiVersion: v1\nkind: Database\nmetadata: {name: x}\nspec: {url: \"sqlite:x\"}\n",
      document("Rowset", "{}"),
      "[]",
      "x",
      document("RowSet", "{}"),
      document("RowSet", "{table: t, key: [id]}"),
      document("RowSet", "{table: t, key: [], mode: Enforce}"),
      document("RowSet", "{table: 5, key: [id], mode: Enforce}"),
      document("RowSet", "{table: \"\", key: [id], mode: Enforce}"),
      document("RowSet", "{table: t, key: id, mode: Enforce}"),
      document("RowSet", "{table: t, key: [id, id], mode: Enforce}"),
      document("RowSet", "{table: t, key: [id], mode: enforce}"),
      document("Database", "{}"),
      document("Database", "{url: 1}"),
      document("Database", "{url: \"sqlite:x\", journalMode: wal}"),
      document("Database", "{url: \"sqlite:x\", journal: {maxSize: 5}}"),
      document("Database", "{url: \"sqlite:x\", setup: [a]}"),
      document("BackupPolicy", "{}"),
      document("BackupPolicy", "{to: x, retention: {weekly: 1}}"),
      document("Notifier", "{}"),
      document("Notifier", "{slack: {url: x}, webhook: {url: y}}"),
      document("Notifier", "{slack: {url: x, secret: y}}"),
      document("Notifier", "{slack: {}}"),
      document("Notifier", "{slack: {url: x}, when: []}"),
      document("Notifier", "{slack: {url: x}, when: [no]}"),
      std::string(api) + "kind: Database\nmetadata: {name: A}\nspec: {url: \"sqlite:x\"}\n",
      std::string(api) + "kind: Database\nmetadata: {}\nspec: {url: \"sqlite:x\"}\n",
      std::string(api) + "kind: Database\nmetadata: {name: a, labels: {a: 1}}\nspec: {url: \"sqlite:x\"}\n",
      std::string(api) + "kind: Database\nmetadata: {name: a}\nspec: {url: \"sqlite:x\"}\nstatus: {}\n",
      std::string(api) + "kind: Database\nmetadata: {name: a}\n",
  };
}

// The decoder's and the validator's verdicts are the same; what is good has none.
void expect_verdicts(const std::vector<std::string>& texts, const std::vector<json::value>& documents, bool good) {
  DecodeOptions options;
  options.files = {{"a/b.csv", "id\n"}};
  const std::vector<std::string> verdicts = judge(documents);
  ASSERT_EQ(verdicts.size(), texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    EXPECT_EQ(decode_one(texts[i], options).all_errors().empty(), good)
        << texts[i] << decode_one(texts[i], options).all_errors();
    EXPECT_EQ(verdicts[i] == "valid", good) << texts[i] << verdicts[i];
  }
}

TEST(Schema, AgreesWithTheDecoderAboutGoodAndBad) {
  for (const auto& [texts, good] :
       {std::pair(good_texts(), true), std::pair(bad_row_sets(), false), std::pair(bad_heads_and_others(), false)}) {
    std::vector<json::value> documents;
    for (const std::string& text : texts) {
      std::vector<json::value> read = documents_of(text);
      ASSERT_EQ(read.size(), 1u) << text;
      documents.push_back(std::move(read[0]));
    }
    expect_verdicts(texts, documents, good);
  }
}

// Rows that are none never reach the tree, so the validator is shown them as JSON.
TEST(Schema, AgreesWithTheDecoderAboutRows) {
  const std::pair<const char*, json::value> cases[] = {
      {"[1]", json::array{1}},
      {"[{a: [1]}]", json::array{json::object{{"a", json::array{1}}}}},
      {"[{a: {b: 1}}]", json::array{json::object{{"a", json::object{{"b", 1}}}}}},
      {"[{\"\": 1}]", json::array{json::object{{"", 1}}}},
  };
  std::vector<std::string> texts;
  std::vector<json::value> documents;
  for (const auto& [rows, as_json] : cases) {
    texts.push_back(set(std::string(", rows: ") + rows));
    documents.push_back(documents_of(set(""))[0]);
    documents.back().at("spec").as_object()["rows"] = as_json;
  }
  expect_verdicts(texts, documents, false);
}

// Every field of the schema is explained in docs/documents.md.
void collect_fields(const json::value& value, std::vector<std::string>& fields) {
  if (const json::object* object = value.if_object()) {
    for (const auto& [key, member] : *object) {
      if (key == "properties" && member.is_object()) {
        for (const auto& [name, schema] : member.get_object()) fields.emplace_back(name);
      }
      collect_fields(member, fields);
    }
  } else if (const json::array* list = value.if_array()) {
    for (const json::value& item : *list) collect_fields(item, fields);
  }
}

TEST(Schema, EveryFieldIsExplainedInTheReference) {
  const std::string reference = content(root + "/docs/documents.md");
  std::vector<std::string> fields;
  collect_fields(json::parse(json_schema()), fields);
  EXPECT_GT(fields.size(), 60u);
  for (const std::string& field : fields) EXPECT_NE(reference.find("`" + field + "`"), std::string::npos) << field;
}

}  // namespace
}  // namespace holdfast::testing
