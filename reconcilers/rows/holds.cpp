#include "reconcilers/rows/holds.h"

#include <ctime>
#include <limits>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

#include "reconcilers/core/row_image.h"
#include "reconcilers/core/sha256.h"
#include "reconcilers/core/text.h"

namespace holdfast {
namespace {

std::string text_of(const Value& value) { return std::string(value.view().bytes()); }

Locator locator_of(const Hold& hold) { return {Value::text(hold.row_set), Value::blob(hold.key)}; }

std::uint32_t declared_row(const BoundSet& set, std::string_view key) {
  const auto cells = decode_image(key);
  if (!cells || cells->size() != set.key.size()) return no_row;
  std::vector<ValueView> values;
  for (const ImageCell& cell : *cells) values.push_back(cell.value.view());
  const std::uint32_t row = set.index.find(values);
  return row == KeyIndex::npos ? no_row : row;
}

void add(Sha256& digest, std::string_view bytes) {
  digest.add(std::to_string(bytes.size()) + ":");
  digest.add(bytes);
}

void add(Sha256& digest, const Scalar& scalar) {
  add(digest, std::to_string(static_cast<int>(scalar.kind)));
  add(digest, scalar.bytes);
}

std::string digest_of_row(const BoundSet& bound, std::uint32_t row) {
  std::map<std::string, std::string> said;  // in whatever order other rows bring the columns in
  RowTable::Cursor cursor = bound.rows.cursor(row);
  for (const std::string& column : bound.rows.columns()) {
    const Cell cell = cursor.next();
    if (cell.present()) append_identical(cell.value(), said[column]);
  }
  Sha256 digest;
  for (const auto& [column, bytes] : said) {
    add(digest, column);
    add(digest, bytes);
  }
  return digest.hex();
}

std::string digest_of_rules(const RowSetDocument& document) {
  Sha256 digest;
  add(digest, std::to_string(static_cast<int>(document.policy.extra)));
  for (const ForbiddenRule& rule : document.forbidden) {
    add(digest, "rule");
    for (const auto& [column, matcher] : rule.columns) {
      add(digest, column);
      add(digest, std::to_string(static_cast<int>(matcher.kind)) + (matcher.is_null ? "n" : "") +
                      (matcher.ignore_case ? "i" : "") + (matcher.trim ? "t" : ""));
      for (const Scalar& value : matcher.values) add(digest, value);
    }
  }
  return digest.hex();
}

// The key of the row that a change is about, as the journal has it; of a declared one only where no hold needs it.
std::string live_key(const BoundSet& set, const RowImage& row) {
  std::string key;
  for (const ColumnIndex at : set.key) append_cell(key, row.values[set.columns[at].column].view());
  return key;
}

std::string date_of(std::int64_t milliseconds) {
  const std::time_t seconds = milliseconds / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%d %H:%M UTC", &parts)};
}

void hold_back(Change& change, const Hold& hold) {
  change.outcome = Outcome::Held;
  change.reason = Reason::Undo;
  std::string& message = change.more().message;
  message = "taken back " + (hold.who.empty() ? "" : "by " + hold.who + " ") + "on " + date_of(hold.at);
  if (!hold.why.empty()) message += " (" + hold.why + ")";
  message +=
      "; held until the documents change it or holdfast release \"" + hold.row_set + "/" + key_text(hold.key) + "\"";
}

}  // namespace

std::string key_text(std::string_view key) {
  const auto cells = decode_image(key);
  std::string text;
  if (!cells) return text;
  for (std::size_t i = 0; i < cells->size(); ++i) {
    const ValueView value = (*cells)[i].value.view();
    if (i > 0) text += ',';
    text += value.kind() == ValueKind::Text ? std::string(value.bytes()) : describe(value);
  }
  return text;
}

bool is_key(std::string_view written, std::string_view key) { return key_text(key) == written; }

std::string document_digest(const SetState& state, std::string_view key) {
  if (!state.set || !state.bound) return {};
  const std::uint32_t row = declared_row(*state.set, key);
  return row == no_row ? digest_of_rules(*state.document) : digest_of_row(*state.bound, row);
}

Result<Holds> Holds::read(Reader& reader, const State& state) {
  Holds holds;
  if (!state.there()) return holds;
  Result<std::vector<RowImage>> rows =
      reader.find(state.table(StateName::Holds), {}, {}, std::numeric_limits<std::size_t>::max());
  if (!rows) return rows.error();
  for (const RowImage& row : *rows) {
    Hold hold;
    hold.row_set = text_of(row.values[state::holds_row_set]);
    hold.key = text_of(row.values[state::holds_key]);
    hold.digest = text_of(row.values[state::holds_digest]);
    hold.at = row.values[state::holds_at].view().integer();
    hold.who = text_of(row.values[state::holds_who]);
    hold.why = text_of(row.values[state::holds_why]);
    hold.run = text_of(row.values[state::holds_run]);
    holds.all_.push_back(std::move(hold));
  }
  return holds;
}

void Holds::apply(Plan& plan, std::span<const SetState> states) {
  passed_.clear();
  untied_.clear();
  if (all_.empty()) return;
  for (std::size_t i = 0; i < states.size(); ++i) {
    if (!states[i].set) continue;
    std::unordered_map<std::uint32_t, const Hold*> declared;
    std::map<std::string, const Hold*, std::less<>> others;
    for (const Hold& hold : all_) {
      if (hold.row_set != states[i].set->name) continue;
      std::string digest = document_digest(states[i], hold.key);
      if (!hold.digest.empty() && hold.digest != digest) {
        passed_.push_back(hold);
        continue;
      }
      if (hold.digest.empty()) {
        untied_.push_back(hold);
        untied_.back().digest = std::move(digest);
      }
      const std::uint32_t row = declared_row(*states[i].set, hold.key);
      if (row != no_row) declared[row] = &hold;
      others[hold.key] = &hold;
    }
    if (others.empty()) continue;
    for (Change& change : plan.sets[i].changes) {
      if (change.outcome != Outcome::Planned) continue;
      const Hold* hold = nullptr;
      if (const auto found = declared.find(change.declared); change.declared != no_row && found != declared.end()) {
        hold = found->second;
      } else if (change.before()) {
        const auto other = others.find(live_key(*states[i].set, *change.before()));
        if (other != others.end()) hold = other->second;
      }
      if (hold) hold_back(change, *hold);
    }
  }
}

Result<void> Holds::place(Transaction& transaction, const State& state, const Hold& hold) {
  if (Result<void> removed = remove(transaction, state, hold); !removed) return removed;
  const Table& table = state.table(StateName::Holds);
  const auto text = [](const std::string& value) { return value.empty() ? ValueView::null() : ValueView::text(value); };
  const Assignment row[] = {
      {state::holds_row_set, ValueView::text(hold.row_set)},
      {state::holds_key, ValueView::blob(hold.key)},
      {state::holds_digest, text(hold.digest)},
      {state::holds_at, ValueView::integer(hold.at)},
      {state::holds_who, text(hold.who)},
      {state::holds_why, text(hold.why)},
      {state::holds_run, text(hold.run)},
  };
  return must_succeed(transaction.insert(table, row), table.name);
}

Result<void> Holds::remove(Transaction& transaction, const State& state, const Hold& hold) {
  const Table& table = state.table(StateName::Holds);
  const Locator at = locator_of(hold);
  Result<std::vector<std::optional<RowImage>>> there = transaction.fetch(table, {&at, 1});
  if (!there) return there.error();
  if (!there->front()) return {};
  return must_succeed(transaction.erase(table, at), table.name);
}

}  // namespace holdfast
