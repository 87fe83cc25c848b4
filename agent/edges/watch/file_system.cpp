#include "agent/edges/watch/file_system.h"

#include <sys/vfs.h>

namespace holdfast::agent {

std::string_view shared_file_system(std::int64_t type) {
  // Magic numbers of linux/magic.h and of file systems that are not part of the kernel. f_type is signed on some
  // machines.
  switch (static_cast<std::uint32_t>(type)) {
    case 0x6969: return "NFS";
    case 0x517b: return "SMB";
    case 0xff534d42: return "CIFS";
    case 0xfe534d42: return "SMB";
    case 0x65735546: return "FUSE";  // virtiofs has it, too
    case 0x01021997: return "9p";
    case 0x00c36400: return "Ceph";
    case 0x5346414f:
    case 0x6b414653: return "AFS";
    case 0x73757245: return "Coda";
    case 0x7461636f: return "OCFS2";
    case 0x01161970: return "GFS2";
    case 0x0bd00bd0: return "Lustre";
    case 0x47504653: return "GPFS";
    case 0x20030528: return "OrangeFS";
    case 0x786f4256: return "VirtualBox shared folder";
    case 0xbacbacbc: return "VMware shared folder";
    case 0xaad7aaea: return "PanFS";
    case 0x19830326: return "BeeGFS";
    default: return "";
  }
}

std::string_view shared_file_system_of(const std::string& path) {
  struct statfs about {};
  return ::statfs(path.c_str(), &about) == 0 ? shared_file_system(about.f_type) : "";
}

}  // namespace holdfast::agent
