#!/usr/bin/python3
"""The layout check finds what it promises to find, and nothing in code that is as it should be.

Each line: a file, what stands in it, and the rule that must be named ('' for none).
"""
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "scripts"))
import check_layout  # noqa: E402
import layout_rules  # noqa: E402

# Headers that the samples include, so that only the arrow is wrong.
THERE = (
    "desired-state/value.h", "desired-state/sources/folder.h", "reconcilers/core/store.h", "reconcilers/sql/dialect.h",
    "reconcilers/rows/diff.h", "reconcilers/backups/copy.h", "reconcilers/stores/sqlite/store.h",
    "reconcilers/stores/memory/store.h", "metrics/recorder.h", "metrics/prometheus.h", "agent/core/controller.h",
    "agent/edges/server/server.h", "agent/edges/clock.h", "agent/edges/descriptor.h", "agent/commands/plan.h", "agent/exit_code.h",
    "agent/render/sink.h",
)

SAMPLES = (
    # the arrows
    ("desired-state/a.cpp", '#include "reconcilers/core/store.h"', "arrow"),
    ("desired-state/a.cpp", '#include "desired-state/sources/folder.h"', "arrow"),
    ("desired-state/a.cpp", '#include "desired-state/value.h"', ""),
    ("desired-state/sources/a.cpp", '#include "desired-state/value.h"', ""),
    ("desired-state/sources/a.cpp", '#include "reconcilers/core/store.h"', "arrow"),
    ("reconcilers/core/a.h", '#include "reconcilers/stores/memory/store.h"', "arrow"),
    ("reconcilers/core/a.h", '#include "reconcilers/rows/diff.h"', "arrow"),
    ("reconcilers/core/a.h", '#include "metrics/recorder.h"', "arrow"),
    ("reconcilers/core/a.h", '#include "desired-state/value.h"', ""),
    ("reconcilers/sql/a.h", '#include "reconcilers/stores/sqlite/store.h"', "arrow"),
    ("reconcilers/sql/a.h", '#include "reconcilers/core/store.h"', ""),
    ("reconcilers/rows/a.cpp", '#include "reconcilers/sql/dialect.h"', "arrow"),
    ("reconcilers/rows/a.cpp", '#include "reconcilers/backups/copy.h"', "arrow"),
    ("reconcilers/rows/a.cpp", '#include "reconcilers/stores/memory/store.h"', "arrow"),
    ("reconcilers/rows/a.cpp", '#include "reconcilers/core/store.h"', ""),
    ("reconcilers/stores/memory/a.cpp", '#include "reconcilers/stores/sqlite/store.h"', "arrow"),
    ("reconcilers/stores/memory/a.cpp", '#include "reconcilers/stores/memory/store.h"', ""),
    ("reconcilers/stores/memory/a.cpp", '#include "agent/core/controller.h"', "arrow"),
    ("reconcilers/stores/sqlite/a.cpp", '#include "reconcilers/sql/dialect.h"', ""),
    ("metrics/a.cpp", '#include "reconcilers/rows/diff.h"', "arrow"),
    ("agent/core/a.cpp", '#include "agent/edges/clock.h"', "arrow"),
    ("agent/core/a.cpp", '#include "metrics/prometheus.h"', "arrow"),
    ("agent/core/a.cpp", '#include "metrics/recorder.h"', ""),
    ("agent/core/a.cpp", '#include "reconcilers/stores/sqlite/store.h"', "arrow"),
    ("agent/edges/clock.cpp", '#include "agent/edges/server/server.h"', "arrow"),
    ("agent/edges/clock.cpp", '#include "agent/edges/clock.h"', ""),
    ("agent/edges/server/a.cpp", '#include "agent/edges/clock.h"', "arrow"),
    ("agent/edges/server/a.cpp", '#include "agent/edges/server/server.h"', ""),
    ("agent/edges/server/a.cpp", '#include "agent/edges/descriptor.h"', ""),
    ("agent/edges/clock.cpp", '#include "agent/edges/descriptor.h"', ""),
    ("agent/commands/a.cpp", '#include "agent/edges/descriptor.h"', "arrow"),
    ("agent/commands/a.cpp", '#include "reconcilers/stores/sqlite/store.h"', "arrow"),
    ("agent/commands/a.cpp", '#include "agent/edges/clock.h"', "arrow"),
    ("agent/commands/a.cpp", '#include "reconcilers/rows/diff.h"', ""),
    ("agent/commands/a.cpp", '#include "agent/exit_code.h"', ""),
    ("agent/commands/a.cpp", '#include "agent/render/sink.h"', ""),
    ("agent/render/a.cpp", '#include "agent/commands/plan.h"', "arrow"),
    ("agent/render/a.cpp", "#include <iostream>", "pure"),
    ("agent/edges/clock.cpp", '#include "agent/commands/plan.h"', "arrow"),
    ("agent/wiring.cpp", '#include "agent/commands/plan.h"', "arrow"),
    ("agent/wiring.cpp", '#include "reconcilers/stores/sqlite/store.h"', "arrow"),
    ("agent/main.cpp", '#include "reconcilers/stores/sqlite/store.h"', ""),
    ("agent/main.cpp", '#include "agent/edges/clock.h"', ""),
    ("tests/rows/a.cpp", '#include "reconcilers/stores/memory/store.h"', ""),
    ("reconcilers/core/a.cpp", '// #include "reconcilers/rows/diff.h"', ""),
    ("reconcilers/core/a.cpp", '/*\n#include "reconcilers/rows/diff.h"\n*/', ""),
    ("lib/a.cpp", "int a;", "no-room"),
    # include paths
    ("reconcilers/core/a.cpp", '#include "store.h"', "include-path"),
    ("reconcilers/core/a.cpp", '#include "../core/store.h"', "include-path"),
    ("reconcilers/core/a.cpp", '#include "reconcilers/core/gone.h"', "include-path"),
    # libraries
    ("reconcilers/core/a.cpp", "#include <yaml-cpp/yaml.h>", "library"),
    ("desired-state/a.cpp", "#include <yaml-cpp/yaml.h>", ""),
    ("desired-state/sources/a.cpp", "#include <sqlite3.h>", "library"),
    ("reconcilers/rows/a.cpp", "#include <SQLiteCpp/SQLiteCpp.h>", "library"),
    ("reconcilers/stores/memory/a.cpp", "#include <sqlite3.h>", "library"),
    ("reconcilers/stores/sqlite/a.cpp", "#include <sqlite3.h>", ""),
    ("tests/contract/a.cpp", "#include <sqlite3.h>", ""),
    ("reconcilers/core/rule.cpp", "#include <re2/re2.h>", ""),
    ("reconcilers/core/a.cpp", "#include <re2/re2.h>", "library"),
    ("reconcilers/rows/a.cpp", "#include <CLI/CLI.hpp>", "library"),
    ("agent/commands/a.cpp", "#include <CLI/CLI.hpp>", ""),
    ("agent/commands/a.cpp", "#include <boost/asio.hpp>", "library"),
    ("reconcilers/rows/a.cpp", "#include <gtest/gtest.h>", "library"),
    ("agent/main.cpp", "#include <curlpp/cURLpp.hpp>", "library"),
    # pure folders
    ("desired-state/a.cpp", "#include <fstream>", "pure"),
    ("reconcilers/core/a.cpp", "#include <thread>", "pure"),
    ("reconcilers/core/a.cpp", "#include <mutex>", "pure"),
    ("reconcilers/sql/a.cpp", "#include <iostream>", "pure"),
    ("agent/core/a.cpp", "#include <filesystem>", "pure"),
    ("reconcilers/core/a.cpp", "#include <unistd.h>", "pure"),
    ("reconcilers/core/a.cpp", "#include <chrono>", ""),
    ("reconcilers/core/a.cpp", "auto t = std::chrono::steady_clock::now();", "pure"),
    ("reconcilers/core/a.cpp", 'auto v = std::getenv("HOME");', "pure"),
    ("desired-state/sources/a.cpp", "#include <fstream>", ""),
    ("reconcilers/stores/sqlite/a.cpp", "#include <unistd.h>", ""),
    # who opens the database by hand
    ("reconcilers/stores/sqlite/a.cpp", "std::ifstream in(path);", "opens-the-database"),
    ("reconcilers/stores/sqlite/a.cpp", "int fd = ::open(path.c_str(), O_RDONLY);", "opens-the-database"),
    ("reconcilers/stores/sqlite/a.cpp", "int fd = open(path.c_str(), O_RDONLY);", "opens-the-database"),
    ("reconcilers/stores/sqlite/a.cpp", "int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY);", ""),
    ("reconcilers/stores/sqlite/a.h", "static Result<Store> open(const std::string& path); Store s = Store::open(p);", ""),
    ("reconcilers/stores/sqlite/a.cpp", 'FILE* f = std::fopen(path, "rb");', "opens-the-database"),
    ("reconcilers/stores/sqlite/a.cpp", "struct stat at; ::stat(path.c_str(), &at);", ""),
    ("reconcilers/stores/sqlite/a.cpp", "sqlite3_open_v2(path, &db, flags, nullptr); store.open(path);", ""),
    ("reconcilers/rows/a.cpp", "std::filesystem::copy_file(from, to);", "opens-the-database"),
    ("agent/edges/preflight.cpp", "std::ifstream in(database_path);", "opens-the-database"),
    ("agent/edges/preflight.cpp", 'auto name = path + "-wal";\nstd::ifstream in(name);', "opens-the-database"),
    ("agent/commands/a.cpp", 'int fd = ::open((path + "-shm").c_str(), O_RDONLY);', "opens-the-database"),
    ("agent/main.cpp", 'std::filesystem::copy_file(folder / "popup.db", copy);', "opens-the-database"),
    ("desired-state/sources/a.cpp", "std::ifstream in(document);", ""),
    ("desired-state/sources/a.cpp", "// reads the database\n\n\nstd::ifstream in(document);", ""),
    # words
    ("reconcilers/rows/a.cpp", 'auto q = "SELECT name FROM campaigns";', "sql-text"),
    ("reconcilers/sql/a.cpp", 'auto q = "SELECT name FROM campaigns";', ""),
    ("reconcilers/stores/sqlite/a.cpp", 'auto q = "INSERT OR REPLACE INTO t VALUES (1)";', "replaces"),
    ("reconcilers/sql/a.cpp", 'auto q = "TRUNCATE t";', "replaces"),
    ("tests/rows/a.cpp", "std::this_thread::sleep_for(one_second);", "sleep"),
    ("reconcilers/stores/sqlite/a.cpp", "std::this_thread::sleep_for(pause);", ""),
    ("desired-state/a.cpp", 'std::regex pattern("a");', "regex"),
    ("docs/a.md", "later: TO" "DO", "unfinished"),
    ("docs/a.md", "see /ho" "me/somebody/file", "machine-path"),
    ("docs/a.md", "see https://example.com/home/page", ""),
    ("docs/a.md", "see [b](b.md)", "dead-link"),
    ("docs/a.md", "see [a](a.md#top), [x](https://example.com/x), [up](../agent/exit_code.h)", ""),
    ("reconcilers/core/a.cpp", "int a;\n" * 501, "long-file"),
    ("reconcilers/core/a.cpp", "int a;\n" * 500, ""),
    # links
    ("reconcilers/rows/CMakeLists.txt", "  PRIVATE external::sqlite)", "link"),
    ("desired-state/CMakeLists.txt", "  PUBLIC external::yaml_cpp)", "link"),
    ("desired-state/CMakeLists.txt", "  PRIVATE external::yaml_cpp)", ""),
)


