#include "desired-state/sources/read_texts.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <vector>

#include "desired-state/database_url.h"
#include "desired-state/sources/version.h"

namespace holdfast::sources {
namespace {

namespace fs = std::filesystem;

// What documents are called, whatever folder they lie in.
class Names {
 public:
  explicit Names(const std::vector<SourceText>& texts) {
    for (const SourceText& text : texts) {
      const std::string folder = folder_of(text.name);
      if (std::find(folders_.begin(), folders_.end(), folder) == folders_.end()) folders_.push_back(folder);
    }
  }
  std::string of(const std::string& document) const {
    std::string file = fs::path(document).filename().string();
    if (folders_.size() < 2) return file;
    const auto at = std::find(folders_.begin(), folders_.end(), folder_of(document)) - folders_.begin();
    return std::to_string(at + 1) + "/" + file;
  }

 private:
  static std::string folder_of(const std::string& document) {
    return fs::path(document).parent_path().lexically_normal().string();
  }
  std::vector<std::string> folders_;
};

}  // namespace

std::string read_texts(
    Source& source, const DesiredState& state,
    const std::function<bool(bool row_file, const std::string& name, std::string_view piece)>& visit) {
  Diagnostics mistakes;
  const Snapshot snapshot = source.read(mistakes);
  if (mistakes.has_errors()) return "";
  Version version(source.row_files());
  version.add(snapshot.texts);
  const Names names(snapshot.texts);
  for (const SourceText& text : snapshot.texts) {
    const std::string name = names.of(text.name);
    if (writes_out_a_secret(state, text) || !visit(false, name, "") || !visit(false, name, text.text)) return "";
  }
  std::set<std::string> seen;
  for (const RowSetDocument& set : state.row_sets) {
    for (const RowsFrom& from : set.rows_from) {
      const std::string name = fs::path(row_file_name(names.of(set.file), from.file)).lexically_normal().string();
      const bool fresh = seen.insert(name).second;
      if (fresh && !visit(true, name, "")) return "";
      bool wanted = true;
      const auto problem = version.read(set.file, from.file, [&](std::string_view piece) {
        wanted = !fresh || visit(true, name, piece);
        return wanted;
      });
      if (problem || !wanted) return "";
    }
  }
  return version.digest();
}

bool writes_out_a_secret(const DesiredState& state, const SourceText& text) {
  const auto has = [&](const std::string& secret) {
    return !secret.empty() && text.text.find(secret) != std::string::npos;
  };
  const auto in_url = [&](const DatabaseDocument& one) {
    return redacted_url(one.url.text) != one.url.text && has(one.url.text);
  };
  const auto of_notifier = [&](const NotifierDocument& one) { return has(one.url) || has(one.secret); };
  return std::any_of(state.databases.begin(), state.databases.end(), in_url) ||
         std::any_of(state.notifiers.begin(), state.notifiers.end(), of_notifier);
}

}  // namespace holdfast::sources
