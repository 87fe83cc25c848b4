#include "agent/render/plan_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cstdint>
#include <limits>

#include "agent/render/json_writer.h"
#include "tests/agent/plan_builder.h"

namespace holdfast::agent {
namespace {

namespace json = boost::json;
using namespace std::string_literals;

std::string rendered(const Report& report) {
  StringSink out;
  render_json(report, out);
  return out.text;
}

TEST(PlanJson, has_the_members_of_the_contract) {
  const Report report = usual_report();
  const json::value parsed = json::parse(rendered(report));
  const json::object& top = parsed.as_object();
  EXPECT_EQ(top.at("hash").as_string(), hash(report.plan));
  EXPECT_EQ(top.at("summary"), json::parse(R"({"insert": 1, "update": 1, "delete": 1, "dependents": 4, "restored": 0,
                                               "reported": 0, "held": 0, "blocked": 0, "failed": 0})"));
  EXPECT_EQ(top.at("setup"), json::array());
  EXPECT_FALSE(top.contains("run"));
  EXPECT_FALSE(top.contains("exit"));
  const json::object& set = top.at("rowsets").at(0).as_object();
  EXPECT_EQ(set.at("name"), "campaigns");
  EXPECT_EQ(set.at("database"), "popup");
  EXPECT_EQ(set.at("table"), "campaigns");
  EXPECT_EQ(set.at("mode"), "enforce");
  EXPECT_EQ(set.at("in_sync"), false);
  EXPECT_EQ(set.at("rows"), json::parse(R"({"declared": 3, "in_sync": 1, "live": 0, "unmanaged": 3})"));
  EXPECT_EQ(set.at("changes"), json::parse(R"([
    {"class": "forbidden", "action": "delete", "outcome": "planned", "reason": null, "key": {"name": " PRIZIES"},
     "before": {"id": 13, "name": " PRIZIES", "offer_id": "1", "email": null}, "after": null,
     "dependents": [{"table": "clicks", "rows": 3}, {"table": "campaign_properties", "rows": 1}]},
    {"class": "changed", "action": "update", "outcome": "planned", "reason": null, "key": {"name": "Hulu"},
     "before": {"offer_id": "7777"}, "after": {"offer_id": "5555"}, "dependents": []},
    {"class": "missing", "action": "insert", "outcome": "planned", "reason": null, "key": {"name": "Trading Tips"},
     "before": null, "after": {"id": 2, "name": "Trading Tips", "offer_id": "6998", "email": null}, "dependents": []}])"));
}

TEST(PlanJson, apply_adds_run_and_exit) {
  Report report = usual_report();
  report.applied = true;
  report.exit = 2;
  report.runs = {{"popup", "01JD", 1, 2}};
  json::value parsed = json::parse(rendered(report));
  EXPECT_EQ(parsed.at("run"), "01JD");
  EXPECT_EQ(parsed.at("exit"), 2);
  EXPECT_EQ(parsed.at("runs"), json::parse(R"([{"database": "popup", "run": "01JD", "batches": 1, "exit": 2}])"));
  report.runs.push_back({"second", "01JE", 0, 0});
  parsed = json::parse(rendered(report));
  EXPECT_TRUE(parsed.at("run").is_null());
  EXPECT_EQ(parsed.at("runs").as_array().size(), 2u);
}

TEST(PlanJson, tells_reasons_blocked_sets_and_troubles) {
  SetBuilder set = campaigns();
  const auto row = set.row({integer(1), text("A"), {}, {}});
  Change& blocked = set.change(DriftClass::Missing, Action::Insert, row);
  blocked.outcome = Outcome::Blocked;
  blocked.reason = Reason::SideEffect;
  blocked.more().message = "trigger t writes to audit";
  Change& reported = set.change(DriftClass::Duplicate, Action::None, row);
  reported.outcome = Outcome::Reported;
  reported.more().before = image({Value::integer(9), Value::text("A"), Value::null(), Value::null()});
  Report report;
  report.plan.sets.push_back(set.build());
  report.plan.sets[0].warnings = {"w"};
  SetPlan lost;
  lost.name = "clicks";
  lost.blocked = Reason::NoTable;
  lost.blocked_message = "there is no table clicks";
  report.plan.sets.push_back(std::move(lost));
  report.unmet = {{"popup", "campaigns", "no-orphans", "no-orphans is 3, at most 0 expected"}};
  report.failures = {{"second", "database is locked"}};
  const json::value parsed = json::parse(rendered(report));
  const json::array& changes = parsed.at("rowsets").at(0).at("changes").as_array();
  EXPECT_EQ(changes.at(0).at("reason"), "side-effect");
  EXPECT_EQ(changes.at(0).at("outcome"), "blocked");
  EXPECT_EQ(changes.at(0).at("message"), "trigger t writes to audit");
  EXPECT_TRUE(changes.at(1).at("action").is_null());
  EXPECT_EQ(changes.at(1).at("before").at("id"), 9);
  EXPECT_EQ(parsed.at("rowsets").at(0).at("warnings"), json::array({"w"}));
  EXPECT_TRUE(parsed.at("rowsets").at(0).at("blocked").is_null());
  EXPECT_EQ(parsed.at("rowsets").at(1).at("blocked"),
            json::parse(R"({"reason": "no-table", "message": "there is no table clicks"})"));
  EXPECT_EQ(parsed.at("expectations").at(0).at("name"), "no-orphans");
  EXPECT_EQ(parsed.at("failures").at(0).at("message"), "database is locked");
}

TEST(PlanJson, says_which_dependents_only_lose_their_reference) {
  Report report = usual_report();
  for (Change& change : report.plan.sets[0].changes) {
    if (change.action == Action::Delete) change.more().dependents = {{"properties", 2, DependentFate::Cleared}};
  }
  const json::value parsed = json::parse(rendered(report));
  EXPECT_EQ(parsed.at("rowsets").at(0).at("changes").at(0).at("dependents"),
            json::parse(R"([{"table": "properties", "rows": 2, "deleted": false}])"));
}

TEST(PlanJson, a_pending_value_names_its_row) {
  SetBuilder parents = campaigns();
  parents.row({{}, text("Trading Tips"), {}, {}});
  SetBuilder children("properties", make_table("campaign_properties", {"id", "campaign_id", "property_code"}), {1, 2},
                      {0, 1});
  children.refers(0, "campaigns", "name");
  children.change(DriftClass::Missing, Action::Insert, children.row({Cell::pending(0), text("mmm")}));
  Report report;
  report.plan.sets.push_back(parents.build());
  report.plan.sets.push_back(children.build());
  const json::value parsed = json::parse(rendered(report));
  EXPECT_EQ(
      parsed.at("rowsets").at(1).at("changes").at(0).at("after"),
      json::parse(R"({"campaign_id": {"pending": "campaigns", "name": "Trading Tips"}, "property_code": "mmm"})"));
}

TEST(JsonCell, keeps_every_value_exact) {
  const std::pair<Cell, std::string> table[] = {
      {Cell::null(), "null"},
      {integer(9007199254740992), "9007199254740992"},
      {integer(9007199254740993), "\"9007199254740993\""},
      {integer(-9007199254740993), "\"-9007199254740993\""},
      {integer(std::numeric_limits<std::int64_t>::min()), "\"-9223372036854775808\""},
      {real(0.45), "0.45"},
      {real(1), "1.0"},
      {real(std::numeric_limits<double>::infinity()), "\"Inf\""},
      {real(-std::numeric_limits<double>::infinity()), "\"-Inf\""},
      {text("a\"b\\c\n"), R"("a\"b\\c\n")"},
      {text(std::string_view("\0", 1)), R"("\u0000")"},
      {text("\x1b[31m"), R"("\u001b[31m")"},
      {text("\xc2\x9b"), R"("\u009b")"},
      {text("\xe2\x80\xae"), R"("\u202e")"},
      {text("\xf3\xa0\x81\x81"), R"("\udb40\udc41")"},
      {text("Zoë 🎬"), "\"Zoë 🎬\""},
      {text("\xff\xfe"), R"({"base64": "//4="})"},
      {blob("foo"), R"({"base64": "Zm9v"})"},
      {blob(""), R"({"base64": ""})"},
  };
  for (const auto& [cell, want] : table) {
    StringSink out;
    JsonWriter writer(out);
    writer.cell(cell);
    writer.finish();
    EXPECT_EQ(out.text, want + "\n");
    const json::value parsed = json::parse(out.text);
    if (parsed.is_string() && cell.kind == CellKind::Text) {
      EXPECT_EQ(std::string(parsed.as_string()), cell.bytes);
    }
  }
}

// Hands everything on and remembers the largest piece and the sum.
class CountingSink final : public Sink {
 public:
  void write(std::string_view text) override {
    largest = std::max(largest, text.size());
    total += text.size();
  }
  std::size_t largest = 0, total = 0;
};

TEST(PlanJson, is_written_in_pieces_however_many_changes_there_are) {
  SetBuilder set = campaigns();
  for (int i = 0; i < 20'000; ++i) {
    set.change(DriftClass::Missing, Action::Insert, set.row({integer(i), text("name " + std::to_string(i)), {}, {}}));
  }
  Report report;
  report.plan.sets.push_back(set.build());
  CountingSink out;
  render_json(report, out);
  EXPECT_GT(out.total, 2'000'000u);
  EXPECT_LT(out.largest, 100'000u);
}

// Fails after the first piece, as a closed pipe does.
class ClosedSink final : public Sink {
 public:
  void write(std::string_view) override { ++pieces; }
  bool ok() const override { return pieces == 0; }
  int pieces = 0;
};

TEST(PlanJson, stops_when_nobody_reads) {
  SetBuilder set = campaigns();
  for (int i = 0; i < 20'000; ++i) {
    set.change(DriftClass::Missing, Action::Insert, set.row({integer(i), text("name"), {}, {}}));
  }
  Report report;
  report.plan.sets.push_back(set.build());
  ClosedSink out;
  render_json(report, out);
  EXPECT_LE(out.pieces, 2);
}

}  // namespace
}  // namespace holdfast::agent
