// The events of a YAML text after our own checks: what everything else reads instead of yaml-cpp's. PURE.
#pragma once

#include <cstdint>
#include <string_view>

#include "desired-state/diagnostic.h"
#include "desired-state/row_table.h"

namespace holdfast::yaml {

enum class EventKind : std::uint8_t { Scalar, SequenceStart, SequenceEnd, MapStart, MapEnd };

struct Event {
  EventKind kind = EventKind::Scalar;
  bool key = false;                // a scalar that names a value of a map
  bool implied = false;            // a null that nobody wrote: `name:` with nothing after it
  CellKind cell = CellKind::Null;  // of a scalar: Null, Plain, Text (quoted, block, !!str) or Blob (!!binary, decoded)
  std::string_view text;           // of a scalar; of a key always its spelling, `null` included
  Mark mark;                       // where it begins; of an alias's events the alias
};

// Takes events; they are well nested, keys are scalars and come before their values. `text` lives during the call.
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void document_start(Mark mark) = 0;
  virtual void document_end() = 0;
  virtual void on(const Event& event) = 0;
};

// Thrown by a sink that can take no more (a limit), after it has said why. Ends the text.
struct StopReading {};

}  // namespace holdfast::yaml
