// A YAML file of rows: its root is a list of maps. yaml-cpp wants the whole text, so the pieces are put together.
#include <algorithm>
#include <optional>

#include "desired-state/rows/row_reader.h"
#include "desired-state/yaml/event_reader.h"
#include "desired-state/yaml/row_builder.h"

namespace holdfast {
namespace {

class Rows : public yaml::EventSink {
 public:
  explicit Rows(RowSink& sink) : sink_(sink) {}

  void document_start(Mark mark) override {
    if (++documents_ > 1) {
      sink_.diagnostics.error({sink_.file, mark}, "a file of rows has one list, not several documents");
      throw yaml::StopReading{};
    }
  }
  void document_end() override {}

  void on(const yaml::Event& event) override {
    if (builder_) {
      builder_->on(event);
    } else if (event.kind == yaml::EventKind::SequenceStart) {
      builder_.emplace(sink_.table, sink_.file, sink_.cells, sink_.diagnostics);
    } else {
      sink_.diagnostics.error({sink_.file, event.mark}, "a file of rows must be a list of rows",
                              "write - {column: value, …}");
      throw yaml::StopReading{};
    }
  }

  std::size_t documents() const { return documents_; }

 private:
  RowSink& sink_;
  std::optional<yaml::RowBuilder> builder_;
  std::size_t documents_ = 0;
};

class YamlRowsReader : public RowReader {
 public:
  YamlRowsReader(RowSink sink, const RowReaderLimits& limits) : sink_(std::move(sink)), limits_(limits) {}

  bool feed(std::string_view piece) override {
    text_ += piece;
    if (text_.size() <= limits_.yaml_bytes) return true;
    sink_.diagnostics.error({sink_.file, {}},
                            "the file has more than " + std::to_string(limits_.yaml_bytes >> 20) + " MiB",
                            "keep this many rows as CSV or NDJSON");
    return false;
  }

  void finish() override {
    Diagnostics found;
    RowSink sink{sink_.table, sink_.file, sink_.cells, found};
    Rows rows(sink);
    const yaml::ReadLimits limits{limits_.yaml_bytes, limits_.depth, limits_.alias_nodes};
    const std::optional<Diagnostic> syntax = yaml::read_events(sink_.file, text_, limits, rows, found);
    if (!syntax && rows.documents() == 0 && !found.has_errors()) {
      found.error({sink_.file, {}}, "the file has no rows", "write [] when there shall be none");
    }
    yaml::report(found, syntax, sink_.diagnostics);
  }

 private:
  RowSink sink_;
  RowReaderLimits limits_;
  std::string text_;
};

}  // namespace

std::unique_ptr<RowReader> yaml_rows_reader(RowSink sink, const RowReaderLimits& limits) {
  return std::make_unique<YamlRowsReader>(std::move(sink), limits);
}

}  // namespace holdfast
