#include "reconcilers/rows/run_id.h"

#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace holdfast {

std::string new_run_id(std::chrono::system_clock::time_point now) {
  constexpr std::string_view digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  auto millis =
      static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count());
  std::string id(26, '0');
  for (std::size_t i = 10; i-- > 0; millis /= 32) id[i] = digits[millis % 32];
  // Asked for at once: std::random_device, made for each run, costs more than reading a small table.
  std::array<unsigned char, 16> chance{};
  if (::getentropy(chance.data(), chance.size()) != 0) std::abort();  // the kernel has none: nothing works then
  for (std::size_t i = 10; i < id.size(); ++i) id[i] = digits[chance[i - 10] % 32];
  return id;
}

}  // namespace holdfast
