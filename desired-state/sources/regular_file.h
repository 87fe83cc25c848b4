// A regular file, open for reading. Anything else (a pipe, a device, a socket) is refused at once: it could hang for
// ever.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast::sources {

class RegularFile {
 public:
  // Takes a descriptor, or the error that open left in errno when it is negative.
  explicit RegularFile(int descriptor);
  ~RegularFile();
  RegularFile(const RegularFile&) = delete;
  RegularFile& operator=(const RegularFile&) = delete;

  // Links are followed.
  static int open_path(const std::string& path);

  // What is wrong with it ("is not there", "is not a regular file"); empty when it can be read.
  const std::string& problem() const { return problem_; }

  // Hands the content on in pieces of at most 1 MiB until `piece` returns false; what went wrong, or nothing.
  std::optional<std::string> read(const std::function<bool(std::string_view)>& piece);

 private:
  int descriptor_;
  std::string problem_;
};

// "is not there", "may not be read", … for a value of errno.
std::string describe_errno(int number);

}  // namespace holdfast::sources
