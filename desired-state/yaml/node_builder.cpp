#include "desired-state/yaml/node_builder.h"

#include <utility>

#include "desired-state/quote_text.h"

namespace holdfast::yaml {

void NodeBuilder::document_start(Mark mark) {
  open_.clear();
  rows_.reset();
  root_ = Node{};
  root_.mark = mark;
}

void NodeBuilder::document_end() {
  done_(std::move(root_));
  root_ = Node{};
}

void NodeBuilder::on(const Event& event) {
  if (rows_) {
    if (rows_->on(event)) return;
    rows_.reset();
    Node node = std::move(open_.back().node);
    open_.pop_back();
    finish(std::move(node));
    return;
  }
  if (nodes_-- == 0) {
    diagnostics_.error({file_, event.mark}, "the documents of this file hold too much outside of rows",
                       "keep large sets in rows or in files of rowsFrom");
    throw StopReading{};
  }
  switch (event.kind) {
    case EventKind::Scalar:
      if (event.key) {
        key(event);
      } else {
        finish({Node::Kind::Scalar, event.cell, event.implied, std::string(event.text), event.mark, {}, {}, {}});
      }
      break;
    case EventKind::SequenceStart:
    case EventKind::MapStart: {
      Level level;
      const bool rows = event.kind == EventKind::SequenceStart && at_rows();
      level.node.kind = event.kind == EventKind::MapStart ? Node::Kind::Map
                        : rows                            ? Node::Kind::Rows
                                                          : Node::Kind::Sequence;
      level.node.mark = event.mark;
      if (rows) {
        level.node.rows = std::make_shared<RowTable>();
        rows_.emplace(*level.node.rows, file_, cells_, diagnostics_);
      }
      open_.push_back(std::move(level));
      break;
    }
    case EventKind::SequenceEnd:
    case EventKind::MapEnd: {
      Node node = std::move(open_.back().node);
      open_.pop_back();
      finish(std::move(node));
      break;
    }
  }
}

// Directly at spec.rows of the document's root.
bool NodeBuilder::at_rows() const {
  return open_.size() == 2 && open_[0].node.kind == Node::Kind::Map && open_[0].key == "spec" &&
         open_[1].node.kind == Node::Kind::Map && open_[1].key == "rows";
}

void NodeBuilder::key(const Event& event) {
  Level& level = open_.back();
  level.key = event.text;
  level.key_mark = event.mark;
  level.key_plain = event.cell != CellKind::Text;
  const auto [first, added] = level.keys.emplace(level.key, event.mark);
  level.refused = !added;
  if (!added) {
    diagnostics_.error({file_, event.mark}, quote_text(level.key) + " is there twice",
                       "the first is on line " + std::to_string(first->second.line));
  } else if (level.key_plain && level.key == "<<") {
    level.refused = true;
    diagnostics_.error({file_, event.mark}, "a merge key (<<) is not supported", "put what rows share into defaults");
  }
}

void NodeBuilder::finish(Node&& node) {
  if (open_.empty()) {
    root_ = std::move(node);
    return;
  }
  Level& level = open_.back();
  if (level.node.kind == Node::Kind::Sequence) {
    level.node.items.push_back(std::move(node));
  } else if (!std::exchange(level.refused, false)) {
    level.node.entries.push_back({level.key, level.key_mark, level.key_plain, std::move(node)});
  }
}

}  // namespace holdfast::yaml