def findings(name, text):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for other in (*THERE, name):
            path = root / other
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("#pragma once\n", encoding="utf-8")
        (root / name).write_text(text + "\n" if not text.endswith("\n") else text, encoding="utf-8")
        return check_layout.Checker(root).run()


class Layout(unittest.TestCase):
    def test_each_sample_is_found_or_left_alone(self):
        for name, text, rule in SAMPLES:
            with self.subTest(file=name, text=text[:80]):
                found = findings(name, text)
                named = {line.split(": ")[1] for line in found}
                self.assertEqual(named, {rule} if rule else set(), found)

    def test_a_finding_says_file_and_line(self):
        found = findings("reconcilers/core/a.cpp", "int a;\n\n#include <thread>")
        self.assertRegex(found[0], r"^reconcilers/core/a\.cpp:3: pure: ")

    def test_every_rule_has_a_sample(self):
        sampled = {rule for _, _, rule in SAMPLES}
        stated = {rule.name for rule in layout_rules.CODE_RULES} | {rule for _, rule, _ in layout_rules.TEXT_RULES}
        stated |= {"arrow", "include-path", "dead-link", "library", "link", "long-file", "no-room", "pure"}
        self.assertEqual(stated - sampled, set())


if __name__ == "__main__":
    unittest.main()
