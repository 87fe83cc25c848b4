#include "desired-state/edit/document_texts.h"

#include <algorithm>

namespace holdfast::edit {

const std::string* DocumentTexts::find(const std::string& name) const {
  const auto document =
      std::find_if(documents.begin(), documents.end(), [&](const SourceText& one) { return one.name == name; });
  if (document != documents.end()) return &document->text;
  const auto file = row_files.find(name);
  return file == row_files.end() ? nullptr : &file->second.text;
}

void DocumentTexts::replace(const std::string& name, const std::string& text) {
  for (SourceText& document : documents) {
    if (document.name == name) document.text = text;
  }
  if (const auto file = row_files.find(name); file != row_files.end()) file->second.text = text;
}

bool operator==(const DocumentTexts& a, const DocumentTexts& b) {
  const auto same = [](const SourceText& one, const SourceText& other) {
    return one.name == other.name && one.text == other.text;
  };
  return std::equal(a.documents.begin(), a.documents.end(), b.documents.begin(), b.documents.end(), same) &&
         a.row_files == b.row_files && a.too_large == b.too_large;
}

std::optional<std::string> KeepingOpener::read(const std::string& document, const std::string& file,
                                               const std::function<bool(std::string_view)>& piece) {
  RowFileText kept{document, {}};
  auto problem = opener_.read(document, file, [&](std::string_view one) {
    texts_.too_large = texts_.too_large || one.size() > left_;
    if (!texts_.too_large) {
      left_ -= one.size();
      kept.text += one;
    }
    return piece(one);
  });
  if (!problem) texts_.row_files.emplace(row_file_name(document, file), std::move(kept));
  return problem;
}

std::optional<std::string> KeptOpener::read(const std::string& document, const std::string& file,
                                            const std::function<bool(std::string_view)>& piece) {
  const auto found = texts_.row_files.find(row_file_name(document, file));
  if (found == texts_.row_files.end()) return "is not there";
  piece(found->second.text);
  return std::nullopt;
}

}  // namespace holdfast::edit
