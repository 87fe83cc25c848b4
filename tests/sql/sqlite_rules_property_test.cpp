// The pure rules agree with SQLite itself: whatever they accept comes back from the engine with the storage class and
// the bytes that they said, under every affinity; and what they call lossy really changes.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <sqlite3.h>

#include <cstdlib>

#include "reconcilers/sql/sqlite_number.h"
#include "reconcilers/sql/sqlite_rules.h"

namespace holdfast::sql {
namespace {

constexpr const char* types[] = {"INTEGER",       "TEXT",    "BLOB",   "REAL",      "NUMERIC",
                                 "DECIMAL(10,2)", "BOOLEAN", "STRING", "TIMESTAMP", ""};

class Engine {
 public:
  Engine() { sqlite3_open(":memory:", &database_); }
  ~Engine() { sqlite3_close(database_); }

  // What the engine keeps of a value in a column of this type.
  Value store(const std::string& type, const Value& value) {
    execute("DROP TABLE IF EXISTS t; CREATE TABLE t (v " + type + ")");
    sqlite3_stmt* insert = nullptr;
    sqlite3_prepare_v2(database_, "INSERT INTO t VALUES (?)", -1, &insert, nullptr);
    const ValueView view = value.view();
    const int size = static_cast<int>(view.bytes().size());
    switch (view.kind()) {
      case ValueKind::Null: sqlite3_bind_null(insert, 1); break;
      case ValueKind::Integer: sqlite3_bind_int64(insert, 1, view.integer()); break;
      case ValueKind::Real: sqlite3_bind_double(insert, 1, view.real()); break;
      case ValueKind::Text: sqlite3_bind_text(insert, 1, size ? view.bytes().data() : "", size, SQLITE_STATIC); break;
      case ValueKind::Blob: sqlite3_bind_blob(insert, 1, size ? view.bytes().data() : "", size, SQLITE_STATIC); break;
    }
    sqlite3_step(insert);
    sqlite3_finalize(insert);
    sqlite3_stmt* select = nullptr;
    sqlite3_prepare_v2(database_, "SELECT v FROM t", -1, &select, nullptr);
    sqlite3_step(select);
    Value kept;
    const auto bytes = [&] {
      return std::string_view(static_cast<const char*>(sqlite3_column_blob(select, 0)),
                              static_cast<std::size_t>(sqlite3_column_bytes(select, 0)));
    };
    switch (sqlite3_column_type(select, 0)) {
      case SQLITE_INTEGER: kept = Value::integer(sqlite3_column_int64(select, 0)); break;
      case SQLITE_FLOAT: kept = Value::real(sqlite3_column_double(select, 0)); break;
      case SQLITE_TEXT: kept = Value::text(bytes()); break;
      case SQLITE_BLOB: kept = Value::blob(bytes()); break;
      default: break;
    }
    sqlite3_finalize(select);
    return kept;
  }

 private:
  void execute(const std::string& sql) { sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr); }
  sqlite3* database_ = nullptr;
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
                                                                         {1, 'x'},
                                                                         {1, 'a'}}));
}
rc::Gen<std::string> numbers() {
  return rc::gen::map(
      rc::gen::tuple(rc::gen::arbitrary<std::int64_t>(), rc::gen::inRange(0, 20), rc::gen::inRange(-330, 330)),
      [](const std::tuple<std::int64_t, int, int>& parts) {
        std::string text = std::to_string(std::get<0>(parts));
        const auto [number, point, exponent] = parts;
        if (point > 0 && static_cast<std::size_t>(point) < text.size())
          text.insert(text.size() - static_cast<std::size_t>(point), ".");
        if (exponent % 3 == 0) text += "e" + std::to_string(exponent);
        return text;
      });
}

Column column_of(const std::string& type) {
  Column column;
  column.declared_type = type;
  column.affinity = affinity_of(type);
  column.boolean = is_boolean(type);
  return column;
}

void agree(Engine& engine, const std::string& text, CellKind kind, const std::string& type) {
  const Column column = column_of(type);
  const ValueRules::Outcome outcome = sqlite_rules().canonical(column, false, {kind, 0, text});
  if (!outcome.ok) return;
  // A canonical value is a fixed point of storing: the engine changes nothing about it.
  const Value kept = engine.store(type, outcome.value);
  RC_ASSERT(kept == outcome.value);
  // Quoted text is stored by the engine as that very value, but for the words of booleans.
  if (kind == CellKind::Text && !column.boolean) RC_ASSERT(engine.store(type, Value::text(text)) == outcome.value);
}

void check_texts(const char* what, const rc::Gen<std::string>& texts) {
  const char* tier = std::getenv("HOLDFAST_TIER");
  rc::detail::TestParams params;
  params.seed = 20260101;
  params.maxSuccess = tier != nullptr && std::string_view(tier) == "prove" ? 20000 : 2000;
  rc::detail::TestMetadata metadata;
  metadata.id = what;
  Engine engine;
  const auto result = rc::detail::checkTestable(
      [&] {
        const std::string text = *texts;
        for (const char* type : types) {
          for (const CellKind kind : {CellKind::Text, CellKind::Plain, CellKind::Bare}) agree(engine, text, kind, type);
        }
      },
      metadata, params);
  std::ostringstream message;
  rc::detail::printResultMessage(result, message);
  EXPECT_TRUE(result.template is<rc::detail::SuccessResult>()) << message.str();
}

TEST(SqliteRulesProperty, NumberLikeTextsAgreeWithTheEngine) { check_texts("number-like", number_like()); }
TEST(SqliteRulesProperty, NumbersAgreeWithTheEngine) { check_texts("numbers", numbers()); }
TEST(SqliteRulesProperty, AnyTextAgreesWithTheEngine) { check_texts("any text", rc::gen::arbitrary<std::string>()); }

// What is refused as lossy is what the engine really changes.
TEST(SqliteRulesProperty, RefusedTextsWouldHaveChanged) {
  Engine engine;
  for (const char* text : {"007", "0.450", " 7 ", "1e3", "+5", "5.", ".5", "1.0", "-0", "9223372036854775808"}) {
    for (const char* type : {"INTEGER", "NUMERIC", "REAL"}) {
      const ValueRules::Outcome outcome = sqlite_rules().canonical(column_of(type), false, {CellKind::Text, 0, text});
      const Value kept = engine.store(type, Value::text(text));
      if (outcome.ok) {
        EXPECT_EQ(spelling(kept), text) << type;
      } else {
        EXPECT_NE(spelling(kept), text) << type;
      }
    }
  }
}

}  // namespace
}  // namespace holdfast::sql
