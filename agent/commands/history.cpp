#include "agent/commands/history.h"

#include <algorithm>
#include <ctime>

#include "agent/commands/databases.h"
#include "agent/exit_code.h"
#include "agent/render/escape.h"
#include "agent/render/json_writer.h"

namespace holdfast::agent {
namespace {

struct Listed {
  std::string database;
  RunRecord run;
};

// RFC 3339, UTC, to the second.
std::string time_text(std::int64_t milliseconds) {
  const std::time_t seconds = milliseconds / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

void write_json(const std::vector<Listed>& runs, Sink& out) {
  JsonWriter json(out);
  const auto text = [&](std::string_view name, const std::string& value) {
    json.key(name);
    value.empty() ? json.null() : json.string(value);
  };
  const auto count = [&](std::string_view name, std::int64_t value) {
    json.key(name);
    json.number(static_cast<std::uint64_t>(value));
  };
  json.begin_object();
  json.key("runs");
  json.begin_array();
  for (const Listed& one : runs) {
    json.begin_object(JsonWriter::Layout::Inline);
    text("id", one.run.id);
    text("database", one.database);
    text("at", time_text(one.run.at));
    text("trigger", one.run.trigger);
    text("cause", one.run.cause);
    text("revision", one.run.revision);
    count("inserted", one.run.inserted);
    count("updated", one.run.updated);
    count("deleted", one.run.deleted);
    count("held", one.run.held);
    text("who", one.run.who);
    text("undoes", one.run.undoes);
    json.end_object();
  }
  json.end_array();
  json.end_object();
  json.finish();
}

void write_text(const std::vector<Listed>& runs, bool several, const Context& context) {
  for (const Listed& one : runs) {
    std::string text = context.out_style.paint(Tone::Title, printable(one.run.id)) + "  " + time_text(one.run.at);
    if (several) text += "  " + printable(one.database);
    text += "  " + grouped(static_cast<std::uint64_t>(one.run.inserted)) + " inserted, " +
            grouped(static_cast<std::uint64_t>(one.run.updated)) + " updated, " +
            grouped(static_cast<std::uint64_t>(one.run.deleted)) + " deleted";
    if (!one.run.undoes.empty()) {
      text += ", takes back " + printable(one.run.undoes);
    } else if (!one.run.cause.empty()) {
      text += ", " + printable(one.run.cause);
    }
    std::string from;
    if (!one.run.who.empty()) from += "by " + printable(one.run.who);
    if (!one.run.revision.empty()) from += (from.empty() ? "" : ", ") + ("documents " + printable(one.run.revision));
    if (!from.empty()) text += context.out_style.paint(Tone::Faint, "  (" + from + ")");
    context.out.write(text + "\n");
  }
}

}  // namespace

int run_history(const CommandLine& line, const Context& context) {
  Databases databases(line, context);
  if (const int exit = databases.load(); exit != exit_done) return exit;
  std::vector<Listed> runs;
  std::size_t asked = 0;
  const int exit =
      databases.each([&](DatabaseReconciler& reconciler, const DatabaseDocument& database) -> Result<void> {
        ++asked;
        Result<std::vector<RunRecord>> some = reconciler.history(database, line.limit);
        if (!some) return some.error();
        for (RunRecord& run : *some) runs.push_back({database.name.text, std::move(run)});
        return {};
      });
  std::stable_sort(runs.begin(), runs.end(), [](const Listed& a, const Listed& b) { return a.run.at > b.run.at; });
  if (runs.size() > line.limit) runs.resize(line.limit);
  if (line.format == Format::Json) {
    write_json(runs, context.out);
  } else if (runs.empty() && exit == exit_done) {
    context.out.write("No run has changed anything yet.\n");
  } else {
    write_text(runs, asked > 1, context);
  }
  return exit;
}

}  // namespace holdfast::agent
