// Where rendered text goes: standard output, standard error, or a string in tests and for texts with a size limit.
// Renderers write pieces as they go, so that a plan of a million changes is never a string in memory.
#pragma once

#include <string>
#include <string_view>

namespace holdfast::agent {

class Sink {
 public:
  virtual ~Sink() = default;
  virtual void write(std::string_view text) = 0;
  // False once something could not be written; a renderer may stop then. What went wrong is the owner's to report.
  virtual bool ok() const { return true; }
};

class StringSink final : public Sink {
 public:
  void write(std::string_view more) override { text.append(more); }
  std::string text;
};

}  // namespace holdfast::agent
