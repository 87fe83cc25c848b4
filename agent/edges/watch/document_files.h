// Which files the documents are made of right now, and which folders have to be watched to notice that they change.
//
// Looks at names and facts, opens no document. No state; any thread.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/file_facts.h"
#include "agent/core/quiet_files.h"

namespace holdfast::agent {

// True for what a folder of documents is read for: *.yaml and *.yml, but no hidden ones. Editors' temporary and backup
// files have other names.
bool is_document_name(std::string_view name);

struct WatchedFolder {
  FileFacts facts;         // device, inode and birth count: another folder under the same path is another one
  bool documents = false;  // every name of a document in it matters
  std::set<std::string, std::less<>>
      names;  // and these; none of both: only whether the folder itself is moved or deleted
  friend bool operator==(const WatchedFolder& one, const WatchedFolder& other) {
    return same_file(one.facts, other.facts) && one.documents == other.documents && one.names == other.names;
  }
};

struct DocumentFiles {
  FileSet files;                                 // one that is named and not there is among them, with its error
  std::map<std::string, WatchedFolder> folders;  // by path, without links
  std::string problem;                           // why these folders do not tell everything; empty when they do
};

// `paths` are what -f names, files or folders; `row_files` are single files. At most 10,000 documents of a folder.
DocumentFiles find_documents(const std::vector<std::string>& paths, const std::vector<std::string>& row_files);

}  // namespace holdfast::agent
