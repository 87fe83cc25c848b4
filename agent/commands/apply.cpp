#include "agent/commands/apply.h"

#include "agent/commands/databases.h"
#include "agent/exit_code.h"

namespace holdfast::agent {

int run_apply(const CommandLine& line, const Context& context) {
  Databases databases(line, context);
  if (const int exit = databases.load(); exit != exit_done) return exit;
  if (const int exit = databases.check(); exit != exit_done) return exit;
  const int exit = databases.run(Databases::Work::Apply);
  if (exit == exit_invalid && !databases.changed()) return databases.print_invalid(exit);
  databases.keep_documents();
  databases.print();
  return exit;
}

}  // namespace holdfast::agent
