// Whether a database outlives a deploy: a table of where it may lie.
#include "agent/core/doctor/persistence.h"

#include <gmock/gmock.h>

namespace holdfast::agent::doctor {
namespace {

using testing::HasSubstr;

struct Case {
  const char* name;
  Outlives want;
  Mount mount;
  Host host;
  const char* todo;  // a part of it
};

Host on(Platform platform, std::map<std::string, std::string> variables = {}) {
  Host host;
  host.platform = platform;
  host.container = true;
  host.variables = std::move(variables);
  return host;
}
Host docker() { return on(Platform::None); }
const Mount root_overlay{"/", "overlay", "overlay", "/", false};
const Mount root_disk{"/", "ext4", "/dev/vda", "/", false};

const std::vector<Case>& cases() {
  static const std::vector<Case> all = {
      {"a_disk", Outlives::Yes, root_disk, {}, ""},
      {"memory", Outlives::No, {"/app", "tmpfs", "tmpfs", "/", false}, {}, "lies on a disk"},
      {"docker", Outlives::No, root_overlay, docker(), "docker run -v data:/app/data"},
      {"docker_on_a_plain_disk", Outlives::No, root_disk, docker(), "docker run"},
      {"named_volume",
       Outlives::Yes,
       {"/app/data", "ext4", "/dev/sda1", "/var/lib/docker/volumes/popup/_data", false},
       docker(),
       ""},
      {"nameless_volume",
       Outlives::No,
       {"/app/data", "ext4", "/dev/sda1",
        "/var/lib/docker/volumes/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef/_data", false},
       docker(),
       "named volume"},
      {"railway_without_a_volume", Outlives::No, root_overlay, on(Platform::Railway),
       "railway volume add --mount-path /app/data"},
      {"railway_with_one_elsewhere", Outlives::No, root_overlay,
       on(Platform::Railway, {{"RAILWAY_VOLUME_MOUNT_PATH", "/data"}, {"RAILWAY_VOLUME_NAME", "popup"}}),
       "attached at /data"},
      {"railway_volume",
       Outlives::Yes,
       {"/app/data", "ext4", "/dev/zd1", "/", false},
       on(Platform::Railway, {{"RAILWAY_VOLUME_MOUNT_PATH", "/app/data"}}),
       ""},
      {"fly_root", Outlives::No, {"/", "ext4", "/dev/vdb", "/", false}, on(Platform::Fly), "fly volumes create"},
      {"fly_volume", Outlives::Yes, {"/app/data", "ext4", "/dev/vdc", "/", false}, on(Platform::Fly), ""},
      {"render_root", Outlives::No, root_overlay, on(Platform::Render), "disk"},
      {"render_disk", Outlives::Yes, {"/app/data", "ext4", "/dev/nvme1n1", "/", false}, on(Platform::Render), ""},
      {"empty_dir",
       Outlives::No,
       {"/app/data", "ext4", "/dev/sda1", "/var/lib/kubelet/pods/8f1/volumes/kubernetes.io~empty-dir/data", false},
       on(Platform::Kubernetes),
       "PersistentVolumeClaim"},
      {"volume_claim", Outlives::Yes, {"/app/data", "ext4", "/dev/sdb", "/", false}, on(Platform::Kubernetes), ""},
      {"claim_in_a_folder_of_the_node",
       Outlives::Yes,
       {"/app/data", "ext4", "/dev/sda1", "/var/lib/kubelet/pods/8f1/volumes/kubernetes.io~csi/pvc-1/mount", false},
       on(Platform::Kubernetes),
       ""},
  };
  return all;
}

TEST(Persistence, is_what_the_mount_and_the_platform_say) {
  for (const Case& one : cases()) {
    SCOPED_TRACE(one.name);
    HostFacts facts;
    facts.path = "/app/data/popup.db";
    facts.mount = one.mount;
    facts.host = one.host;
    const Persistence judged = judge_persistence(facts);
    EXPECT_EQ(judged.deploy, one.want) << judged.what;
    EXPECT_THAT(judged.what, HasSubstr(one.mount.type));
    EXPECT_THAT(judged.todo, HasSubstr(one.todo));
    EXPECT_EQ(judged.todo.empty(), one.want == Outlives::Yes);
  }
  EXPECT_EQ(judge_persistence({}).deploy, Outlives::Unknown);
}

TEST(LastingName, is_the_service_on_a_platform_and_nothing_in_a_container) {
  Host machine;
  machine.name = "web-1";
  EXPECT_EQ(lasting_name(machine), "web-1");
  machine.container = true;
  EXPECT_EQ(lasting_name(machine), "") << "a container is called otherwise after each start";
  machine.platform = Platform::Railway;
  EXPECT_EQ(lasting_name(machine), "");
  machine.variables = {{"RAILWAY_SERVICE_ID", "s1"}, {"RAILWAY_ENVIRONMENT_ID", "e1"}, {"RAILWAY_VOLUME_NAME", "v"}};
  EXPECT_EQ(lasting_name(machine), "Railway:s1/e1");
}

}  // namespace
}  // namespace holdfast::agent::doctor
