#include "reconcilers/rows/kept_documents.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace holdfast {
namespace {

constexpr std::string_view kept_mark = "kept-documents";
constexpr std::string_view pieces_mark = "kept-pieces";  // rows of that version
constexpr std::size_t block_bytes = std::size_t{256} << 10;
constexpr std::size_t blocks_at_once = 4;  // in one transaction: a few milliseconds

// What a text's rows are called: the version, its place in it, what it is and its own name.
std::string row_name(const std::string& digest, std::size_t place, bool row_file, const std::string& name) {
  std::string number = std::to_string(place);
  number.insert(0, 6 - std::min<std::size_t>(6, number.size()), '0');
  return digest + '/' + number + (row_file ? "/rows/" : "/document/") + name;
}

// The kind and the name again; nothing when it is none of ours.
std::optional<KeptText> read_row_name(std::string_view row, const std::string& digest) {
  if (row.substr(0, digest.size() + 1) != digest + '/') return std::nullopt;
  row.remove_prefix(std::min(row.size(), row.find('/', digest.size() + 1)));
  for (const bool row_file : {false, true}) {
    const std::string_view prefix = row_file ? "/rows/" : "/document/";
    if (row.substr(0, prefix.size()) == prefix) return KeptText{std::string(row.substr(prefix.size())), row_file, {}};
  }
  return std::nullopt;
}

class Keeper {
 public:
  Keeper(Store& store, const State& state, std::string digest, std::int64_t at)
      : store_(store), state_(state), table_(state.table(StateName::Documents)), digest_(std::move(digest)), at_(at) {}

  Result<bool> keep(const std::optional<std::string>& before, std::uint64_t bytes, const ReadTexts& read) {
    Result<Schema> schema = store_.inspect({}, std::nullopt);
    if (!schema) return schema.error();
    schema_ = std::move(*schema);
    const bool broken = before == digest_;  // it is here already, in part
    Result<void> cleared = broken ? mark("") : forget_all_but(before.value_or(""));
    if (!cleared) return cleared.error();
    if (bytes > most_kept_bytes) return keep_none(before);
    const std::string found = read([&](bool row_file, const std::string& name, std::string_view piece) {
      return !failed_ && take(row_file, name, piece);
    });
    if (!failed_) write_block();
    if (failed_) return *failed_;
    if (found != digest_) {
      transaction_.reset();
      return keep_none(before);
    }
    if (Result<void> marked = mark(digest_); !marked) return marked.error();
    return true;
  }

 private:
  Result<bool> keep_none(const std::optional<std::string>& before) {
    const bool some = before && !before->empty();
    Result<void> cleared = some ? mark("") : forget_all_but("");
    if (!cleared) return cleared.error();
    return false;
  }

  // Makes this version the one that is kept, together with its last blocks.
  Result<void> mark(const std::string& digest) {
    if (Result<void> begun = begin(); !begun) return begun;
    if (Result<void> stamped = state_.stamp(*transaction_); !stamped) return stamped;
    if (Result<void> set = state_.set_meta(*transaction_, kept_mark, digest); !set) return set;
    const std::string pieces = std::to_string(digest.empty() ? 0 : pieces_);
    if (Result<void> set = state_.set_meta(*transaction_, pieces_mark, pieces); !set) return set;
    if (Result<void> committed = commit(); !committed) return committed;
    return forget_all_but(digest);
  }

  Result<void> begin() {
    if (transaction_) return {};
    Result<std::unique_ptr<Transaction>> begun = store_.begin(schema_);
    if (!begun) return begun.error();
    transaction_ = std::move(*begun);
    written_ = 0;
    return {};
  }

  Result<void> commit() {
    Result<void> committed = transaction_->commit();
    transaction_.reset();
    return committed;
  }

  bool take(bool row_file, const std::string& name, std::string_view piece) {
    if (place_ == 0 || name != name_ || row_file != row_file_) {
      write_block();
      ++place_;
      number_ = 0;
      name_ = name;
      row_file_ = row_file;
    }
    while (!piece.empty() && !failed_) {
      const std::string_view part = piece.substr(0, block_bytes - block_.size());
      block_ += part;
      piece.remove_prefix(part.size());
      if (block_.size() == block_bytes) write_block();
    }
    return !failed_;
  }

