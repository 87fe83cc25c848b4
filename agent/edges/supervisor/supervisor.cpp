#include "agent/edges/supervisor/supervisor.h"

#include "agent/edges/supervisor/supervision.h"

namespace holdfast::agent {

int supervise(const SupervisorOptions& options, const SupervisorLog& log) { return Supervision(options, log).run(); }

}  // namespace holdfast::agent
