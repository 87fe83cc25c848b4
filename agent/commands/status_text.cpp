#include "agent/commands/status_text.h"

#include <algorithm>

#include "agent/commands/documents.h"
#include "agent/exit_code.h"
#include "agent/render/escape.h"

namespace holdfast::agent {
namespace {

constexpr std::size_t most_rows_shown = 5;

class StatusText {
 public:
  StatusText(const CommandLine& line, const Context& context, const AskForMore& ask)
      : line_(line), context_(context), ask_(ask) {}

  int print(const json::object& status) {
    print_documents(object_of(status, "documents"));
    for (const json::value& one : array_of(status, "databases")) {
      if (one.is_object()) print_database(one.get_object());
    }
    if (line_.row_set && !found_) {
      print_error("there is no such row set: " + *line_.row_set + ": holdfast status lists them", context_);
      return exit_failed;
    }
    return in_sync_ ? exit_done : exit_drift;
  }

 private:
  void write(const std::string& text) const { context_.out.write(text + "\n"); }
  // "    drifted: 1 row not as declared"
  void say(const char* indent, std::string_view what, const std::string& message) const {
    write(indent + context_.out_style.paint(Tone::Update, printable(what)) + ": " + message);
  }

  void print_documents(const json::object& documents) {
    const std::string revision = text_of(documents, "revision"), pinned = text_of(documents, "pinned");
    std::string text = "documents: " + (revision.empty() ? "none in force" : "revision " + printable(revision));
    if (!pinned.empty()) text += ", pinned to " + printable(pinned);
    if (is_true(documents, "from_database")) text += ", as a database kept them";
    const bool valid = is_true(documents, "valid");
    write(text + (valid ? "" : ", and what is there now is invalid:"));
    for (const json::value& error : array_of(documents, "errors")) {
      if (error.is_string()) write("  " + printable(std::string(error.get_string())));
    }
    in_sync_ = in_sync_ && valid && !revision.empty();
  }

  void print_database(const json::object& database) {
    const std::string error = text_of(database, "error");
    write(context_.out_style.paint(Tone::Title, printable(text_of(database, "name"))) + " (" +
          printable(text_of(database, "location")) + ")" + (error.empty() ? "" : ": " + printable(error)));
    if (!error.empty()) in_sync_ = false;
    print_verdict(database);
    for (const json::value& one : array_of(database, "conditions")) {
      if (!one.is_object()) continue;
      const json::object& condition = one.get_object();
      if (text_of(condition, "type") != "healthy" || is_true(condition, "status")) continue;
      say("  ", "not healthy", printable(text_of(condition, "message")));
    }
    for (const json::value& set : array_of(database, "rowsets")) {
      if (!set.is_object() || (line_.row_set && text_of(set.get_object(), "name") != *line_.row_set)) continue;
      found_ = true;
      print_set(set.get_object(), !error.empty());
    }
  }

  // A wipe that has been mended is history, and has a time; anything else is how it is.
  void print_verdict(const json::object& database) const {
    const std::string verdict = text_of(database, "verdict");
    const json::object wipe = object_of(database, "last_wipe");
    if (!wipe.empty()) {
      say("  ", text_of(wipe, "verdict"),
          "at " + printable(text_of(wipe, "at")) + ": " + printable(text_of(wipe, "reason")));
    }
    if (verdict.empty() || verdict == "intact" || verdict == text_of(wipe, "verdict")) return;
    const std::string hint = text_of(database, "verdict_hint");
    say("  ", verdict, printable(text_of(database, "verdict_reason")) + (hint.empty() ? "" : "; " + printable(hint)));
  }

  // "campaigns: 12 of 12 declared, 3 others not managed"
  void print_set(const json::object& set, bool unreachable) {
    const json::object rows = object_of(set, "rows");
    std::string text = "  " + printable(text_of(set, "name")) + ": ";
    if (!is_true(set, "decided")) {
      in_sync_ = false;
      return write(text + "not looked at yet");
    }
    if (unreachable) text += "when last seen, ";
    text +=
        std::to_string(count_of(rows, "in_sync")) + " of " + std::to_string(count_of(rows, "declared")) + " declared";
    if (const std::uint64_t others = count_of(rows, "unmanaged"); others > 0) {
      text += ", " + std::to_string(others) + (others == 1 ? " other not managed" : " others not managed");
    }
    if (text_of(set, "mode") == "observe") text += ", only observed";
    write(text);
    const bool in_sync = is_true(set, "in_sync");
    in_sync_ = in_sync_ && in_sync;
    if (const json::object pause = object_of(set, "pause"); !pause.empty()) {
      const std::string who = text_of(pause, "who");
      say("    ", "paused",
          "until " + printable(text_of(pause, "until")) + (who.empty() ? "" : ", by " + printable(who)));
    }
    if (const std::string at = text_of(set, "last_vanish"); !at.empty()) {
      say("    ", "vanish",
          "somebody else deleted many rows at once, seen at " + printable(at) + "; see holdfast history");
    }
    if (count_of(set, "fighting") > 0) print_fights(text_of(set, "name"));
    if (!in_sync) print_drift(set);
  }

  void print_fights(const std::string& set) const {
    const json::object detail = ask_("/api/v1/rowsets/" + escaped_segment(set));
    for (const json::value& one : array_of(detail, "fights")) {
      if (!one.is_object()) continue;
      const json::object& fight = one.get_object();
      const json::array& corrections = array_of(fight, "corrections");
      std::string text = printable(text_of(fight, "key")) + " is changed again after each correction";
      if (!corrections.empty() && corrections.back().is_string()) {
        text += ": " + std::to_string(corrections.size()) + ", the last at " +
                printable(std::string(corrections.back().get_string()));
      }
      const std::string until = text_of(fight, "held_until");
      say("    ", "fight", text + (until.empty() ? "" : "; held until " + printable(until)));
    }
  }

  void print_drift(const json::object& set) const {
    for (const json::value& one : array_of(set, "conditions")) {
      if (!one.is_object() || !is_true(one.get_object(), "status")) continue;
      const std::string type = text_of(one.get_object(), "type");
      const std::string message = text_of(one.get_object(), "message");
      if ((type == "stalled" || type == "drifted") && !message.empty()) say("    ", type, printable(message));
    }
    const json::object drift = ask_("/api/v1/rowsets/" + escaped_segment(text_of(set, "name")) + "/drift");
    const json::array& rows = array_of(drift, "rows");
    for (std::size_t i = 0; i < std::min(most_rows_shown, rows.size()); ++i) {
      if (rows[i].is_object()) write("      " + row_text(rows[i].get_object()));
    }
    if (rows.size() > most_rows_shown) {
      write("      and " + std::to_string(rows.size() - most_rows_shown) + " more: holdfast plan shows them");
    }
    if (const std::string hash = text_of(set, "waits_for"); !hash.empty()) {
      write("    holdfast apply --confirm " + printable(hash.substr(0, 12)) + " lets its deletes through");
    }
  }

  // `forbidden name "Prizies": held: taken back by …`
  static std::string row_text(const json::object& row) {
    std::string text = printable(text_of(row, "class")) + " " + printable(text_of(row, "key")) + ": ";
    const std::string message = text_of(row, "message");
    return text + (message.empty() ? printable(text_of(row, "outcome")) : printable(message));
  }

  const CommandLine& line_;
  const Context& context_;
  const AskForMore& ask_;
  bool in_sync_ = true;
  bool found_ = false;
};

}  // namespace

int print_status(const CommandLine& line, const Context& context, const json::object& status, const AskForMore& ask) {
  return StatusText(line, context, ask).print(status);
}

}  // namespace holdfast::agent
