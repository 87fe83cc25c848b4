// The way from a path to its file: every folder that is passed, every link that is followed. What has to be watched for
// the path to keep leading where it leads.
#pragma once

#include <string>
#include <vector>

#include "agent/core/file_facts.h"
#include "reconcilers/core/result.h"

namespace holdfast::agent {

// A value. Two trails that are equal lead to the same name in the same folder by the same way.
struct PathTrail {
  struct Folder {
    std::string path;  // without links
    FileFacts facts;   // device, inode and birth count
    friend bool operator==(const Folder& one, const Folder& other) {
      return one.path == other.path && same_file(one.facts, other.facts);
    }
  };
  struct Link {
    std::string folder;
    std::string name;
    friend bool operator==(const Link&, const Link&) = default;
  };

  std::vector<Folder> folders;  // all that were passed, from the root; the file's own is among them
  std::vector<Link> links;      // in the order in which they were followed
  std::string folder;           // the one that the file is in, without links
  std::string name;             // the file's own; it need not be there

  std::string file() const;
  friend bool operator==(const PathTrail&, const PathTrail&) = default;
};

// Of a file. Transient when a folder on the way is not there; Terminal when one may not be entered, is no folder, when
// links lead in a circle (more than 40), and when the path names no file ("/", "..", ""). Any thread.
Result<PathTrail> trail_of(const std::string& path);

// The same for a path that names a folder; `folder` is that one, and there is no name.
Result<PathTrail> folder_trail_of(const std::string& path);

}  // namespace holdfast::agent
