#include <algorithm>
#include <map>
#include <optional>
#include <unordered_set>

#include "desired-state/checks/checks.h"
#include "desired-state/nearest.h"
#include "desired-state/quote_text.h"

namespace holdfast::checks {
namespace {

// A key as one text: equal exactly when its values have the same bytes, in key order.
void append(std::string& key, std::string_view bytes) {
  key += std::to_string(bytes.size()) + ":" + std::string(bytes);
}

class Renames {
 public:
  Renames(const RowSetDocument& set, Diagnostics& diagnostics) : set_(set), diagnostics_(diagnostics) {}

  void check() {
    read_declared();
    for (const Rename& rename : set_.renames) {
      const std::optional<std::string> from = key_of(rename.from, "from", rename.mark);
      const std::optional<std::string> to = key_of(rename.to, "to", rename.mark);
      if (!from || !to) continue;
      const auto [found, added] = steps_.emplace(*from, Step{*to, &rename});
      if (!added) {
        error(rename.mark, "two renames have the same from",
              "the other is at " + to_string(set_.at(found->second.rename->mark)));
      }
    }
    for (const auto& [from, step] : steps_) follow(from, step);
  }

 private:
  struct Step {
    std::string to;
    const Rename* rename;
  };

  void error(Mark mark, std::string message, std::string hint) {
    diagnostics_.error(set_.at(mark), std::move(message), std::move(hint));
  }

  std::optional<std::string> key_of(const std::vector<ColumnScalar>& named, const char* side, Mark mark) {
    if (named.empty()) return std::nullopt;  // an error of its own
    std::string key;
    bool whole = named.size() == set_.key.size();
    for (const Name& name : set_.key) {
      const auto found = std::find_if(named.begin(), named.end(),
                                      [&](const ColumnScalar& one) { return same_ascii_name(one.first, name.text); });
      if (found == named.end()) {
        whole = false;
        continue;
      }
      if (found->second.kind == CellKind::Null) {
        error(found->second.mark, "a key cannot be null", "a row without a key cannot be renamed");
        return std::nullopt;
      }
      append(key, found->second.bytes);
    }
    if (whole) return key;
    std::vector<std::string> columns;
    for (const Name& name : set_.key) columns.push_back(name.text);
    error(mark, std::string("the rename's ") + side + " must name the key's columns and no others",
          "the key is " + name_list(columns));
    return std::nullopt;
  }

  void read_declared() {
    const std::vector<KeyColumn> keys = key_columns(set_);
    for (std::size_t row = 0; row < set_.rows->size(); ++row) {
      std::string key;
      for (const KeyColumn& column : keys) {
        const Cell cell = column.index == RowTable::npos ? Cell{} : set_.rows->cell(row, column.index);
        append(key, cell.present() || !column.fallback ? cell.bytes : std::string_view(column.fallback->bytes));
      }
      declared_.insert(std::move(key));
    }
  }

  // Along the chain to its end, which must be a declared row.
  void follow(const std::string& from, const Step& first) {
    if (declared_.count(from) > 0) {
      error(first.rename->mark, "the row that is renamed is also declared", "declare it under its new key only");
      return;
    }
    const std::string* end = &first.to;
    for (std::size_t steps = 0; steps <= steps_.size(); ++steps) {
      const auto next = steps_.find(*end);
      if (next == steps_.end()) {
        if (declared_.count(*end) == 0) {
          error(first.rename->mark, "the rename leads to a row that is not declared",
                "declare the row that it ends at");
        }
        return;
      }
      end = &next->second.to;
    }
    error(first.rename->mark, "the rename chain does not end", "its last `to` must be a declared row");
  }

  const RowSetDocument& set_;
  Diagnostics& diagnostics_;
  std::map<std::string, Step> steps_;
  std::unordered_set<std::string> declared_;
};

}  // namespace

void check_renames(const RowSetDocument& set, Diagnostics& diagnostics) {
  if (!set.renames.empty()) Renames(set, diagnostics).check();
}

}  // namespace holdfast::checks
