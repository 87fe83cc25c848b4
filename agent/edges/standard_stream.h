// Standard output and standard error as sinks. Not thread-safe.
//
// Failures are remembered, not thrown: a closed pipe or a full disk makes ok() false. Of an output (Full) whatever
// follows is dropped, for a part of it is no output. Of a log (Line) only that text is lost: the next one is tried
// again, because a disk gets room and a pipe is read, and ok() tells of the last one.
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
  bool torn_ = false;  // of the last line a part was written
  std::string buffer_;
};

}  // namespace holdfast::agent
