// Live tables as documents that ask for what is there already. PURE: the rows have been read, nothing is written.
//
// A document that comes out of here, planned against the rows that went in, has nothing to do: each value is put
// through the engine's own rules first, and what they would not give back is left out, with a comment.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "desired-state/write/document_text.h"
#include "reconcilers/core/value_rules.h"
#include "reconcilers/describe/choose_key.h"
#include "reconcilers/describe/column_roles.h"
#include "reconcilers/describe/live_table.h"

namespace holdfast {

struct DescribedSet {
  std::string table;
  std::string file;          // "campaigns.yaml"
  writing::RowSetText text;  // names the CSV file if there is one
  writing::Rows rows;        // in the document itself
  std::string csv_file;      // empty: none
  writing::Rows csv;
  KeyChoice key;
  std::size_t rows_left_out = 0;
};

struct DescribeOptions {
  std::string database;  // the Database's name in the documents; empty: left out
  Scope scope = Scope::Managed;
  std::size_t most_rows_in_document = 1000;
  // Names of documents and files that are taken, "database" for example.
  std::vector<std::string> taken;
};

struct Description {
  std::vector<DescribedSet> sets;
  std::vector<std::string> without_key;  // tables no two of whose rows can be told apart
};

// `rules` must outlive what is returned.
Description describe(std::span<const std::shared_ptr<const LiveTable>> tables, const ValueRules& rules,
                     const DescribeOptions& options);

// Every row and column of one table, for a file of rows alone. Nothing when CSV cannot say one of them.
std::optional<writing::Rows> describe_csv(const std::shared_ptr<const LiveTable>& live, const ValueRules& rules);

}  // namespace holdfast
