// What only the memory engine has: a fault plan, triggers in C++, definitions that it refuses. The contract suite has
// the rest.
#include "reconcilers/stores/memory/memory_database.h"

#include <gmock/gmock.h>

#include <deque>
#include <limits>

#include "reconcilers/sql/sqlite_rules.h"
#include "tests/contract/contract_test.h"

namespace holdfast::contract {
namespace {

using stores::Fault;
using stores::FaultPoint;
using stores::MemoryDatabase;
using stores::TableDefinition;
using stores::TriggerRow;
using stores::TriggerScope;
using stores::TriggerVerdict;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Does what it was told to at one point, once each, in order; nothing fails otherwise.
class PlannedFaults : public stores::FaultPlan {
 public:
  PlannedFaults(FaultPoint point, std::deque<Fault> faults) : point_(point), faults_(std::move(faults)) {}
  Fault next(FaultPoint point, std::string_view connection) override {
    if (point != point_ || connection != "agent" || faults_.empty()) return Fault::None;
    const Fault fault = faults_.front();
    faults_.pop_front();
    return fault;
  }

 private:
  FaultPoint point_;
  std::deque<Fault> faults_;
};

TableDefinition campaigns() {
  TableDefinition definition;
  definition.shape.name = "campaigns";
  Column id;
  id.name = "id";
  id.declared_type = "INTEGER";
  id.affinity = Affinity::Integer;
  id.primary_key = 1;
  Column name;
  name.name = "name";
  name.declared_type = "TEXT";
  name.affinity = Affinity::Text;
  definition.shape.columns = {id, name};
  return definition;
}

class MemoryStoreTest : public testing::Test {
 protected:
  MemoryStoreTest() {
    must(database_.create({campaigns()}));
    agent_ = database_.open("agent");
    api_ = database_.open("api");
  }

  Schema schema() { return must(api_->inspect(std::vector<std::string>{"campaigns"}, std::nullopt)); }

  Result<WriteOutcome> insert(Transaction& transaction, const std::string& name) {
    const std::vector<Assignment> values = {{1, ValueView::text(name)}};
    return transaction.insert(*schema().find("campaigns"), values);
  }

  std::vector<std::string> names() {
    std::vector<std::string> found;
    const auto shape = schema().find("campaigns");
    must(api_->scan({shape.get(), {1}}, [&](const LiveRow& row) {
      found.emplace_back(row.values[0].bytes());
      return true;
    }));
    return found;
  }

