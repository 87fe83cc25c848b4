#include "agent/edges/log/log.h"

#include "agent/core/http/time_text.h"
#include "agent/render/escape.h"
#include "agent/render/json_writer.h"

namespace holdfast::agent {
namespace {

std::string_view level_name(EventLevel level) { return level == EventLevel::Warning ? "warning" : "info"; }

}  // namespace

void Log::event(const Event& event) { form_ == Form::Json ? json(event) : text(event); }

void Log::line(EventLevel level, std::string_view reason, std::string_view message) {
  Event one;
  one.level = level;
  one.reason = reason;
  one.message = message;
  one.first = one.last = clock_.wall();
  event(one);
}

void Log::text(const Event& event) {
  std::string where = event.database;
  if (!event.row_set.empty()) where += "/" + event.row_set;
  std::string line = style_.paint(Tone::Faint, http::time_text(event.last)) + " ";
  line += event.level == EventLevel::Warning ? style_.paint(Tone::Update, "warning ") : std::string();
  line += (where.empty() ? "" : printable(where) + " ") + style_.paint(Tone::Title, printable(event.reason));
  out_.write(line + (event.message.empty() ? "" : ": " + printable(event.message)) + "\n");
}

void Log::json(const Event& event) {
  JsonWriter json(out_);
  json.begin_object(JsonWriter::Layout::Inline);
  const auto member = [&json](std::string_view key, std::string_view value) {
    json.key(key);
    json.string(value);
  };
  member("at", http::time_text(event.last));
  member("level", level_name(event.level));
  member("reason", event.reason);
  if (!event.database.empty()) member("database", event.database);
  if (!event.row_set.empty()) member("row_set", event.row_set);
  member("message", event.message);
  json.end_object();
  json.finish();
}

}  // namespace holdfast::agent
