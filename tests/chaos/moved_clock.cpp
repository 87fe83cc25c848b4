// The machine's clock as somebody sets it, for a program that knows nothing of it: preloaded (LD_PRELOAD), it adds the
// seconds that stand in the file MOVED_CLOCK to CLOCK_REALTIME, from the moment that they stand there.
#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace {

long seconds() {
  static const char* const path = std::getenv("MOVED_CLOCK");
  std::FILE* file = path != nullptr ? std::fopen(path, "r") : nullptr;
  if (file == nullptr) return 0;
  long read = 0;
  if (std::fscanf(file, "%ld", &read) != 1) read = 0;
  std::fclose(file);
  return read;
}

}  // namespace

extern "C" int clock_gettime(clockid_t clock, struct timespec* time) {
  static const auto real = reinterpret_cast<int (*)(clockid_t, struct timespec*)>(::dlsym(RTLD_NEXT, "clock_gettime"));
  const int result = real(clock, time);
  if (result == 0 && clock == CLOCK_REALTIME) time->tv_sec += seconds();
  return result;
}
