// Standard output and standard error as sinks. Not thread-safe.
//
// Failures are remembered, not thrown: a closed pipe or a full disk makes ok() false, and whatever follows is dropped.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "agent/render/sink.h"

namespace holdfast::agent {

class StandardStream final : public Sink {
 public:
  enum class Buffering : std::uint8_t { Full, Line };

  StandardStream(int descriptor, Buffering buffering) : descriptor_(descriptor), buffering_(buffering) {}
  ~StandardStream() override { flush(); }
  StandardStream(const StandardStream&) = delete;
  StandardStream& operator=(const StandardStream&) = delete;

  void write(std::string_view text) override;
  bool ok() const override { return error_ == 0; }
  void flush();

  // Why it is not ok, in words: "No space left on device".
  std::string failure() const;
  bool is_terminal() const;

 private:
  int descriptor_;
  Buffering buffering_;
  int error_ = 0;
  std::string buffer_;
};

}  // namespace holdfast::agent
