#include "agent/main_host.h"

#include <chrono>
#include <optional>

#include "agent/core/doctor/child_files.h"
#include "agent/core/doctor/persistence.h"
#include "agent/edges/host/file_surroundings.h"
#include "agent/edges/host/host_facts.h"
#include "agent/edges/host/open_files.h"
#include "agent/edges/supervisor/environment.h"

namespace holdfast::agent {
namespace {

class FileHost final : public DatabaseHost {
 public:
  FileHost(std::string path, const std::atomic<int>& child) : path_(std::move(path)), child_(child) {}

  bool look(DatabaseHealth& health) override {
    const doctor::HostFacts facts = look_at_place({path_, environment});
    const doctor::Persistence lasts = doctor::judge_persistence(facts);
    health.persistent =
        lasts.deploy == doctor::Outlives::Unknown ? std::nullopt : std::optional(lasts.deploy == doctor::Outlives::Yes);
    health.place = lasts.deploy == doctor::Outlives::No ? lasts.what + ": " + lasts.todo : "";
    health.disk_free_bytes = facts.space ? std::optional(facts.space->free_bytes) : std::nullopt;
    health.wal_size_bytes.reset();
    for (const doctor::SideFile& side : facts.side_files) {
      if (side.ending == "-wal") health.wal_size_bytes = side.file.bytes;
    }
    return look_at_child(facts, health);
  }

 private:
  bool look_at_child(const doctor::HostFacts& facts, DatabaseHealth& health) {
    const int child = child_.load();
    if (child <= 0) return child < 0;
    const doctor::OpenFiles files = find_open_files({facts.path, facts.file, std::chrono::milliseconds(100), child});
    const std::optional<doctor::ChildFiles::Wrong> wrong = files_.look(files, facts.path);
    health.other_database = wrong ? wrong->why : "";
    health.other_database_certain = wrong && wrong->certain;
    constexpr int most_early_looks = 60;
    return !files_.ours_seen() && ++early_looks_ < most_early_looks;
  }

  std::string path_;
  const std::atomic<int>& child_;
  doctor::ChildFiles files_;
  int early_looks_ = 0;
};

}  // namespace

std::unique_ptr<DatabaseHost> host_of(const std::string& path, const std::atomic<int>& child) {
  return std::make_unique<FileHost>(path, child);
}

std::unique_ptr<Surroundings> surroundings_of(const std::string& path, const std::string& state_folder) {
  return std::make_unique<FileSurroundings>(
      FileSurroundingsOptions{path, look_at_machine(environment).database, state_folder});
}

}  // namespace holdfast::agent
