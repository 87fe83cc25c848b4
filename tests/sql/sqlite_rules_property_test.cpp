// The pure rules agree with SQLite itself: whatever they accept comes back from the engine with the storage class and
// the bytes that they said, under every affinity and every type of a STRICT table; and what they refuse would have
// changed.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <sqlite3.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <map>

#include "reconcilers/sql/sqlite_number.h"
#include "reconcilers/sql/sqlite_rules.h"

#include "tests/tier.h"

namespace holdfast::sql {
namespace {

struct Type {
  const char* name;
  bool strict = false;
};
constexpr Type types[] = {{"INTEGER"},       {"TEXT"},          {"BLOB"},       {"REAL"},       {"NUMERIC"},
                          {"DECIMAL(10,2)"}, {"BOOLEAN"},       {"STRING"},     {"TIMESTAMP"},  {""},
                          {"INT", true},     {"INTEGER", true}, {"REAL", true}, {"TEXT", true}, {"BLOB", true},
                          {"ANY", true}};

Column column_of(const Type& type) {
  Column column;
  column.declared_type = type.name;
  column.affinity = type.strict && column.declared_type == "ANY" ? Affinity::Blob : affinity_of(type.name);
  column.boolean = is_boolean(type.name);
  return column;
}

// One table a type, with one row whose value is set and read back.
class Engine {
 public:
  Engine() {
    sqlite3_open(":memory:", &database_);
    for (const Type& type : types) {
      const std::string table = "t" + std::to_string(columns_.size());
      const std::string sql = "CREATE TABLE " + table + " (v " + type.name + (type.strict ? ") STRICT" : ")") +
                              "; INSERT INTO " + table + " VALUES (NULL)";
      EXPECT_EQ(sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
          << sqlite3_errmsg(database_);
      columns_[&type] = {prepare("UPDATE " + table + " SET v = ?"), prepare("SELECT v FROM " + table)};
    }
  }
  ~Engine() {
    for (const auto& [type, statements] : columns_) {
      sqlite3_finalize(statements.set);
      sqlite3_finalize(statements.get);
    }
    sqlite3_close(database_);
  }
  Engine(const Engine&) = delete;

  // What the engine keeps of a value in a column of this type; nothing if a STRICT table refuses it.
  std::optional<Value> store(const Type& type, const Value& value) {
    const auto [set, get] = columns_.at(&type);
    bind(set, value.view());
    const int code = sqlite3_step(set);
    sqlite3_reset(set);
    if (code != SQLITE_DONE) return std::nullopt;
    sqlite3_step(get);
    const Value kept = read(get);
    sqlite3_reset(get);
    return kept;
  }

 private:
  struct Statements {
    sqlite3_stmt* set = nullptr;
    sqlite3_stmt* get = nullptr;
  };

  sqlite3_stmt* prepare(const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(database_, sql.c_str(), -1, &statement, nullptr), SQLITE_OK)
        << sqlite3_errmsg(database_);
    return statement;
  }
  static void bind(sqlite3_stmt* statement, ValueView value) {
    const int size = static_cast<int>(value.bytes().size());
    const char* bytes = size != 0 ? value.bytes().data() : "";
    switch (value.kind()) {
      case ValueKind::Null: sqlite3_bind_null(statement, 1); break;
      case ValueKind::Integer: sqlite3_bind_int64(statement, 1, value.integer()); break;
      case ValueKind::Real: sqlite3_bind_double(statement, 1, value.real()); break;
      case ValueKind::Text: sqlite3_bind_text(statement, 1, bytes, size, SQLITE_TRANSIENT); break;
      case ValueKind::Blob: sqlite3_bind_blob(statement, 1, bytes, size, SQLITE_TRANSIENT); break;
    }
  }
  static Value read(sqlite3_stmt* statement) {
    const auto bytes = [&] {
      return std::string_view(static_cast<const char*>(sqlite3_column_blob(statement, 0)),
                              static_cast<std::size_t>(sqlite3_column_bytes(statement, 0)));
    };
    switch (sqlite3_column_type(statement, 0)) {
      case SQLITE_INTEGER: return Value::integer(sqlite3_column_int64(statement, 0));
      case SQLITE_FLOAT: return Value::real(sqlite3_column_double(statement, 0));
      case SQLITE_TEXT: return Value::text(bytes());
      case SQLITE_BLOB: return Value::blob(bytes());
      default: return {};
    }
  }

