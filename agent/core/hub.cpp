#include "agent/core/hub.h"

#include <algorithm>
#include <utility>

namespace holdfast::agent {
namespace {

// What several workers answered, as one: the worst of it. Lives until the last one has.
struct Gathered {
  std::size_t left = 0;
  Answer worst;
  Hub::Answered answered;
};

int of_the_run(const Answer& answer) {
  switch (answer.kind) {
    case Answer::Kind::Done: return 2;
    case Answer::Kind::NotFound: return 0;
    default: return 1;
  }
}

}  // namespace

Hub::Hub(std::string version, WallTime started, std::vector<Setting> settings, Send send, Metrics metrics)
    : send_(std::move(send)), metrics_(std::move(metrics)) {
  status_.version = std::move(version);
  status_.started = started;
  status_.settings = std::move(settings);
}

void Hub::number(DatabaseStatus& status) {
  auto& given = numbers_[status.name].given;
  auto still = std::exchange(given, {});
  for (Event& event : status.events) {
    const std::pair key(event.number, event.count);
    const auto found = still.find(key);
    const std::uint64_t number = found != still.end() ? found->second : ++last_number_;
    given.emplace(key, number);
    event.number = number;
  }
}

void Hub::publish(DatabaseStatus status) {
  number(status);
  const auto found = std::find_if(status_.databases.begin(), status_.databases.end(),
                                  [&](const DatabaseStatus& one) { return one.name == status.name; });
  if (found == status_.databases.end()) {
    status_.databases.push_back(std::move(status));
  } else {
    *found = std::move(status);
  }
  settle_ready();
}

void Hub::forget(const std::string& database) {
  std::erase_if(status_.databases, [&](const DatabaseStatus& one) { return one.name == database; });
  numbers_.erase(database);
  settle_ready();
}

// Once ready, always ready: a set that is new with a later version of the documents takes no API out of service.
void Hub::settle_ready() {
  if (status_.ready || expected_.empty()) return;
  status_.ready = std::all_of(expected_.begin(), expected_.end(), [this](const std::string& name) {
    const auto found = std::find_if(status_.databases.begin(), status_.databases.end(),
                                    [&](const DatabaseStatus& database) { return database.name == name; });
    return found != status_.databases.end() &&
           std::all_of(found->sets.begin(), found->sets.end(), [](const SetStatus& set) { return set.decided; });
  });
}

// A run's id does not say whose it is, where it is older than what is in memory: each is asked then.
std::vector<std::string> Hub::databases_of(const Request& request) const {
  std::vector<std::string> all, named;
  for (const DatabaseStatus& database : status_.databases) {
    all.push_back(database.name);
    const bool has_set = std::any_of(database.sets.begin(), database.sets.end(),
                                     [&](const SetStatus& set) { return set.name == request.row_set; });
    const bool has_run = std::any_of(database.runs.begin(), database.runs.end(),
                                     [&](const RunSummary& run) { return !run.id.empty() && run.id == request.run; });
    if (request.kind == Request::Kind::Undo ? has_run : has_set) named.push_back(database.name);
  }
  if (request.kind == Request::Kind::Undo) return named.empty() ? all : named;
  return request.row_set.empty() ? all : named;
}

void Hub::ask(const Request& request, Answered answered) {
  const std::vector<std::string> databases = databases_of(request);
  if (databases.empty()) {
    const bool some = !request.row_set.empty();
    answered({Answer::Kind::NotFound, some ? "there is no row set " + request.row_set : "there is no database", {}});
    return;
  }
  auto gathered = std::make_shared<Gathered>();
  gathered->left = databases.size();
  gathered->answered = std::move(answered);
  const bool undo = request.kind == Request::Kind::Undo;
  for (const std::string& database : databases) {
    send_(database, request, [gathered, undo](const Answer& answer) {
      // Of an undo the one counts that knows the run, or may know it; of anything else the one that could not.
      const bool better = undo ? of_the_run(answer) > of_the_run(gathered->worst) : answer.kind > gathered->worst.kind;
      if (gathered->worst.message.empty() || better) gathered->worst = answer;
      if (--gathered->left == 0) gathered->answered(gathered->worst);
    });
  }
}

}  // namespace holdfast::agent
