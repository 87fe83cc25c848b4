// G4 and G8 with writers at full speed: what each of them wrote is there or was seen before it was corrected, and they
// fail no more often than without us.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <memory>
#include <vector>

#include "tests/agent/program.h"
#include "tests/races/writer.h"
#include "tests/tier.h"

namespace holdfast::agent {
namespace {

constexpr int writers = 3;

struct Total {
  std::uint64_t tried = 0, failed = 0, healed = 0;
};

class Races : public testing::TestWithParam<const char*> {
 protected:
  Races() {
    folder_.write("rows/shop.yaml",
                  "apiVersion: holdfast.dev/v1alpha1\nkind: Database\nmetadata: {name: shop}\n"
                  "spec: {url: 'sqlite:" +
                      database_ +
                      "'}\n---\n"
                      "apiVersion: holdfast.dev/v1alpha1\nkind: RowSet\nmetadata: {name: campaigns}\n"
                      "spec: {table: campaigns, key: [id], mode: Enforce, rowsFrom: [{file: campaigns.csv}]}\n");
    std::string rows = "id,name,url\n";
    for (int id = 0; id < declared_rows; ++id)
      rows += std::to_string(id) + ",campaign " + std::to_string(id) + "," + declared_url(id) + "\n";
    folder_.write("rows/campaigns.csv", rows);
  }

  void fresh() {
    for (const char* more : {"", "-wal", "-shm", "-journal"}) std::filesystem::remove(database_ + more);
    execute(database_, std::string("PRAGMA journal_mode=") + GetParam() +
                           "; CREATE TABLE campaigns (id INTEGER PRIMARY KEY, name TEXT UNIQUE, url TEXT,"
                           " seen INTEGER NOT NULL DEFAULT 0, was TEXT)");
    ASSERT_EQ(apply().exit, 0);
  }

  Finished apply() const { return run(arguments()); }
  std::vector<std::string> arguments() const { return {"apply", "-f", folder_ / "rows"}; }

  // The writers alone, or beside two `apply` that are begun again and again.
  Total race(std::chrono::milliseconds span, bool beside_us) {
    fresh();
    const auto end = std::chrono::steady_clock::now() + span;
    std::vector<std::unique_ptr<Writer>> all;
    for (int n = 0; n < writers; ++n)
      all.push_back(std::make_unique<Writer>(database_, n, writers, span, folder_ / ("report" + std::to_string(n))));
    while (std::chrono::steady_clock::now() < end) {
      if (!beside_us) break;
      Program one(arguments()), other(arguments());
      for (const Finished& run : {one.finish(), other.finish()}) {
        // A row that was broken again each time it was to be corrected is left, and that is told.
        const bool left = run.exit == 1 && run.out.find("it is left as it is") != std::string::npos;
        EXPECT_TRUE(run.exit == 0 || left) << run.exit << run.out << run.err;
      }
    }
    Total total;
    for (const auto& writer : all) {
      const WriterReport report = writer->finish();
      EXPECT_EQ(report.wrong, "");
      EXPECT_GT(report.tried, 0u);
      total.tried += report.tried;
      total.failed += report.failed;
      total.healed += report.healed;
    }
    return total;
  }

  std::string updated() const { return query(database_, "SELECT ifnull(sum(updated), 0) FROM _holdfast_runs"); }

  const ScratchFolder folder_;
  const std::string database_ = folder_ / "shop.db";
};

// The bounds within which a rate lies that was seen as `failed` of `tried`, with 99 % confidence each (Wilson 1927).
std::array<double, 2> bounds(const Total& total) {
  const double z = 2.326, n = static_cast<double>(total.tried), p = static_cast<double>(total.failed) / n;
  const double middle = (p + z * z / (2 * n)) / (1 + z * z / n);
  const double half = z / (1 + z * z / n) * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  return {middle - half, middle + half};
}

TEST_P(Races, NothingIsOverwrittenUnseenAndTheApplicationFailsNoMoreOften) {
  const int pairs = by_tier(3, 7);
  const std::chrono::milliseconds span(by_tier(1000, 8000));
  Total alone, beside;
  for (int pair = 0; pair < pairs; ++pair) {
    const Total without = race(span, false);
    EXPECT_EQ(without.healed, 0u);
    const Total with = race(span, true);
    // Each correction that a writer met is one in the journal, and none is there that nobody met.
    EXPECT_GT(with.healed, 0u);
    EXPECT_EQ(std::to_string(with.healed), updated());
    EXPECT_EQ(query(database_, "PRAGMA integrity_check"), "ok");
    EXPECT_EQ(apply().exit, 0);
    EXPECT_EQ(query(database_, "SELECT count(*) FROM campaigns WHERE id < 1000 AND url NOT LIKE 'https:%'"), "0");
    alone.tried += without.tried, alone.failed += without.failed;
    beside.tried += with.tried, beside.failed += with.failed;
  }
  EXPECT_LE(bounds(beside)[0], bounds(alone)[1]) << beside.failed << " of " << beside.tried << " failed beside us, "
                                                 << alone.failed << " of " << alone.tried << " alone";
  std::cout << GetParam() << ": " << beside.failed << " of " << beside.tried << " writes failed beside us, "
            << alone.failed << " of " << alone.tried << " without\n";
}

INSTANTIATE_TEST_SUITE_P(BothJournalModes, Races, testing::Values("DELETE", "WAL"),
                         [](const auto& mode) { return std::string(mode.param); });

}  // namespace
}  // namespace holdfast::agent
