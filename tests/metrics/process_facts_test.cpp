// The reader, looked at from the outside: what it tells follows what this process does.
#include "agent/edges/host/process_facts.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstring>
#include <memory>

#include "metrics/prometheus/prometheus_recorder.h"
#include "tests/metrics/exposition.h"

namespace holdfast::metrics {
namespace {

TEST(ProcessFacts, AreThoseOfThisProcess) {
  const agent::ProcessFactsReader reader;
  const ProcessFacts before = reader.read();
  ASSERT_TRUE(before.cpu_time && before.resident_bytes && before.virtual_bytes && before.open_descriptors &&
              before.started);

  // Opened and touched, used and burnt: each shows.
  const int descriptor = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  ASSERT_GE(descriptor, 0);
  constexpr std::size_t bytes = 64 * 1024 * 1024;
  const auto memory = std::make_unique<char[]>(bytes);
  std::memset(memory.get(), 1, bytes);
  ProcessFacts after = reader.read();
  for (const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
       *after.cpu_time < *before.cpu_time + std::chrono::milliseconds(20) &&
       std::chrono::steady_clock::now() < deadline;) {
    after = reader.read();
  }
  EXPECT_EQ(*after.open_descriptors, *before.open_descriptors + 1);
  EXPECT_GE(*after.resident_bytes, *before.resident_bytes + bytes / 2);
  EXPECT_GE(*after.virtual_bytes, *before.virtual_bytes + bytes / 2);
  EXPECT_GE(*after.cpu_time, *before.cpu_time + std::chrono::milliseconds(20));
  EXPECT_EQ(after.started, before.started);
  EXPECT_LE(*after.started, std::chrono::system_clock::now());
  EXPECT_GE(*after.started, std::chrono::system_clock::now() - std::chrono::hours(12));
  ::close(descriptor);
  EXPECT_EQ(*reader.read().open_descriptors, *before.open_descriptors);

  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  EXPECT_EQ(before.most_descriptors.value_or(RLIM_INFINITY), limit.rlim_cur);
}

TEST(ProcessFacts, HaveTheNamesThatAllClientsUse) {
  const PrometheusRecorder recorder({"1", ""});
  ProcessFacts facts;
  EXPECT_TRUE(samples_with(recorder.exposition(facts), "process_").empty());
  facts.cpu_time = std::chrono::milliseconds(1500);
  facts.resident_bytes = 4096;
  facts.virtual_bytes = 8192;
  facts.open_descriptors = 0;
  facts.most_descriptors = 1024;
  facts.started = WallTime(std::chrono::milliseconds(1'753'000'000'010));
  const std::string exposition = recorder.exposition(facts);
  EXPECT_EQ(value_of(exposition, "process_cpu_seconds_total"), "1.5");
  EXPECT_EQ(value_of(exposition, "process_resident_memory_bytes"), "4096");
  EXPECT_EQ(value_of(exposition, "process_virtual_memory_bytes"), "8192");
  EXPECT_EQ(value_of(exposition, "process_open_fds"), "0");
  EXPECT_EQ(value_of(exposition, "process_max_fds"), "1024");
  EXPECT_EQ(value_of(exposition, "process_start_time_seconds"), "1753000000.01");
}

}  // namespace
}  // namespace holdfast::metrics
