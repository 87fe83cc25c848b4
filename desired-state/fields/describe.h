// Every field of every document, said once. A visitor reads a document by it (read_object.h), another writes the JSON
// Schema (schema_object.h); so the two cannot differ, and a new field is one line here and one in docs/documents.md.
//
// A visitor has
//   required(name, value, help), optional(name, value, help)   one field; `value` is the member or a wrapper around it
//   exactly_one(names), at_least_one(names)                    which of the optional fields belong together
#pragma once

#include "desired-state/fields/field_types.h"

namespace holdfast::fields {

template <class V>
void describe(V& v, Policy& policy) {
  v.optional("missing", policy.missing, "What is done about a declared row that is not there.");
  v.optional("changed", policy.changed, "What is done about a declared row that has other values.");
  v.optional("forbidden", policy.forbidden, "What is done about a row that a forbidden rule matches.");
  v.optional("extra", policy.extra, "What is done about rows that nothing names. Delete makes the table exact.");
  v.optional("removed", policy.removed, "What is done about a row that Holdfast owns and that has left the documents.");
  v.optional("identity", policy.identity, "What is done about a row that is there under another primary key.");
  v.optional("dependents", policy.dependents, "What happens to rows that refer to a row that is deleted.");
  v.optional("sideEffects", policy.side_effects, "Whether triggers may change rows that the plan does not name.");
}

template <class V>
void describe(V& v, Limits& limits) {
  v.optional("deletes", Count{limits.deletes, 0, 1'000'000'000}, "Rows that may be deleted within `per`.");
  v.optional("dependentDeletes", Count{limits.dependent_deletes, 0, 1'000'000'000},
             "Rows that may be deleted within `per` because they refer to a deleted one.");
  v.optional("per", limits.per, "The time that the two numbers are for.");
  v.optional("deletePercent", Count{limits.delete_percent, 0, 100},
             "The share of the table's rows that one run may delete; counts from 100 rows on.");
}

template <class V>
void describe(V& v, Rename& rename) {
  v.required("from", ColumnValues{rename.from}, "The key that the row had.");
  v.required("to", ColumnValues{rename.to}, "The key that it gets.");
}

template <class V>
void describe(V& v, RowsFrom& from) {
  v.required("file", RowFileName{from.file},
             "A .csv, .ndjson, .jsonl, .yaml or .yml file in the document's own folder.");
}

template <class V>
void describe(V& v, Reference& reference) {
  v.required("rowSet", reference.row_set, "The RowSet that is referred to.");
  v.required("by", reference.by, "The column of that set whose value the rows here give.");
  v.required("column", reference.to_column, "The column of that set whose value is stored here.");
}

template <class V>
void describe(V& v, Expectation& expectation) {
  v.required("name", expectation.name, "The name in metrics and messages.");
  v.required("query", expectation.query, "One read-only statement that gives one number.");
  v.optional("atMost", expectation.at_most, "The number must not be larger.");
  v.optional("atLeast", expectation.at_least, "The number must not be smaller.");
  v.optional("equals", expectation.equals, "The number must be this one.");
  v.optional("timeout", expectation.timeout, "The query is given up after this time.");
  v.at_least_one({"atMost", "atLeast", "equals"});
}

template <class V>
void describe(V& v, Matcher& matcher) {
  using Kind = Matcher::Kind;
  v.optional("equals", MatcherValue{matcher, Kind::Equals}, "The value is this one.");
  v.optional("like", MatcherValue{matcher, Kind::Like}, "The value matches this SQL LIKE pattern.");
  v.optional("regex", MatcherValue{matcher, Kind::Regex}, "This RE2 expression is found in the value.");
  v.optional("in", MatcherValue{matcher, Kind::In}, "The value is one of these.");
  v.optional("isNull", MatcherValue{matcher, Kind::IsNull}, "The value is NULL (true) or is not (false).");
  v.optional("ignoreCase", matcher.ignore_case, "Letters of either case are the same (Unicode).");
  v.optional("trim", matcher.trim, "White space at both ends does not count (Unicode).");
  v.exactly_one({"equals", "like", "regex", "in", "isNull"});
}

template <class V>
void describe(V& v, RowSetDocument& set) {
  v.optional("databaseRef", DocumentRef{set.database_ref}, "The Database; may be left out when there is one.");
  v.required("table", set.table, "The table that the rows are in.");
  v.required("key", Columns{set.key, true}, "The columns that a declared row is found by.");
  v.required("mode", set.mode, "Enforce changes the database, Observe only tells.");
  v.optional("initial", Columns{set.initial, false},
             "Columns that are set at insert and are the users' own afterwards.");
  v.optional("defaults", ColumnValues{set.defaults}, "Columns that every row has unless it says otherwise.");
  v.optional("rows", Rows{set}, "The rows that must be there.");
  v.optional("rowsFrom", set.rows_from, "Files with more rows.");
  v.optional("renames", set.renames, "Keys that have changed: an update instead of a delete and an insert.");
  v.optional("forbidden", set.forbidden, "Rows that must not be there. The columns of one rule must all match.");
  v.optional("references", References{set.references}, "Columns whose rows give a name instead of an id.");
  v.optional("policy", set.policy, "What is done about each kind of difference.");
  v.optional("limits", set.limits, "How many rows may be deleted.");
  v.optional("sensitive", ColumnTexts{set.sensitive}, "Columns whose values are masked in plans, pages and messages.");
  v.optional("interval", set.interval, "The time between full comparisons when nothing woke the agent.");
  v.optional("expect", set.expect, "Queries whose answer is watched.");
  v.optional("allowEmpty", set.allow_empty, "Allows an empty set with `extra: Delete`, which empties the table.");
}

template <class V>
void describe(V& v, JournalFields journal) {
  v.optional("redact", ColumnTexts{journal.document.journal_redact}, "Columns that are kept out of the journal.");
  v.optional("maxAge", journal.document.journal_max_age, "Older entries are removed.");
  v.optional("maxSize", Size{journal.document.journal_max_size_bytes},
             "The oldest entries go when the journal is larger.");
}

template <class V>
void describe(V& v, DatabaseDocument& database) {
  v.required("url", SubstitutedName{database.url}, "Where it is: sqlite:PATH, postgres://… or mysql://….");
  v.optional("journalMode", database.journal_mode, "Wal switches a SQLite database to WAL.");
  v.optional("lockTimeout", database.lock_timeout, "The time to wait for other writers.");
  v.optional("setup", database.setup, "CREATE TABLE and CREATE INDEX IF NOT EXISTS statements.");
  v.optional("journal", JournalFields{database}, "What is kept about each change.");
}

template <class V>
void describe(V& v, Retention& retention) {
  v.optional("keep", retention.keep, "The time that a backup is kept.");
  v.optional("hourly", Count{retention.hourly, 0, 1'000'000}, "Hourly backups that are kept.");
  v.optional("daily", Count{retention.daily, 0, 1'000'000}, "Daily backups that are kept.");
}

template <class V>
void describe(V& v, BackupPolicyDocument& backup) {
  v.optional("databaseRef", DocumentRef{backup.database_ref}, "The Database; may be left out when there is one.");
  v.required("to", SubstitutedText{backup.to}, "Where backups go: s3://BUCKET/PATH or file:///FOLDER.");
  v.optional("endpoint", SubstitutedText{backup.endpoint}, "The address of an S3-compatible store.");
  v.optional("region", backup.region, "The region of the store.");
  v.optional("retention", backup.retention, "What is kept.");
  v.optional("drill", backup.drill, "The time between restore drills.");
}

template <class V>
void describe(V& v, NotifierTarget target) {
  v.required("url", SubstitutedText{target.document.url}, "The address to send to.");
  if (target.kind == NotifierKind::Webhook) {
    v.optional("secret", SubstitutedText{target.document.secret}, "Signs what is sent.");
  }
  if (target.kind == NotifierKind::Heartbeat) {
    v.optional("every", target.document.every, "The time between two signs of life.");
  }
}

template <class V>
void describe(V& v, NotifierDocument& notifier) {
  v.optional("slack", NotifierTarget{notifier, NotifierKind::Slack}, "A Slack incoming webhook.");
  v.optional("webhook", NotifierTarget{notifier, NotifierKind::Webhook}, "Any address that takes JSON.");
  v.optional("alertmanager", NotifierTarget{notifier, NotifierKind::Alertmanager}, "A Prometheus Alertmanager.");
  v.optional("heartbeat", NotifierTarget{notifier, NotifierKind::Heartbeat}, "An address that expects signs of life.");
  v.optional("when",
             Choices{notifier.when, {"drift", "wipe", "vanish", "forbidden", "fight", "blocked", "failed", "resolved"}},
             "What is told; everything by default.");
  v.optional("rowSets", DocumentNames{notifier.row_sets}, "The RowSets it is about; all by default.");
  v.exactly_one({"slack", "webhook", "alertmanager", "heartbeat"});
}

// True for what `describe` knows as an object.
template <class T>
inline constexpr bool is_object = false;
template <>
inline constexpr bool is_object<Policy> = true;
template <>
inline constexpr bool is_object<Limits> = true;
template <>
inline constexpr bool is_object<Rename> = true;
template <>
inline constexpr bool is_object<RowsFrom> = true;
template <>
inline constexpr bool is_object<Expectation> = true;
template <>
inline constexpr bool is_object<JournalFields> = true;
template <>
inline constexpr bool is_object<Retention> = true;
template <>
inline constexpr bool is_object<NotifierTarget> = true;

}  // namespace holdfast::fields
