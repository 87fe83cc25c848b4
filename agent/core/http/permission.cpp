#include "agent/core/http/permission.h"

#include "agent/core/http/problem.h"

namespace holdfast::agent::http {
namespace {

bool is_open(Need need, const AccessRules& rules) {
  switch (need) {
    case Need::Nothing: return true;
    case Need::Metrics: return rules.loopback || rules.open_metrics;
    case Need::Read: return rules.loopback;
    case Need::Write: break;
  }
  return false;
}

HttpResponse unauthorized(std::string_view detail, bool wrong) {
  HttpResponse response = problem(401, detail, "send it as: Authorization: Bearer SECRET");
  response.fields.push_back(
      {"WWW-Authenticate", wrong ? R"(Bearer realm="holdfast", error="invalid_token")" : R"(Bearer realm="holdfast")"});
  return response;
}

// Of "Bearer SECRET"; empty when the field says something else.
std::string_view bearer_secret(std::string_view field) {
  constexpr std::string_view scheme = "bearer ";
  if (!same_name(field.substr(0, scheme.size()), scheme)) return {};
  return trimmed(field.substr(scheme.size()));
}

}  // namespace

std::variant<Permission, HttpResponse> permission(const HttpRequest& request, Need need, const AccessRules& rules,
                                                  const Tokens& tokens) {
  if (is_open(need, rules)) return Permission{};
  if (tokens.empty()) {
    return problem(
        403,
        need == Need::Write
            ? "the agent was started without a token, so nothing can be changed here"
            : "the agent was started without a token, so nothing but liveness is answered outside of loopback",
        "start the agent with HOLDFAST_TOKEN set, or with --token-file FILE, a file of lines NAME read|write "
        "SECRET; that the client has a token is not enough");
  }
  const bool write = need == Need::Write;
  if (count_fields(request, "Authorization") > 1) return problem(400, "there is more than one Authorization field");
  const std::optional<std::string_view> field = find_field(request, "Authorization");
  if (!field) return unauthorized(write ? "this needs a write token" : "this needs a read token", false);
  const std::string_view secret = bearer_secret(*field);
  if (secret.empty()) return unauthorized("the Authorization field is not that of a bearer token", true);
  const Token* token = tokens.find(secret);
  if (token == nullptr) return unauthorized("nobody has this token", true);
  if (write && token->access != Access::Write) {
    return problem(403, "the token \"" + token->name + "\" may read only", "use one whose line says write");
  }
  return Permission{token->name};
}

}  // namespace holdfast::agent::http
