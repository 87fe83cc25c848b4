#include "agent/core/doctor/persistence.h"

#include "agent/core/doctor/mount_table.h"

namespace holdfast::agent::doctor {
namespace {

std::string variable(const Host& host, const std::string& name) {
  const auto found = host.variables.find(name);
  return found == host.variables.end() ? std::string() : found->second;
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos || slash == 0 ? "/" : path.substr(0, slash);
}

bool lies_below(std::string_view path, std::string_view folder) {
  return !folder.empty() && path.substr(0, folder.size()) == folder &&
         (path.size() == folder.size() || folder.back() == '/' || path[folder.size()] == '/');
}

// How a volume is attached at a folder, where the platform has a way of its own.
std::string attach(const Host& host, const std::string& folder) {
  switch (host.platform) {
    case Platform::Railway:
      return "railway volume add --mount-path " + folder +
             "   (or in the dashboard; a [[mounts]] in railway.toml does nothing)";
    case Platform::Fly:
      return "fly volumes create data, and in fly.toml: [mounts] source = \"data\", destination = \"" + folder + "\"";
    case Platform::Render: return "add a disk to the service with the mount path " + folder;
    case Platform::Kubernetes: return "mount a PersistentVolumeClaim at " + folder + ", no emptyDir";
    case Platform::None: break;
  }
  return host.container ? "give the container a named volume or a folder of the machine: docker run -v data:" + folder
                        : "put the database into a folder that lies on a disk";
}

Persistence lost(const HostFacts& facts, std::string what) {
  Persistence judged{Outlives::No, std::move(what), {}};
  const std::string folder = folder_of(facts.path);
  const std::string volume = variable(facts.host, "RAILWAY_VOLUME_MOUNT_PATH");
  if (volume.empty()) {
    judged.todo = attach(facts.host, folder);
  } else {
    judged.todo = "the volume " + variable(facts.host, "RAILWAY_VOLUME_NAME") + " is attached at " + volume +
                  ": put the database there, or mount the volume at " + folder;
  }
  return judged;
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

// A volume that Docker made because an image asked for one: 64 hexadecimal digits, and each new container gets another.
bool anonymous_volume(std::string_view root) {
  constexpr std::string_view before = "/volumes/";
  const std::size_t at = root.find(before);
  if (at == std::string_view::npos) return false;
  const std::string_view name = root.substr(at + before.size(), 64);
  const std::string_view rest = root.substr(at + before.size() + name.size());
  return name.size() == 64 && name.find_first_not_of("0123456789abcdef") == std::string_view::npos &&
         rest.substr(0, 6) == "/_data";
}

Persistence judge_mount(const HostFacts& facts, const Mount& mount) {
  const std::string folder = folder_of(facts.path);
  const bool own_mount = mount.point != "/";
  const std::string on = mount.type + " at " + mount.point;
  const bool contained = facts.host.container || facts.host.platform != Platform::None;
  if (in_memory(mount)) return lost(facts, folder + " lies in memory (" + on + ")");
  if (has(mount.root, "kubernetes.io~empty-dir"))
    return lost(facts, folder + " lies in an emptyDir (" + on + "), which goes with the pod");
  if (layered(mount)) return lost(facts, folder + " is part of the container's own file system (" + on + ")");
  if (contained && !own_mount) return lost(facts, folder + " is part of the container's own file system (" + on + ")");
  if (anonymous_volume(mount.root))
    return lost(facts, folder + " lies in a volume without a name, and a new container gets a new one (" + on + ")");
  const std::string volume = variable(facts.host, "RAILWAY_VOLUME_MOUNT_PATH");
  const bool named = !volume.empty() && lies_below(facts.path, volume);
  return {Outlives::Yes,
          contained ? folder + " lies on a volume (" + on + ")" + (named ? ", as RAILWAY_VOLUME_MOUNT_PATH says" : "")
                    : folder + " lies on " + on,
          {}};
}

}  // namespace

std::string_view to_string(Platform platform) {
  switch (platform) {
    case Platform::Railway: return "Railway";
    case Platform::Fly: return "Fly.io";
    case Platform::Render: return "Render";
    case Platform::Kubernetes: return "Kubernetes";
    case Platform::None: break;
  }
  return "";
}

const std::vector<PlatformVariable>& platform_variables() {
  static const std::vector<PlatformVariable> variables = {
      {"RAILWAY_SERVICE_ID", Platform::Railway, VariableUse::Name},
      {"RAILWAY_ENVIRONMENT_ID", Platform::Railway, VariableUse::Name},
      {"RAILWAY_PROJECT_ID", Platform::Railway, VariableUse::Sign},
      {"RAILWAY_VOLUME_NAME", Platform::Railway, VariableUse::Volume},
      {"RAILWAY_VOLUME_MOUNT_PATH", Platform::Railway, VariableUse::Volume},
      {"FLY_APP_NAME", Platform::Fly, VariableUse::Name},
      {"FLY_MACHINE_ID", Platform::Fly, VariableUse::Sign},
      {"RENDER", Platform::Render, VariableUse::Sign},
      {"RENDER_SERVICE_ID", Platform::Render, VariableUse::Name},
      {"KUBERNETES_SERVICE_HOST", Platform::Kubernetes, VariableUse::Sign},
  };
  return variables;
}

Persistence judge_persistence(const HostFacts& facts) {
  if (!facts.mount) return {Outlives::Unknown, "nobody can tell which file system the database lies on", {}};
  return judge_mount(facts, *facts.mount);
}

std::string lasting_name(const Host& host) {
  std::string name;
  for (const PlatformVariable& one : platform_variables()) {
    if (one.platform != host.platform || one.use != VariableUse::Name) continue;
    const std::string value = variable(host, std::string(one.name));
    if (!value.empty()) name += (name.empty() ? "" : "/") + value;
  }
  if (!name.empty()) return std::string(to_string(host.platform)) + ":" + name;
  return host.container || host.platform != Platform::None ? std::string() : host.name;
}

}  // namespace holdfast::agent::doctor
