// Facts of files, by statx: nothing is ever opened, so that no lock of SQLite's is lost (closing a database file that
// SQLite has open loses all its locks).
#pragma once

#include <cstdint>
#include <string>

#include "agent/core/file_facts.h"

namespace holdfast::agent {

// Cached: what this machine knows; on a network file system that may be some seconds old. Fresh: the server is asked,
// each time.
enum class Freshness : std::uint8_t { Cached, Fresh };

// Of the file that the path leads to, links followed. Never fails: what went wrong is a fact, too. Any thread.
FileFacts read_facts(const std::string& path, Freshness freshness = Freshness::Cached);

}  // namespace holdfast::agent
