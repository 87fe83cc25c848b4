// raw_job ROWS.csv DATABASE: the whole job with nothing but a CSV splitter and SQLite's own calls. It knows this one
// table, trusts its input and overwrites whatever is there: the floor, not a rival. Prints "INSERTED UPDATED".
#include <charconv>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <string>
#include <unordered_map>
#include <vector>

#include "tests/bench/measuring.h"
#include "tests/bench/raw_sqlite.h"

namespace holdfast::bench {
namespace {

using Fields = std::array<std::string_view, column_count>;

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary | std::ios::ate);
  std::string text(static_cast<std::size_t>(in.tellg()), '\0');
  in.seekg(0);
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!in) fail("cannot read " + path);
  return text;
}

// Splits in place: a quoted field is unescaped where it stands.
std::vector<Fields> split(std::string& text) {
  std::vector<Fields> rows;
  char* at = text.data() + text.find('\n') + 1;
  char* const end = text.data() + text.size();
  while (at < end) {
    Fields& row = rows.emplace_back();
    for (auto& field : row) {
      char* begin = at;
      char* out = at;
      if (*at == '"') {
        for (++at; *at != '"' || *++at == '"'; ++at) *out++ = *at;
      } else {
        while (*at != ',' && *at != '\n') ++at;
        out = at;
      }
      field = {begin, static_cast<std::size_t>(out - begin)};
      ++at;
    }
  }
  return rows;
}

template <class Number>
Number number(std::string_view text) {
  Number value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

bool same(sqlite3_stmt* live, const Fields& row) {
  for (int i = 1; i < 9; ++i) {
    const auto& text = row[static_cast<std::size_t>(i)];
    const unsigned char* bytes = sqlite3_column_text(live, i);
    if (bytes == nullptr || static_cast<std::size_t>(sqlite3_column_bytes(live, i)) != text.size()) return false;
    if (std::memcmp(bytes, text.data(), text.size()) != 0) return false;
  }
  return sqlite3_column_int64(live, 9) == number<std::int64_t>(row[9]) &&
         sqlite3_column_double(live, 10) == number<double>(row[10]);
}

void write(RawStatement& statement, const Fields& row) {
  for (std::size_t i = 0; i < column_count; ++i) {
    const int at = static_cast<int>(i) + 1;
    if (i == 0 || i == 9) {
      sqlite3_bind_int64(statement.handle(), at, number<std::int64_t>(row[i]));
    } else if (i == 10) {
      sqlite3_bind_double(statement.handle(), at, number<double>(row[i]));
    } else {
      sqlite3_bind_text(statement.handle(), at, row[i].data(), static_cast<int>(row[i].size()), SQLITE_STATIC);
    }
  }
  statement.step();
  statement.reset();
}

void run(const std::string& csv, const std::string& path) {
  std::string text = read_file(csv);
  const std::vector<Fields> rows = split(text);
  std::unordered_map<std::int64_t, std::size_t> by_id;
  by_id.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) by_id.emplace(number<std::int64_t>(rows[i][0]), i);

  RawDatabase database(path);
  std::vector<bool> seen(rows.size());
  std::vector<std::size_t> changed;
  {
    RawStatement live(database, "SELECT * FROM campaigns");
    while (live.step()) {
      const auto found = by_id.find(sqlite3_column_int64(live.handle(), 0));
      if (found == by_id.end()) continue;
      seen[found->second] = true;
      if (!same(live.handle(), rows[found->second])) changed.push_back(found->second);
    }
  }
  int inserted = 0;
  database.execute("BEGIN IMMEDIATE");
  {
    RawStatement insert(database, "INSERT INTO campaigns VALUES (?,?,?,?,?,?,?,?,?,?,?)");
    RawStatement update(database,
                        "UPDATE campaigns SET name=?2, tune_url=?3, logo_url=?4, main_image_url=?5, description=?6, "
                        "cta_text=?7, offer_id=?8, aff_id=?9, active=?10, payout_amount=?11 WHERE id=?1");
    for (const auto at : changed) write(update, rows[at]);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (seen[i]) continue;
      write(insert, rows[i]);
      ++inserted;
    }
  }
  database.execute("COMMIT");
  std::printf("%d %zu\n", inserted, changed.size());
}

}  // namespace
}  // namespace holdfast::bench

int main(int count, char** arguments) {
  if (count != 3) holdfast::bench::fail("usage: raw_job ROWS.csv DATABASE");
  holdfast::bench::run(arguments[1], arguments[2]);
  return 0;
}
