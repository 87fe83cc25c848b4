#include "agent/commands/doctor_report.h"

#include <algorithm>
#include <array>

#include "agent/render/escape.h"
#include "agent/render/json_writer.h"

namespace holdfast::agent {
namespace {

using doctor::Finding;
using doctor::Severity;

constexpr std::array<Severity, 4> severities = {Severity::Problem, Severity::Warning, Severity::Note, Severity::Ok};

Tone tone_of(Severity severity) {
  switch (severity) {
    case Severity::Problem: return Tone::Problem;
    case Severity::Warning: return Tone::Update;
    case Severity::Note: return Tone::Faint;
    case Severity::Ok: break;
  }
  return Tone::Good;
}

std::size_t count(const doctor::Findings& findings, Severity severity) {
  return static_cast<std::size_t>(std::count_if(findings.begin(), findings.end(),
                                                [&](const Finding& finding) { return finding.severity == severity; }));
}

std::string padded(std::string_view text, std::size_t width) {
  return std::string(text) + std::string(width - std::min(width, text.size()), ' ');
}

// A text of several lines, each indented alike.
void write_block(std::string_view title, std::string_view text, Sink& out) {
  constexpr std::size_t indent = 11;
  std::string head = std::string(indent, ' ') + std::string(title) + " ";
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    out.write(head + printable(text.substr(0, end)) + "\n");
    text.remove_prefix(std::min(end + 1, text.size()));
    head = std::string(indent + title.size() + 1, ' ');
  }
}

}  // namespace

std::size_t count_wrong(const doctor::Findings& findings) {
  return count(findings, Severity::Warning) + count(findings, Severity::Problem);
}

void render_doctor_text(const std::vector<ExaminedDatabase>& databases, const Style& style, Sink& out) {
  for (const ExaminedDatabase& database : databases) {
    out.write(style.paint(Tone::Title, printable(database.location)) + "\n");
    for (const Finding& finding : database.findings) {
      out.write("  " + style.paint(tone_of(finding.severity), padded(to_string(finding.severity), 8)) + " " +
                finding.check + ": " + printable(finding.what) + "\n");
      if (!finding.why.empty()) write_block("why:", finding.why, out);
      if (!finding.todo.empty()) write_block("do: ", finding.todo, out);
    }
    const std::size_t problems = count(database.findings, Severity::Problem);
    const std::size_t warnings = count(database.findings, Severity::Warning);
    if (problems + warnings == 0) {
      out.write(style.paint(Tone::Good, "Nothing is wrong.") + "\n");
    } else {
      out.write(counted(problems, "problem") + ", " + counted(warnings, "warning") + ".\n");
    }
  }
}

void render_doctor_json(const std::vector<ExaminedDatabase>& databases, int exit, Sink& out) {
  JsonWriter json(out);
  const auto member = [&](std::string_view name, const std::string& value) {
    json.key(name);
    value.empty() ? json.null() : json.string(value);
  };
  json.begin_object();
  json.key("summary");
  json.begin_object(JsonWriter::Layout::Inline);
  for (const Severity severity : severities) {
    std::size_t number = 0;
    for (const ExaminedDatabase& database : databases) number += count(database.findings, severity);
    json.key(to_string(severity));
    json.number(number);
  }
  json.end_object();
  json.key("databases");
  json.begin_array();
  for (const ExaminedDatabase& database : databases) {
    json.begin_object();
    member("name", database.name);
    member("location", database.location);
    json.key("findings");
    json.begin_array();
    for (const Finding& finding : database.findings) {
      json.begin_object(JsonWriter::Layout::Inline);
      member("check", finding.check);
      member("severity", std::string(to_string(finding.severity)));
      member("what", finding.what);
      member("why", finding.why);
      member("do", finding.todo);
      json.end_object();
    }
    json.end_array();
    json.end_object();
  }
  json.end_array();
  json.key("exit");
  json.number(static_cast<std::uint64_t>(exit));
  json.end_object();
  json.finish();
}

}  // namespace holdfast::agent
