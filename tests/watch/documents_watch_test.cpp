#include "agent/edges/watch/documents_watch.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "desired-state/sources/file_source.h"
#include "tests/watch/scratch.h"

namespace holdfast::agent {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

// Time is the test's own: a watch is told what time it is. The kernel queues an event before the call that causes it
// returns, so that each look sees what was done before it.
class DocumentsWatchTest : public OnEachPlace {
 protected:
  DocumentsWatchTest() {
    fs::create_directory(folder_);
    write(folder_ + "/a.yaml", "a: 1\n");
    write(folder_ + "/b.yml", "b: 1\n");
  }
  static DocumentsWatch::Time at(int milliseconds_after) {
    return DocumentsWatch::Time() + std::chrono::hours(1) + milliseconds(milliseconds_after);
  }

  // Looks whenever it is asked to, for so long; at which times it said that the documents are to be read.
  std::vector<int> read_at(DocumentsWatch& watch, int from, int to) {
    std::vector<int> times;
    for (int time = from; time <= to; ++time) {
      const bool due = watch.next_look() && at(time) >= *watch.next_look();
      if (!due && !(watch.native_handle() >= 0 && readable_now(watch.native_handle()))) continue;
      if (watch.look(at(time))) times.push_back(time);
    }
    return times;
  }
  // Something happened at `from`: it is told once, after 200 ms and a little.
  void expect_told(DocumentsWatch& watch, int from, const char* what = "") {
    const std::vector<int> times = read_at(watch, from, from + 3000);
    ASSERT_EQ(times.size(), 1U) << what;
    EXPECT_GE(times.front(), from + 200) << what;
    EXPECT_LE(times.front(), from + 300) << what;
    EXPECT_FALSE(watch.changing_since()) << what;
  }
  void expect_silent(DocumentsWatch& watch, int from, const char* what = "") {
    EXPECT_EQ(read_at(watch, from, from + 3000), std::vector<int>()) << what;
    EXPECT_FALSE(watch.changing_since()) << what;
  }
  void in_folder(const std::string& command) const { shell("cd " + folder_ + "; " + command); }