  // What goes wrong is kept in failed_: a visitor has only a yes or no.
  void write_block() {
    if (failed_ || place_ == 0 || (block_.empty() && number_ > 0)) return;
    const auto note = [&](const Result<void>& done) {
      if (!done) failed_ = done.error();
      return !failed_;
    };
    if (!note(begin())) return;
    const std::string name = row_name(digest_, place_, row_file_, name_);
    const Assignment row[] = {
        {state::documents_name, ValueView::text(name)},
        {state::documents_number, ValueView::integer(number_++)},
        {state::documents_text, ValueView::blob(block_)},
        {state::documents_at, ValueView::integer(at_)},
    };
    if (!note(must_succeed(transaction_->insert(table_, row), table_.name))) return;
    block_.clear();
    ++pieces_;
    if (++written_ >= blocks_at_once) note(commit());
  }

  // Every version but this one; a few rows at a time.
  Result<void> forget_all_but(const std::string& digest) {
    for (bool more = true; more;) {
      if (Result<void> begun = begin(); !begun) return begun;
      std::vector<Locator> others;
      const ColumnList name = {state::documents_name};
      Result<void> scanned = transaction_->scan_locked(table_, name, [&](const LiveRow& row) {
        if (!read_row_name(row.values.front().bytes(), digest)) {
          others.emplace_back();
          for (const ValueView& part : row.locator) others.back().emplace_back(part);
        }
        return others.size() <= blocks_at_once;
      });
      if (!scanned) return scanned;
      more = others.size() > blocks_at_once;
      for (const Locator& at : others) {
        Result<void> erased = must_succeed(transaction_->erase(table_, at), table_.name);
        if (!erased) return erased;
      }
      if (others.empty()) {
        transaction_.reset();
        return {};
      }
      if (Result<void> committed = commit(); !committed) return committed;
    }
    return {};
  }

  Store& store_;
  const State& state_;
  const Table& table_;
  const std::string digest_;
  const std::int64_t at_;
  Schema schema_;
  std::unique_ptr<Transaction> transaction_;
  std::size_t written_ = 0;   // blocks, in this transaction
  std::uint64_t pieces_ = 0;  // blocks, of this version
  std::size_t place_ = 0;     // of the text under way; from 1
  std::int64_t number_ = 0;   // of its next block
  bool row_file_ = false;
  std::string name_;
  std::string block_;
  std::optional<Error> failed_;
};

}  // namespace

Result<bool> keep_documents(Store& store, const Clock& clock, const std::string& digest, std::uint64_t bytes,
                            const ReadTexts& read) {
  Result<State> state = State::open(store, false);
  if (!state) return state.error();
  if (!state->there()) return false;
  if (!state->complete()) {
    state = State::open(store, true);
    if (!state) return state.error();
  }
  Result<std::optional<std::string>> before = state->meta(store, kept_mark);
  if (!before) return before.error();
  if (*before == digest) {
    // Somebody may have emptied the table, or deleted a part.
    Result<std::uint64_t> rows = store.count(state->table(StateName::Documents), {}, {});
    if (!rows) return rows.error();
    Result<std::int64_t> pieces = state->number(store, pieces_mark);
    if (!pieces) return pieces.error();
    if (*rows > 0 && (*pieces == 0 || *rows == static_cast<std::uint64_t>(*pieces))) return true;
  }
  const auto at = std::chrono::duration_cast<std::chrono::milliseconds>(clock.wall().time_since_epoch()).count();
  return Keeper(store, *state, digest, at).keep(*before, bytes, read);
}

Result<std::vector<KeptText>> kept_documents(Store& store) {
  std::vector<KeptText> texts;
  Result<State> state = State::open(store, false);
  if (!state) return state.error();
  Result<std::optional<std::string>> digest = state->meta(store, kept_mark);
  if (!digest) return digest.error();
  if (!*digest || (*digest)->empty()) return texts;
  Result<std::vector<RowImage>> rows = state->find(store, StateName::Documents, {}, {});
  if (!rows) return rows.error();
  Result<std::int64_t> pieces = state->number(store, pieces_mark);
  if (!pieces) return pieces.error();
  const auto missing = [](const std::string& name) {
    return Error{ErrorKind::Invalid, "a piece of the kept documents is missing", name,
                 "the next apply keeps them anew"};
  };
  std::string last;
  std::int64_t next = 0;   // piece of the text
  std::int64_t found = 0;  // pieces of all texts
  for (const RowImage& row : *rows) {
    const std::string_view name = row.values[state::documents_name].view().bytes();
    std::optional<KeptText> text = read_row_name(name, **digest);
    if (!text) continue;
    if (texts.empty() || name != last) {
      texts.push_back(std::move(*text));
      next = 0;
    }
    last = name;
    if (row.values[state::documents_number].view() != ValueView::integer(next++)) {
      return missing(texts.back().name);
    }
    ++found;
    texts.back().text += row.values[state::documents_text].view().bytes();
  }
  if (*pieces != 0 && found != *pieces) return missing(texts.empty() ? std::string() : texts.back().name);
  return texts;
}

}  // namespace holdfast
