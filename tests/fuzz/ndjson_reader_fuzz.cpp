#include "tests/fuzz/row_reader_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return holdfast::fuzz::check("x.ndjson", data, size);
}