  MemoryDatabase database_{sql::sqlite_rules()};
  std::unique_ptr<Store> agent_;
  std::unique_ptr<Store> api_;
};

struct FaultCase {
  std::string name;
  FaultPoint point;
  Fault fault;
  ErrorKind want;
  bool want_row;
};

TEST_F(MemoryStoreTest, a_fault_shows_as_an_engine_would_show_it) {
  const std::vector<FaultCase> cases = {
      {"lock at begin", FaultPoint::Begin, Fault::Busy, ErrorKind::Transient, false},
      {"disk full at a write", FaultPoint::Write, Fault::Full, ErrorKind::Terminal, false},
      {"disk full at commit", FaultPoint::Commit, Fault::Full, ErrorKind::Terminal, false},
      {"lock at commit", FaultPoint::Commit, Fault::Busy, ErrorKind::Transient, false},
      {"commit in doubt, done", FaultPoint::Commit, Fault::InDoubtDone, ErrorKind::InDoubt, true},
      {"commit in doubt, undone", FaultPoint::Commit, Fault::InDoubtUndone, ErrorKind::InDoubt, false},
  };
  for (const FaultCase& one : cases) {
    SCOPED_TRACE(one.name);
    PlannedFaults faults(one.point, {one.fault});
    database_.set_faults(&faults);
    std::optional<Error> error;
    {
      auto transaction = agent_->begin(schema());
      if (transaction) {
        const auto written = insert(**transaction, one.name);
        if (!written) {
          error = written.error();
          EXPECT_FALSE((*transaction)->commit().ok()) << "a lost transaction cannot be committed";
        } else if (const auto committed = (*transaction)->commit(); !committed) {
          error = committed.error();
          EXPECT_FALSE(insert(**transaction, "later").ok()) << "the transaction is over";
        }
      } else {
        error = transaction.error();
      }
    }
    ASSERT_TRUE(error.has_value());
    EXPECT_EQ(error->kind, one.want);
    EXPECT_THAT(error->where, HasSubstr("agent"));
    EXPECT_EQ(names(), one.want_row ? std::vector<std::string>{one.name} : std::vector<std::string>{});
    auto again = must(agent_->begin(schema()));
    ASSERT_TRUE(must(insert(*again, "again")).ok()) << "the next try finds a free lock";
    again->rollback();
    database_.set_faults(nullptr);
    if (one.want_row) {
      auto clean = must(api_->begin(schema()));
      must(clean->erase(*schema().find("campaigns"), {integer(1)}));
      must(clean->commit());
    }
  }
}

TEST_F(MemoryStoreTest, a_lost_connection_stays_lost_and_holds_no_lock) {
  PlannedFaults faults(FaultPoint::Write, {Fault::None, Fault::ConnectionLost});
  database_.set_faults(&faults);
  auto transaction = must(agent_->begin(schema()));
  ASSERT_TRUE(must(insert(*transaction, "first")).ok());
  EXPECT_EQ(insert(*transaction, "second").error().kind, ErrorKind::Transient);
  auto others = must(api_->begin(schema()));
  ASSERT_TRUE(must(insert(*others, "theirs")).ok());
  must(others->commit());
  transaction.reset();
  EXPECT_EQ(agent_->begin(schema()).error().kind, ErrorKind::Transient);
  EXPECT_FALSE(agent_->count(*schema().find("campaigns"), {}, {}).ok());
  agent_ = database_.open("agent");
  EXPECT_TRUE(agent_->begin(schema()).ok());
  EXPECT_THAT(names(), ElementsAre("theirs"));
}

TEST_F(MemoryStoreTest, faults_of_a_commit_make_no_sense_elsewhere) {
  PlannedFaults faults(FaultPoint::Begin, {Fault::InDoubtDone});
  database_.set_faults(&faults);
  EXPECT_TRUE(agent_->begin(schema()).ok());
  PlannedFaults busy_write(FaultPoint::Write, {Fault::Busy});
  database_.set_faults(&busy_write);
  auto transaction = must(agent_->begin(schema()));
  EXPECT_TRUE(must(insert(*transaction, "x")).ok()) << "the lock is ours: nobody makes a statement wait";
}

TEST_F(MemoryStoreTest, a_savepoint_that_is_not_there_is_an_error) {
  auto transaction = must(api_->begin(schema()));
  ASSERT_TRUE(must(insert(*transaction, "x")).ok());
  EXPECT_FALSE(transaction->release().ok());
  EXPECT_FALSE(transaction->rollback_to().ok()) << "the transaction itself is no savepoint";
  EXPECT_EQ(transaction->touch_count(), 1U);
}

TEST_F(MemoryStoreTest, marks_of_two_connections_are_never_the_same) {
  const auto shape = schema().find("campaigns");
  const auto all = [](const LiveRow&) { return true; };
  EXPECT_FALSE(
      must(agent_->scan({shape.get(), {0}}, all)).mark.same_as(must(api_->scan({shape.get(), {0}}, all)).mark));
}

TEST_F(MemoryStoreTest, a_reader_under_way_keeps_what_it_began_with) {
  for (const std::string name : {"a", "b", "c"}) {
    auto transaction = must(api_->begin(schema()));
    ASSERT_TRUE(must(insert(*transaction, name)).ok());
    must(transaction->commit());
  }
  std::vector<std::string> seen;
  const auto shape = schema().find("campaigns");
  must(agent_->scan({shape.get(), {1}}, [&](const LiveRow& row) {
    seen.emplace_back(row.values[0].bytes());
    auto transaction = must(api_->begin(schema()));
    must(transaction->erase(*shape, {integer(3)}));
    EXPECT_TRUE(must(insert(*transaction, "later")).ok());
    must(transaction->commit());
    return true;
  }));
  EXPECT_THAT(seen, ElementsAre("a", "b", "c"));
}

TEST_F(MemoryStoreTest, the_last_row_number_is_followed_by_a_free_one) {
  auto transaction = must(api_->begin(schema()));
  const auto shape = schema().find("campaigns");
  for (const std::int64_t id : {std::int64_t{1}, std::int64_t{3}, std::numeric_limits<std::int64_t>::max()}) {
    const std::vector<Assignment> values = {{0, ValueView::integer(id)}};
    ASSERT_TRUE(must(transaction->insert(*shape, values)).ok());
  }
  EXPECT_EQ(must(insert(*transaction, "x")).locator, Locator{integer(2)});
}

TEST_F(MemoryStoreTest, autoincrement_ends_with_the_last_number) {
  TableDefinition forever = campaigns();
  forever.shape.name = "forever";
  forever.shape.autoincrement = true;
  must(database_.create({forever}));
  const Schema found = must(api_->inspect(std::vector<std::string>{"forever"}, std::nullopt));
  auto transaction = must(api_->begin(found));
  const std::vector<Assignment> last = {{0, ValueView::integer(std::numeric_limits<std::int64_t>::max())}};
  ASSERT_TRUE(must(transaction->insert(*found.find("forever"), last)).ok());
  const WriteOutcome outcome = must(transaction->insert(*found.find("forever"), {}));
  EXPECT_EQ(outcome.failure, RowFailure::TooBig) << outcome.message;
}

TEST_F(MemoryStoreTest, a_trigger_that_runs_before_may_rewrite_the_row) {
  TableDefinition rewritten = campaigns();
  rewritten.shape.name = "rewritten";
  const auto shout = [](const TriggerRow& row, TriggerScope&) {
    (*row.next)[1] = Value::integer(7521);
    return TriggerVerdict{};
  };
  rewritten.triggers = {{"shout", true, TouchKind::Insert, shout}};
  must(database_.create({rewritten}));
  const Schema found = must(api_->inspect(std::vector<std::string>{"rewritten"}, std::nullopt));
  auto transaction = must(api_->begin(found));
  const Locator at = must(transaction->insert(*found.find("rewritten"), {})).locator;
  EXPECT_EQ(must(transaction->fetch(*found.find("rewritten"), std::vector<Locator>{at})).front()->values[1],
            text("7521"))
      << "what it wrote goes through the column like anything else";
}

TEST_F(MemoryStoreTest, triggers_fire_triggers_but_never_themselves) {
  const auto chain = [](const std::string& target) {
    return [target](const TriggerRow& row, TriggerScope& scope) {
      scope.insert(target, {{"name", row.after->values[1]}});
      return TriggerVerdict{};
    };
  };
  TableDefinition ping = campaigns();
  ping.shape.name = "ping";
  ping.triggers = {{"to pong", false, TouchKind::Insert, chain("pong")}};
  TableDefinition pong = campaigns();
  pong.shape.name = "pong";
  pong.triggers = {{"to ping", false, TouchKind::Insert, chain("ping")}};
  must(database_.create({ping, pong}));
  const Schema found = must(api_->inspect(std::vector<std::string>{"ping", "pong"}, std::nullopt));
  auto transaction = must(api_->begin(found));
  ASSERT_TRUE(must(transaction->insert(*found.find("ping"), {})).ok());
  EXPECT_THAT(touches(*transaction), ElementsAre(TouchImage{TouchKind::Insert, "ping", {}, {integer(1)}, 0},
                                                 TouchImage{TouchKind::Insert, "pong", {}, {integer(1)}, 1},
                                                 TouchImage{TouchKind::Insert, "ping", {}, {integer(2)}, 2}));
}

TEST_F(MemoryStoreTest, a_trigger_that_names_what_is_not_there_fails_its_statement) {
  TableDefinition wrong = campaigns();
  wrong.shape.name = "wrong";
  wrong.triggers = {{"lost", false, TouchKind::Insert, [](const TriggerRow&, TriggerScope& scope) {
                       scope.insert("nowhere", {{"name", Value::text("x")}});
                       return TriggerVerdict{};
                     }}};
  must(database_.create({wrong}));
  const Schema found = must(api_->inspect(std::vector<std::string>{"wrong"}, std::nullopt));
  auto transaction = must(api_->begin(found));
  const WriteOutcome outcome = must(transaction->insert(*found.find("wrong"), {}));
  EXPECT_EQ(outcome.failure, RowFailure::RefusedByTrigger);
  EXPECT_THAT(outcome.message, HasSubstr("nowhere"));
  EXPECT_EQ(transaction->touch_count(), 0U);
}

struct DefinitionCase {
  std::string want;  // part of the message
  std::function<void(TableDefinition&)> damage;
};

TEST_F(MemoryStoreTest, refuses_definitions_that_it_cannot_keep) {
  const std::vector<DefinitionCase> cases = {
      {"generated", [](TableDefinition& table) { table.shape.columns[1].generated = Generated::Stored; }},
      {"collation \"german\"",
       [](TableDefinition& table) {
         table.shape.columns[1].collation = Collation::Other;
         table.shape.columns[1].collation_name = "german";
       }},
      {"two columns named", [](TableDefinition& table) { table.shape.columns[1].name = "ID"; }},
      {"no views", [](TableDefinition& table) { table.shape.kind = TableKind::View; }},
      {"needs a primary key",
       [](TableDefinition& table) {
         table.shape.columns[0].primary_key = 0;
         table.shape.without_rowid = true;
       }},
      {"autoincrement",
       [](TableDefinition& table) {
         table.shape.columns[0].declared_type = "TEXT";
         table.shape.autoincrement = true;
       }},
      {"a name and a column", [](TableDefinition& table) { table.shape.columns.clear(); }},
      {"unique constraint",
       [](TableDefinition& table) {
         table.shape.unique.push_back({"u", {9}, {Collation::Binary}, false, false, false});
       }},
      {"defaults", [](TableDefinition& table) { table.defaults = {Value::integer(1)}; }},
      {"already there", [](TableDefinition& table) { table.shape.name = "Campaigns"; }},
      {"does not store",
       [](TableDefinition& table) {
         table.shape.strict = true;
         table.defaults = {Value::text("x"), std::nullopt};
       }},
  };
  for (const DefinitionCase& one : cases) {
    SCOPED_TRACE(one.want);
    TableDefinition definition = campaigns();
    definition.shape.name = "other";
    one.damage(definition);
    const auto created = database_.create({definition});
    ASSERT_FALSE(created.ok());
    EXPECT_EQ(created.error().kind, ErrorKind::Invalid);
    EXPECT_THAT(to_string(created.error()), HasSubstr(one.want));
  }
  EXPECT_THAT(must(api_->inspect(std::vector<std::string>{"other"}, std::nullopt)).tables, IsEmpty());
}

TEST_F(MemoryStoreTest, the_schema_stands_still_while_somebody_writes) {
  auto transaction = must(agent_->begin(schema()));
  EXPECT_EQ(database_.drop("campaigns").error().kind, ErrorKind::Transient);
  TableDefinition other = campaigns();
  other.shape.name = "other";
  EXPECT_EQ(database_.create({other}).error().kind, ErrorKind::Transient);
  EXPECT_EQ(database_.add_column("campaigns", other.shape.columns[1], std::nullopt).error().kind, ErrorKind::Transient);
  must(transaction->commit());
  must(database_.drop("campaigns"));
}

TEST_F(MemoryStoreTest, stores_keep_the_data_when_the_database_goes) {
  auto database = std::make_unique<MemoryDatabase>(sql::sqlite_rules());
  must(database->create({campaigns()}));
  const auto store = database->open("agent");
  database.reset();
  const Schema found = must(store->inspect(std::vector<std::string>{"campaigns"}, std::nullopt));
  auto transaction = must(store->begin(found));
  ASSERT_TRUE(must(insert(*transaction, "x")).ok());
  must(transaction->commit());
  EXPECT_EQ(must(store->count(*found.find("campaigns"), {}, {})), 1U);
}

}  // namespace
}  // namespace holdfast::contract
