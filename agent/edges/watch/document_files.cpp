#include "agent/edges/watch/document_files.h"

#include <filesystem>
#include <system_error>

#include "agent/edges/watch/path_trail.h"
#include "agent/edges/watch/read_facts.h"

namespace holdfast::agent {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_files = 10'000;  // of a folder; reading more is refused anyway

class Search {
 public:
  void path(const std::string& path) {
    const Result<PathTrail> folder = folder_trail_of(path);
    if (folder) {
      add(*folder);
      found_.folders[folder->folder].documents = true;
      documents_in(path, folder->folder);
    } else {
      file(path);
    }
  }

  void file(const std::string& path) {
    found_.files.emplace(path, read_facts(path));
    way_to(path);
  }

  DocumentFiles take() { return std::move(found_); }

 private:
  void way_to(const std::string& path) {
    const Result<PathTrail> trail = trail_of(path);
    if (!trail) return problem(trail.error().what, trail.error().where);
    add(*trail);
    found_.folders[trail->folder].names.insert(trail->name);
  }

  void add(const PathTrail& trail) {
    for (const PathTrail::Folder& folder : trail.folders) found_.folders[folder.path].facts = folder.facts;
    for (const PathTrail::Link& link : trail.links) found_.folders[link.folder].names.insert(link.name);
  }

  void documents_in(const std::string& path, const std::string& real) {
    std::error_code error;
    std::size_t count = 0;
    for (fs::directory_iterator at(real, error), end; !error && at != end; at.increment(error)) {
      const std::string name = at->path().filename().string();
      if (!is_document_name(name)) continue;
      if (++count > most_files) return problem("more than 10,000 documents", path);
      found_.files.emplace((fs::path(path) / name).string(), read_facts(at->path().string()));
      std::error_code unknown;
      if (at->is_symlink(unknown) || unknown) way_to(at->path().string());
    }
    if (!error) return;
    problem(error.message(), path);
    FileFacts facts;
    facts.error = error.value();
    found_.files.insert_or_assign(path, facts);
  }

  void problem(const std::string& what, const std::string& where) {
    if (found_.problem.empty()) found_.problem = what + " (" + where + ")";
  }

  DocumentFiles found_;
};

}  // namespace

bool is_document_name(std::string_view name) {
  if (name.starts_with('.')) return false;
  return name.ends_with(".yaml") || name.ends_with(".yml");
}

DocumentFiles find_documents(const std::vector<std::string>& paths, const std::vector<std::string>& row_files) {
  Search search;
  for (const std::string& path : paths) search.path(path);
  for (const std::string& file : row_files) search.file(file);
  return search.take();
}

}  // namespace holdfast::agent
