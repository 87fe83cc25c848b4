#include "agent/core/http/tokens.h"

#include <algorithm>

#include "agent/core/http/message.h"
#include "reconcilers/core/sha256.h"

namespace holdfast::agent::http {
namespace {

constexpr std::string_view name_characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.@";
constexpr const char* make_one = "make a secret with: openssl rand -hex 32";

std::string digest_of(std::string_view secret) {
  Sha256 digest;
  digest.add(secret);
  return digest.hex();
}

Error bad_token(const char* what, const std::string& where, std::string hint) {
  return {ErrorKind::Invalid, what, where, std::move(hint)};
}

// What can stand in an Authorization field.
bool is_visible(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char letter) { return letter > ' ' && letter <= '~'; });
}

// Takes the next word off `line`.
std::string_view next_word(std::string_view& line) {
  line = trimmed(line);
  const std::size_t end = std::min(line.find_first_of(" \t"), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(end);
  return word;
}

}  // namespace

Result<void> Tokens::add(std::vector<Token>& tokens, std::string_view name, Access access, std::string_view secret,
                         const std::string& where) const {
  if (name.empty() || name.size() > longest_token_name ||
      name.find_first_not_of(name_characters) != std::string_view::npos) {
    return bad_token("a token's name is not one", where, "use up to 64 letters, digits and - _ . @");
  }
  if (secret.size() < shortest_secret) return bad_token("a token's secret is too short", where, make_one);
  if (secret.size() > longest_secret) {
    return bad_token("a token's secret is too long", where,
                     "use at most " + std::to_string(longest_secret) + " characters");
  }
  if (!is_visible(secret))
    return bad_token("a token's secret has a character that no request can carry", where, make_one);
  if (tokens.size() >= most_tokens) {
    return bad_token("too many tokens", where, "use at most " + std::to_string(most_tokens));
  }
  Token token{std::string(name), access, digest_of(secret)};
  for (const Token& other : tokens) {
    if (other.name == token.name) {
      return bad_token("two tokens have one name", where, "give each its own: the history says who by it");
    }
    if (other.digest == token.digest) {
      return bad_token("two tokens have one secret", where, "give each its own: the history says who by it");
    }
  }
  tokens.push_back(std::move(token));
  return {};
}

Result<void> Tokens::add_file(std::string_view text, const std::string& where) {
  if (text.size() > longest_token_file) return bad_token("the token file is too large", where, "64 KiB at most");
  std::vector<Token> tokens = tokens_;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    line = trimmed(line);
    if (line.empty() || line.starts_with('#')) continue;
    const std::string place = where + ":" + std::to_string(number);
    const std::string_view name = next_word(line);
    const std::string_view access = next_word(line);
    const std::string_view secret = next_word(line);
    if ((access != "read" && access != "write") || secret.empty() || !trimmed(line).empty()) {
      return bad_token("not a token", place, "a line is: NAME read|write SECRET");
    }
    Result<void> added = add(tokens, name, access == "write" ? Access::Write : Access::Read, secret, place);
    if (!added) return added;
  }
  tokens_ = std::move(tokens);
  return {};
}

Result<void> Tokens::add_environment(std::string_view secret, const std::string& where) {
  while (secret.ends_with('\n') || secret.ends_with('\r')) secret.remove_suffix(1);
  if (find(secret) != nullptr) return {};
  return add(tokens_, "env", Access::Write, secret, where);
}

const Token* Tokens::find(std::string_view secret) const {
  const std::string digest = digest_of(secret.substr(0, longest_secret + 1));
  const Token* found = nullptr;
  for (const Token& token : tokens_) {
    if (equal_in_constant_time(token.digest, digest)) found = &token;
  }
  return found;
}

}  // namespace holdfast::agent::http
