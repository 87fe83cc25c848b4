// Edits of whole files: each text to its edited one, the diffs to show, and what to put in place.
#pragma once

#include <string>
#include <vector>

#include "agent/commands/accept_rows.h"
#include "agent/file_replacer.h"
#include "desired-state/edit/document_texts.h"

namespace holdfast::agent {

struct FileEdit {
  std::string name;
  std::string document;  // in whose folder it lies
  std::string before;
  edit::Edited edited;
};

// Makes all edits, or tells which cannot be made.
std::vector<Error> edit_files(const AcceptEdits& edits, const edit::DocumentTexts& texts,
                              std::vector<FileEdit>& edited);

// With every sensitive value masked, also where it stands beside a change.
std::vector<EditedFile> diffs_of(const std::vector<FileEdit>& files, const DesiredState& before,
                                 const DesiredState& after);

std::vector<Replacement> replacements_of(const std::vector<FileEdit>& files);

}  // namespace holdfast::agent
