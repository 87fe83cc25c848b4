#include "metrics/prometheus/prometheus_recorder.h"

#include <prometheus/text_serializer.h>

#include <map>
#include <mutex>
#include <utility>

#include "metrics/prometheus/database_series.h"
#include "metrics/prometheus/families.h"
#include "metrics/prometheus/process_series.h"
#include "metrics/prometheus/set_series.h"

namespace holdfast::metrics {

// Whoever tells or asks something takes what it needs out of here under the lock and goes on without it: what is
// forgotten meanwhile lives until the last one has let go.
struct PrometheusRecorder::Known {
  struct Database {
    std::shared_ptr<DatabaseSeries> series;  // null: only sets of it are known
    std::map<std::string, std::shared_ptr<SetSeries>> sets;
  };

  Labels build;
  mutable std::mutex mutex;
  std::map<std::string, Database> databases;
  std::optional<DocumentsState> documents;

  std::shared_ptr<DatabaseSeries> database(const std::string& name) const {
    const std::lock_guard lock(mutex);
    const auto found = databases.find(name);
    return found == databases.end() ? nullptr : found->second.series;
  }

  std::shared_ptr<SetSeries> set(const SetName& name) const {
    const std::lock_guard lock(mutex);
    const auto database = databases.find(name.database);
    if (database == databases.end()) return nullptr;
    const auto found = database->second.sets.find(name.row_set);
    return found == database->second.sets.end() ? nullptr : found->second;
  }
};

PrometheusRecorder::PrometheusRecorder(const Build& build) : known_(std::make_unique<Known>()) {
  known_->build = {{"version", build.version}, {"revision", build.revision}};
}

PrometheusRecorder::~PrometheusRecorder() = default;

void PrometheusRecorder::know_database(const std::string& database) {
  auto series = std::make_shared<DatabaseSeries>(database);
  const std::lock_guard lock(known_->mutex);
  std::shared_ptr<DatabaseSeries>& known = known_->databases[database].series;
  if (!known) known = std::move(series);
}

void PrometheusRecorder::know_set(const SetName& set, const std::vector<std::string>& expectations) {
  auto series = std::make_shared<SetSeries>(set);
  series->know(expectations);
  {
    const std::lock_guard lock(known_->mutex);
    std::shared_ptr<SetSeries>& known = known_->databases[set.database].sets[set.row_set];
    if (!known) {
      known = std::move(series);
      return;
    }
    series = known;
  }
  series->know(expectations);
}

void PrometheusRecorder::forget_set(const SetName& set) {
  const std::lock_guard lock(known_->mutex);
  const auto database = known_->databases.find(set.database);
  if (database == known_->databases.end()) return;
  database->second.sets.erase(set.row_set);
  if (!database->second.series && database->second.sets.empty()) known_->databases.erase(database);
}

void PrometheusRecorder::forget_database(const std::string& database) {
  const std::lock_guard lock(known_->mutex);
  known_->databases.erase(database);
}

void PrometheusRecorder::run_ended(const SetName& set, std::string_view trigger, RunResult result) {
  if (const auto series = known_->set(set)) series->run_ended(trigger, result);
}

void PrometheusRecorder::run_took(const std::string& database, std::chrono::nanoseconds duration) {
  if (const auto series = known_->database(database)) series->run_took(duration);
}

void PrometheusRecorder::corrected(const SetName& set, Action action, Cause cause, std::uint64_t rows) {
  if (const auto series = known_->set(set)) series->corrected(action, cause, rows);
}

void PrometheusRecorder::detected(const std::string& database, std::chrono::nanoseconds duration) {
  if (const auto series = known_->database(database)) series->detected(duration);
}

void PrometheusRecorder::healed(const std::string& database, std::chrono::nanoseconds duration) {
  if (const auto series = known_->database(database)) series->healed(duration);
}

void PrometheusRecorder::set_state(const SetName& set, const SetState& state) {
  if (const auto series = known_->set(set)) series->set(state);
}

void PrometheusRecorder::database_state(const std::string& database, const DatabaseState& state) {
  if (const auto series = known_->database(database)) series->set(state);
}

void PrometheusRecorder::wiped(const std::string& database, std::string_view cause, WallTime at) {
  if (const auto series = known_->database(database)) series->wiped(cause, at);
}

void PrometheusRecorder::documents_state(const DocumentsState& state) {
  const std::lock_guard lock(known_->mutex);
  known_->documents = state;
}

std::string PrometheusRecorder::exposition(const ProcessFacts& process) const {
  std::vector<std::shared_ptr<const DatabaseSeries>> databases;
  std::vector<std::shared_ptr<const SetSeries>> sets;
  std::optional<DocumentsState> documents;
  {
    const std::lock_guard lock(known_->mutex);
    for (const auto& [name, database] : known_->databases) {
      if (database.series) databases.push_back(database.series);
      for (const auto& [set, series] : database.sets) sets.push_back(series);
    }
    documents = known_->documents;
  }
  Families families;
  for (const auto& set : sets) set->collect(families);
  for (const auto& database : databases) database->collect(families);
  if (documents && !(documents->revision.empty() && documents->digest.empty())) {
    families.add(Metric::DesiredStateInfo, {{"revision", documents->revision}, {"digest", documents->digest}}, 1);
  }
  families.add(Metric::DesiredStateValid, {}, documents && documents->valid ? 1 : 0);
  families.add(Metric::BuildInfo, known_->build, 1);
  collect(process, families);
  return prometheus::TextSerializer().Serialize(families.take());
}

}  // namespace holdfast::metrics
