// What a command needs of the world, handed in by main.cpp: commands name no concrete store, source or stream.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/agent_client.h"
#include "agent/command_line.h"
#include "agent/core/doctor/host_facts.h"
#include "agent/file_replacer.h"
#include "agent/new_files.h"
#include "agent/progress_view.h"
#include "agent/render/sink.h"
#include "agent/render/style.h"
#include "desired-state/documents.h"
#include "desired-state/edit/document_texts.h"
#include "reconcilers/core/clock.h"
#include "reconcilers/core/store.h"
#include "reconcilers/databases/surroundings.h"
#include "reconcilers/rows/kept_documents.h"

namespace holdfast::agent {

// How this program was built.
struct BuildInfo {
  std::string version;
  std::string revision;  // as git describes it; empty when it was not built in a work tree
  std::string compiler;
  std::vector<std::pair<std::string, std::string>> libraries;
};

struct Context {
  Sink& out;
  Sink& err;
  Style out_style;
  Style err_style;
  const Clock& clock;
  ProgressView* progress = nullptr;  // may be null

  // Reads and decodes all documents, their row files included, with `urls` in place of what they say; mistakes are
  // added.
  std::function<DesiredState(std::span<const std::string> paths, const UrlOverrides& urls, Diagnostics&)> load;
  // Checks what only an engine knows, without its database: the setup's statements.
  std::function<void(const DesiredState&, Diagnostics&)> check;
  // Opens the database of a document; an engine that is not built in is an error.
  std::function<Result<std::unique_ptr<Store>>(const DatabaseDocument&)> open;
  // A path of the command line, made to mean the same from anywhere.
  std::function<std::string(const std::string& path)> absolute_path;

  std::string who;  // the user, for the history
  BuildInfo build;

  // For ${…} in a URL of the command line.
  Environment environment = {};
  // A path as it is called from inside of a folder, which need not be there yet; links are followed.
  std::function<std::string(const std::string& path, const std::string& folder)> relative_path = {};
  // Files of these names in a folder, which is made if it is not there; see new_files.h.
  std::function<Result<std::unique_ptr<NewFiles>>(const std::string& folder, const std::vector<std::string>& names)>
      new_files = {};
  // What `accept` needs besides: the same as `load`, with every text kept; decoding of kept texts, edited or not; and
  // files to replace.
  std::function<DesiredState(std::span<const std::string> paths, const UrlOverrides& urls, Diagnostics&,
                             edit::DocumentTexts& texts)>
      load_texts = {};
  std::function<DesiredState(const edit::DocumentTexts& texts, const UrlOverrides& urls, Diagnostics&)> decode = {};
  FileReplacer* files = nullptr;
  // Reads what `state` was decoded from once more, for the database to keep; see sources/read_texts.h.
  std::function<std::string(std::span<const std::string> paths, const DesiredState& state, const TextVisitor& visit)>
      read_texts = {};
  // A running agent, asked with a token (empty: none).
  std::function<Result<std::unique_ptr<AgentClient>>(const std::string& url, const std::string& token)> agent = {};
  // A small file of the user's, whole: tokens. Nothing when it cannot be read.
  std::function<std::optional<std::string>(const std::string& path)> read_file = {};
  // What doctor needs besides: the machine around a database file, and what is remembered of the database.
  std::function<doctor::HostFacts(const std::string& path)> look_at_host = {};
  std::function<std::unique_ptr<Surroundings>(const std::string& path)> surroundings = {};
};

}  // namespace holdfast::agent
