// Long work, shown to somebody who is looking; or nothing at all.
#pragma once

#include <cstdint>
#include <string_view>

namespace holdfast::agent {

class ProgressView {
 public:
  virtual ~ProgressView() = default;
  virtual void show(std::string_view what, std::uint64_t done, std::uint64_t total) = 0;  // total 0: not known
  virtual void clear() = 0;  // before anything else is written
};

}  // namespace holdfast::agent
