#include "desired-state/edit/yaml_walk.h"

#include <algorithm>
#include <utility>

#include "desired-state/nearest.h"
#include "desired-state/yaml/source_scan.h"

namespace holdfast::edit {
namespace {

using yaml::Event;
using yaml::EventKind;

constexpr std::string_view told_fields[] = {"rows", "defaults", "forbidden", "renames"};

void mix(std::uint64_t& hash, std::string_view bytes) {
  constexpr std::uint64_t prime = 0x100000001b3U;
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * prime;
}

}  // namespace

DocumentRow document_row(Mark document, std::size_t row) { return {{document.line, document.column}, row}; }

std::uint64_t digest(const Event& event) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  const char head[] = {static_cast<char>(event.kind), static_cast<char>(event.key), static_cast<char>(event.cell)};
  mix(hash, {head, sizeof head});
  // A null's spelling says nothing, unless it is a key.
  if (event.key || event.cell != CellKind::Null) mix(hash, event.text);
  return hash;
}

YamlWalk::YamlWalk(std::string_view text, bool rows_file) : text_(text), rows_file_(rows_file), lines_{0} {
  for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1)) {
    lines_.push_back(at + 1);
  }
}

void YamlWalk::tell(std::vector<std::pair<Mark, std::vector<std::string>>> columns, OnScalar on_scalar) {
  told_ = std::move(columns);
  on_scalar_ = std::move(on_scalar);
}

std::size_t YamlWalk::offset(Mark mark) const {
  const std::size_t line = std::min<std::size_t>(mark.line == 0 ? 0 : mark.line - 1, lines_.size() - 1);
  return std::min(lines_[line] + (mark.column == 0 ? 0 : mark.column - 1), text_.size());
}

std::size_t YamlWalk::column(std::size_t offset) const {
  return offset - *std::prev(std::upper_bound(lines_.begin(), lines_.end(), offset));
}

void YamlWalk::document_start(Mark) {
  events_.push_back(document_start_digest);
  levels_.clear();
  anchors_.clear();
  document_ = {};
  at_root_ = true;
}

void YamlWalk::document_end() {
  events_.push_back(document_end_digest);
  tell_until(text_.size());
}

void YamlWalk::tell_until(std::size_t next) {
  if (!untold_) return;
  untold_->next = next;
  on_scalar_(*untold_);
  untold_.reset();
}

void YamlWalk::on(const Event& event) {
  const std::size_t at = offset(event.mark);
  const bool ends = event.kind == EventKind::MapEnd || event.kind == EventKind::SequenceEnd;
  if (!ends && untold_ && at >= untold_->at) tell_until(at);
  if (std::exchange(at_root_, false) && !rows_file_) document_ = event.mark;
  switch (event.kind) {
    case EventKind::MapStart:
    case EventKind::SequenceStart: open(event, at); break;
    case EventKind::MapEnd:
    case EventKind::SequenceEnd:
      if (levels_.back().row) levels_.back().row->end_event = events_.size();
      levels_.pop_back();
      break;
    case EventKind::Scalar: scalar(event, at); break;
  }
  events_.push_back(digest(event));
}

bool YamlWalk::is_rows(const Event& event) const {
  if (event.kind != EventKind::SequenceStart) return false;
  if (rows_file_) return levels_.empty();
  return levels_.size() == 2 && levels_[0].map && levels_[0].key == "spec" && levels_[1].map &&
         levels_[1].key == "rows";
}

// The value of a column that is told comes next.
bool YamlWalk::is_told() const {
  if (levels_.empty() || !on_scalar_) return false;
  const Level& level = levels_.back();
  if (level.told) return true;
  if (!level.map) return false;
  if (!rows_file_) {
    if (levels_.size() < 3 || levels_[0].key != "spec") return false;
    const auto field = std::find(std::begin(told_fields), std::end(told_fields), levels_[1].key);
    if (field == std::end(told_fields)) return false;
  }
  for (const auto& [document, columns] : told_) {
    if (document != document_) continue;
    for (const std::string& column : columns) {
      if (same_ascii_name(column, level.key)) return true;
    }
  }
  return false;
}

// "&name" among the properties in front of a scalar.
void YamlWalk::keep_anchor(const ScalarFound& found) {
  const std::size_t node = yaml::SourceScan(text_).skip_properties(found.at);
  const std::string_view properties = text_.substr(found.at, node - found.at);
  const std::size_t begin = properties.find('&');
  if (found.implied || begin == std::string_view::npos) return;
  const std::string_view name = properties.substr(begin + 1);
  ScalarFound& kept = anchors_[std::string(name.substr(0, name.find_first_of(" \t\r\n")))];
  kept = found;
  kept.next = std::min(text_.find('\n', node), text_.size());
}

void YamlWalk::tell_anchor(std::size_t alias) {
  if (alias >= text_.size() || text_[alias] != '*') return;
  const std::string_view name = text_.substr(alias + 1);
  const auto found = anchors_.find(name.substr(0, name.find_first_of(" \t\r\n,[]{}")));
  if (found != anchors_.end()) on_scalar_(found->second);
}

void YamlWalk::open(const Event& event, std::size_t at) {
  Level level;
  level.map = event.kind == EventKind::MapStart;
  level.told = is_told();
  level.rows = is_rows(event);
  const std::size_t node = yaml::SourceScan(text_).skip_properties(at);
  level.at = node;
  const char first = node < text_.size() ? text_[node] : '\0';
  level.flow = (!levels_.empty() && levels_.back().flow) || first == '{' || first == '[';
  if (level.rows) row_ = 0;
  if (!levels_.empty() && levels_.back().rows) {
    const DocumentRow row = document_row(document_, row_++);
    if (level.map && wanted_.contains(row)) {
      level.row = &rows_[row];
      level.row->at = node;
      level.row->flow = level.flow;
      level.row->replayed = at < text_.size() && text_[at] == '*';
      level.row->indent = column(node);
    }
  }
  levels_.push_back(std::move(level));
}

void YamlWalk::scalar(const Event& event, std::size_t at) {
  if (levels_.empty()) return;
  Level& level = levels_.back();
  if (event.key) {
    level.key = event.text;
    level.key_at = at;
    return;
  }
  if (level.rows) ++row_;
  const bool told = is_told();
  if (!level.row && !on_scalar_) return;
  ScalarFound found{events_.size(), at,         event.implied,           level.flow, column(level.at), level.key_at,
                    level.key,      event.cell, std::string(event.text), 0};
  if (on_scalar_) keep_anchor(found);
  if (told) {
    tell_until(at);
    tell_anchor(at);
    untold_ = found;
  }
  if (level.row) level.row->cells.push_back(std::move(found));
}

}  // namespace holdfast::edit
