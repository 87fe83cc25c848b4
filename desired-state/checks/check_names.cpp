#include <algorithm>
#include <map>

#include "desired-state/checks/checks.h"
#include "desired-state/database_url.h"
#include "desired-state/nearest.h"
#include "desired-state/quote_text.h"

namespace holdfast::checks {
namespace {

template <class T>
void unique_names(const std::vector<T>& documents, const std::string& kind, Diagnostics& diagnostics) {
  std::map<std::string_view, const T*> first;
  for (const T& document : documents) {
    if (document.name.text.empty()) continue;  // an error of its own
    const auto [found, added] = first.emplace(document.name.text, &document);
    if (added) continue;
    const T& other = *found->second;
    diagnostics.error({document.file, document.name.mark},
                      "there are two documents " + kind + " " + quote_text(document.name.text),
                      "the other is at " + to_string(Position{other.file, other.name.mark}));
  }
}

template <class T>
std::vector<std::string> names_of(const std::vector<T>& documents) {
  std::vector<std::string> names;
  for (const T& document : documents) names.push_back(document.name.text);
  return names;
}

// For a RowSet or BackupPolicy.
template <class T>
void find_database(T& document, const std::vector<std::string>& databases, const std::string& what,
                   Diagnostics& diagnostics) {
  if (document.database_ref) {
    const Name& name = *document.database_ref;
    if (name.text.empty() || std::find(databases.begin(), databases.end(), name.text) != databases.end()) return;
    diagnostics.error({document.file, name.mark}, "there is no Database " + quote_text(name.text),
                      mend_name(name.text, databases, "there is"));
  } else if (databases.size() == 1) {
    document.database_ref = Name{databases.front(), document.mark};
  } else if (databases.empty()) {
    diagnostics.error({document.file, document.mark},
                      "there is no Database for " + what + " " + quote_text(document.name.text),
                      "add a document of kind Database");
  } else {
    diagnostics.error({document.file, document.mark},
                      what + " " + quote_text(document.name.text) + " does not say its Database",
                      "add databaseRef: {name: …}, one of " + name_list(databases));
  }
}

void check_url(const DatabaseDocument& database, Diagnostics& diagnostics) {
  if (database.url.text.empty()) return;
  const ParsedUrl parsed = parse_database_url(database.url.text, database.file);
  if (!parsed.url) diagnostics.error(database.at(database.url.mark), "spec.url: " + parsed.message, parsed.hint);
}

void check_expectations(const RowSetDocument& set, Diagnostics& diagnostics) {
  for (std::size_t i = 0; i < set.expect.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (set.expect[i].name != set.expect[j].name) continue;
      diagnostics.error(set.at(set.expect[i].mark), "two expectations are named " + quote_text(set.expect[i].name),
                        "the other is at " + to_string(set.at(set.expect[j].mark)));
      break;
    }
  }
}

}  // namespace

void check_names(DesiredState& state, Diagnostics& diagnostics) {
  unique_names(state.databases, "Database", diagnostics);
  unique_names(state.row_sets, "RowSet", diagnostics);
  unique_names(state.backup_policies, "BackupPolicy", diagnostics);
  unique_names(state.notifiers, "Notifier", diagnostics);
  std::vector<std::string> databases = names_of(state.databases);
  std::sort(databases.begin(), databases.end());  // one that is there twice has been told, and is one name here
  databases.erase(std::unique(databases.begin(), databases.end()), databases.end());
  const std::vector<std::string> sets = names_of(state.row_sets);
  for (const DatabaseDocument& database : state.databases) check_url(database, diagnostics);
  for (RowSetDocument& set : state.row_sets) {
    find_database(set, databases, "RowSet", diagnostics);
    check_expectations(set, diagnostics);
  }
  for (BackupPolicyDocument& backup : state.backup_policies)
    find_database(backup, databases, "BackupPolicy", diagnostics);
  for (const NotifierDocument& notifier : state.notifiers) {
    for (const std::string& name : notifier.row_sets) {
      if (std::find(sets.begin(), sets.end(), name) != sets.end()) continue;
      diagnostics.error({notifier.file, notifier.mark}, "there is no RowSet " + quote_text(name),
                        mend_name(name, sets, "there is"));
    }
  }
}

}  // namespace holdfast::checks
