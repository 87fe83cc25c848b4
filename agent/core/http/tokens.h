// Who may ask the agent for what: tokens with names. PURE; read-only after it was made, any thread.
//
// Secrets are not kept: a token is known by the SHA-256 of its secret. So what is compared always has one length, and
// neither the time that a comparison takes nor a dump of the memory tells a secret.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "reconcilers/core/result.h"

namespace holdfast::agent::http {

enum class Access : std::uint8_t { Read, Write };  // who may write may read

struct Token {
  std::string name;  // says who in the history
  Access access = Access::Read;
  std::string digest;  // 64 hexadecimal digits
};

inline constexpr std::size_t most_tokens = 64;
inline constexpr std::size_t longest_token_file = 64 * 1024;
inline constexpr std::size_t shortest_secret = 8;
inline constexpr std::size_t longest_secret = 512;
inline constexpr std::size_t longest_token_name = 64;

class Tokens {
 public:
  // The lines of a token file: NAME read|write SECRET; empty lines and those that begin with # are left out. `where`
  // names the file in errors, which are Invalid and never repeat a secret. All or nothing: after an error the tokens
  // are as before.
  Result<void> add_file(std::string_view text, const std::string& where);
  // One write token, as in HOLDFAST_TOKEN: its name is "env". A line feed at its end is no part of it. A secret that a
  // file has given before, as where one secret is handed in both ways, stays that token, with its name and access.
  Result<void> add_environment(std::string_view secret, const std::string& where);

  bool empty() const { return tokens_.empty(); }
  // Null when nobody has that secret. Looks at every token, whichever it is.
  const Token* find(std::string_view secret) const;

 private:
  Result<void> add(std::vector<Token>& tokens, std::string_view name, Access access, std::string_view secret,
                   const std::string& where) const;
  std::vector<Token> tokens_;
};

// Reads every byte of both whatever they are; the time depends on their sizes only. Works on anything that is indexed
// like a string, so that a test can count the reads.
template <class Bytes>
bool equal_in_constant_time(const Bytes& a, const Bytes& b) {
  if (a.size() != b.size()) return false;
  unsigned difference = 0;
  for (std::size_t at = 0; at < a.size(); ++at) {
    // The compiler may not know that once a difference is found the rest does not matter.
    const volatile unsigned seen = difference | (static_cast<unsigned char>(a[at]) ^ static_cast<unsigned char>(b[at]));
    difference = seen;
  }
  return difference == 0;
}

}  // namespace holdfast::agent::http
