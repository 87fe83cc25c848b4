// Trees out of events, one a document; the list at spec.rows becomes a RowTable. Not thread-safe.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "desired-state/diagnostic.h"
#include "desired-state/yaml/event.h"
#include "desired-state/yaml/node.h"
#include "desired-state/yaml/row_builder.h"

namespace holdfast::yaml {

class NodeBuilder : public EventSink {
 public:
  // `nodes` and `cells` count down what may still be read; `done` is called for each document that is complete.
  NodeBuilder(std::string file, std::size_t nodes, std::size_t& cells, Diagnostics& diagnostics,
              std::function<void(Node&&)> done)
      : file_(std::move(file)), nodes_(nodes), cells_(cells), diagnostics_(diagnostics), done_(std::move(done)) {}

  void document_start(Mark mark) override;
  void document_end() override;
  void on(const Event& event) override;

 private:
  struct Level {
    Node node;
    std::string key;  // of the value that is due
    Mark key_mark;
    bool key_plain = false;
    bool refused = false;                        // the key was there before: its value is dropped
    std::unordered_map<std::string, Mark> keys;  // of a map
  };

  void key(const Event& event);
  void finish(Node&& node);
  bool at_rows() const;

  std::string file_;
  std::size_t nodes_;
  std::size_t& cells_;
  Diagnostics& diagnostics_;
  std::function<void(Node&&)> done_;
  std::vector<Level> open_;
  Node root_;
  std::optional<RowBuilder> rows_;
};

}  // namespace holdfast::yaml
