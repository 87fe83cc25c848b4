#include "desired-state/diagnostic.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace holdfast {
namespace {

std::vector<Diagnostic> of(const std::vector<Diagnostic>& all, Diagnostic::Severity severity) {
  std::vector<Diagnostic> found;
  std::copy_if(all.begin(), all.end(), std::back_inserter(found),
               [severity](const Diagnostic& one) { return one.severity == severity; });
  return found;
}

}  // namespace

void Diagnostics::error(Position position, std::string message, std::string hint) {
  if (error_count_++ < limit_) {
    all_.push_back({Diagnostic::Severity::Error, std::move(position), std::move(message), std::move(hint)});
  }
}

void Diagnostics::warning(Position position, std::string message, std::string hint) {
  if (warning_count_++ < limit_) {
    all_.push_back({Diagnostic::Severity::Warning, std::move(position), std::move(message), std::move(hint)});
  }
}

void Diagnostics::take(const Diagnostics& other) {
  for (const Diagnostic& one : other.all_) {
    const bool is_error = one.severity == Diagnostic::Severity::Error;
    if ((is_error ? error_count_++ : warning_count_++) < limit_) all_.push_back(one);
  }
  error_count_ += other.error_count_ - std::min(other.error_count_, other.limit_);
  warning_count_ += other.warning_count_ - std::min(other.warning_count_, other.limit_);
}

void Diagnostics::sort_by_place() {
  std::stable_sort(all_.begin(), all_.end(),
                   [](const Diagnostic& a, const Diagnostic& b) { return before(a.position.mark, b.position.mark); });
}

std::vector<Diagnostic> Diagnostics::errors() const { return of(all_, Diagnostic::Severity::Error); }
std::vector<Diagnostic> Diagnostics::warnings() const { return of(all_, Diagnostic::Severity::Warning); }

std::string to_string(const Position& position) {
  std::string text = position.file;
  if (position.mark.line > 0) {
    text += ':' + std::to_string(position.mark.line);
    if (position.mark.column > 0) text += ':' + std::to_string(position.mark.column);
  }
  return text;
}

std::string to_string(const Diagnostic& diagnostic) {
  std::string text = to_string(diagnostic.position);
  if (!text.empty()) text += ": ";
  text += diagnostic.message;
  if (!diagnostic.hint.empty()) text += " (" + diagnostic.hint + ")";
  return text;
}

}  // namespace holdfast
