// Whether a database outlives a deploy: a judgement from where its file lies and where this process runs. PURE.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/doctor/host_facts.h"

namespace holdfast::agent::doctor {

enum class Outlives : std::uint8_t { Yes, No, Unknown };

struct Persistence {
  Outlives deploy = Outlives::Unknown;
  std::string what;  // "/app/data is part of the container's own file system (overlay)"
  std::string todo;  // how to attach a volume there; empty for Yes
};

Persistence judge_persistence(const HostFacts& facts);

// "Railway", "Fly.io", …; empty for None.
std::string_view to_string(Platform platform);

// Variables that tell a platform from another and where its volumes are; the only ones that anybody reads.
enum class VariableUse : std::uint8_t { Sign, Volume, Name };
struct PlatformVariable {
  std::string_view name;
  Platform platform;
  VariableUse use;
};
// In the order in which platforms are asked: one that runs on Kubernetes comes before Kubernetes.
const std::vector<PlatformVariable>& platform_variables();

// Place::host: what the same service is called after each start, from its variables; else the machine's own name, and
// nothing in a container, whose name is another one each time.
std::string lasting_name(const Host& host);

}  // namespace holdfast::agent::doctor
