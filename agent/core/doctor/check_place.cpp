// Where the file lies, who may do what there, how much room there is, and whether the clock can be right.
#include <algorithm>
#include <array>

#include "agent/core/doctor/checks.h"
#include "agent/core/doctor/mount_table.h"
#include "agent/core/doctor/persistence.h"

namespace holdfast::agent::doctor {
namespace {

constexpr std::uint64_t megabyte = 1U << 20U;
constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::int64_t clock_slack_ns = 300 * second_ns;
constexpr std::int64_t first_day_ns = 1'735'689'600 * second_ns;  // 2025: no Holdfast has run before

std::string platform_text(const Host& host) {
  std::string text;
  for (const auto& [name, value] : host.variables) text += (text.empty() ? "" : ", ") + name + "=" + value;
  const std::string_view platform = to_string(host.platform);
  std::string where = !platform.empty() ? std::string(platform) : host.container ? "a container" : "no container";
  if (!host.container_sign.empty()) where += " (" + host.container_sign + ")";
  return text.empty() ? where : where + ": " + text;
}

std::string user_text(const FileOwner& owner) { return owner.name + " (" + std::to_string(owner.user) + ")"; }

bool may_by_mode(const FileState& file, const FileOwner& user, std::uint32_t bits) {
  if (user.user == 0) return true;
  if (user.user == file.owner.user) return (file.mode & (bits << 6U)) == bits << 6U;
  if (user.group == file.owner.group) return (file.mode & (bits << 3U)) == bits << 3U;
  return (file.mode & bits) == bits;
}

}  // namespace

std::string bytes_text(std::uint64_t bytes) {
  constexpr std::array<const char*, 5> units = {"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  std::uint64_t tenths = bytes * 10;
  for (; tenths >= 10240 && unit + 1 < units.size(); ++unit) tenths /= 1024;
  std::string text = std::to_string(tenths / 10);
  if (unit > 0 && tenths < 1000) text += "." + std::to_string(tenths % 10);
  return text + " " + units[unit];
}

void check_persistence(const HostFacts& host, Findings& findings) {
  const Persistence judged = judge_persistence(host);
  const char* check = "persistence";
  switch (judged.deploy) {
    case Outlives::Yes: findings.push_back({check, Severity::Ok, judged.what, "", ""}); break;
    case Outlives::Unknown:
      findings.push_back(
          {check, Severity::Note, judged.what, "whether the database outlives a deploy is not known", ""});
      break;
    case Outlives::No:
      findings.push_back({check, Severity::Problem, judged.what,
                          "the database is gone with the next deploy, and an empty one is in its place", judged.todo});
  }
  findings.push_back({"platform", Severity::Ok, platform_text(host.host), "", ""});
  if (host.mount && over_a_network(*host.mount)) {
    findings.push_back({"file-system", Severity::Problem, host.mount->type + " is a file system over a network",
                        "locks of several machines do not exclude each other there: databases get damaged",
                        "put the database on a disk of its own machine"});
  }
  if (host.mount && host.mount->read_only) {
    findings.push_back({"file-system", Severity::Problem, host.mount->point + " is mounted read-only",
                        "neither the application nor Holdfast can write", "mount it for writing"});
  }
}

void check_open_files(const HostFacts& host, Findings& findings) {
  const char* check = "open-files";
  std::string ours;
  for (const OpenFile& file : host.open_files.files) {
    const std::string who = file.program + " (process " + std::to_string(file.process) + ")";
    switch (file.relation) {
      case OpenFile::Relation::Ours: ours += (ours.empty() ? "" : ", ") + who; break;
      case OpenFile::Relation::Former:
        findings.push_back({check, Severity::Problem,
                            who + " has a file open that was " + file.path + " and is no longer",
                            "what it writes is in no file that anybody else reads, and is gone when it ends",
                            "restart it; never replace or delete a database that is open"});
        break;
      case OpenFile::Relation::SameName:
        findings.push_back(
            {check, Severity::Problem, who + " has another file of the same name open: " + file.path,
             "the documents are about " + host.path + "; rows put back there are not seen by this process",
             "give the Database that url, or the application this path"});
        break;
      case OpenFile::Relation::Other:
        findings.push_back({check, Severity::Note, who + " has another database open: " + file.path, "", ""});
    }
  }
  findings.push_back({check, Severity::Ok,
                      ours.empty() ? "nobody has the database open at this moment" : "the database is open in " + ours,
                      "", ""});
  if (host.open_files.hidden == 0 && host.open_files.complete) return;
  const std::string number = std::to_string(host.open_files.hidden);
  findings.push_back({check, Severity::Note,
                      host.open_files.complete ? number + " processes of other users cannot be looked into"
                                               : "not every process was looked into in time",
                      "another file may be open there", "run doctor as root, or as the application's user"});
}

void check_rights(const HostFacts& host, Findings& findings) {
  const char* check = "rights";
  const std::string us = host.user_name + " (" + std::to_string(host.user) + ")";
  const std::size_t before = findings.size();
  const auto problem = [&](std::string what, std::string why, std::string todo) {
    findings.push_back({check, Severity::Problem, std::move(what), std::move(why), std::move(todo)});
  };
  if (!host.folder.there) {
    problem("the folder of " + host.path + " is not there", "nobody can make the database",
            "attach the volume, or create the folder; Holdfast never does");
    return;
  }
  if (!host.file.error.empty())
    problem("the file cannot be looked at (" + host.file.error + ")", "", "run as another user");
  if (host.file.there && !host.file.regular) problem(host.path + " is not a file", "", "correct the Database's url");
  if (host.file.there && (!host.file.may_read || !host.file.may_write)) {
    problem(us + " may not " + (host.file.may_read ? "write" : "read") + " the file, which belongs to " +
                user_text(host.file.owner),
            "rows cannot be put back", "run Holdfast as the user that the application runs as");
  }
  if (!host.folder.may_write) {
    problem(us + " may not write in the folder, which belongs to " + user_text(host.folder.owner),
            "SQLite makes its journal there: without it nothing can be written", "give this user the folder");
  }
  for (const SideFile& side : host.side_files) {
    if (!host.file.there || may_by_mode(side.file, host.file.owner, 6)) continue;
    problem("the file's owner " + user_text(host.file.owner) + " cannot use " + side.ending + ", which belongs to " +
                user_text(side.file.owner),
            "the application's writes fail with \"attempt to write a readonly database\"",
            "chown the side file to the file's owner, and run everything as that user");
  }
  if (findings.size() == before) {
    findings.push_back({check, Severity::Ok,
                        host.file.there ? us + " may read and write; the file belongs to " + user_text(host.file.owner)
                                        : us + " may make the file",
                        "", ""});
  }
}

void check_space(const HostFacts& host, Findings& findings) {
  const char* check = "free-space";
  if (!host.space) {
    findings.push_back({check, Severity::Note, "how much room there is cannot be told", "", ""});
    return;
  }
  const Space& space = *host.space;
  std::uint64_t used = host.file.bytes;
  for (const SideFile& side : host.side_files) used += side.file.bytes;
  const std::string what = bytes_text(space.free_bytes) + " of " + bytes_text(space.total_bytes) + " are free";
  const char* why = "on a full disk nothing can be written: the application fails, and nothing is put back";
  if (space.counts_files && space.free_files < 16) {
    findings.push_back({check, Severity::Problem,
                        "no more files can be made (" + std::to_string(space.free_files) + " left)",
                        "SQLite makes a journal for each transaction", "delete files that nobody needs"});
  }
  if (space.free_bytes < 16 * megabyte) {
    findings.push_back({check, Severity::Problem, what, why, "make room, or a larger volume"});
  } else if (space.free_bytes < std::max(64 * megabyte, used)) {
    findings.push_back({check, Severity::Warning, what + ", the database has " + bytes_text(used), why,
                        "a VACUUM or a copy needs as much as the database has: make room"});
  } else {
    findings.push_back({check, Severity::Ok, what, "", ""});
  }
}

void check_clock(const HostFacts& host, const StoreFacts& store, Findings& findings) {
  const char* check = "clock";
  const std::int64_t newest = std::max(host.file.modified_ns, store.newest_note_ms * 1'000'000);
  if (host.now_ns < first_day_ns) {
    findings.push_back({check, Severity::Problem, "the clock stands before 2025",
                        "certificates are refused, and budgets and ages count wrong", "set the clock; keep it by NTP"});
  } else if (newest > host.now_ns + clock_slack_ns) {
    findings.push_back({check, Severity::Warning,
                        "the clock is " + std::to_string((newest - host.now_ns) / second_ns) +
                            " s behind the last time that the database was written",
                        "it was set back, or another machine's is ahead: history is out of order, budgets last longer",
                        "keep the clocks of all machines by NTP"});
  } else {
    findings.push_back({check, Severity::Ok, "not behind anything that was written", "", ""});
  }
}

}  // namespace holdfast::agent::doctor
