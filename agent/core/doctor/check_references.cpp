// Rows that refer to nothing, and references that make deleting slow.
#include "agent/core/doctor/checks.h"

namespace holdfast::agent::doctor {
namespace {

std::string name_of(const ReferenceFacts& reference) {
  return reference.child + "(" + reference.child_columns + ") → " + reference.parent + "(" + reference.parent_columns +
         ")" + (reference.declared_only ? ", declared by the documents" : "");
}

std::string index_text(const ReferenceFacts& reference) {
  std::string name;
  for (const char c : reference.child + "_" + reference.child_columns) {
    const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    if (word) name += c;
    if (c == ',') name += '_';
  }
  return "CREATE INDEX " + name + " ON " + reference.child + " (" + reference.child_columns + ")";
}

void check_orphans(const ReferenceFacts& reference, Findings& findings, std::size_t& sound) {
  const char* check = "orphans";
  if (!reference.unknown.empty() || (reference.orphans && !reference.orphans->complete)) {
    findings.push_back({check, Severity::Note, "not counted: " + name_of(reference),
                        reference.unknown.empty() ? "it took too long" : reference.unknown, ""});
    return;
  }
  if (!reference.orphans) return;
  if (reference.orphans->rows == 0) {
    ++sound;
    return;
  }
  findings.push_back({check, Severity::Warning,
                      std::to_string(reference.orphans->rows) + (reference.orphans->more ? " rows and more" : " rows") +
                          " refer to nothing: " + name_of(reference),
                      "where ids are given again, they belong to whoever gets the id next",
                      "look at them, then delete them or put their parents back; PRAGMA foreign_keys = ON in the "
                      "application keeps new ones away"});
}

}  // namespace

void check_references(const StoreFacts& store, Findings& findings) {
  std::size_t sound = 0;
  for (const ReferenceFacts& reference : store.references) {
    check_orphans(reference, findings, sound);
    if (!reference.unusable.empty() && !reference.declared_only) {
      findings.push_back(
          {"references", Severity::Warning, "cannot be followed: " + name_of(reference), reference.unusable,
           "with foreign keys on, writing into the child fails; correct the reference, or give the parent's "
           "columns a unique index"});
    }
    if (reference.indexed || reference.declared_only) continue;
    findings.push_back({"indexes", Severity::Warning, "no index for " + name_of(reference),
                        "each delete of a parent reads the whole child, with the write lock held",
                        "in a migration: " + index_text(reference)});
  }
  if (sound > 0 || store.references.empty()) {
    findings.push_back({"orphans", Severity::Ok,
                        store.references.empty()
                            ? "no table refers to another"
                            : "every row of " + std::to_string(sound) +
                                  (sound == 1 ? " reference leads" : " references leads") + " somewhere",
                        "", ""});
  }
}

}  // namespace holdfast::agent::doctor
