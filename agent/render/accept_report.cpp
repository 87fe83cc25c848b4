#include "agent/render/accept_report.h"

#include "agent/render/escape.h"
#include "agent/render/json_writer.h"
#include "agent/render/value_text.h"

namespace holdfast::agent {
namespace {

using Layout = JsonWriter::Layout;
using Kind = edit::DiffLine::Kind;

Tone tone_of(Kind kind) {
  switch (kind) {
    case Kind::File: return Tone::Title;
    case Kind::Hunk:
    case Kind::NoLineFeed: return Tone::Faint;
    case Kind::Removed: return Tone::Delete;
    case Kind::Added: return Tone::Insert;
    case Kind::Context: break;
  }
  return Tone::Plain;
}

// Tabs are indentation; the carriage return of a line's end is no part of what is read.
std::string shown_line(std::string_view line) {
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  std::string out;
  while (true) {
    const std::size_t tab = line.find('\t');
    out += printable(line.substr(0, tab));
    if (tab == std::string_view::npos) return out;
    out += '\t';
    line.remove_prefix(tab + 1);
  }
}

void text_member(JsonWriter& json, std::string_view name, std::string_view text) {
  json.key(name);
  json.string(text);
}

void value_member(JsonWriter& json, std::string_view name, bool masked, const Value& value) {
  json.key(name);
  masked ? json.string(mask) : json.cell(Cell::of(value.view()));
}

void value_object(JsonWriter& json, const AcceptedValue& value) {
  json.begin_object(Layout::Inline);
  text_member(json, "column", value.column);
  value_member(json, "from", value.masked, value.from);
  value_member(json, "to", value.masked, value.to);
  text_member(json, "file", value.where.file);
  json.key("line");
  json.number(value.where.mark.line);
  json.key("added");
  json.boolean(value.added);
  json.end_object();
}

void row_object(JsonWriter& json, const AcceptedRow& row) {
  json.begin_object();
  text_member(json, "database", row.database);
  text_member(json, "rowset", row.row_set);
  json.key("key");
  json.begin_object(Layout::Inline);
  for (const ShownValue& part : row.key) value_member(json, part.column, part.masked, part.value);
  json.end_object();
  json.key("values");
  json.begin_array();
  for (const AcceptedValue& value : row.values) value_object(json, value);
  json.end_array();
  json.end_object();
}

std::string diff_text(const EditedFile& file) {
  std::string text;
  for (const edit::DiffLine& line : file.diff) text += shown_line(line.text) + "\n";
  return text;
}

}  // namespace

void render_diff(const AcceptReport& report, const Style& style, Sink& out) {
  for (const EditedFile& file : report.files) {
    for (const edit::DiffLine& line : file.diff)
      out.write(style.paint(tone_of(line.kind), shown_line(line.text)) + "\n");
  }
}

void render_json(const AcceptReport& report, Sink& out) {
  JsonWriter json(out);
  json.begin_object();
  json.key("written");
  json.boolean(report.written);
  json.key("accepted");
  json.begin_array();
  for (const AcceptedRow& row : report.rows) row_object(json, row);
  json.end_array();
  json.key("files");
  json.begin_array();
  for (const EditedFile& file : report.files) {
    json.begin_object(Layout::Inline);
    text_member(json, "file", file.file);
    text_member(json, "diff", diff_text(file));
    json.end_object();
  }
  json.end_array();
  json.key("left");
  json.begin_array();
  for (const LeftDrift& left : report.left) {
    json.begin_object(Layout::Inline);
    text_member(json, "rowset", left.row_set);
    text_member(json, "class", left.drift);
    json.key("rows");
    json.number(left.rows);
    json.end_object();
  }
  json.end_array();
  json.key("refused");
  json.begin_array();
  for (const std::string& message : report.refused) json.string(message);
  json.end_array();
  json.key("exit");
  json.number(static_cast<std::uint64_t>(report.exit));
  json.end_object();
  json.finish();
}

std::string accept_summary(const AcceptReport& report, bool dry_run) {
  if (report.rows.empty()) return "Nothing to accept: no declared row has been changed.";
  std::size_t values = 0;
  for (const AcceptedRow& row : report.rows) values += row.values.size();
  const std::string what = counted(values, "value") + " of " + counted(report.rows.size(), "row") + " in " +
                           counted(report.files.size(), "file");
  return dry_run ? "Would accept " + what + "; nothing was written." : "Accepted " + what + ".";
}

std::vector<std::string> left_texts(const AcceptReport& report) {
  std::vector<std::string> texts;
  std::string set;
  for (const LeftDrift& left : report.left) {
    const std::string what = left.rows > 0 ? grouped(left.rows) + " " + left.drift : left.drift;
    if (texts.empty() || left.row_set != set) {
      texts.push_back(left.row_set + ": " + what);
    } else {
      texts.back() += ", " + what;
    }
    set = left.row_set;
  }
  return texts;
}

}  // namespace holdfast::agent
