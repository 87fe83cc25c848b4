#include "agent/main_documents.h"

#include <filesystem>
#include <fstream>
#include <utility>

#include "agent/edges/supervisor/environment.h"
#include "desired-state/database_url.h"
#include "desired-state/edit/document_texts.h"
#include "desired-state/sources/file_source.h"
#include "desired-state/sources/read_texts.h"
#include "desired-state/sources/version.h"
#include "desired-state/validate.h"
#include "reconcilers/core/rule.h"
#include "reconcilers/rows/kept_documents.h"
#include "reconcilers/stores/sqlite/sqlite_store.h"

namespace holdfast::agent {
namespace {

namespace fs = std::filesystem;

DesiredState decode_all(std::span<const SourceText> texts, RowFileOpener& rows, const UrlOverrides& urls,
                        Diagnostics& diagnostics) {
  DesiredState state = decode(texts, environment, rows, diagnostics, {}, urls);
  if (!diagnostics.has_errors()) validate(state, diagnostics);
  if (!diagnostics.has_errors()) check_documents(state, diagnostics);
  return state;
}

// The texts of up to most_kept_bytes are kept; larger documents are read from their files again, and must be the same
// then.
class FileVersion final : public DocumentsVersion {
 public:
  FileVersion(std::vector<std::string> paths, UrlOverrides urls, edit::DocumentTexts texts, const DesiredState& state)
      : paths_(std::move(paths)),
        urls_(std::move(urls)),
        texts_(std::move(texts)),
        revision_(state.revision),
        digest_(state.digest),
        bytes_(state.bytes) {}

  const std::string& revision() const override { return revision_; }
  const std::string& digest() const override { return digest_; }
  std::uint64_t bytes() const override { return bytes_; }

  DesiredState decode(Diagnostics& diagnostics) const override {
    if (!texts_.too_large) {
      edit::KeptOpener rows(texts_);
      return named(decode_all(texts_.documents, rows, urls_, diagnostics));
    }
    sources::FileSource source(paths_);
    const sources::Snapshot snapshot = source.read(diagnostics);
    sources::Version version(source.row_files());
    version.add(snapshot.texts);
    DesiredState state = decode_all(snapshot.texts, version, urls_, diagnostics);
    if (version.digest() != digest_) diagnostics.error({}, "the documents have changed since they were taken");
    return named(std::move(state));
  }

  std::string read_texts(const TextVisitor& visit) const override {
    Diagnostics ignored;
    const DesiredState state = decode(ignored);
    sources::FileSource source(paths_);
    return sources::read_texts(source, state, visit);
  }

 private:
  DesiredState named(DesiredState state) const {
    state.revision = revision_;
    state.digest = digest_;
    state.bytes = bytes_;
    return state;
  }

  std::vector<std::string> paths_;
  UrlOverrides urls_;
  edit::DocumentTexts texts_;
  std::string revision_, digest_;
  std::uint64_t bytes_;
};

// What a database kept. It keeps them already, so nothing is ever to be read for it again.
class KeptVersion final : public DocumentsVersion {
 public:
  KeptVersion(edit::DocumentTexts texts, UrlOverrides urls, std::string digest, std::uint64_t bytes)
      : texts_(std::move(texts)), urls_(std::move(urls)), digest_(std::move(digest)), bytes_(bytes) {
    revision_ = digest_.substr(0, 12);
  }

  const std::string& revision() const override { return revision_; }
  const std::string& digest() const override { return digest_; }
  std::uint64_t bytes() const override { return bytes_; }
  DesiredState decode(Diagnostics& diagnostics) const override {
    edit::KeptOpener rows(texts_);
    DesiredState state = decode_all(texts_.documents, rows, urls_, diagnostics);
    state.revision = revision_;
    state.digest = digest_;
    state.bytes = bytes_;
    return state;
  }
  std::string read_texts(const TextVisitor&) const override { return ""; }

