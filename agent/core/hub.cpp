#include "agent/core/hub.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "reconcilers/core/result.h"

namespace holdfast::agent {
namespace {

// What several workers answer. Lives until the last one has.
struct Gathered {
  std::size_t left = 0;
  Hub::Answers answers;
  std::function<void(const Hub::Answers&)> done;
};

// The kinds are in the order of how bad they are.
const Answer& worst_of(const Hub::Answers& answers) {
  return std::max_element(answers.begin(), answers.end(),
                          [](const auto& a, const auto& b) { return a.second.kind < b.second.kind; })
      ->second;
}

// More of the id helps where there is more of it; a copy of a database has the very same runs.
Answer several_have_it(const Hub::Answers& found, const std::string& run) {
  std::string names;
  for (const auto& [name, answer] : found) names += (names.empty() ? "" : ", ") + name;
  const bool whole = std::any_of(found.begin(), found.end(), [&](const auto& one) { return one.second.found == run; });
  const Error error{
      ErrorKind::Terminal, "several databases have such a run", names,
      whole ? "holdfast undo with the documents of one of them takes it back there" : "say more of the run's id"};
  return {Answer::Kind::Conflict, to_string(error), {}};
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

// A run's id does not say whose it is: each may have it, but where one has just told of it.
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
  if (request.kind == Request::Kind::Undo) return named.size() == 1 ? named : all;
  return request.row_set.empty() ? all : named;
}

void Hub::ask(const Request& request, Answered answered) {
  const std::vector<std::string> databases = databases_of(request);
  if (databases.empty()) {
    const bool some = !request.row_set.empty();
    answered({Answer::Kind::NotFound, some ? "there is no row set " + request.row_set : "there is no database", {}});
    return;
  }
  if (request.kind == Request::Kind::Undo && databases.size() > 1) return find_run(request, databases, answered);
  ask_all(databases, request, [answered](const Answers& answers) { answered(worst_of(answers)); });
}

void Hub::ask_all(const std::vector<std::string>& databases, const Request& request,
                  std::function<void(const Answers&)> done) {
  auto gathered = std::make_shared<Gathered>();
  gathered->left = databases.size();
  gathered->done = std::move(done);
  for (const std::string& database : databases) gathered->answers.emplace_back(database, Answer());
  for (std::size_t i = 0; i < databases.size(); ++i) {
    send_(databases[i], request, [gathered, i](const Answer& answer) {
      gathered->answers[i].second = answer;
      if (--gathered->left == 0) gathered->done(gathered->answers);
    });
  }
}

// The first characters of an id are a time: runs of several databases begin alike. Which one is meant is asked first;
// it is taken back only where one database alone has such a run, and no other one may have it.
void Hub::find_run(const Request& request, const std::vector<std::string>& databases, Answered answered) {
  Request which = request;
  which.dry_run = true;
  ask_all(databases, which, [this, request, answered = std::move(answered)](const Answers& answers) {
    Answers found;
    std::copy_if(answers.begin(), answers.end(), std::back_inserter(found),
                 [](const auto& one) { return one.second.kind == Answer::Kind::Done; });
    const Answer& worst = worst_of(answers);
    if (found.empty()) return answered(worst);
    if (found.size() > 1) return answered(several_have_it(found, request.run));
    Request whole = request;
    whole.run = found.front().second.found;
    if (worst.kind > Answer::Kind::NotFound && whole.run != request.run) {
      return answered({worst.kind, "which run is meant is not sure, and nothing is taken back: " + worst.message, {}});
    }
    send_(found.front().first, whole, answered);
  });
}

}  // namespace holdfast::agent
