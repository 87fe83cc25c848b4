// Documents and row files from real folders: what is read, in which order, and what is refused.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "desired-state/sources/file_source.h"
#include "desired-state/sources/version.h"

namespace holdfast::testing {
namespace {

namespace fs = std::filesystem;
using sources::FileSource;
using sources::FolderRowFiles;
using sources::Snapshot;
using sources::Version;

class Sources : public ::testing::Test {
 protected:
  Sources() {
    std::string pattern = (fs::temp_directory_path() / "holdfast-sources-XXXXXX").string();
    folder = mkdtemp(pattern.data());
  }
  ~Sources() override {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }

  std::string write(const std::string& name, const std::string& text = "x") {
    fs::create_directories(fs::path(folder + "/" + name).parent_path());
    std::ofstream(folder + "/" + name, std::ios::binary) << text;
    return folder + "/" + name;
  }
  void link(const std::string& target, const std::string& name) { fs::create_symlink(target, folder + "/" + name); }

  // Names and texts, without the folder; then the errors.
  std::string read(const std::vector<std::string>& paths, std::size_t most = 1000) {
    Diagnostics diagnostics;
    const Snapshot snapshot = FileSource(paths, most).read(diagnostics);
    std::string all;
    for (const SourceText& text : snapshot.texts) all += text.name + "=" + text.text + "\n";
    for (const Diagnostic& one : diagnostics.all()) all += to_string(one) + "\n";
    for (std::size_t at; (at = all.find(folder)) != std::string::npos;) all.replace(at, folder.size(), "F");
    return all;
  }

  // The content, or "! " and the message.
  std::string rows(const std::string& document, const std::string& file) {
    std::string text;
    const auto problem = FolderRowFiles().read(document, file, [&](std::string_view piece) {
      text += piece;
      return true;
    });
    return problem ? "! " + *problem : text;
  }

