// One pass over a YAML text: a digest of every event, so that an edited text can be compared with it, and the places of
// the cells of some rows. PURE; for one text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "desired-state/edit/edit.h"
#include "desired-state/yaml/event.h"

namespace holdfast::edit {

// A value of a map as the events tell it; offsets are bytes of the text without its byte order mark.
struct ScalarFound {
  std::size_t event = 0;   // its number among the text's events
  std::size_t at = 0;      // where it begins, tag and anchor included; of an implied null its key
  bool implied = false;    // nothing is written
  bool flow = false;       // inside of braces
  std::size_t indent = 0;  // the column of its map's keys, from 0
  std::size_t key_at = 0;
  std::string key;
  CellKind cell = CellKind::Null;
  std::string text;
  std::size_t next = 0;  // for scalars that are told: where what follows begins
};

struct RowFound {
  std::size_t at = 0;
  bool flow = false;
  bool replayed = false;  // it comes from an alias as a whole
  std::size_t indent = 0;
  std::vector<ScalarFound> cells;
  std::size_t end_event = 0;
};

using DocumentRow = std::pair<std::pair<std::uint32_t, std::uint32_t>, std::size_t>;  // the document's mark, row
DocumentRow document_row(Mark document, std::size_t row);

// What an event says, its place aside; ends and starts of documents have digests of their own.
std::uint64_t digest(const yaml::Event& event);
inline constexpr std::uint64_t document_start_digest = 1;
inline constexpr std::uint64_t document_end_digest = 2;

class YamlWalk : public yaml::EventSink {
 public:
  // Called for each scalar below one of these columns in rows, defaults, rules and renames, and for what an alias there
  // stands for.
  using OnScalar = std::function<void(const ScalarFound&)>;

  // `text` without a byte order mark; it outlives the walk. `rows_file`: the root is the list of rows.
  YamlWalk(std::string_view text, bool rows_file);

  // The rows to look for, and the columns whose scalars are told, by document.
  void look_for(std::set<DocumentRow> rows) { wanted_ = std::move(rows); }
  void tell(std::vector<std::pair<Mark, std::vector<std::string>>> columns, OnScalar on_scalar);

  void document_start(Mark mark) override;
  void document_end() override;
  void on(const yaml::Event& event) override;

  const std::vector<std::uint64_t>& events() const { return events_; }
  const std::map<DocumentRow, RowFound>& rows() const { return rows_; }

 private:
  struct Level {
    bool map = false;
    bool flow = false;
    bool rows = false;  // the list of rows
    bool told = false;  // below a column that is told
    RowFound* row = nullptr;
    std::size_t at = 0;
    std::size_t key_at = 0;
    std::string key;
  };

  std::size_t offset(Mark mark) const;
  std::size_t column(std::size_t offset) const;
  bool is_rows(const yaml::Event& event) const;
  bool is_told() const;
  void open(const yaml::Event& event, std::size_t at);
  void scalar(const yaml::Event& event, std::size_t at);
  void tell_until(std::size_t next);
  void keep_anchor(const ScalarFound& found);
  void tell_anchor(std::size_t alias);

  std::string_view text_;
  bool rows_file_;
  std::vector<std::size_t> lines_;  // where each begins
  std::set<DocumentRow> wanted_;
  std::vector<std::pair<Mark, std::vector<std::string>>> told_;
  OnScalar on_scalar_;

  std::vector<std::uint64_t> events_;
  std::map<DocumentRow, RowFound> rows_;
  std::vector<Level> levels_;
  Mark document_;
  bool at_root_ = false;                                     // the document's first event comes next
  std::size_t row_ = 0;                                      // of the list under way
  std::map<std::string, ScalarFound, std::less<>> anchors_;  // scalars that have one, while something is told
  std::optional<ScalarFound> untold_;                        // until it is known what follows it
};

}  // namespace holdfast::edit