 private:
  edit::DocumentTexts texts_;
  UrlOverrides urls_;
  std::string revision_, digest_;
  std::uint64_t bytes_;
};

std::vector<std::string> texts_of(const Diagnostics& mistakes) {
  std::vector<std::string> texts;
  for (const Diagnostic& one : mistakes.errors()) texts.push_back(to_string(one));
  return texts;
}

std::vector<std::string> row_files_of(const DesiredState& state) {
  std::vector<std::string> files;
  for (const RowSetDocument& set : state.row_sets) {
    for (const RowsFrom& from : set.rows_from) files.push_back(row_file_name(set.file, from.file));
  }
  return files;
}

// Rows are decoded again by whoever binds them.
void drop_rows(DesiredState& state) {
  for (RowSetDocument& set : state.row_sets) set.rows = std::make_shared<RowTable>();
}

// The folder that a kept name lies in: "1/" is the first folder of several.
std::string folder_of(std::string& name, const std::vector<std::string>& paths) {
  std::size_t index = 0;
  if (const std::size_t slash = name.find('/'); slash != std::string::npos && paths.size() > 1) {
    index = static_cast<std::size_t>(std::max(1, std::atoi(name.c_str()))) - 1;
    name.erase(0, slash + 1);
  }
  const fs::path path = paths.empty() ? fs::path(".") : fs::path(paths[std::min(index, paths.size() - 1)]);
  std::error_code unknown;
  const bool is_file = path.extension() == ".yaml" || path.extension() == ".yml";
  return (fs::is_directory(path, unknown) || !is_file ? path : path.parent_path()).string();
}

}  // namespace

void check_documents(const DesiredState& state, Diagnostics& diagnostics) {
  check_patterns(state, diagnostics);
  for (const DatabaseDocument& database : state.databases) {
    const ParsedUrl address = parse_database_url(database.url.text, database.file);
    if (!database.setup || !address.url || address.url->engine != Engine::Sqlite) continue;
    for (const stores::SetupMistake& mistake : stores::check_setup(database.setup->text)) {
      Mark mark = database.setup->mark;
      mark.line += mistake.line - 1;
      diagnostics.error(database.at(mark), mistake.message, mistake.hint);
    }
  }
}

Result<std::unique_ptr<Store>> open_store(const DatabaseDocument& database,
                                          std::shared_ptr<const std::atomic<bool>> stopping) {
  const ParsedUrl address = parse_database_url(database.url.text, database.file);
  const std::string where = database.name.text + " (" + redacted_url(database.url.text) + ")";
  if (!address.url) return Error{ErrorKind::Invalid, address.message, where, address.hint};
  if (address.url->engine != Engine::Sqlite) {
    return Error{ErrorKind::Terminal, "unsupported engine", where,
                 "this version keeps rows in SQLite; give a URL such as sqlite:path/to/file.db"};
  }
  return stores::open_sqlite({database.name.text, address.url->path, database.lock_timeout, std::move(stopping)});
}

std::optional<std::string> read_small_file(const std::string& path) {
  constexpr std::streamsize most = std::streamsize{1} << 20;
  std::ifstream file(path, std::ios::binary);
  std::string text(static_cast<std::size_t>(most), '\0');
  if (!file.read(text.data(), most) && !file.eof()) return std::nullopt;
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

LoadedVersion load_version(const std::vector<std::string>& paths, const UrlOverrides& urls) {
  LoadedVersion loaded;
  Diagnostics mistakes;
  sources::FileSource source(paths);
  sources::Snapshot snapshot = source.read(mistakes);
  sources::Version version(source.row_files());
  version.add(snapshot.texts);
  edit::DocumentTexts texts;
  edit::KeepingOpener rows(version, texts, most_kept_bytes);
  loaded.outline = decode_all(snapshot.texts, rows, urls, mistakes);
  loaded.outline.revision = version.name(snapshot.commit);
  loaded.outline.digest = version.digest();
  loaded.outline.bytes = version.bytes();
  loaded.row_files = row_files_of(loaded.outline);
  drop_rows(loaded.outline);
  loaded.mistakes = texts_of(mistakes);
  if (mistakes.has_errors()) return loaded;
  texts.documents = std::move(snapshot.texts);
  if (texts.too_large) texts.row_files.clear();
  loaded.version = std::make_shared<FileVersion>(paths, urls, std::move(texts), loaded.outline);
  return loaded;
}

LoadedVersion kept_version(Store& store, const std::vector<std::string>& paths, const UrlOverrides& urls) {
  LoadedVersion loaded;
  Result<std::vector<KeptText>> kept = kept_documents(store);
  if (!kept) {
    loaded.mistakes.push_back(to_string(kept.error()));
    return loaded;
  }
  if (kept->empty()) return loaded;
  edit::DocumentTexts texts;
  for (KeptText& text : *kept) {
    std::string name = text.name;
    const std::string folder = folder_of(name, paths);
    const std::string path = (fs::path(folder) / name).string();
    if (text.row_file) {
      texts.row_files[path] = {{}, std::move(text.text)};
    } else {
      texts.documents.push_back({path, std::move(text.text)});
    }
  }
  Diagnostics mistakes;
  edit::KeptOpener opener(texts);
  sources::Version version(opener);
  version.add(texts.documents);
  loaded.outline = decode_all(texts.documents, version, urls, mistakes);
  loaded.outline.digest = version.digest();
  loaded.outline.bytes = version.bytes();
  loaded.outline.revision = loaded.outline.digest.substr(0, 12);
  drop_rows(loaded.outline);
  loaded.mistakes = texts_of(mistakes);
  if (mistakes.has_errors()) return loaded;
  loaded.version = std::make_shared<KeptVersion>(std::move(texts), urls, loaded.outline.digest, loaded.outline.bytes);
  return loaded;
}

}  // namespace holdfast::agent
