#include "desired-state/yaml/event_reader.h"

#include <yaml-cpp/emitterstyle.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>
#include <streambuf>
#include <vector>

#include "desired-state/base64.h"
#include "desired-state/quote_text.h"
#include "desired-state/text_check.h"
#include "desired-state/yaml/anchors.h"
#include "desired-state/yaml/source_scan.h"

namespace holdfast::yaml {
namespace {

constexpr std::string_view core_tag = "tag:yaml.org,2002:";

Mark to_mark(const YAML::Mark& mark) {
  return {static_cast<std::uint32_t>(std::max(mark.line, 0)) + 1,
          static_cast<std::uint32_t>(std::max(mark.column, 0)) + 1};
}

// The text as yaml-cpp wants it, without a copy.
class TextBuffer : public std::streambuf {
 public:
  explicit TextBuffer(std::string_view text) {
    char* begin = const_cast<char*>(text.data());  // the interface's; nothing is written
    setg(begin, begin, begin + text.size());
  }
};

// A mistake of ours that ends the text, as yaml-cpp's exceptions do.
struct SyntaxError {
  Diagnostic diagnostic;
};

// yaml-cpp's events into ours, with the checks. Keeps the collections that are open, and where a key is due.
class Translator : public YAML::EventHandler {
 public:
  Translator(const std::string& file, std::string_view text, const ReadLimits& limits, EventSink& sink,
             Diagnostics& diagnostics)
      : file_(file),
        limits_(limits),
        scan_(text),
        sink_(sink),
        anchors_(sink, limits.alias_nodes),
        diagnostics_(diagnostics) {}

  struct Frame {
    bool map = false;
    bool key_next = false;
    bool flow = false;
    Mark mark;
    Mark key;
  };

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ > 0 && !scan_.starts_document(offset(mark))) {
      stop(to_mark(mark), "the document has ended before this line",
           "check the indentation; a new document begins with ---");
    }
    frames_.clear();
    anchors_.document_start();
    sink_.document_start(to_mark(mark));
  }

