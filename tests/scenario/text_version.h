// A version of the documents that is one text, without row files.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "agent/documents_version.h"
#include "desired-state/validate.h"
#include "desired-state/yaml_decoder.h"
#include "reconcilers/core/rule.h"
#include "reconcilers/core/sha256.h"

namespace holdfast::testing {

class TextVersion : public agent::DocumentsVersion {
 public:
  TextVersion(std::string revision, std::string text) : revision_(std::move(revision)), text_(std::move(text)) {
    Sha256 digest;
    digest.add(text_);
    digest_ = digest.hex();
  }
  const std::string& revision() const override { return revision_; }
  const std::string& digest() const override { return digest_; }
  std::uint64_t bytes() const override { return text_.size(); }

  DesiredState decode(Diagnostics& diagnostics) const override {
    NoRowFiles none;
    const SourceText text{"documents.yaml", text_};
    const Environment empty = [](std::string_view) { return std::nullopt; };
    DesiredState state = holdfast::decode({&text, 1}, empty, none, diagnostics);
    if (!diagnostics.has_errors()) validate(state, diagnostics);
    if (!diagnostics.has_errors()) check_patterns(state, diagnostics);
    state.revision = revision_;
    state.digest = digest_;
    state.bytes = text_.size();
    return state;
  }

  std::string read_texts(const TextVisitor& visit) const override {
    visit(false, "documents.yaml", text_);
    return digest_;
  }

 private:
  class NoRowFiles : public RowFileOpener {
    std::optional<std::string> read(const std::string&, const std::string&,
                                    const std::function<bool(std::string_view)>&) override {
      return "is not there";
    }
  };

  std::string revision_, digest_, text_;
};

}  // namespace holdfast::testing
