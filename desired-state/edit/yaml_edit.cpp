#include "desired-state/edit/yaml_edit.h"

#include <algorithm>
#include <set>
#include <utility>

#include "desired-state/edit/yaml_check.h"
#include "desired-state/edit/yaml_place.h"
#include "desired-state/edit/yaml_splice.h"
#include "desired-state/text_check.h"
#include "desired-state/yaml/event_reader.h"

namespace holdfast::edit {
namespace {

constexpr const char* by_hand = "change it by hand";

// An edit with everything that is known about its place.
struct Task {
  const CellEdit* edit = nullptr;
  const RowFound* row = nullptr;
  const ScalarFound* scalar = nullptr;  // of a replaced value
  std::optional<Place> place;           // of the value; of an added one, of the row's last cell
  Wish wish = Wish::Kept;
};

bool is_text(const NewValue& value) {
  const auto good = [](const std::optional<std::string>& text) { return !text || !find_bad_text(*text); };
  return good(value.bare) && good(value.quoted);
}

class YamlEditor {
 public:
  YamlEditor(std::string_view text, std::span<const CellEdit> edits, bool rows_file)
      : body_(without_byte_order_mark(text)),
        before_(text.substr(0, text.size() - body_.size())),
        edits_(edits),
        walk_(body_, rows_file) {}

  Edited run() {
    if (!read()) {
      for (std::size_t i = 0; i < edits_.size(); ++i)
        refuse(i, "the file cannot be read", "holdfast validate says why");
      return std::move(result_);
    }
    for (std::size_t i = 0; i < edits_.size(); ++i) prepare(i);
    if (result_.problems.empty()) make();
    if (!result_.problems.empty()) {
      result_.text.clear();
      result_.splices.clear();
    }
    return std::move(result_);
  }

 private:
  void refuse(std::size_t edit, std::string message, std::string hint = by_hand) {
    result_.problems.push_back({edit, std::move(message), std::move(hint)});
  }

  bool read() {
    std::set<DocumentRow> rows;
    for (const CellEdit& edit : edits_) rows.insert(document_row(edit.document, edit.row));
    walk_.look_for(std::move(rows));
    Diagnostics diagnostics;
    const yaml::ReadLimits limits{.bytes = std::size_t{1} << 40};
    return !yaml::read_events("text", body_, limits, walk_, diagnostics) && !diagnostics.has_errors();
  }

  void prepare(std::size_t index) {
    const CellEdit& edit = edits_[index];
    const auto row = walk_.rows().find(document_row(edit.document, edit.row));
    if (row == walk_.rows().end()) return refuse(index, "the row is not where it was read", "run it again");
    if (row->second.replayed) return refuse(index, "the row comes from an alias", "write the row out");
    if (!is_text(edit.value)) return refuse(index, "the new value is not text that a document can hold");
    Task task{&edit, &row->second, nullptr, std::nullopt};
    for (const ScalarFound& cell : row->second.cells) {
      if (cell.key == edit.column) task.scalar = &cell;
    }
    if (edit.add == (task.scalar != nullptr)) return refuse(index, "the row is not as it was read", "run it again");
    const ScalarFound* known = task.scalar                 ? task.scalar
                               : row->second.cells.empty() ? nullptr
                                                           : &row->second.cells.back();
    if (known) task.place = place_of(body_, *known);
    if (known && !task.place) return refuse(index, "the old value is written in a way that cannot be edited here");
    if (!expect(task)) return refuse(index, "the same cell is edited twice", "");
    tasks_.push_back(std::move(task));
  }

  bool expect(const Task& task) {
    if (task.scalar) return expected_.replaced.emplace(task.scalar->event, task.edit).second;
    std::vector<const CellEdit*>& added = expected_.added[task.row->end_event];
    const auto same = [&](const CellEdit* other) { return other->column == task.edit->column; };
    if (std::any_of(added.begin(), added.end(), same)) return false;
    added.push_back(task.edit);
    return true;
  }