  std::string folder;
};

TEST_F(Sources, AFolderIsItsYamlFilesSortedAndNothingElse) {
  write("b.yaml", "B");
  write("a.yml", "A");
  write("C.yaml", "C");
  write(".hidden.yaml");
  write("notes.txt");
  write("rows.csv");
  write("sub/d.yaml");
  EXPECT_EQ(read({folder}), "F/C.yaml=C\nF/a.yml=A\nF/b.yaml=B\n");
  EXPECT_EQ(read({folder + "/"}), "F/C.yaml=C\nF/a.yml=A\nF/b.yaml=B\n");
  EXPECT_EQ(read({folder + "/notes.txt"}), "F/notes.txt=x\n");
  EXPECT_EQ(read({folder + "/b.yaml", folder, folder + "/sub/../b.yaml"}), "F/b.yaml=B\nF/C.yaml=C\nF/a.yml=A\n");
}

TEST_F(Sources, LinksAreFollowedAsConfigMapsHaveThem) {
  write("..2026/a.yaml", "A");
  link("..2026", "..data");
  link("..data/a.yaml", "a.yaml");
  EXPECT_EQ(read({folder}), "F/a.yaml=A\n");
}

TEST_F(Sources, WhatIsNotThereOrEmptyIsAnError) {
  fs::create_directory(folder + "/empty");
  EXPECT_EQ(read({folder + "/nope", folder + "/empty"}),
            "F/nope: the file or folder is not there (-f names a file or a folder)\n"
            "F/empty: the folder has no documents (documents end with .yaml or .yml; subfolders are not read)\n");
  link("nowhere", "a.yaml");
  EXPECT_EQ(read({folder}), "F/a.yaml: the file is not there\n");
}

TEST_F(Sources, APipeOrAFolderAsDocumentIsRefusedAndDoesNotHang) {
  ASSERT_EQ(mkfifo((folder + "/pipe.yaml").c_str(), 0600), 0);
  fs::create_directory(folder + "/folder.yaml");
  EXPECT_EQ(read({folder}), "F/folder.yaml: the file is a folder\nF/pipe.yaml: the file is not a regular file\n");
  EXPECT_EQ(read({folder + "/pipe.yaml"}), "F/pipe.yaml: the file is not a regular file\n");
}

TEST_F(Sources, AFileThatMayNotBeRead) {
  if (::geteuid() == 0) GTEST_SKIP() << "root reads everything";
  write("a.yaml");
  fs::permissions(folder + "/a.yaml", fs::perms::none);
  EXPECT_EQ(read({folder}), "F/a.yaml: the file may not be read by this user\n");
}

TEST_F(Sources, ALargeFileIsCutOneByteBehindTheLimit) {
  write("a.yaml", std::string(5000, 'x'));
  EXPECT_EQ(read({folder}, 10), "F/a.yaml=" + std::string(11, 'x') + "\n");
}

// What is read of a folder with this row file, or without one.
std::string digest(const std::string& path, const std::string& row_file = {}) {
  Diagnostics diagnostics;
  FileSource source({path});
  const Snapshot snapshot = source.read(diagnostics);
  Version version(source.row_files());
  version.add(snapshot.texts);
  if (!row_file.empty()) {
    (void)version.read(snapshot.texts.front().name, row_file, [](std::string_view) { return true; });
  }
  return version.digest();
}

TEST_F(Sources, TheDigestTellsVersionsApart) {
  std::set<std::string> seen;
  const auto is_new = [&] { return seen.insert(digest(folder, "rows.csv")).second; };
  write("a.yaml", "1");
  write("rows.csv", "a,b");
  EXPECT_TRUE(is_new());
  EXPECT_FALSE(is_new());
  EXPECT_EQ(digest(folder).size(), 16u);
  write("a.yaml", "2");
  EXPECT_TRUE(is_new());
  write("a.yaml", "1");
  write("b.yaml", "");
  EXPECT_TRUE(is_new());
  for (const std::string rows : {"a,c", "a,b\n", "", "a,b,c,d,", "a,b,c,d,e"}) {
    write("rows.csv", rows);
    EXPECT_TRUE(is_new()) << rows;
    write("rows.csv", rows + std::string(1, '\0'));
    EXPECT_TRUE(is_new()) << rows << " and a zero";
  }
}

// A checkout elsewhere, or a path that is written otherwise, is no new version.
TEST_F(Sources, TheDigestIsTheSameWhereverTheDocumentsLie) {
  for (const char* place : {"one/", "two/"}) {
    write(std::string(place) + "a.yaml", "1");
    write(std::string(place) + "rows.csv", "a,b");
  }
  const std::string want = digest(folder + "/one", "rows.csv");
  EXPECT_EQ(digest(folder + "/two", "rows.csv"), want);
  EXPECT_EQ(digest(folder + "/one/../two/./", "rows.csv"), want);
  EXPECT_EQ(digest(folder + "/one/a.yaml", "rows.csv"), want);
}

// A file comes in whatever pieces the disk gives.
TEST(Version, TheDigestIsTheSameHoweverAFileIsCut) {
  struct InPieces : RowFileOpener {
    std::optional<std::string> read(const std::string&, const std::string&,
                                    const std::function<bool(std::string_view)>& piece) override {
      for (std::size_t at = 0; at < text.size(); at += size) piece(std::string_view(text).substr(at, size));
      return std::nullopt;
    }
    std::string text = std::string(1000, 'x') + "0123456789";
    std::size_t size = 0;
  };
  std::set<std::string> seen;
  for (const std::size_t size : {1, 3, 7, 8, 13, 64, 2000}) {
    InPieces opener;
    opener.size = size;
    Version version(opener);
    (void)version.read("d.yaml", "rows.csv", [](std::string_view) { return true; });
    seen.insert(version.digest());
    EXPECT_EQ(version.bytes(), 1010u);
  }
  EXPECT_EQ(seen.size(), 1u);
}

TEST_F(Sources, RowFilesStayInTheDocumentsFolder) {
  write("docs/d.yaml");
  write("docs/rows.csv", "R");
  write("docs/sub/rows.csv", "S");
  write("secret.csv", "secret");
  write("docs-other/rows.csv", "secret");
  link("../secret.csv", "docs/up.csv");
  link(folder + "/secret.csv", "docs/absolute.csv");
  link("sub/rows.csv", "docs/inside.csv");
  link(folder + "/docs/sub/rows.csv", "docs/inside-absolute.csv");
  link("..", "docs/parent");
  link("loop.csv", "docs/loop.csv");
  fs::create_directory(folder + "/docs/folder.csv");
  ASSERT_EQ(mkfifo((folder + "/docs/pipe.csv").c_str(), 0600), 0);
  const std::pair<std::string, const char*> cases[] = {
      {"rows.csv", "R"},
      {"./sub/../rows.csv", "R"},
      {"sub/rows.csv", "S"},
      {"inside.csv", "S"},
      {"inside-absolute.csv", "S"},
      {"../secret.csv", "! leaves the document's folder"},
      {"sub/../../secret.csv", "! leaves the document's folder"},
      {"../docs/rows.csv", "! leaves the document's folder"},
      {"../docs-other/rows.csv", "! leaves the document's folder"},
      {"../nope.csv", "! leaves the document's folder"},
      {"up.csv", "! leaves the document's folder"},
      {"absolute.csv", "! leaves the document's folder"},
      {"parent/secret.csv", "! leaves the document's folder"},
      {folder + "/docs/rows.csv", "! must be relative to the document's folder"},
      {"nope.csv", "! is not there"},
      {"loop.csv", "! is a link that leads in a circle"},
      {"folder.csv", "! is a folder"},
      {"pipe.csv", "! is not a regular file"},
      {std::string("a\0b.csv", 7), "! is not the name of a file"},
  };
  for (const auto& [file, want] : cases) EXPECT_EQ(rows(folder + "/docs/d.yaml", file), want) << file;
}

TEST_F(Sources, RowFilesComeInPiecesAndStopWhenNothingMoreIsWanted) {
  write("rows.csv", std::string((std::size_t{5} << 20) + 7, 'x'));
  std::size_t pieces = 0, bytes = 0;
  const auto problem = FolderRowFiles().read(folder + "/d.yaml", "rows.csv", [&](std::string_view piece) {
    EXPECT_LE(piece.size(), std::size_t{1} << 20);
    bytes += piece.size();
    return ++pieces < 3;
  });
  EXPECT_EQ(problem, std::nullopt);
  EXPECT_EQ(pieces, 3u);
  EXPECT_LE(bytes, std::size_t{3} << 20);
}

// As the history has it: the commit where there is one, and the digest of what was really read.
TEST_F(Sources, TheRevisionNamesTheCommitOfTheWorkTree) {
  const std::string one(40, '1'), two(40, '2');
  const std::string file = write("rows/a.yaml");
  const auto revision = [&] {
    Diagnostics diagnostics;
    FileSource source({folder + "/rows"});
    const Snapshot snapshot = source.read(diagnostics);
    Version version(source.row_files());
    version.add(snapshot.texts);
    return version.name(snapshot.commit);
  };
  const std::string digest = revision();
  EXPECT_EQ(digest.size(), 16U);
  struct Case {
    const char* what;
    std::vector<std::pair<std::string, std::string>> files;
    std::string want;
  };
  const Case cases[] = {
      {"a branch without a commit", {{".git/HEAD", "ref: refs/heads/main\n"}}, ""},
      {"packed", {{".git/packed-refs", "# pack-refs\n" + two + " refs/heads/main\n"}}, two},
      {"loose", {{".git/refs/heads/main", one + "\n"}}, one},
      {"detached", {{".git/HEAD", two + "\n"}}, two},
      {"a linked work tree",
       {{"rows/.git", "gitdir: ../.git/worktrees/w\n"},
        {".git/worktrees/w/HEAD", "ref: refs/heads/main\n"},
        {".git/worktrees/w/commondir", "../..\n"}},
       one},
      {"no Git after all", {{"rows/.git", "something else"}}, ""},
  };
  for (const Case& one_case : cases) {
    for (const auto& [name, text] : one_case.files) write(name, text);
    EXPECT_EQ(revision(), one_case.want.empty() ? digest : one_case.want.substr(0, 12) + "+" + digest.substr(0, 12))
        << one_case.what;
  }
}

}  // namespace
}  // namespace holdfast::testing