  std::string folder_ = scratch / "rows";
};
INSTANTIATE_TEST_SUITE_P(Places, DocumentsWatchTest, testing::Values(Place::Disk, Place::Memory), name_of);

TEST_P(DocumentsWatchTest, SilentWhileNothingHappens) {
  DocumentsWatch watch({folder_}, at(0));
  EXPECT_EQ(watch.describe(), "events");
  EXPECT_FALSE(watch.next_look()) << "nobody has to wake up";
  EXPECT_FALSE(readable_now(watch.native_handle()));
  shell("cat " + folder_ + "/*");
  EXPECT_FALSE(readable_now(watch.native_handle())) << "reading is no change";
  EXPECT_FALSE(watch.look(at(10'000)));
}

TEST_P(DocumentsWatchTest, WaysOfChangingDocuments) {
  const char* const ways[] = {
      "echo 'a: 2' > a.yaml",
      "echo 'c: 3' >> a.yaml",
      "printf 'a: 3\\n' | dd of=a.yaml conv=notrunc 2>/dev/null",             // in place, not a byte longer
      "echo 'a: 4' > .a.tmp; mv .a.tmp a.yaml",                               // most editors
      "mv a.yaml a.yaml~; echo 'a: 5' > a.yaml; rm a.yaml~",                  // vim with a backup
      "cp a.yaml a.yaml~; echo 'a: 6' > a.yaml",                              // vim with backupcopy, emacs
      "sed -i s/6/7/ a.yaml",                                                 // sed's temporary file
      "echo 'a: 8' > jb_tmp; mv a.yaml jb_old; mv jb_tmp a.yaml; rm jb_old",  // safe write of IDEs
      "ln -f b.yml a.yaml",
      "rm b.yml",
      "echo 'c: 1' > new.yaml",
      "mv new.yaml other.yaml",
      "touch a.yaml",
      "chmod 600 a.yaml",
      "mkdir d; echo 'd: 1' > d/d.yaml; ln -s d/d.yaml d.yaml",
      "echo 'd: 2' > d/d.yaml",  // where the link leads
      "mkdir e; mv d/d.yaml e/; ln -sfn e/d.yaml d.yaml",
      "echo 'd: 3' > e/d.yaml",
  };
  DocumentsWatch watch({folder_}, at(0));
  int time = 0;
  for (const char* way : ways) {
    in_folder(way);
    expect_told(watch, time += 10'000, way);
    EXPECT_EQ(watch.describe(), "events") << way;
  }
}

TEST_P(DocumentsWatchTest, WhatDoesNotCount) {
  const char* const ways[] = {
      "echo x > .a.yaml.swp; echo y >> .a.yaml.swp; rm .a.yaml.swp",
      "echo x > 4913; rm 4913",
      "echo x > '#a.yaml#'; ln -s nowhere '.#a.yaml'",
      "echo x > a.yaml~; echo x > a.yaml.bak; echo x > .hidden.yaml",
      "echo x > README.md; echo x > rows.csv; chmod 600 README.md",
      "mkdir sub; echo x > sub/a.yaml",
      "cat a.yaml b.yml",
  };
  DocumentsWatch watch({folder_}, at(0));
  int time = 0;
  for (const char* way : ways) {
    in_folder(way);
    expect_silent(watch, time += 10'000, way);
  }
  in_folder("echo 'a: 2' > a.yaml");
  expect_told(watch, time += 10'000);
}

// The rule of which names count is the one that files are read by.
TEST_P(DocumentsWatchTest, CountsWhatIsRead) {
  for (const char* name : {"x.yaml", "x.yml", ".x.yaml", "x.yaml~", "x.YAML", "yaml", "x.yaml.bak", "#x.yaml#", ".yaml",
                           "a b.yml", "x.json", "y.x.yaml", "x_yaml"}) {
    write(folder_ + "/" + name, "x: 1\n");
  }
  Diagnostics mistakes;
  sources::FileSource source({folder_});
  std::set<std::string> read;
  for (const SourceText& text : source.read(mistakes).texts) read.insert(text.name);
  std::set<std::string> watched;
  for (const auto& [path, facts] : find_documents({folder_}, {}).files) watched.insert(path);
  EXPECT_EQ(watched, read);
  EXPECT_GE(read.size(), 5U);
}

TEST_P(DocumentsWatchTest, AHalfWrittenFileIsNotTaken) {
  DocumentsWatch watch({folder_}, at(0));
  write(folder_ + "/a.yaml", "rows:\n");
  int time = 1000;
  for (int part = 0; part < 10; ++part) {
    EXPECT_EQ(read_at(watch, time, time + 149), std::vector<int>()) << part;
    append(folder_ + "/a.yaml", "  - {id: 1}\n");
    time += 150;
  }
  EXPECT_EQ(watch.changing_since(), at(1000));
  expect_told(watch, time);
}

TEST_P(DocumentsWatchTest, ManyFilesAreTakenTogether) {
  DocumentsWatch watch({folder_}, at(0));
  for (int file = 0; file < 100; ++file) {
    write(folder_ + "/" + std::to_string(file) + ".yaml", "x: 1\n");
    EXPECT_EQ(read_at(watch, 1000 + file * 30, 1000 + file * 30 + 29), std::vector<int>()) << file;
  }
  EXPECT_EQ(watch.changing_since(), at(1000));
  expect_told(watch, 1000 + 100 * 30);
}

TEST_P(DocumentsWatchTest, AStormIsLookedAtNowAndThen) {
  DocumentsWatch watch({folder_}, at(0));
  for (int i = 0; i < 1000; ++i) {
    append(folder_ + "/a.yaml", "x");
    EXPECT_FALSE(watch.look(at(1000 + i)));
    ASSERT_EQ(unread_bytes(watch.native_handle()), 0) << "events do not pile up";
  }
  expect_told(watch, 2000);
}

TEST_P(DocumentsWatchTest, AFileVanishesAndReturns) {
  DocumentsWatch watch({folder_}, at(0));
  in_folder("rm a.yaml");
  EXPECT_EQ(read_at(watch, 1000, 1150), std::vector<int>());
  in_folder("echo 'a: 2' > a.yaml");
  expect_told(watch, 1151);
  in_folder("rm a.yaml");
  expect_told(watch, 11'000, "whoever reads finds that it is not there");
  in_folder("echo 'a: 2' > a.yaml");
  expect_told(watch, 21'000);
}

TEST_P(DocumentsWatchTest, ACheckoutOfAnotherBranch) {
  in_folder(
      "git init -q -b main; git config user.email t@example.org; git config user.name t; git add .; git commit -qm "
      "one; "
      "git checkout -qb two; echo 'a: 2' > a.yaml; git rm -q b.yml; echo 'c: 1' > c.yaml; git add .; git commit -qm "
      "two");
  DocumentsWatch watch({folder_}, at(0));
  in_folder("git checkout -q main");
  expect_told(watch, 1000);
  in_folder("git checkout -q two");
  expect_told(watch, 11'000);
  in_folder("git checkout -q -");
  expect_told(watch, 21'000);
}

// As Kubernetes mounts a ConfigMap: files are links over ..data to a folder with the time in its name.
TEST_P(DocumentsWatchTest, AConfigMapIsUpdated) {
  const std::string mount = scratch / "config";
  const auto version = [&](const std::string& name, const std::string& text) {
    shell("cd " + mount + "; mkdir ..v" + name + "; echo '" + text + "' > ..v" + name + "/a.yaml; echo '" + text +
          "' > ..v" + name + "/rows.csv; ln -s ..v" + name + " ..data_tmp; mv -T ..data_tmp ..data");
  };
  shell("mkdir " + mount);
  version("1", "a: 1");
  shell("cd " + mount + "; ln -s ..data/a.yaml a.yaml; ln -s ..data/rows.csv rows.csv");
  DocumentsWatch folder({mount}, at(0));
  DocumentsWatch file({mount + "/a.yaml"}, at(0));
  DocumentsWatch rows({scratch / "nothing.yaml"}, at(0));
  rows.name_row_files({mount + "/rows.csv"}, std::chrono::system_clock::now() + std::chrono::hours(1), at(0));
  int time = 0;
  for (const char* name : {"2", "3", "4"}) {
    version(name, std::string("a: ") + name);
    time += 10'000;
    expect_told(folder, time, name);
    expect_told(file, time, name);
    expect_told(rows, time, name);
    shell("rm -r " + mount + "/..v" + std::to_string(std::stoi(name) - 1));
    expect_silent(folder, time + 5000, name);
    EXPECT_EQ(folder.describe(), "events");
  }
}

TEST_P(DocumentsWatchTest, TheFolderIsExchanged) {
  DocumentsWatch watch({folder_}, at(0));
  shell("cd " + scratch.path() + "; cp -r rows new; echo 'a: 2' > new/a.yaml; mv rows old; mv new rows");
  expect_told(watch, 1000);
  in_folder("echo 'a: 3' > a.yaml");
  expect_told(watch, 11'000, "events of the new folder");
  shell("echo 'a: 4' > " + scratch / "old/a.yaml");
  expect_silent(watch, 21'000, "the old one does not matter");
}

TEST_P(DocumentsWatchTest, TheFolderVanishesAndReturns) {
  DocumentsWatch watch({folder_}, at(0));
  shell("mv " + folder_ + " " + scratch / "away");
  expect_told(watch, 1000, "whoever reads finds that it is not there");
  shell("mv " + scratch / "away " + folder_);
  const std::vector<int> times = read_at(watch, 10'000, 15'000);
  ASSERT_EQ(times.size(), 1U);
  EXPECT_LE(times.front(), 10'000 + 1000 + 300);
  EXPECT_EQ(watch.describe(), "events");
  in_folder("echo 'a: 3' > a.yaml");
  expect_told(watch, 21'000);
}

TEST_P(DocumentsWatchTest, ALinkToTheFolderIsSetToAnother) {
  shell("cd " + scratch.path() + "; cp -r rows v2; echo 'a: 2' > v2/a.yaml; ln -s rows current");
  DocumentsWatch watch({scratch / "current"}, at(0));
  shell("cd " + scratch.path() + "; ln -sfn v2 current");
  expect_told(watch, 1000);
  shell("echo 'a: 3' > " + scratch / "v2/a.yaml");
  expect_told(watch, 11'000);
}

TEST_P(DocumentsWatchTest, OneFileOfAFolder) {
  DocumentsWatch watch({folder_ + "/a.yaml"}, at(0));
  in_folder("echo 'b: 2' > b.yml; echo x > c.yaml");
  expect_silent(watch, 1000);
  in_folder("echo 'a: 2' > a.yaml");
  expect_told(watch, 11'000);
  in_folder("rm a.yaml");
  expect_told(watch, 21'000);
  in_folder("mv b.yml a.yaml");
  expect_told(watch, 31'000);
}

TEST_P(DocumentsWatchTest, WhatIsNotThereYet) {
  DocumentsWatch file({folder_ + "/later.yaml"}, at(0));
  DocumentsWatch folder({scratch / "x/y/z"}, at(0));
  EXPECT_EQ(file.describe(), "events");
  EXPECT_TRUE(folder.describe().starts_with("polling: the folder is not there (")) << folder.describe();
  in_folder("echo x > later.yaml");
  expect_told(file, 1000);
  shell("mkdir -p " + scratch / "x/y/z; echo x > " + scratch / "x/y/z/a.yaml");
  const std::vector<int> times = read_at(folder, 10'000, 15'000);
  ASSERT_EQ(times.size(), 1U);
  EXPECT_EQ(folder.describe(), "events");
}

// --- row files

TEST_P(DocumentsWatchTest, RowFilesCountOnceTheyAreNamed) {
  const auto soon = std::chrono::system_clock::now() + std::chrono::hours(1);  // whatever is there is older than that
  in_folder("echo x > rows.csv; mkdir sub; echo x > sub/more.csv");
  DocumentsWatch watch({folder_}, at(0));
  in_folder("echo y > rows.csv");
  expect_silent(watch, 1000);
  watch.name_row_files({folder_ + "/rows.csv", folder_ + "/sub/more.csv"}, soon, at(5000));
  expect_silent(watch, 5001);
  in_folder("echo z > rows.csv");
  expect_told(watch, 11'000);
  in_folder("echo z > sub/more.csv");
  expect_told(watch, 21'000);
  watch.name_row_files({folder_ + "/rows.csv"}, soon, at(30'000));
  expect_silent(watch, 30'001);
  in_folder("echo 1 > sub/more.csv");
  expect_silent(watch, 41'000);
  in_folder("rm rows.csv");
  expect_told(watch, 51'000);
}

// It may have been read before it was written: nobody watched it then.
TEST_P(DocumentsWatchTest, ARowFileThatWasWrittenSinceItWasReadIsAChange) {
  DocumentsWatch watch({folder_}, at(0));
  const auto read_began = std::chrono::system_clock::now();
  in_folder("echo x > rows.csv");
  watch.name_row_files({folder_ + "/rows.csv"}, read_began, at(1000));
  expect_told(watch, 1000);
  watch.name_row_files({folder_ + "/rows.csv"}, read_began, at(10'000));
  expect_silent(watch, 10'000, "the same names are no news");
}

TEST_P(DocumentsWatchTest, NamingRowFilesHidesNoOtherChange) {
  in_folder("echo x > rows.csv");
  DocumentsWatch watch({folder_}, at(0));
  in_folder("chmod 600 a.yaml");
  watch.name_row_files({folder_ + "/rows.csv"}, std::chrono::system_clock::now() + std::chrono::hours(1), at(1000));
  expect_told(watch, 1000);
}

// --- where events do not tell

TEST_P(DocumentsWatchTest, EventsThatWereLost) {
  DocumentsWatch watch({folder_}, at(0));
  for (int i = 0; i < 10'000; ++i) {
    write(folder_ + "/noise", "");
    fs::remove(folder_ + "/noise");
  }
  in_folder("echo 'a: 2' > a.yaml");
  expect_told(watch, 1000);
  in_folder("echo 'a: 3' > a.yaml");
  expect_told(watch, 11'000);
}

TEST_P(DocumentsWatchTest, EachSecondWhereNothingCanBeWatched) {
  constexpr const char* not_allowed = "no namespace of one's own here";
  const std::string seen = in_child([&]() -> std::string {
    if (!own_namespace() || !set_own_limit("max_inotify_watches", 0)) return not_allowed;
    DocumentsWatch watch({folder_}, at(0));
    std::string text = watch.describe().substr(0, 32);
    write(folder_ + "/a.yaml", "a: 2\n");
    for (const int time : read_at(watch, 1, 5000)) text += " " + std::to_string(time);
    set_own_limit("max_inotify_watches", 100);
    text += read_at(watch, 5001, 26'000).empty() ? " silent " : " told ";
    return text + watch.describe();
  });
  if (seen == not_allowed) GTEST_SKIP() << seen;
  EXPECT_EQ(seen, "polling: no more inotify watches 1200 silent events");
}

// The descriptor wakes a loop: with the real clock, and from another process.
TEST_P(DocumentsWatchTest, InRealTime) {
  DocumentsWatch watch({folder_}, Clock::now());
  const auto began = Clock::now();
  shell("(echo 'a: 2' > " + folder_ + "/a.yaml) &");
  bool told = false;
  while (!told && Clock::now() < began + std::chrono::seconds(10)) {
    readable(watch.native_handle(),
             std::min(watch.next_look().value_or(began + std::chrono::seconds(10)), began + std::chrono::seconds(10)));
    told = watch.look(Clock::now());
  }
  EXPECT_TRUE(told);
  EXPECT_GE(Clock::now() - began, milliseconds(200));
}

}  // namespace
}  // namespace holdfast::agent