  sqlite3* database_ = nullptr;
  std::map<const Type*, Statements> columns_;
};

// Texts that are nearly numbers, since those are where the rules could be wrong.
rc::Gen<std::string> number_like() {
  return rc::gen::container<std::string>(rc::gen::weightedElement<char>({{6, '0'},
                                                                         {6, '1'},
                                                                         {6, '9'},
                                                                         {4, '7'},
                                                                         {4, '5'},
                                                                         {3, '.'},
                                                                         {2, 'e'},
                                                                         {1, 'E'},
                                                                         {2, '-'},
                                                                         {1, '+'},
                                                                         {1, ' '},
                                                                         {1, '\t'},
                                                                         {1, '\v'},
                                                                         {1, '\0'},
                                                                         {1, 'x'},
                                                                         {1, 'a'}}));
}

// Full-width integers with a point somewhere and sometimes an exponent.
rc::Gen<std::string> numbers() {
  return rc::gen::map(rc::gen::tuple(rc::gen::inRange(std::numeric_limits<std::int64_t>::min(),
                                                      std::numeric_limits<std::int64_t>::max()),
                                     rc::gen::inRange(0, 63), rc::gen::inRange(0, 20), rc::gen::inRange(-330, 330)),
                      [](const std::tuple<std::int64_t, int, int, int>& parts) {
                        const auto [number, shift, point, exponent] = parts;
                        std::string text = std::to_string(number >> shift);
                        if (point > 0 && static_cast<std::size_t>(point) < text.size()) {
                          text.insert(text.size() - static_cast<std::size_t>(point), ".");
                        }
                        if (exponent % 3 == 0) text += "e" + std::to_string(exponent);
                        return text;
                      });
}

// Integers and reals as a document's reader may hand them over, the outermost and the nearly whole ones among them.
rc::Gen<Value> number_values() {
  const auto integers = rc::gen::map(rc::gen::tuple(rc::gen::inRange(std::numeric_limits<std::int64_t>::min(),
                                                                     std::numeric_limits<std::int64_t>::max()),
                                                    rc::gen::inRange(0, 63)),
                                     [](const std::tuple<std::int64_t, int>& parts) {
                                       return Value::integer(std::get<0>(parts) >> std::get<1>(parts));
                                     });
  const auto reals = rc::gen::map(rc::gen::arbitrary<double>(), [](double number) { return Value::real(number); });
  const auto whole = rc::gen::map(
      integers, [](const Value& value) { return Value::real(static_cast<double>(value.view().integer())); });
  const auto outermost = rc::gen::map(
      rc::gen::element(0.0, -0.0, 0x1p53, 0x1p53 + 2, 0x1p62, 0x1p63, -0x1p63, 0x1p63 - 1024, -0x1p63 + 1024,
                       -0x1p63 - 2048, 0x1p64, 5e-324, 1.7976931348623157e308, 0.1, 1e15, 1e16, 1e-6, 1e-7),
      [](double number) { return Value::real(number); });
  return rc::gen::oneOf(integers, reals, whole, outermost);
}

void agree_on_text(Engine& engine, const std::string& text, CellKind kind, const Type& type) {
  const Column column = column_of(type);
  const ValueRules::Outcome outcome = sqlite_rules().canonical(column, type.strict, {kind, 0, text});
  const std::optional<Value> as_text = engine.store(type, Value::text(text));
  if (outcome.ok) {
    // A canonical value is a fixed point of storing: the engine changes nothing about it.
    RC_ASSERT(engine.store(type, outcome.value) == outcome.value);
    if (kind != CellKind::Text || column.boolean) return;
    // Quoted text is what the engine would have made of it; its reals may be one bit off, far from 1.
    RC_ASSERT(as_text.has_value());
    RC_ASSERT(as_text->kind() == outcome.value.kind());
    if (outcome.value.kind() != ValueKind::Real) RC_ASSERT(*as_text == outcome.value);
  } else if (kind == CellKind::Text) {
    RC_ASSERT(!as_text || (as_text->kind() != ValueKind::Text && spelling(*as_text) != text));
  }
}

void agree_on_number(Engine& engine, const Value& number, const Type& type) {
  const Column column = column_of(type);
  const ValueRules::Outcome outcome = sqlite_rules().canonical(column, type.strict, Cell::of(number.view()));
  if (!outcome.ok) return;
  RC_ASSERT(engine.store(type, outcome.value) == outcome.value);
  if (column.affinity != Affinity::Text) RC_ASSERT(engine.store(type, number) == outcome.value);
}

template <class T, class Check>
void check(const char* what, const rc::Gen<T>& generator, const Check& each) {
  rc::detail::TestParams params;
  params.seed = 20260101;
  params.maxSuccess = by_tier(10'000, 100'000);
  rc::detail::TestMetadata metadata;
  metadata.id = what;
  Engine engine;
  const auto result = rc::detail::checkTestable(
      [&] {
        const T input = *generator;
        for (const Type& type : types) each(engine, input, type);
      },
      metadata, params);
  std::ostringstream message;
  rc::detail::printResultMessage(result, message);
  EXPECT_TRUE(result.template is<rc::detail::SuccessResult>()) << message.str();
}

void check_texts(const char* what, const rc::Gen<std::string>& texts) {
  check(what, texts, [](Engine& engine, const std::string& text, const Type& type) {
    for (const CellKind kind : {CellKind::Text, CellKind::Plain, CellKind::Bare})
      agree_on_text(engine, text, kind, type);
  });
}

TEST(SqliteRulesProperty, NumberLikeTextsAgreeWithTheEngine) { check_texts("number-like", number_like()); }
TEST(SqliteRulesProperty, NumbersAgreeWithTheEngine) { check_texts("numbers", numbers()); }
TEST(SqliteRulesProperty, AnyTextAgreesWithTheEngine) { check_texts("any text", rc::gen::arbitrary<std::string>()); }
TEST(SqliteRulesProperty, NumericCellsAgreeWithTheEngine) { check("numeric cells", number_values(), agree_on_number); }

// The traps that are known, one by one: what the engine makes of quoted text, and whether we take it.
TEST(SqliteRulesProperty, KnownTrapsAgreeWithTheEngine) {
  struct Case {
    const char* text;
    bool integer_ok;
    bool real_ok;
  };
  Engine engine;
  for (const Case& one : {Case{"7", true, true},
                          Case{"007", false, false},
                          Case{"0.450", false, false},
                          Case{"0.45", true, true},
                          Case{" 7 ", false, false},
                          Case{"1e3", false, false},
                          Case{"+5", false, false},
                          Case{"5.", false, false},
                          Case{".5", false, false},
                          Case{"1.0", false, false},
                          Case{"-0", false, false},
                          Case{"0x10", true, true},
                          Case{"9223372036854775807", true, false},
                          Case{"9223372036854775808", false, false},
                          Case{"1e400", false, false},
                          Case{"inf", true, true},
                          Case{"nan", true, true},
                          Case{"", true, true},
                          Case{"0.0001", true, true},
                          Case{"1e-04", false, false},
                          Case{"2025", true, true},
                          Case{"2025-08-01 10:00:00", true, true},
                          Case{"1_000", true, true},
                          Case{"7a", true, true}}) {
    for (const Type& type : types) {
      const Column column = column_of(type);
      if (type.strict || column.affinity == Affinity::Text || column.affinity == Affinity::Blob || column.boolean)
        continue;
      const bool ok = sqlite_rules().canonical(column, false, {CellKind::Text, 0, one.text}).ok;
      EXPECT_EQ(ok, column.affinity == Affinity::Real ? one.real_ok : one.integer_ok) << one.text << " " << type.name;
      const Value kept = engine.store(type, Value::text(one.text)).value_or(Value());
      EXPECT_EQ(ok, kept == Value::text(one.text) || spelling(kept) == one.text) << one.text << " " << type.name;
    }
  }
}

TEST(SqliteRulesProperty, BlobsStayBlobsEverywhere) {
  Engine engine;
  for (const Type& type : types) {
    for (const char* bytes : {"", "7", "true"}) {
      const auto outcome = sqlite_rules().canonical(column_of(type), type.strict, {CellKind::Blob, 0, bytes});
      const std::optional<Value> kept = engine.store(type, Value::blob(bytes));
      EXPECT_EQ(outcome.ok, kept.has_value()) << type.name;
      if (outcome.ok) {
        EXPECT_EQ(outcome.value, Value::blob(bytes)) << type.name;
        EXPECT_EQ(*kept, Value::blob(bytes)) << type.name;
      }
    }
  }
}

}  // namespace
}  // namespace holdfast::sql
