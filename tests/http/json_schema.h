// Checks a JSON value against a schema of an OpenAPI 3.0 document: the keywords that ours uses, each other one is a
// mistake.
#pragma once

#include <boost/json.hpp>
#include <set>
#include <string>
#include <vector>

namespace holdfast::agent::http {

class SchemaChecker {
 public:
  explicit SchemaChecker(const boost::json::object& document) : document_(document) {}

  // What is wrong, with its path; empty: nothing. Remembers which schemas and members were met, and what of them was
  // null.
  std::vector<std::string> check(const boost::json::value& value, const boost::json::value& schema);

  // "Status.documents" for every member of a named schema that was there with a value.
  std::set<std::string> met;
  // "DriftRow.reason=fight" for every value of an enum.
  std::set<std::string> values;

 private:
  void check(const boost::json::value& value, const boost::json::object& schema, const std::string& path,
             const std::string& name);
  void check_object(const boost::json::object& value, const boost::json::object& schema, const std::string& path,
                    const std::string& name);
  void check_text(const boost::json::string& value, const boost::json::object& schema, const std::string& path);
  void wrong(const std::string& path, const std::string& why) { mistakes_.push_back(path + ": " + why); }

  const boost::json::object& document_;
  std::vector<std::string> mistakes_;
};

}  // namespace holdfast::agent::http
