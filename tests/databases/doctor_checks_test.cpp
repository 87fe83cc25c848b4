// Findings from facts: each check where something is wrong, and a healthy database of which nothing bad is said.
#include <gmock/gmock.h>

#include "agent/core/doctor/checks.h"

namespace holdfast::agent::doctor {
namespace {

using testing::HasSubstr;

constexpr std::int64_t now_ns = 1'764'275'100'000'000'000;

HostFacts healthy_host() {
  HostFacts host;
  host.host.name = "web-1";
  host.path = "/data/popup.db";
  host.file = {true, "", true, 11, 1, 40960, 1, now_ns, 0644, {1000, 1000, "api"}, true, true};
  host.folder = {true, "", false, 10, 1, 4096, 1, now_ns, 0755, {1000, 1000, "api"}, true, true};
  host.mount = Mount{"/data", "ext4", "/dev/sdb", "/", false};
  host.space = Space{std::uint64_t{5} << 30U, std::uint64_t{10} << 30U, true, 10'000};
  host.user = 1000;
  host.user_name = "api";
  host.now_ns = now_ns;
  return host;
}

StoreFacts healthy_store() {
  StoreFacts store;
  store.database = "popup";
  store.journal_mode = "wal";
  store.tables = {"campaigns"};
  store.integrity = IntegrityReport{Integrity::Sound, {}};
  store.storage = StorageReport{40960, 0};
  store.verdict = DatabaseVerdict{VerdictKind::Intact, "as it was left", "", true, false};
  store.lock_timeout = std::chrono::seconds(10);
  return store;
}

// "check severity" of the bad ones, and all that is said about them.
struct Told {
  std::vector<std::string> bad;
  std::string text;
};
Told told(const HostFacts& host, const StoreFacts& store) {
  Told all;
  for (const Finding& finding : examine(host, store)) {
    if (finding.severity == Severity::Ok || finding.severity == Severity::Note) continue;
    all.bad.push_back(finding.check + " " + std::string(to_string(finding.severity)));
    all.text += finding.what + "|" + finding.why + "|" + finding.todo + "\n";
    EXPECT_NE(finding.todo, "") << finding.what << ": says what to do";
  }
  return all;
}

struct Case {
  const char* want;  // check and severity
  const char* text;  // a part of what is said
  std::function<void(HostFacts&, StoreFacts&)> change;
};

TEST(DoctorChecks, say_nothing_bad_of_a_healthy_database) {
  EXPECT_THAT(told(healthy_host(), healthy_store()).bad, testing::IsEmpty());
}

TEST(DoctorChecks, name_what_is_wrong) {
  const std::vector<Case> cases = {
      {"persistence problem", "next deploy", [](auto& h, auto&) { h.mount->type = "tmpfs"; }},
      {"file-system problem", "nfs4", [](auto& h, auto& s) { h.mount->type = "nfs4", s.journal_mode = "delete"; }},
      {"file-system problem", "read-only", [](auto& h, auto&) { h.mount->read_only = true; }},
      {"open-files problem", "uvicorn (process 42)",
       [](auto& h, auto&) {
         h.open_files.files = {{42, "uvicorn", "/data/popup.db", OpenFile::Relation::Former}};
       }},
      {"open-files problem", "/old/popup.db",
       [](auto& h, auto&) {
         h.open_files.files = {{42, "uvicorn", "/old/popup.db", OpenFile::Relation::SameName}};
       }},
      {"rights problem", "may not write the file", [](auto& h, auto&) { h.file.may_write = false; }},
      {"rights problem", "journal", [](auto& h, auto&) { h.folder.may_write = false; }},
      {"rights problem", "cannot use -wal",
       [](auto& h, auto&) {
         h.side_files = {{"-wal", {true, "", true, 1, 1, 1, 1, 1, 0644, {0, 0, "root"}, true, true}}};
       }},
      {"free-space problem", "full disk", [](auto& h, auto&) { h.space->free_bytes = 1000; }},
      {"free-space warning", "VACUUM", [](auto& h, auto&) { h.space->free_bytes = 40 << 20; }},
      {"free-space problem", "no more files", [](auto& h, auto&) { h.space->free_files = 0; }},
      {"clock warning", "600 s behind", [](auto& h, auto&) { h.file.modified_ns += 600'000'000'000; }},
      {"clock problem", "2025", [](auto& h, auto&) { h.now_ns = 0; }},
      {"database problem", "wiped",
       [](auto&, auto& s) {
         s.verdict = DatabaseVerdict{VerdictKind::Wiped, "gone", "see holdfast doctor", true, true};
       }},
      {"database problem", "put it on a volume",
       [](auto&, auto& s) {
         s.verdict = DatabaseVerdict{VerdictKind::Wiped, "gone", "see holdfast doctor", true, true};
       }},
      {"database problem", "a running agent does not write to it; apply does",
       [](auto&, auto& s) {
         s.verdict = DatabaseVerdict{VerdictKind::Copy, "of", "adopt", false, false};
       }},
      {"database problem", "does not write",
       [](auto&, auto& s) {
         s.verdict = DatabaseVerdict{VerdictKind::Copy, "of", "adopt", false, false};
       }},
      {"database problem", "cannot be read",
       [](auto&, auto& s) {
         s.error = Error{ErrorKind::Transient, "database is locked", "popup", "wait"};
       }},
      {"database problem", "banners", [](auto&, auto& s) { s.missing_tables = {"banners"}; }},
      {"database problem", "nothing that would make it",
       [](auto&, auto& s) { s.journal_mode = "", s.integrity.reset(); }},
      {"integrity problem", "row 3",
       [](auto&, auto& s) {
         s.integrity = IntegrityReport{Integrity::Damaged, {"row 3 missing"}};
       }},
      {"integrity problem", "the database is damaged: in database main: Page 2: bad",
       [](auto&, auto& s) {
         s.integrity = IntegrityReport{Integrity::Damaged, {"*** in database main ***\nPage 2: bad"}};
       }},
      {"journal-mode problem", "crash", [](auto&, auto& s) { s.journal_mode = "off"; }},
      {"journal-mode warning", "journalMode: Wal",
       [](auto&, auto& s) { s.journal_mode = "delete", s.wants_wal = true; }},
      {"orphans warning", "7 rows refer to nothing: clicks(campaign_id) → campaigns(id)",
       [](auto&, auto& s) {
         s.references = {
             {"clicks", "campaign_id", "campaigns", "id", false, "", true, OrphanReport{7, false, true}, ""}};
       }},
      {"indexes warning", "CREATE INDEX clicks_campaign_id ON clicks (campaign_id)",
       [](auto&, auto& s) {
         s.references = {{"clicks", "campaign_id", "campaigns", "id", false, "", false, OrphanReport{}, ""}};
       }},
      {"references warning", "parent table is missing",
       [](auto&, auto& s) {
         s.references = {{"clicks", "campaign_id", "campaigns", "id", false, "parent table is missing", true, {}, ""}};
       }},
      {"size warning", "write-ahead log",
       [](auto& h, auto&) {
         h.side_files = {{"-wal", {true, "", true, 1, 1, 100 << 20, 1, 1, 0644, {1000, 1000, "api"}, true, true}}};
       }},
  };
  for (const Case& one : cases) {
    HostFacts host = healthy_host();
    StoreFacts store = healthy_store();
    one.change(host, store);
    const Told all = told(host, store);
    EXPECT_EQ(all.bad, std::vector<std::string>{one.want}) << all.text;
    EXPECT_THAT(all.text, HasSubstr(one.text)) << one.want;
  }
}

TEST(DoctorChecks, print_how_migration_tools_are_kept_from_our_tables) {
  StoreFacts store = healthy_store();
  store.tables = {"campaigns", "Alembic_Version", "_prisma_migrations", "django_migrations"};
  std::string text;
  for (const Finding& finding : examine(healthy_host(), store)) {
    if (finding.check == "migrations") text += finding.what + ": " + finding.todo + "\n";
  }
  EXPECT_THAT(text, HasSubstr("Alembic"));
  EXPECT_THAT(text, HasSubstr("include_object"));
  EXPECT_THAT(text, HasSubstr("Prisma"));
  EXPECT_THAT(text, HasSubstr("\"_holdfast_meta\""));
  EXPECT_THAT(text, HasSubstr("Django"));
}

TEST(DoctorChecks, write_sizes_for_people) {
  EXPECT_EQ(bytes_text(0), "0 B");
  EXPECT_EQ(bytes_text(1023), "1023 B");
  EXPECT_EQ(bytes_text(1536), "1.5 KiB");
  EXPECT_EQ(bytes_text(std::uint64_t{300} << 20U), "300 MiB");
}

}  // namespace
}  // namespace holdfast::agent::doctor
