#include "reconcilers/rows/run_id.h"

#include <cstdint>
#include <random>
#include <string_view>

namespace holdfast {

std::string new_run_id(std::chrono::system_clock::time_point now) {
  constexpr std::string_view digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  auto millis =
      static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count());
  std::string id(26, '0');
  for (std::size_t i = 10; i-- > 0; millis /= 32) id[i] = digits[millis % 32];
  std::random_device random;
  for (std::size_t i = 10; i < id.size(); ++i) id[i] = digits[random() % 32];
  return id;
}

}  // namespace holdfast
