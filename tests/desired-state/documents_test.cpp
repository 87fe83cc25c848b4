// Every document decodes into its values, and every mistake in one is told with its place and mend.
#include <gtest/gtest.h>

#include "tests/desired-state/decoding.h"

namespace holdfast::testing {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

std::string document(std::string_view kind, std::string_view spec) {
  return "apiVersion: holdfast.dev/v1alpha1\nkind: " + std::string(kind) +
         "\nmetadata: {name: x}\nspec: " + std::string(spec) + "\n";
}

TEST(Documents, ADatabase) {
  DecodeOptions options;
  options.environment = {{"DATA", "/data"}};
  const Decoded got = decode_one(
      "apiVersion: holdfast.dev/v1alpha1\nkind: Database\n"
      "metadata: {name: popup, labels: {team: ads}, annotations: {note: \"1\"}}\n"
      "spec:\n  url: \"sqlite:${DATA}/popup.db\"\n  journalMode: Wal\n  lockTimeout: 1m\n"
      "  setup: |\n    CREATE TABLE IF NOT EXISTS t (price TEXT DEFAULT '${NOT_A_VARIABLE}$');\n"
      "  journal: {redact: [email], maxAge: 30d, maxSize: 64KiB}\n",
      options);
  ASSERT_EQ(got.all_errors(), "");
  const DatabaseDocument& database = got.state.databases.at(0);
  EXPECT_EQ(database.name.text, "popup");
  EXPECT_EQ(database.name.mark, (Mark{3, 18}));
  EXPECT_EQ(database.file, "d.yaml");
  EXPECT_EQ(database.mark, (Mark{1, 1}));
  EXPECT_EQ(database.url.text, "sqlite:/data/popup.db");
  EXPECT_EQ(database.url.mark, (Mark{5, 8}));
  EXPECT_EQ(database.journal_mode, JournalMode::Wal);
  EXPECT_EQ(database.lock_timeout, minutes(1));
  EXPECT_EQ(database.setup->text, "CREATE TABLE IF NOT EXISTS t (price TEXT DEFAULT '${NOT_A_VARIABLE}$');\n");
  EXPECT_EQ(database.setup->mark, (Mark{8, 10}));
  EXPECT_EQ(database.journal_redact, std::vector<std::string>{"email"});
  EXPECT_EQ(database.journal_max_age, hours(24 * 30));
  EXPECT_EQ(database.journal_max_size_bytes, 65'536);
}

TEST(Documents, DefaultsAreThoseOfTheContract) {
  const Decoded got = decode_one(row_set("") + "---\n" + document("Database", "{url: \"sqlite:x\"}"));
  ASSERT_EQ(got.all_errors(), "");
  const DatabaseDocument& database = got.state.databases.at(0);
  EXPECT_EQ(database.journal_mode, JournalMode::Keep);
  EXPECT_EQ(database.lock_timeout, seconds(10));
  EXPECT_EQ(database.journal_max_age, hours(24 * 90));
  EXPECT_EQ(database.journal_max_size_bytes, 268'435'456);
  const RowSetDocument& set = got.state.row_sets.at(0);
  EXPECT_EQ(set.policy.missing, MissingPolicy::Insert);
  EXPECT_EQ(set.policy.changed, ChangedPolicy::Update);
  EXPECT_EQ(set.policy.forbidden, ForbiddenPolicy::Delete);
  EXPECT_EQ(set.policy.extra, ExtraPolicy::Keep);
  EXPECT_EQ(set.policy.removed, RemovedPolicy::Keep);
  EXPECT_EQ(set.policy.identity, IdentityPolicy::Report);
  EXPECT_EQ(set.policy.dependents, DependentsPolicy::Restrict);
  EXPECT_EQ(set.policy.side_effects, SideEffectsPolicy::Refuse);
  EXPECT_EQ(set.limits.deletes, 10);
  EXPECT_EQ(set.limits.dependent_deletes, 1000);
  EXPECT_EQ(set.limits.per, hours(1));
  EXPECT_EQ(set.limits.delete_percent, 25);
  EXPECT_EQ(set.interval, seconds(30));
  EXPECT_FALSE(set.has_rows);
  EXPECT_FALSE(set.allow_empty);
}

TEST(Documents, ARowSetWithEverything) {
  const Decoded got = decode_one(
      "apiVersion: holdfast.dev/v1alpha1\nkind: RowSet\nmetadata: {name: campaigns}\nspec:\n"
      "  databaseRef: {name: popup}\n  table: campaigns\n  key: [name, \"code\"]\n  mode: Observe\n"
      "  initial: [logo_url]\n  defaults: {active: true, note: \"x\", gone: ~}\n"
      "  renames: [{from: {name: Hulu, code: 1}, to: {name: \"Hulu - more\", code: 1}}]\n"
      "  forbidden:\n    - {name: {equals: Prizies, ignoreCase: true, trim: true}, code: 7}\n"
      "    - {name: {like: \"%x%\"}}\n    - {name: {regex: \"^x\"}}\n    - {code: {in: [1, \"2\"]}}\n"
      "    - {name: {isNull: false}}\n    - {name: ~}\n"
      "  references: {owner: {rowSet: owners, by: name, column: id}}\n"
      "  policy: {missing: Report, changed: Ignore, forbidden: Report, extra: Delete, removed: Delete, identity: Move,"
      " dependents: FollowSchema, sideEffects: Allow}\n"
      "  limits: {deletes: 0, dependentDeletes: 5, per: 1d, deletePercent: 100}\n"
      "  sensitive: [email]\n  interval: 5m\n  allowEmpty: true\n"
      "  expect:\n    - {name: none, query: \"SELECT 1\", atMost: 0}\n"
      "    - {name: some, query: \"SELECT 1\", atLeast: 1.5, equals: 2, timeout: 20ms}\n");
  ASSERT_EQ(got.all_errors(), "");
  const RowSetDocument& set = got.state.row_sets.at(0);
  EXPECT_EQ(set.database_ref->text, "popup");
  EXPECT_EQ(set.table.text, "campaigns");
  EXPECT_EQ(set.key.at(1).text, "code");
  EXPECT_EQ(set.key.at(1).mark, (Mark{7, 15}));
  EXPECT_EQ(set.mode, Mode::Observe);
  EXPECT_EQ(set.initial.at(0).text, "logo_url");
  ASSERT_EQ(set.defaults.size(), 3u);
  EXPECT_EQ(set.defaults[0].second.kind, CellKind::Plain);
  EXPECT_EQ(set.defaults[1].second.kind, CellKind::Text);
  EXPECT_EQ(set.defaults[2].second.kind, CellKind::Null);
  EXPECT_EQ(set.renames.at(0).to.at(0).second.bytes, "Hulu - more");
  EXPECT_EQ(set.renames.at(0).mark, (Mark{11, 13}));
  ASSERT_EQ(set.forbidden.size(), 6u);
  const Matcher& equals = set.forbidden[0].columns.at(0).second;
  EXPECT_EQ(equals.kind, Matcher::Kind::Equals);
  EXPECT_EQ(equals.values.at(0).bytes, "Prizies");
  EXPECT_TRUE(equals.ignore_case && equals.trim);
  EXPECT_EQ(set.forbidden[0].columns.at(1).second.kind, Matcher::Kind::Exact);
  EXPECT_EQ(set.forbidden[1].columns.at(0).second.kind, Matcher::Kind::Like);
  EXPECT_EQ(set.forbidden[2].columns.at(0).second.kind, Matcher::Kind::Regex);
  EXPECT_EQ(set.forbidden[3].columns.at(0).second.values.at(1).kind, CellKind::Text);
  EXPECT_FALSE(set.forbidden[4].columns.at(0).second.is_null);
  EXPECT_EQ(set.forbidden[5].columns.at(0).second.kind, Matcher::Kind::IsNull);
  EXPECT_TRUE(set.forbidden[5].columns.at(0).second.is_null);
  const Reference& reference = set.references.at(0);
  EXPECT_EQ(reference.column + " " + reference.row_set + " " + reference.by + " " + reference.to_column,
            "owner owners name id");
  EXPECT_EQ(set.policy.extra, ExtraPolicy::Delete);
  EXPECT_EQ(set.policy.dependents, DependentsPolicy::FollowSchema);
  EXPECT_EQ(set.policy.side_effects, SideEffectsPolicy::Allow);
  EXPECT_EQ(set.limits.deletes, 0);
  EXPECT_EQ(set.limits.per, hours(24));
  EXPECT_EQ(set.sensitive.at(0), "email");
  EXPECT_EQ(set.interval, minutes(5));
  EXPECT_TRUE(set.allow_empty);
  EXPECT_EQ(set.expect.at(0).at_most, 0.0);
  EXPECT_EQ(set.expect.at(0).timeout, seconds(5));
  EXPECT_EQ(set.expect.at(1).at_least, 1.5);
  EXPECT_EQ(set.expect.at(1).timeout, milliseconds(20));
}

TEST(Documents, BackupPolicyAndNotifierAreReadStrictlyAndNotActedOn) {
  DecodeOptions options;
  options.environment = {{"HOOK", "https://hooks.example.com/x"}};
  const Decoded got = decode_one(
      document("BackupPolicy",
               "{databaseRef: {name: popup}, to: \"s3://b/p\", endpoint: \"${HOOK}\", region: auto, "
               "retention: {keep: 7d, hourly: 1, daily: 2}, drill: 48h}") +
          "---\n" +
          document("Notifier", "{webhook: {url: \"${HOOK}\", secret: s}, when: [wipe, failed], rowSets: [a]}") +
          "---\n" + document("Notifier", "{heartbeat: {url: x, every: 5m}}"),
      options);
  ASSERT_EQ(got.all_errors(), "");
  EXPECT_EQ(got.warnings, (std::vector<std::string>{"d.yaml:1:1: BackupPolicy is not acted on by this version",
                                                    "d.yaml:6:1: Notifier is not acted on by this version",
                                                    "d.yaml:11:1: Notifier is not acted on by this version"}));
  const BackupPolicyDocument& backup = got.state.backup_policies.at(0);
  EXPECT_EQ(backup.to + " " + backup.endpoint + " " + backup.region, "s3://b/p https://hooks.example.com/x auto");
  EXPECT_EQ(backup.retention.daily, 2);
  EXPECT_EQ(backup.drill, hours(48));
  const NotifierDocument& webhook = got.state.notifiers.at(0);
  EXPECT_EQ(webhook.kind, NotifierKind::Webhook);
  EXPECT_EQ(webhook.url + " " + webhook.secret, "https://hooks.example.com/x s");
  EXPECT_EQ(webhook.when, (std::vector<std::string>{"wipe", "failed"}));
  EXPECT_EQ(got.state.notifiers.at(1).kind, NotifierKind::Heartbeat);
  EXPECT_EQ(got.state.notifiers.at(1).every, minutes(5));
}

struct Case {
  std::string text;
  std::vector<std::string> errors;  // after "d.yaml:"
};

void check(const Case& one) {
  std::string want;
  for (const std::string& error : one.errors) want += "d.yaml:" + error + "\n";
  EXPECT_EQ(decode_one(one.text).all_errors(), want) << one.text;
}

TEST(Documents, WrongHeads) {
  const Case cases[] = {
      {"kind: RowSet\n",
       {"1:1: apiVersion is missing (write apiVersion: holdfast.dev/v1alpha1)",
        "1:1: metadata is missing (write metadata: {name: …})", "1:1: spec is missing"}},
      {"apiVersion: v1\nkind: Rowset\n",
       {"1:13: apiVersion cannot be \"v1\" (this version knows holdfast.dev/v1alpha1)",
        "2:7: kind cannot be \"Rowset\" (did you mean \"RowSet\"? one of Database, RowSet, BackupPolicy, Notifier)"}},
      {"apiVersion: holdfast.dev/v1alpha1\nkind: ConfigMap\n",
       {"2:7: kind cannot be \"ConfigMap\" (one of Database, RowSet, BackupPolicy, Notifier)"}},
      {"apiVersion: 1\nkind: [RowSet]\n",
       {"1:13: apiVersion must be text, not a number (quote it: \"1\")", "2:7: kind must be text, not a list"}},
      {"apiVersion: holdfast.dev/v1alpha1\nkind: RowSet\nmetadata: {name: A_b, namspace: x, labels: {a: 1}}\nspec: "
       "{}\nstatus: {}\n",
       {"3:18: metadata.name cannot be \"A_b\" (lower-case letters, digits, - and ., at most 253, as names in "
        "Kubernetes)",
        "3:23: metadata has no field \"namspace\" (its fields: name, labels, annotations)",
        "3:48: metadata.labels.a must be text, not a number (quote it)",
        "4:7: spec.table is missing (the table that the rows are in)",
        "4:7: spec.key is missing (the columns that a declared row is found by)",
        "4:7: spec.mode is missing (say Enforce or Observe)",
        "5:1: a document has no field \"status\" (its fields: apiVersion, kind, metadata, spec)"}},
      {"apiVersion: holdfast.dev/v1alpha1\nkind: RowSet\nmetadata: x\nspec:\n",
       {"3:11: metadata must be a map, not text", "4:1: spec has no value (it must be a map)"}},
      {"apiVersion: holdfast.dev/v1alpha1\nkind: RowSet\nmetadata: {}\nspec: [a]\n",
       {"3:11: metadata.name is missing", "4:7: spec must be a map, not a list"}},
      {document("Database", "{url: \"sqlite:${NOPE}\", lockTimeout: 5}"),
       {"4:13: spec.url: the environment variable NOPE is not set (set it, or write ${NOPE:-default})",
        "4:44: spec.lockTimeout cannot be \"5\" (a duration has units, the larger first: 20ms, 30s, 5m, 48h, 30d, 1w, "
        "1h30m)"}},
      {document("Database", "{url: \"a${b\", journal: {maxSize: 3}}"),
       {"4:13: spec.url: a ${ is not closed (write ${NAME} or ${NAME:-default}, and $$ for a dollar sign)",
        "4:40: spec.journal.maxSize cannot be \"3\" (a size has a unit: B, KiB, MiB, GiB or TiB)"}},
      {document("Notifier", "{slack: {url: x}, webhook: {url: y}, when: [drfit, drift, drift]}"),
       {"4:25: spec has both slack and webhook (exactly one of slack, webhook, alertmanager, heartbeat)",
        "4:51: spec.when[0] cannot be \"drfit\" (did you mean \"drift\"? one of drift, wipe, vanish, forbidden, fight, "
        "blocked, failed, resolved)",
        "4:65: spec.when names \"drift\" twice"}},
      {document("Notifier", "{slack: {url: x, secret: y}}"),
       {"4:24: spec.slack has no field \"secret\" (its fields: url)"}},
      {document("Notifier", "{when: []}"),
       {"4:7: spec needs one of slack, webhook, alertmanager, heartbeat",
        "4:14: spec.when must not be empty (leave it out for everything)"}},
      {document("BackupPolicy", "{retention: {hourly: x}}"),
       {"4:7: spec.to is missing (where backups go: s3://BUCKET/PATH or file:///FOLDER)",
        "4:28: spec.retention.hourly must be a whole number, not text"}},
  };
  for (const Case& one : cases) check(one);
}

TEST(Documents, WrongFieldsOfARowSet) {
  const std::string duration = " (a duration has units, the larger first: 20ms, 30s, 5m, 48h, 30d, 1w, 1h30m)";
  const std::pair<const char*, std::vector<std::string>> cases[] = {
      {"  modus: x\n", {"8:3: spec has no field \"modus\" (did you mean \"mode\"?)"}},
      {"  policy: {missing: insert}\n",
       {"8:21: spec.policy.missing cannot be \"insert\" (did you mean \"Insert\"? one of Insert, Report)"}},
      {"  policy: {missing: Foo, other: 1}\n",
       {"8:21: spec.policy.missing cannot be \"Foo\" (one of Insert, Report)",
        "8:26: spec.policy has no field \"other\" (its fields: missing, changed, forbidden, extra, removed, identity, "
        "dependents, sideEffects)"}},
      {"  policy:\n", {"8:3: spec.policy has no value (it must be a map)"}},
      {"  limits: {deletes: many, per: 5, deletePercent: 101}\n",
       {"8:21: spec.limits.deletes must be a whole number, not text",
        "8:32: spec.limits.per cannot be \"5\"" + duration,
        "8:50: spec.limits.deletePercent cannot be 101 (from 0 to 100)"}},
      {"  limits: {deletes: 99999999999999999999}\n",
       {"8:21: spec.limits.deletes cannot be 99999999999999999999 (from 0 to 1000000000)"}},
      {"  limits: {deletes: \"5\"}\n", {"8:21: spec.limits.deletes must be a whole number, not text"}},
      {"  interval: 0s\n", {"8:13: spec.interval cannot be \"0s\"" + duration}},
      {"  interval: [1s]\n", {"8:13: spec.interval must be a duration such as 30s or 1h30m, not a list"}},
      {"  sensitive: email\n", {"8:14: spec.sensitive must be a list, not text (write [email])"}},
      {"  sensitive: [a, A]\n", {"8:18: spec.sensitive names \"A\" twice"}},
      {"  initial: [1, \"\"]\n",
       {"8:13: spec.initial[0] must be text, not a number (quote it: \"1\")",
        "8:16: spec.initial[1] must not be empty"}},
      {"  defaults: {a: {b: c}}\n", {"8:17: spec.defaults.a must be a single value, not a map"}},
      {"  defaults: {}\n", {"8:13: spec.defaults must name at least one column"}},
      {"  rows:\n", {"8:3: spec.rows has no value (write rows: [] when there shall be none)"}},
      {"  rows: x\n", {"8:9: spec.rows must be a list of rows, not text (write - {column: value, …})"}},
      {"  rowsFrom: [{file: x.txt}, {fiel: x.csv}, x.csv]\n",
       {"8:21: spec.rowsFrom[0].file cannot be \"x.txt\" (a file of rows ends with .csv, .ndjson, .jsonl, .yaml or "
        ".yml)",
        "8:29: spec.rowsFrom[1].file is missing (a .csv, .ndjson, .jsonl, .yaml or .yml file in the document's own "
        "folder)",
        "8:30: spec.rowsFrom[1] has no field \"fiel\" (did you mean \"file\"?)",
        "8:44: spec.rowsFrom[2] must be a map, not text"}},
      {"  rowsFrom: [{file: x.csv}]\n", {"8:14: the file \"x.csv\" is not there"}},
  };
  for (const auto& [spec, errors] : cases) check({row_set(spec), errors});
}

TEST(Documents, WrongRulesReferencesAndExpectations) {
  const std::pair<const char*, std::vector<std::string>> cases[] = {
      {"  renames: [{from: {a: 1}}]\n", {"8:13: spec.renames[0].to is missing (the key that it gets)"}},
      {"  renames: [{from: {}, to: {a: [b]}}]\n",
       {"8:20: spec.renames[0].from must name at least one column",
        "8:32: spec.renames[0].to.a must be a single value, not a list"}},
      {"  forbidden: [{}]\n",
       {"8:15: spec.forbidden[0] must name at least one column (an empty rule would match every row)"}},
      {"  forbidden: [{a: {equals: 1, like: x}}]\n",
       {"8:31: spec.forbidden[0].a has both equals and like (exactly one of equals, like, regex, in, isNull)"}},
      {"  forbidden: [{a: {ignoreCase: true}}]\n",
       {"8:19: spec.forbidden[0].a needs one of equals, like, regex, in, isNull"}},
      {"  forbidden: [{a: {in: []}}, {a: {in: [~]}}, {a: {equals: ~}}, {a: [x]}, {a: {isNull: 1}}, {a: {like: 5}}]\n",
       {"8:24: spec.forbidden[0].a.in must not be empty",
        "8:40: spec.forbidden[1].a.in[0] cannot be null (use isNull: true in a rule of its own)",
        "8:59: spec.forbidden[2].a.equals cannot be null (use isNull: true)",
        "8:68: spec.forbidden[3].a must be a single value, not a list",
        "8:87: spec.forbidden[4].a.isNull must be true or false, not a number",
        "8:103: spec.forbidden[5].a.like must be text, not a number (quote it: \"5\")"}},
      {"  references: {a: {rowset: x, by: y}}\n",
       {"8:19: spec.references.a.rowSet is missing (the RowSet that is referred to)",
        "8:19: spec.references.a.column is missing (the column of that set whose value is stored here)",
        "8:20: spec.references.a has no field \"rowset\" (did you mean \"rowSet\"?)"}},
      {"  expect: [{name: x, query: y}]\n", {"8:12: spec.expect[0] needs at least one of atMost, atLeast, equals"}},
      {"  expect: [{name: x, query: y, atMost: lots}]\n", {"8:40: spec.expect[0].atMost must be a number, not text"}},
      {"  allowEmpty: \"true\"\n", {"8:15: spec.allowEmpty must be true or false, not text"}},
      {"  databaseRef: db\n", {"8:16: spec.databaseRef must be a map, not text (write {name: db})"}},
      {"  databaseRef: {nam: db}\n",
       {"8:16: spec.databaseRef.name is missing (the name of a Database)",
        "8:17: spec.databaseRef has no field \"nam\" (its fields: name)"}},
  };
  for (const auto& [spec, errors] : cases) check({row_set(spec), errors});
  check(
      {"apiVersion: holdfast.dev/v1alpha1\nkind: RowSet\nmetadata: {name: x}\nspec: {table: 2024, key: [], mode: "
       "enforce}\n",
       {"4:15: spec.table must be text, not a number (quote it: \"2024\")",
        "4:26: spec.key must name at least one column",
        "4:36: spec.mode cannot be \"enforce\" (did you mean \"Enforce\"? one of Enforce, Observe)"}});
}

}  // namespace
}  // namespace holdfast::testing
