#include "agent/commands/plan.h"

#include "agent/commands/databases.h"
#include "agent/exit_code.h"

namespace holdfast::agent {

int run_plan(const CommandLine& line, const Context& context) {
  Databases databases(line, context);
  if (const int exit = databases.load(); exit != exit_done) return exit;
  const int exit = databases.run(Databases::Work::Plan);
  if (exit == exit_invalid) return databases.print_invalid(exit);
  databases.print();
  return exit == exit_drift && !line.detailed_exit_code ? exit_done : exit;
}

}  // namespace holdfast::agent
