#include "desired-state/sources/file_source.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <set>
#include <system_error>

#include "desired-state/sources/git_revision.h"
#include "desired-state/sources/regular_file.h"

namespace holdfast::sources {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_files = 10'000;  // of a folder

bool is_document(const fs::path& file) {
  const std::string name = file.filename().string();
  const std::string extension = file.extension().string();
  return name[0] != '.' && (extension == ".yaml" || extension == ".yml");
}

// The documents of a folder, sorted by name.
std::vector<std::string> documents_in(const std::string& folder, Diagnostics& diagnostics) {
  std::vector<std::string> files;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (is_document(at->path())) files.push_back((fs::path(folder) / at->path().filename()).string());
  }
  std::sort(files.begin(), files.end());
  if (error) {
    diagnostics.error({folder, {}}, "the folder " + describe_errno(error.value()));
  } else if (files.empty()) {
    diagnostics.error({folder, {}}, "the folder has no documents",
                      "documents end with .yaml or .yml; subfolders are not read");
  } else if (files.size() > most_files) {
    diagnostics.error({folder, {}}, "the folder has more than " + std::to_string(most_files) + " documents");
    files.clear();
  }
  return files;
}

void read_file(const std::string& path, std::size_t most_bytes, Snapshot& snapshot, Diagnostics& diagnostics) {
  RegularFile file(RegularFile::open_path(path));
  SourceText text{path, {}};
  // One byte more than is allowed: the decoder then says that it is too much.
  const auto problem = file.read([&](std::string_view piece) {
    text.text += piece.substr(0, most_bytes + 1 - text.text.size());
    return text.text.size() <= most_bytes;
  });
  if (problem) {
    diagnostics.error({path, {}}, "the file " + *problem);
  } else {
    snapshot.texts.push_back(std::move(text));
  }
}

}  // namespace

Snapshot FileSource::read(Diagnostics& diagnostics) {
  Snapshot snapshot;
  std::set<std::string> seen;
  for (const std::string& path : paths_) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (!fs::exists(status)) {
      diagnostics.error({path, {}}, "the file or folder " + describe_errno(error ? error.value() : ENOENT),
                        "-f names a file or a folder");
      continue;
    }
    const std::vector<std::string> files =
        fs::is_directory(status) ? documents_in(path, diagnostics) : std::vector<std::string>{path};
    for (const std::string& file : files) {
      const fs::path real = fs::weakly_canonical(file, error);
      if (seen.insert(error ? file : real.string()).second) read_file(file, most_bytes_, snapshot, diagnostics);
    }
  }
  if (!snapshot.texts.empty()) snapshot.commit = git_commit(snapshot.texts.front().name).value_or("");
  return snapshot;
}

}  // namespace holdfast::sources