  // Replaced values before added ones: both may be at one offset.
  std::optional<std::string> build(std::size_t count, Expected& expected) {
    expected.events = walk_.events();
    std::vector<Splice> splices;
    for (const bool adding : {false, true}) {
      for (std::size_t i = 0; i < count; ++i) {
        const Task& task = tasks_[i];
        if (task.edit->add != adding) continue;
        if (adding) {
          const auto splice = add_cell(body_, *task.row, task.place, task.edit->column, task.edit->value, task.wish);
          if (!splice) return unspelled(i);
          splices.push_back(*splice);
          expected.added[task.row->end_event].push_back(task.edit);
        } else {
          auto some = replace_scalar(body_, *task.scalar, *task.place, task.edit->value, task.wish);
          if (!some) return unspelled(i);
          std::move(some->begin(), some->end(), std::back_inserter(splices));
          expected.replaced.emplace(task.scalar->event, task.edit);
        }
      }
    }
    if (!sort_splices(splices)) return std::nullopt;
    result_.splices = std::move(splices);
    return apply_splices(body_, result_.splices);
  }

  std::nullopt_t unspelled(std::size_t task) {
    refuse(index_of(tasks_[task].edit), "the new value cannot be written here so that it is read as the same");
    return std::nullopt;
  }

  std::size_t index_of(const CellEdit* edit) const { return static_cast<std::size_t>(edit - edits_.data()); }

  // In the styles that are there; what does not read back well then in double quotes; then everything so.
  void make() {
    for (int attempt = 0; attempt < 3; ++attempt) {
      Check check;
      if (attempt_to(tasks_.size(), check)) return;
      if (!result_.problems.empty()) return;
      for (Task& task : tasks_) {
        const bool wrong = std::find(check.wrong.begin(), check.wrong.end(), task.edit) != check.wrong.end();
        if (wrong || !check.same || attempt == 1) task.wish = Wish::Quoted;
      }
    }
    blame();
  }

  bool attempt_to(std::size_t count, Check& check) {
    Expected expected;
    const std::optional<std::string> edited = build(count, expected);
    if (!edited) {
      check.same = false;
      return false;
    }
    check = check_yaml(*edited, expected);
    if (!check.ok()) return false;
    result_.text = std::string(before_) + *edited;
    for (Splice& splice : result_.splices) splice.offset += before_.size();
    return true;
  }

  // The first edit that the others before it do well without.
  void blame() {
    std::size_t good = 0, bad = tasks_.size();
    while (bad - good > 1) {
      const std::size_t middle = good + (bad - good) / 2;
      Check check;
      (attempt_to(middle, check) ? good : bad) = middle;
    }
    const Task& task = tasks_[bad - 1];
    const bool shared = task.scalar && task.place && !task.place->anchor.empty();
    refuse(index_of(task.edit),
           shared ? "the old value has an anchor that others use" : "the new value would not be read as the same",
           shared ? "write the value out where it is used" : by_hand);
  }

  std::string_view body_;
  std::string_view before_;  // the byte order mark, if there is one
  std::span<const CellEdit> edits_;
  YamlWalk walk_;
  std::vector<Task> tasks_;
  Expected expected_;  // only to find edits of one cell
  Edited result_;
};

}  // namespace

Edited edit_yaml(std::string_view text, std::span<const CellEdit> edits, bool rows_file) {
  return YamlEditor(text, edits, rows_file).run();
}

std::vector<Range> yaml_ranges(std::string_view text, bool rows_file,
                               const std::vector<std::pair<Mark, std::vector<std::string>>>& columns) {
  const std::string_view body = without_byte_order_mark(text);
  const std::size_t before = text.size() - body.size();
  std::vector<Range> ranges;
  YamlWalk walk(body, rows_file);
  walk.tell(columns, [&](const ScalarFound& scalar) {
    if (scalar.implied) return;
    const std::optional<Place> place = place_of(body, scalar);
    const std::size_t end = place ? place->last() : std::max(scalar.next, scalar.at);
    ranges.push_back({before + (place ? place->begin : scalar.at), before + end});
  });
  Diagnostics diagnostics;
  const yaml::ReadLimits limits{.bytes = std::size_t{1} << 40};
  yaml::read_events("text", body, limits, walk, diagnostics);
  std::sort(ranges.begin(), ranges.end(), [](const Range& a, const Range& b) { return a.begin < b.begin; });
  return ranges;
}

}  // namespace holdfast::edit
