// How a failure travels: as a value, with what went wrong, where, and what to do about it.
//
// Errors are made where the cause is known (a store translates its engine's codes once), returned through everything in
// between, and printed or counted in one place. Kind says what the caller should do, not what happened.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>

namespace holdfast {

enum class ErrorKind : std::uint8_t {
  Invalid,        // the documents ask for something that can never be: exit 3
  Transient,      // may pass by itself (locked, unreachable): worth trying again
  Terminal,       // will not pass by itself (corrupt, read-only, full): a person has to act
  InDoubt,        // the commit may or may not have happened: read the world before doing anything
  SchemaChanged,  // the schema moved during the run: load, bind and plan again
};

struct Error {
  ErrorKind kind = ErrorKind::Terminal;
  std::string what;      // "database is locked"
  std::string where;     // "popup (/data/popup.db)"; no secrets
  std::string hint;      // what to do; may be empty
  bool damaged = false;  // the database itself is bad, or is none: nothing but another one in its place helps
};

// "WHAT: WHERE: WHAT TO DO", the form of every message on stderr.
std::string to_string(const Error& error);

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}
  Result(Error error) : state_(std::move(error)) {}

  bool ok() const { return std::holds_alternative<T>(state_); }
  explicit operator bool() const { return ok(); }
  T& value() & { return std::get<T>(state_); }
  const T& value() const& { return std::get<T>(state_); }
  T&& value() && { return std::get<T>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  const Error& error() const { return std::get<Error>(state_); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)), ok_(false) {}
  bool ok() const { return ok_; }
  explicit operator bool() const { return ok_; }
  const Error& error() const { return error_; }

 private:
  Error error_;
  bool ok_ = true;
};

}  // namespace holdfast
