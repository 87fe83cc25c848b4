// The checks of `holdfast doctor`: facts in, findings out. Each adds what it found, at least one line of Ok. PURE.
#pragma once

#include <cstdint>
#include <string>

#include "agent/core/doctor/finding.h"
#include "agent/core/doctor/host_facts.h"
#include "agent/core/doctor/store_facts.h"

namespace holdfast::agent::doctor {

// All of them, in the order in which people read them.
Findings examine(const HostFacts& host, const StoreFacts& store);

void check_persistence(const HostFacts& host, Findings& findings);
void check_open_files(const HostFacts& host, Findings& findings);
void check_rights(const HostFacts& host, Findings& findings);
void check_space(const HostFacts& host, Findings& findings);
void check_clock(const HostFacts& host, const StoreFacts& store, Findings& findings);

void check_verdict(const StoreFacts& store, Findings& findings);
void check_integrity(const StoreFacts& store, Findings& findings);
void check_journal_mode(const HostFacts& host, const StoreFacts& store, Findings& findings);
void check_time_outs(const StoreFacts& store, Findings& findings);
void check_size(const HostFacts& host, const StoreFacts& store, Findings& findings);

void check_references(const StoreFacts& store, Findings& findings);  // orphans, and references without an index
void check_migrations(const StoreFacts& store, Findings& findings);

// "1.5 MiB", for people.
std::string bytes_text(std::uint64_t bytes);

}  // namespace holdfast::agent::doctor
