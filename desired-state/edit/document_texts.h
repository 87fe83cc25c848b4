// The texts that documents and their rows came from, kept so that they can be edited and decoded again. Plain data and
// two openers over it; PURE, for one thread.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "desired-state/yaml_decoder.h"

namespace holdfast::edit {

struct RowFileText {
  std::string document;  // that names it first
  std::string text;
  friend bool operator==(const RowFileText&, const RowFileText&) = default;
};

struct DocumentTexts {
  std::vector<SourceText> documents;
  std::map<std::string, RowFileText> row_files;  // by name, as places of rows have it (row_file_name)
  bool too_large = false;                        // more than most_kept_bytes: not everything is there

  // The text of this name, of a document or a file of rows; null if there is none.
  const std::string* find(const std::string& name) const;
  // Another text for a name: a file of rows in a folder of documents was read as both.
  void replace(const std::string& name, const std::string& text);
  friend bool operator==(const DocumentTexts& a, const DocumentTexts& b);
};

inline constexpr std::size_t most_kept_bytes = std::size_t{1} << 30;  // of files of rows

// Hands on what another opener reads, and keeps it.
class KeepingOpener : public RowFileOpener {
 public:
  KeepingOpener(RowFileOpener& opener, DocumentTexts& texts, std::size_t most_bytes = most_kept_bytes)
      : opener_(opener), texts_(texts), left_(most_bytes) {}
  std::optional<std::string> read(const std::string& document, const std::string& file,
                                  const std::function<bool(std::string_view)>& piece) override;

 private:
  RowFileOpener& opener_;
  DocumentTexts& texts_;
  std::size_t left_;
};

// Reads what was kept.
class KeptOpener : public RowFileOpener {
 public:
  explicit KeptOpener(const DocumentTexts& texts) : texts_(texts) {}
  std::optional<std::string> read(const std::string& document, const std::string& file,
                                  const std::function<bool(std::string_view)>& piece) override;

 private:
  const DocumentTexts& texts_;
};

}  // namespace holdfast::edit
