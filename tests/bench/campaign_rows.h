// Rows like the popup campaigns: 11 columns, about 350 bytes, different in every row, with the commas, quotes and
// apostrophes that real descriptions have. Row i is the same on every machine and in every format.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::bench {

inline constexpr std::size_t column_count = 11;
inline constexpr std::array<std::string_view, column_count> column_names = {
    "id",       "name",     "tune_url", "logo_url", "main_image_url", "description",
    "cta_text", "offer_id", "aff_id",   "active",   "payout_amount"};
inline constexpr std::string_view create_table =
    "CREATE TABLE IF NOT EXISTS campaigns (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, tune_url TEXT NOT "
    "NULL, "
    "logo_url TEXT NOT NULL, main_image_url TEXT NOT NULL, description TEXT, cta_text TEXT DEFAULT 'View Offer', "
    "offer_id TEXT, aff_id TEXT, active BOOLEAN DEFAULT true, payout_amount DECIMAL(10,2) DEFAULT 0.45)";

struct CampaignRow {
  std::int64_t id = 0;
  std::array<std::string, 8> texts;  // name … aff_id, in column order
  std::int64_t active = 1;
  double payout_amount = 0.45;
};

// Fills `row` with row `number`, counted from 1.
void make_row(std::int64_t number, CampaignRow& row);

// Rows 1…n side by side in memory, ready to be bound: what a raw program that has loaded them would hold.
class PackedRows {
 public:
  explicit PackedRows(std::int64_t rows);

  struct Row {
    std::int64_t id = 0;
    std::array<std::string_view, 8> texts;
    std::int64_t active = 1;
    double payout_amount = 0;
  };
  std::size_t size() const { return heads_.size(); }
  // Calls `take` with each Row, in order; its views live as long as this.
  template <class Take>
  void for_each(const Take& take) const {
    std::size_t at = 0;
    Row row;
    for (const Head& head : heads_) {
      ++row.id;
      for (std::size_t i = 0; i < row.texts.size(); ++i) {
        row.texts[i] = std::string_view(bytes_).substr(at, head.lengths[i]);
        at += head.lengths[i];
      }
      row.active = head.active;
      row.payout_amount = head.payout_amount;
      take(row);
    }
  }
  // What the values themselves take: the bytes of the texts and 8 for each number.
  std::size_t payload_bytes() const { return bytes_.size() + heads_.size() * 3 * sizeof(std::int64_t); }

 private:
  struct Head {
    std::array<std::uint16_t, 8> lengths{};
    std::int64_t active = 1;
    double payout_amount = 0;
  };
  std::string bytes_;
  std::vector<Head> heads_;
};

// The live database differs from the documents in `differences` rows, spread evenly over the `rows`: of three such
// rows, one is missing and two have another text. The rows' numbers are those for which this is not None.
enum class Difference : std::uint8_t { None, Missing, OtherCallToAction, OtherDescription };
Difference difference_at(std::int64_t number, std::int64_t rows, std::int64_t differences);

}  // namespace holdfast::bench
