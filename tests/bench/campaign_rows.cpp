#include "tests/bench/campaign_rows.h"

#include <cstdio>

namespace holdfast::bench {
namespace {

template <class... Arguments>
void print(std::string& out, const char* format, Arguments... arguments) {
  char buffer[256];
  const int length = std::snprintf(buffer, sizeof buffer, format, arguments...);
  out.assign(buffer, static_cast<std::size_t>(length));
}

// Spreads consecutive numbers, so that neighbours do not share their beginnings.
std::uint32_t scatter(std::int64_t number) {
  return static_cast<std::uint32_t>(static_cast<std::uint64_t>(number) * 2654435761U);
}

}  // namespace

void make_row(std::int64_t number, CampaignRow& row) {
  const auto mixed = scatter(number);
  const unsigned offer = 1000 + mixed % 9000;
  const unsigned affiliate = 42000 + (mixed >> 8) % 2000;
  row.id = number;
  print(row.texts[0], "Campaign %08x of the long list", mixed);
  print(row.texts[1], "https://track.example.com/aff_c?offer_id=%u&aff_id=%u", offer, affiliate);
  print(row.texts[2], "https://images.example.com/logo/%08x.png", mixed ^ 0x5bd1e995U);
  print(row.texts[3], "https://images.example.com/main/%08x.jpeg", mixed ^ 0x27d4eb2fU);
  print(row.texts[4],
        "Offer %lld: a \"limited\" chance for those who read on, with samples, coupons and what today's mail brings; "
        "no card needed, ends %u",
        static_cast<long long>(number), mixed % 31 + 1);
  print(row.texts[5], "Claim offer %u!", offer);
  print(row.texts[6], "%u", offer);
  print(row.texts[7], "%u", affiliate);
  row.active = mixed % 8 == 0 ? 0 : 1;
  row.payout_amount = 0.25 * static_cast<double>(1 + mixed % 16) + 0.2;
}

PackedRows::PackedRows(std::int64_t rows) {
  heads_.reserve(static_cast<std::size_t>(rows));
  CampaignRow row;
  for (std::int64_t number = 1; number <= rows; ++number) {
    make_row(number, row);
    Head head;
    for (std::size_t i = 0; i < row.texts.size(); ++i) {
      bytes_ += row.texts[i];
      head.lengths[i] = static_cast<std::uint16_t>(row.texts[i].size());
    }
    head.active = row.active;
    head.payout_amount = row.payout_amount;
    heads_.push_back(head);
  }
}

Difference difference_at(std::int64_t number, std::int64_t rows, std::int64_t differences) {
  // Row `number` is the k-th different one where the line through (rows, differences) passes an integer.
  const std::int64_t before = (number - 1) * differences / rows;
  const std::int64_t after = number * differences / rows;
  if (before == after) return Difference::None;
  switch (after % 3) {
    case 0: return Difference::Missing;
    case 1: return Difference::OtherCallToAction;
    default: return Difference::OtherDescription;
  }
}

}  // namespace holdfast::bench
