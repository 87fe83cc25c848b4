// Any text as a document: decoding and validating it ends, leaks nothing and places every mistake inside of the text.
#include <cstdint>
#include <cstdlib>

#include "desired-state/validate.h"
#include "desired-state/yaml_decoder.h"

namespace {

// The text itself is what every row file holds: rows are decoded with whatever the document says.
class SameText : public holdfast::RowFileOpener {
 public:
  explicit SameText(std::string_view text) : text_(text) {}
  std::optional<std::string> read(const std::string&, const std::string&,
                                  const std::function<bool(std::string_view)>& piece) override {
    piece(text_);
    return std::nullopt;
  }

 private:
  std::string_view text_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast;  // NOLINT(google-build-using-namespace)
  const std::string text(reinterpret_cast<const char*>(data), size);
  const SourceText source{"fuzz.yaml", text};
  SameText rows(text);
  Diagnostics diagnostics;
  const Environment environment = [](std::string_view name) -> std::optional<std::string> { return std::string(name); };
  DesiredState state = decode({&source, 1}, environment, rows, diagnostics);
  if (!diagnostics.has_errors()) validate(state, diagnostics);
  std::uint32_t lines = 2;
  for (const char c : text) lines += c == '\n' ? 1 : 0;
  for (const Diagnostic& one : diagnostics.all()) {
    if (one.message.empty() || one.position.mark.line > lines) std::abort();
  }
  return 0;
}
