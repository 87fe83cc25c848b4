// bench_generate FOLDER ROWS DIFFERENCES: what the benchmarks read.
//   live.db      the rows, but DIFFERENCES of them missing or with another text; journal mode WAL
//   desired.db   the rows as they should be, for sqldiff and the anti-join
//   rows.csv, rows-shuffled.csv, rows.ndjson    the rows as they should be
//   *.yaml       the documents; rows.yaml has the rows in it (up to 100,000: beyond that a document would be too large)
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "tests/bench/campaign_rows.h"
#include "tests/bench/measuring.h"
#include "tests/bench/raw_sqlite.h"

namespace holdfast::bench {
namespace {

constexpr std::int64_t yaml_rows_limit = 100'000;

std::string number(double value) {
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  return {buffer, end};
}

void append_csv(std::string& out, std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    out += text;
    return;
  }
  out += '"';
  for (const char byte : text) {
    if (byte == '"') out += '"';
    out += byte;
  }
  out += '"';
}

// Good for JSON and for YAML's double quotes alike: the texts have no control characters.
void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char byte : text) {
    if (byte == '"' || byte == '\\') out += '\\';
    out += byte;
  }
  out += '"';
}

void csv_line(const CampaignRow& row, std::string& out) {
  out = std::to_string(row.id);
  for (const auto& text : row.texts) append_csv(out += ',', text);
  out += ',' + std::to_string(row.active) + ',' + number(row.payout_amount) + '\n';
}

void ndjson_line(const CampaignRow& row, std::string& out) {
  out = "{\"id\": " + std::to_string(row.id);
  for (std::size_t i = 0; i < row.texts.size(); ++i) {
    append_quoted(out += ", ", column_names[i + 1]);
    append_quoted(out += ": ", row.texts[i]);
  }
  out += ", \"active\": " + std::to_string(row.active) + ", \"payout_amount\": " + number(row.payout_amount) + "}\n";
}

void yaml_line(const CampaignRow& row, std::string& out) {
  out = "    - {id: " + std::to_string(row.id);
  for (std::size_t i = 0; i < row.texts.size(); ++i) {
    out += ", ";
    out += column_names[i + 1];
    append_quoted(out += ": ", row.texts[i]);
  }
  out += ", active: " + std::to_string(row.active) + ", payout_amount: " + number(row.payout_amount) + "}\n";
}

class TextFile {
 public:
  explicit TextFile(const std::filesystem::path& path) : path_(path), out_(path, std::ios::binary) {}
  ~TextFile() {
    out_.close();
    if (!out_) fail("cannot write " + path_.string());
  }
  TextFile(const TextFile&) = delete;
  TextFile& operator=(const TextFile&) = delete;
  void write(std::string_view text) { out_.write(text.data(), static_cast<std::streamsize>(text.size())); }

 private:
  std::filesystem::path path_;
  std::ofstream out_;
};

template <class Line>
void write_rows(TextFile& file, std::span<const std::int64_t> numbers, const Line& line) {
  CampaignRow row;
  std::string text;
  for (const auto one : numbers) {
    make_row(one, row);
    line(row, text);
    file.write(text);
  }
}

std::string document(std::string_view key, std::string_view rows) {
  return "apiVersion: holdfast.dev/v1alpha1\n"
         "kind: Database\n"
         "metadata: {name: bench}\n"
         "spec: {url: \"sqlite:live.db\", setup: \"" +
         std::string(create_table) +
         ";\"}\n"
         "---\n"
         "apiVersion: holdfast.dev/v1alpha1\n"
         "kind: RowSet\n"
         "metadata: {name: campaigns}\n"
         "spec:\n"
         "  table: campaigns\n"
         "  mode: Enforce\n"
         "  key: [" +
         std::string(key) + "]\n  " + std::string(rows) + "\n";
}

void write_documents(const std::filesystem::path& folder, std::span<const std::int64_t> numbers) {
  for (const std::string key : {"id", "name"}) {
    TextFile(folder / ("by-" + key + ".yaml")).write(document(key, "rowsFrom: [{file: rows.csv}]"));
    TextFile(folder / ("by-" + key + "-shuffled.yaml")).write(document(key, "rowsFrom: [{file: rows-shuffled.csv}]"));
  }
  TextFile(folder / "ndjson.yaml").write(document("id", "rowsFrom: [{file: rows.ndjson}]"));
  if (static_cast<std::int64_t>(numbers.size()) > yaml_rows_limit) return;
  TextFile yaml(folder / "rows.yaml");
  yaml.write(document("id", "rows:"));
  write_rows(yaml, numbers, yaml_line);
}

void write_tables(const std::filesystem::path& folder, std::vector<std::int64_t> numbers) {
  std::string header;
  for (const auto name : column_names) header.append(header.empty() ? "" : ",").append(name);
  header += '\n';

  TextFile csv(folder / "rows.csv");
  csv.write(header);
  write_rows(csv, numbers, csv_line);
  TextFile ndjson(folder / "rows.ndjson");
  write_rows(ndjson, numbers, ndjson_line);
  std::mt19937_64 chance(1);
  std::shuffle(numbers.begin(), numbers.end(), chance);
  TextFile shuffled(folder / "rows-shuffled.csv");
  shuffled.write(header);
  write_rows(shuffled, numbers, csv_line);
}

void write_databases(const std::filesystem::path& folder, std::int64_t rows, std::int64_t differences) {
  const PackedRows packed(rows);
  for (const std::string name : {"live.db", "desired.db"}) {
    const std::string path = folder / name;
    remove_database(path);
    RawDatabase database(path, true);
    database.execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL");
    database.execute(std::string(create_table));
    insert_all(database, packed);
    if (name == "desired.db") continue;
    database.execute("BEGIN");
    for (std::int64_t one = 1; one <= rows; ++one) {
      const std::string where = " WHERE id = " + std::to_string(one);
      switch (difference_at(one, rows, differences)) {
        case Difference::None: break;
        case Difference::Missing: database.execute("DELETE FROM campaigns" + where); break;
        case Difference::OtherCallToAction: database.execute("UPDATE campaigns SET cta_text = 'Buy'" + where); break;
        case Difference::OtherDescription: database.execute("UPDATE campaigns SET description = NULL" + where); break;
      }
    }
    database.execute("COMMIT");
  }
}

}  // namespace
}  // namespace holdfast::bench

int main(int count, char** arguments) {
  using namespace holdfast::bench;
  if (count != 4) fail("usage: bench_generate FOLDER ROWS DIFFERENCES");
  const std::filesystem::path folder = arguments[1];
  const std::int64_t rows = std::atoll(arguments[2]);
  const std::int64_t differences = std::atoll(arguments[3]);
  if (rows < 1 || differences < 0 || differences > rows) fail("ROWS is at least 1, DIFFERENCES at most ROWS");
  std::filesystem::create_directories(folder);
  std::vector<std::int64_t> numbers(static_cast<std::size_t>(rows));
  std::iota(numbers.begin(), numbers.end(), 1);
  write_documents(folder, numbers);
  write_tables(folder, numbers);
  write_databases(folder, rows, differences);
  return 0;
}