  void OnDocumentEnd() override {
    if (broken_) throw StopReading{};
    sink_.document_end();
  }

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Event event;
    event.mark = to_mark(mark);
    event.key = key_due();
    const std::size_t at = scan_.skip_properties(offset(mark));
    event.text = scan_.written_null(at);
    const bool next_key = !event.key && !event.text.empty() && scan_.has_colon(at + event.text.size());
    if (event.key && event.text.empty()) stop(event.mark, "a key is missing here");
    if (event.text.empty() || next_key) {
      event.implied = true;
      event.text = {};
      if (!frames_.empty() && frames_.back().map) event.mark = frames_.back().key;  // yaml-cpp's is the next token's
    }
    if (event.key) check_colon(event, at + event.text.size());
    if (anchor != 0) check_anchor(mark);
    if (anchor != 0 && event.implied)
      error(to_mark(mark), "the anchor names nothing", "a value that begins with & must be quoted");
    node(event, anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const bool key = key_due();
    if (broken_) return passed(to_mark(mark));
    const std::size_t room = limits_.depth - std::min(limits_.depth, frames_.size());
    switch (anchors_.alias(anchor, to_mark(mark), room, key)) {
      case Anchors::Outcome::Replayed: break;
      case Anchors::Outcome::Recursive: stop(to_mark(mark), "the alias is inside of what it names");
      case Anchors::Outcome::TooDeep: stop_too_deep(to_mark(mark));
      case Anchors::Outcome::Collection: complex_key(to_mark(mark)); break;
      case Anchors::Outcome::TooLarge:
        stop(to_mark(mark),
             "the aliases of this file stand for more than " + std::to_string(limits_.alias_nodes) + " values",
             "write them out, or keep rows in a file of rowsFrom");
    }
    passed(to_mark(mark));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    Event event;
    event.mark = to_mark(mark);
    event.key = key_due();
    event.text = value;
    event.cell = CellKind::Plain;
    const std::size_t at = scan_.skip_properties(offset(mark));
    std::size_t end = at + value.size();
    if (scan_.is_quote(at)) {
      end = scan_.after_quoted(at);
      if (end == SourceScan::npos) stop(event.mark, "the quote that begins here is not closed");
      if (scan_.breaks_line(at, end)) end = SourceScan::npos;
    } else if (value.find('\n') != std::string::npos) {
      end = SourceScan::npos;
    }
    if (event.key) check_colon(event, end);
    if (tag != "?") resolve_tag(tag, event);
    if (anchor != 0) check_anchor(mark);
    if (value.find('\0') != std::string::npos && event.cell != CellKind::Blob) {
      error(event.mark, "the text has a NUL character (\\0)", "write bytes as !!binary and base64");
    }
    node(event, anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override {
    begin(EventKind::SequenceStart, mark, tag, anchor, style);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override {
    begin(EventKind::MapStart, mark, tag, anchor, style);
  }
  void OnSequenceEnd() override { end(EventKind::SequenceEnd); }
  void OnMapEnd() override { end(EventKind::MapEnd); }

  // The innermost list or map in brackets that is open; null if there is none.
  const Frame* open_flow() const {
    const auto found = std::find_if(frames_.rbegin(), frames_.rend(), [](const Frame& frame) { return frame.flow; });
    return found == frames_.rend() ? nullptr : &*found;
  }

 private:
  static std::size_t offset(const YAML::Mark& mark) { return static_cast<std::size_t>(std::max(mark.pos, 0)); }
  bool key_due() const { return !frames_.empty() && frames_.back().map && frames_.back().key_next; }

  void error(Mark mark, std::string message, std::string hint = {}) {
    diagnostics_.error({file_, mark}, std::move(message), std::move(hint));
  }
  [[noreturn]] void stop(Mark mark, std::string message, std::string hint = {}) {
    throw SyntaxError{{Diagnostic::Severity::Error, {file_, mark}, std::move(message), std::move(hint)}};
  }
  [[noreturn]] void stop_too_deep(Mark mark) {
    stop(mark, "nested deeper than " + std::to_string(limits_.depth) + " levels");
  }
  // Not the end yet: before a bracket that is never closed yaml-cpp makes up such keys, and then says so.
  void complex_key(Mark mark) {
    if (!broken_) error(mark, "a key must be a word or quoted text, not a list or map");
    broken_ = true;
  }

  // `end`: where the key ends in the source; npos if it takes several lines.
  void check_colon(const Event& event, std::size_t end) {
    if (end != SourceScan::npos && scan_.has_colon(end)) return;
    const bool glued = event.text.find(':') != std::string_view::npos;
    const bool flow = !frames_.empty() && frames_.back().flow;
    error(event.mark, "there is no \":\" after " + quote_text(event.text),
          glued  ? "write a space after the colon"
          : flow ? "is this part of a value? quote the value"
                 : "is this part of the value above? quote that value");
  }

  void check_anchor(const YAML::Mark& mark) {
    if (scan_.has_plain_anchor(offset(mark))) return;
    error(to_mark(mark), "the name of an anchor has letters, digits, - and _ only",
          "a value that begins with & must be quoted");
  }

  void resolve_tag(const std::string& tag, Event& event) {
    if (tag == "!" || tag == std::string(core_tag) + "str") {
      event.cell = CellKind::Text;
    } else if (tag == std::string(core_tag) + "binary") {
      event.cell = CellKind::Blob;
      std::optional<std::string> bytes = decode_base64(event.text);
      if (!bytes) error(event.mark, "what follows !!binary is not base64");
      decoded_ = bytes ? std::move(*bytes) : std::string();
      event.text = decoded_;
    } else {
      error(event.mark, "unknown tag " + quote_text(shown(tag)), "only !!str and !!binary mean something here");
      event.cell = CellKind::Text;
    }
  }

  static std::string shown(const std::string& tag) {
    return tag.rfind(core_tag, 0) == 0 ? "!!" + tag.substr(core_tag.size()) : tag;
  }

  void begin(EventKind kind, const YAML::Mark& at, const std::string& tag, YAML::anchor_t anchor,
             YAML::EmitterStyle::value style) {
    const Mark mark = to_mark(at);
    if (frames_.size() >= limits_.depth) stop_too_deep(mark);
    if (key_due()) complex_key(mark);
    const bool map = kind == EventKind::MapStart;
    if (tag != "?" && !tag.empty() && tag != std::string(core_tag) + (map ? "map" : "seq")) {
      error(mark, "unknown tag " + quote_text(shown(tag)), "only !!str and !!binary mean something here");
    }
    if (anchor != 0) check_anchor(at);
    frames_.push_back({map, map, style == YAML::EmitterStyle::Flow, mark, mark});
    Event event;
    event.kind = kind;
    event.mark = mark;
    if (!broken_) anchors_.on(event, anchor);
  }

  void end(EventKind kind) {
    Event event;
    event.kind = kind;
    event.mark = frames_.back().mark;
    frames_.pop_back();
    if (!broken_) anchors_.on(event, 0);
    passed(event.mark);
  }

  void node(const Event& event, YAML::anchor_t anchor) {
    if (!broken_) anchors_.on(event, anchor);
    passed(event.mark);
  }

  // A node is complete: in a map the other half of the pair is due.
  void passed(Mark mark) {
    if (frames_.empty() || !frames_.back().map) return;
    Frame& frame = frames_.back();
    if (frame.key_next) frame.key = mark;
    frame.key_next = !frame.key_next;
  }

  const std::string& file_;
  const ReadLimits& limits_;
  SourceScan scan_;
  EventSink& sink_;
  Anchors anchors_;
  Diagnostics& diagnostics_;
  std::vector<Frame> frames_;
  std::size_t documents_ = 0;
  bool broken_ = false;  // the sink gets nothing more
  std::string decoded_;
};

std::string hint_for(const std::string& message) {
  if (message == YAML::ErrorMsg::MAP_VALUE || message == YAML::ErrorMsg::UNKNOWN_TOKEN) return "quote this value?";
  if (message == YAML::ErrorMsg::END_OF_MAP || message == YAML::ErrorMsg::END_OF_SEQ) {
    return "check the indentation, and that each quote above is closed";
  }
  if (message == YAML::ErrorMsg::EOF_IN_SCALAR || message == YAML::ErrorMsg::DOC_IN_SCALAR)
    return "is a quote above not closed?";
  if (message == YAML::ErrorMsg::UNKNOWN_ANCHOR) return "a value that begins with * must be quoted";
  if (message == YAML::ErrorMsg::BLOCK_ENTRY) return "a list begins on a line of its own";
  return {};
}

Diagnostic syntax_error(const std::string& file, std::string_view text, const YAML::Exception& error,
                        const Translator::Frame* flow) {
  const Mark mark = to_mark(error.mark);
  if (const std::size_t tab = SourceScan(text).indenting_tab(mark.line); tab != SourceScan::npos) {
    return {Diagnostic::Severity::Error,
            {file, mark_at(text, tab)},
            "a tab indents line " + std::to_string(mark.line) + "; YAML allows only spaces there",
            {}};
  }
  const bool unclosed = error.msg == YAML::ErrorMsg::END_OF_SEQ_FLOW || error.msg == YAML::ErrorMsg::END_OF_MAP_FLOW;
  if (!unclosed || !flow) {
    return {Diagnostic::Severity::Error, {file, mark}, "this is not YAML: " + error.msg, hint_for(error.msg)};
  }
  const std::size_t rest = std::min(static_cast<std::size_t>(std::max(error.mark.pos, 0)), text.size());
  const bool at_end = text.find_first_not_of(" \t\r\n", rest) == std::string_view::npos;
  const std::string place = std::to_string(mark.line) + ":" + std::to_string(mark.column);
  return {Diagnostic::Severity::Error,
          {file, flow->mark},
          std::string("the ") + (flow->map ? "map" : "list") + " that begins here is not closed",
          at_end ? "" : "at " + place + " a comma, a bracket or a quote is missing"};
}

}  // namespace

std::optional<Diagnostic> read_events(const std::string& file, std::string_view text, const ReadLimits& limits,
                                      EventSink& sink, Diagnostics& diagnostics) {
  if (text.size() > limits.bytes) {
    diagnostics.error({file, {}}, "the file has more than " + std::to_string(limits.bytes >> 20) + " MiB",
                      "keep rows in CSV or NDJSON files and name them in rowsFrom");
    return std::nullopt;
  }
  text = without_byte_order_mark(text);
  if (const auto fault = find_bad_yaml_text(text)) {
    diagnostics.error({file, mark_at(text, fault->offset)}, fault->message, fault->hint);
    return std::nullopt;
  }
  if (const std::size_t line = SourceScan(text).misplaced_directive(); line != SourceScan::npos) {
    return Diagnostic{Diagnostic::Severity::Error,
                      {file, mark_at(text, line)},
                      "a directive (%) cannot stand here",
                      "it belongs before the --- of a document; a value that begins with % must be quoted"};
  }
  TextBuffer buffer(text);
  std::istream in(&buffer);
  Translator translator(file, text, limits, sink, diagnostics);
  try {
    YAML::Parser parser(in);
    while (parser.HandleNextDocument(translator)) {
    }
  } catch (const SyntaxError& error) {
    return error.diagnostic;
  } catch (const StopReading&) {  // the sink has told why
  } catch (const YAML::Exception& error) {
    return syntax_error(file, text, error, translator.open_flow());
  }
  return std::nullopt;
}

void report(Diagnostics& found, const std::optional<Diagnostic>& syntax, Diagnostics& diagnostics) {
  found.sort_by_place();
  if (!syntax) {
    diagnostics.take(found);
    return;
  }
  for (const Diagnostic& one : found.all()) {
    if (one.position.mark.line >= syntax->position.mark.line) continue;
    one.severity == Diagnostic::Severity::Error ? diagnostics.error(one.position, one.message, one.hint)
                                                : diagnostics.warning(one.position, one.message, one.hint);
  }
  diagnostics.error(syntax->position, syntax->message, syntax->hint);
}

}  // namespace holdfast::yaml
