#include "desired-state/edit/unified_diff.h"

#include <algorithm>

namespace holdfast::edit {
namespace {

constexpr std::size_t context_lines = 3;

// A text's lines with their ends; the last one may have none.
std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

// Lines [old_begin, old_end) gave way to [new_begin, new_end).
struct Replacement {
  std::size_t old_begin = 0, old_end = 0;
  std::size_t new_begin = 0, new_end = 0;
};

class LineFinder {
 public:
  explicit LineFinder(const std::vector<std::string_view>& lines) {
    std::size_t at = 0;
    for (const std::string_view line : lines) {
      begins_.push_back(at);
      at += line.size();
    }
    end_ = at;
  }
  std::size_t line_of(std::size_t offset) const {
    const auto after = std::upper_bound(begins_.begin(), begins_.end(), offset);
    return after == begins_.begin() ? 0 : static_cast<std::size_t>(after - begins_.begin()) - 1;
  }
  std::size_t begin(std::size_t line) const { return line < begins_.size() ? begins_[line] : end_; }

 private:
  std::vector<std::size_t> begins_;
  std::size_t end_ = 0;
};

// Lines that both sides begin or end with are no change.
void trim(Replacement& one, const std::vector<std::string_view>& before, const std::vector<std::string_view>& after) {
  while (one.old_begin < one.old_end && one.new_begin < one.new_end && before[one.old_begin] == after[one.new_begin]) {
    ++one.old_begin, ++one.new_begin;
  }
  while (one.old_begin < one.old_end && one.new_begin < one.new_end &&
         before[one.old_end - 1] == after[one.new_end - 1]) {
    --one.old_end, --one.new_end;
  }
}

// The splices by whole lines. Each touches the lines from its offset to its end; those that share a line are one.
std::vector<Replacement> replacements(const std::vector<std::string_view>& before,
                                      const std::vector<std::string_view>& after, std::span<const Splice> splices) {
  const LineFinder old_lines(before), new_lines(after);
  std::vector<Replacement> all;
  std::ptrdiff_t moved = 0;  // of what follows, in bytes
  for (const Splice& splice : splices) {
    const std::size_t old_begin = old_lines.line_of(splice.offset);
    const std::size_t old_end = std::min(old_lines.line_of(splice.offset + splice.size) + 1, before.size());
    const bool joined = !all.empty() && old_begin < all.back().old_end;
    if (!joined) {
      const auto begin = static_cast<std::ptrdiff_t>(old_lines.begin(old_begin)) + moved;
      all.push_back({old_begin, old_end, new_lines.line_of(static_cast<std::size_t>(begin)), 0});
    }
    moved += static_cast<std::ptrdiff_t>(splice.text.size()) - static_cast<std::ptrdiff_t>(splice.size);
    Replacement& last = all.back();
    last.old_end = std::max(last.old_end, old_end);
    const auto end = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(old_lines.begin(last.old_end)) + moved);
    last.new_end = end == new_lines.begin(after.size()) ? after.size() : new_lines.line_of(end);
  }
  for (Replacement& one : all) trim(one, before, after);
  std::erase_if(all,
                [](const Replacement& one) { return one.old_begin == one.old_end && one.new_begin == one.new_end; });
  return all;
}

class Writer {
 public:
  Writer(std::vector<std::string_view> before, std::vector<std::string_view> after)
      : before_(std::move(before)), after_(std::move(after)) {}

  void hunk(std::span<const Replacement> changes) {
    const std::size_t first = changes.front().old_begin - std::min(changes.front().old_begin, context_lines);
    const std::size_t last = std::min(changes.back().old_end + context_lines, before_.size());
    const std::size_t new_first = changes.front().new_begin - (changes.front().old_begin - first);
    const std::size_t new_last = changes.back().new_end + (last - changes.back().old_end);
    lines_.push_back({DiffLine::Kind::Hunk,
                      "@@ -" + range(first, last - first) + " +" + range(new_first, new_last - new_first) + " @@"});
    std::size_t at = first;
    for (const Replacement& change : changes) {
      for (; at < change.old_begin; ++at) line(DiffLine::Kind::Context, ' ', before_[at]);
      for (; at < change.old_end; ++at) line(DiffLine::Kind::Removed, '-', before_[at]);
      for (std::size_t i = change.new_begin; i < change.new_end; ++i) line(DiffLine::Kind::Added, '+', after_[i]);
    }
    for (; at < last; ++at) line(DiffLine::Kind::Context, ' ', before_[at]);
  }

  std::vector<DiffLine>& lines() { return lines_; }

 private:
  static std::string range(std::size_t begin, std::size_t size) {
    const std::size_t shown = size == 0 ? begin : begin + 1;
    return std::to_string(shown) + (size == 1 ? "" : "," + std::to_string(size));
  }

  void line(DiffLine::Kind kind, char sign, std::string_view text) {
    const bool ended = !text.empty() && text.back() == '\n';
    if (ended) text.remove_suffix(1);
    lines_.push_back({kind, sign + std::string(text)});
    if (!ended) lines_.push_back({DiffLine::Kind::NoLineFeed, "\\ No newline at end of file"});
  }

  std::vector<std::string_view> before_, after_;  // masked
  std::vector<DiffLine> lines_;
};

}  // namespace

std::string masked(std::string_view text, std::span<const Range> ranges) {
  std::string out;
  out.reserve(text.size());
  std::size_t at = 0;
  for (const Range& range : ranges) {
    if (range.end <= at) continue;
    out += text.substr(at, std::max(range.begin, at) - at);
    at = std::max(range.begin, at);
    while (at < range.end) {
      const std::size_t feed = std::min(text.find('\n', at), range.end);
      const std::size_t indent = std::min(text.find_first_not_of(" \t\r", at), feed);
      out += text.substr(at, indent - at);
      if (indent < feed) out += "***";
      if (feed > indent && text[feed - 1] == '\r') out += '\r';
      at = feed;
      if (at < range.end) out += text[at++];
    }
  }
  out += text.substr(at);
  return out;
}

std::vector<DiffLine> unified_diff(const std::string& file, const DiffSide& before, const DiffSide& after,
                                   std::span<const Splice> splices) {
  const std::vector<Replacement> changes = replacements(split(before.text), split(after.text), splices);
  if (changes.empty()) return {};
  const std::string masked_before = masked(before.text, before.masked);
  const std::string masked_after = masked(after.text, after.masked);
  Writer writer(split(masked_before), split(masked_after));
  writer.lines().push_back({DiffLine::Kind::File, "--- " + file});
  writer.lines().push_back({DiffLine::Kind::File, "+++ " + file});
  for (std::size_t begin = 0; begin < changes.size();) {
    std::size_t end = begin + 1;
    while (end < changes.size() && changes[end].old_begin - changes[end - 1].old_end <= 2 * context_lines) ++end;
    writer.hunk(std::span(changes).subspan(begin, end - begin));
    begin = end;
  }
  return std::move(writer.lines());
}

std::string to_text(const std::vector<DiffLine>& lines) {
  std::string text;
  for (const DiffLine& line : lines) text += line.text + "\n";
  return text;
}

}  // namespace holdfast::edit
