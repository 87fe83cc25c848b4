// What the fuzz targets have been fed with, once more on every run of the tests: a seed, or an input that once broke a
// reader. A target aborts where its promise does not hold, so each input gets a process of its own.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

extern "C" {
int fuzz_accept_editor(const std::uint8_t* data, std::size_t size);
int fuzz_csv_reader(const std::uint8_t* data, std::size_t size);
int fuzz_matcher(const std::uint8_t* data, std::size_t size);
int fuzz_ndjson_reader(const std::uint8_t* data, std::size_t size);
int fuzz_yaml_decoder(const std::uint8_t* data, std::size_t size);
}

namespace holdfast::fuzz {
namespace {

namespace fs = std::filesystem;

const fs::path folder = HOLDFAST_FUZZ_FOLDER;

struct Target {
  std::string name;
  int (*read)(const std::uint8_t* data, std::size_t size);
};

const std::vector<Target>& targets() {
  static const std::vector<Target> all = {{"accept_editor", fuzz_accept_editor},
                                          {"csv_reader", fuzz_csv_reader},
                                          {"matcher", fuzz_matcher},
                                          {"ndjson_reader", fuzz_ndjson_reader},
                                          {"yaml_decoder", fuzz_yaml_decoder}};
  return all;
}

std::vector<fs::path> inputs(const std::string& target) {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder / "corpus" / target))
    files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

[[noreturn]] void read(const Target& target, const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(in), {}};
  target.read(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  std::exit(in.bad() ? 1 : 0);
}

class FuzzCorpusDeathTest : public testing::TestWithParam<Target> {};

TEST_P(FuzzCorpusDeathTest, EveryInputIsReadAsItShould) {
  const std::vector<fs::path> files = inputs(GetParam().name);
  EXPECT_FALSE(files.empty());
  for (const fs::path& file : files) {
    EXPECT_EXIT(read(GetParam(), file), testing::ExitedWithCode(0), "") << file;
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, FuzzCorpusDeathTest, testing::ValuesIn(targets()),
                         [](const auto& one) { return one.param.name; });

TEST(FuzzCorpus, BelongsToTargetsThatAreReadHere) {
  std::set<std::string> here, sources, corpora;
  for (const Target& target : targets()) here.insert(target.name);
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename();
    if (name.ends_with("_fuzz.cpp")) sources.insert(name.substr(0, name.rfind("_fuzz.cpp")));
  }
  for (const fs::directory_entry& entry : fs::directory_iterator(folder / "corpus"))
    corpora.insert(entry.path().filename());
  EXPECT_EQ(here, sources);
  EXPECT_EQ(here, corpora);
}

}  // namespace
}  // namespace holdfast::fuzz
