// Tools that change the schema, told by the tables they keep their own state in.
#include <algorithm>
#include <array>

#include "agent/core/doctor/checks.h"
#include "reconcilers/core/schema.h"
#include "reconcilers/core/state_tables.h"

namespace holdfast::agent::doctor {
namespace {

struct Tool {
  std::string_view table;  // in lower case
  std::string_view name;
};

constexpr std::array<Tool, 16> tools = {{{"alembic_version", "Alembic"},
                                         {"_prisma_migrations", "Prisma"},
                                         {"__drizzle_migrations", "Drizzle"},
                                         {"django_migrations", "Django"},
                                         {"ar_internal_metadata", "Rails"},
                                         {"schema_migrations", "golang-migrate, dbmate or Rails"},
                                         {"goose_db_version", "goose"},
                                         {"_sqlx_migrations", "sqlx"},
                                         {"__diesel_schema_migrations", "Diesel"},
                                         {"flyway_schema_history", "Flyway"},
                                         {"databasechangelog", "Liquibase"},
                                         {"knex_migrations", "Knex"},
                                         {"sequelizemeta", "Sequelize"},
                                         {"__efmigrationshistory", "Entity Framework"},
                                         {"atlas_schema_revisions", "Atlas"},
                                         {"phinxlog", "Phinx"}}};

constexpr const char* alembic_exclusion =
    R"(in env.py, and in both calls of context.configure:
def include_object(object, name, type_, reflected, compare_to):
    return not (type_ == "table" and name.startswith("_holdfast_"))
context.configure(..., include_object=include_object))";

std::string prisma_exclusion() {
  std::string names;
  for (const StateTable& table : state_tables())
    names += (names.empty() ? "\"" : ", \"") + std::string(table.name) + "\"";
  return "in prisma.config.ts, where external tables are a preview:\n"
         "experimental: { externalTables: true },\n"
         "tables: { external: [" +
         names +
         "] },\n"
         "and prisma migrate deploy in production: it never offers a reset";
}

constexpr const char* drizzle_exclusion = R"(in drizzle.config.ts: tablesFilter: ["!_holdfast_*"])";

}  // namespace

void check_migrations(const StoreFacts& store, Findings& findings) {
  const char* check = "migrations";
  bool any = false;
  for (const Tool& tool : tools) {
    const bool used = std::any_of(store.tables.begin(), store.tables.end(),
                                  [&](const std::string& table) { return ascii_lower(table) == tool.table; });
    if (!used) continue;
    any = true;
    Finding finding{check, Severity::Note, std::string(tool.name) + " changes this schema", "", ""};
    if (tool.name == "Alembic") {
      finding.why = "its autogenerate proposes to drop tables that it does not know, those of Holdfast too";
      finding.todo = alembic_exclusion;
    } else if (tool.name == "Prisma") {
      finding.why = "it takes tables that it does not know for drift, and offers to reset the whole database";
      finding.todo = prisma_exclusion();
    } else if (tool.name == "Drizzle") {
      finding.why = "drizzle-kit push drops tables that it does not know, those of Holdfast too";
      finding.todo = drizzle_exclusion;
    } else {
      finding.why = "it leaves tables that it does not know alone; it has to run before the first run of Holdfast";
      finding.todo = "holdfast run --before runs it";
    }
    findings.push_back(std::move(finding));
  }
  if (!any) findings.push_back({check, Severity::Ok, "no migration tool that is known", "", ""});
}

}  // namespace holdfast::agent::doctor
