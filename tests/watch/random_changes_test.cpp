// Files, links and folders are exchanged at random. Whatever happened: what is there afterwards is watched, and what
// was read last is what is there.
#include <filesystem>
#include <fstream>
#include <map>
#include <random>

#include "agent/edges/watch/database_watch.h"
#include "agent/edges/watch/documents_watch.h"
#include "tests/tier.h"
#include "tests/watch/scratch.h"

namespace holdfast::agent {
namespace {

namespace fs = std::filesystem;

class RandomChangesTest : public OnEachPlace {
 protected:
  // Two versions of a folder with a file each, a way to them over a link or a real folder, and things that happen to
  // all of these; what cannot be done because of what happened before is left out.
  void something_happens(std::mt19937& random) {
    const std::string way = scratch / "way", file = "/" + name_;
    const std::string one = scratch / (random() % 2 == 0 ? "v1" : "v2");
    std::error_code error;
    switch (random() % 12) {
      case 0: fs::remove(way, error); break;  // a link, or an empty folder
      case 1: fs::create_directory_symlink(one, way, error); break;
      case 2: fs::create_directory_symlink(one, way + ".new", error), fs::rename(way + ".new", way, error); break;
      case 3: fs::rename(way, scratch / "away", error); break;
      case 4: fs::rename(scratch / "away", way, error); break;
      case 5: fs::rename(one, one + ".old", error); break;
      case 6: fs::rename(one + ".old", one, error); break;
      case 7: fs::create_directory(one, error); break;
      case 8: fs::remove_all(one, error); break;
      case 9: put(one + file, std::to_string(random())); break;
      case 10: put(one + "/new", std::to_string(random())), fs::rename(one + "/new", one + file, error); break;
      default:
        fs::remove(one + file, error);
        if (random() % 2 == 0) fs::create_symlink("other-" + name_, one + file, error);
        put(one + "/other-" + name_, std::to_string(random()));
    }
  }
  static bool put(const std::string& path, const std::string& text) {
    std::ofstream out(path, std::ios::app);
    out << text;
    return out.flush().good();
  }

  std::string name_ = "popup.db";
  int cases_ = by_tier(60, 1'000);
};
INSTANTIATE_TEST_SUITE_P(Places, RandomChangesTest, testing::Values(Place::Disk, Place::Memory), name_of);

TEST_P(RandomChangesTest, ADatabaseIsWatchedWhereverItIs) {
  const std::string path = scratch / "way/popup.db";
  int watched = 0;
  for (int seed = 0; seed < cases_; ++seed) {
    std::mt19937 random(seed);
    DatabaseWatch watch(path);
    for (int step = 0; step < 30; ++step) {
      for (std::uint_fast32_t more = random() % 4; more > 0; --more) something_happens(random);
      watch.read();
      if (watch.polls()) watch.poll();
      if (!put(path, "x")) {
        watch.read();
        continue;
      }
      ++watched;
      ASSERT_EQ(watch.describe(), "events") << "seed " << seed << ", step " << step;
      ASSERT_TRUE(watch.read().any()) << "seed " << seed << ", step " << step;
    }
  }
  EXPECT_GT(watched, cases_ * 3) << "too few of the cases led to a file";
}

TEST_P(RandomChangesTest, DocumentsAreReadAsTheyAreAtLast) {
  name_ = "a.yaml";
  const std::string folder = scratch / "way";
  const auto content = [&] {
    std::map<std::string, std::string> texts;
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
      std::ifstream in(at->path());
      if (in && is_document_name(at->path().filename().string()))
        std::getline(in, texts[at->path().filename().string()]);
    }
    return texts;
  };
  auto now = DocumentsWatch::Time() + std::chrono::hours(1);
  int told = 0;
  for (int seed = 0; seed < cases_; ++seed) {
    std::mt19937 random(seed);
    DocumentsWatch watch({folder}, now);
    auto read = content();
    const auto look = [&] {
      if (!watch.look(now)) return;
      ++told;
      read = content();
    };
    for (int step = 0; step < 20; ++step) {
      for (std::uint_fast32_t more = random() % 6; more > 0; --more) {
        something_happens(random);
        now += std::chrono::milliseconds(random() % 100);
        look();
      }
      for (const auto end = now + std::chrono::seconds(2); now < end;) {
        look();
        const auto next = watch.next_look();
        if (!next || *next > end) break;
        now = std::max(now + std::chrono::milliseconds(1), *next);
      }
      ASSERT_EQ(read, content()) << "seed " << seed << ", step " << step;
    }
  }
  EXPECT_GT(told, cases_);
}

}  // namespace
}  // namespace holdfast::agent
