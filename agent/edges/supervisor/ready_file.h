// A file that is there while the API is started and the agent is ready: for health checks that look for a file.
#pragma once

#include <string>

namespace holdfast::agent {

// Either the whole file is there or none: written beside it under a name that begins with a dot, and renamed. 0, or
// errno.
int write_ready_file_at(const std::string& path);
// 0 also when it was not there.
int remove_ready_file_at(const std::string& path);

}  // namespace holdfast::agent
