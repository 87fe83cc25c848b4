#include "agent/commands/undo.h"

#include "agent/commands/databases.h"
#include "agent/exit_code.h"

namespace holdfast::agent {

int run_undo(const CommandLine& line, const Context& context) {
  Databases databases(line, context);
  if (const int exit = databases.load(); exit != exit_done) return exit;
  const int exit = databases.undo({line.run, line.row_set, line.key, !line.dry_run});
  if (exit == exit_invalid) return databases.print_invalid(exit);
  databases.print();
  return line.dry_run && exit == exit_drift ? exit_done : exit;
}

}  // namespace holdfast::agent
