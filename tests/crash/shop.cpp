#include "tests/crash/shop.h"

#include <filesystem>
#include <stdexcept>

namespace holdfast::agent {
namespace {

namespace fs = std::filesystem;

constexpr const char* schema =
    "CREATE TABLE campaigns (id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL, url TEXT, seen INTEGER DEFAULT 0);"
    "CREATE TABLE clicks (id INTEGER PRIMARY KEY, campaign_id INTEGER NOT NULL REFERENCES campaigns(id)"
    "  ON DELETE CASCADE, who TEXT);"
    "CREATE INDEX clicks_of ON clicks(campaign_id);"
    "CREATE TABLE codes (code TEXT PRIMARY KEY, label TEXT) WITHOUT ROWID;"
    "CREATE TABLE log (at INTEGER PRIMARY KEY, what TEXT);"
    "CREATE TRIGGER told AFTER UPDATE OF url ON campaigns BEGIN INSERT INTO log (what) VALUES (NEW.name); END;";

// Long rows, so that they lie on many pages.
constexpr int campaigns = 60;
std::string url(int id) { return "https://shop.example/" + std::to_string(id) + "/" + std::string(400, 'u'); }

constexpr const char* breaking =
    "DELETE FROM campaigns WHERE id % 9 = 0;"
    "UPDATE campaigns SET url = 'broken' WHERE id % 9 = 1;"
    "UPDATE campaigns SET name = 'swap' WHERE id = 2;"
    "UPDATE campaigns SET name = 'campaign 2' WHERE id = 3; UPDATE campaigns SET name = 'campaign 3' WHERE id = 2;"
    "INSERT INTO campaigns VALUES (1000, 'Prizies', 'p', 7);"
    "INSERT INTO clicks SELECT id + 1000, 1000, 'somebody' FROM campaigns WHERE id < 9;"
    "DELETE FROM codes WHERE code LIKE '%3'; UPDATE codes SET label = NULL WHERE code LIKE '%4';";

std::string set(const std::string& name, const std::string& key, const std::string& rest) {
  return "---\napiVersion: holdfast.dev/v1alpha1\nkind: RowSet\nmetadata: {name: " + name +
         "}\nspec:\n  table: " + name + "\n  key: [" + key + "]\n  mode: Enforce\n  rowsFrom: [{file: " + name +
         ".csv}]\n" + rest;
}

std::string told(const Finished& run) { return "exit " + std::to_string(run.exit) + ": " + run.out + run.err; }

}  // namespace

std::string name_of(Job job) {
  return job == Job::FirstApply ? "the first apply" : job == Job::Apply ? "apply" : "undo";
}

Shop::Shop(Job job, const std::string& journal_mode) : job_(job) {
  documents_.write("shop.yaml",
                   "apiVersion: holdfast.dev/v1alpha1\nkind: Database\nmetadata: {name: shop}\nspec: {url: 'sqlite:" +
                       database() + "'}\n" +
                       set("campaigns", "id",
                           "  forbidden: [{name: Prizies}]\n"
                           "  policy: {dependents: FollowSchema, sideEffects: Allow}\n") +
                       set("codes", "code", ""));
  std::string rows = "id,name,url\n";
  for (int id = 1; id <= campaigns; ++id)
    rows += std::to_string(id) + ",campaign " + std::to_string(id) + "," + url(id) + "\n";
  documents_.write("campaigns.csv", rows);
  std::string codes = "code,label\n";
  for (int n = 10; n < 50; ++n) codes += "c" + std::to_string(n) + ",label " + std::to_string(n) + "\n";
  documents_.write("codes.csv", codes);

  execute(database(), "PRAGMA journal_mode=" + journal_mode + ";" + schema);
  const auto must = [](const Finished& run) {
    if (run.exit != 0) throw std::runtime_error("the shop cannot be made: " + told(run));
  };
  must(holdfast({"apply", "-f", documents_.path().string()}));
  execute(database(), "INSERT INTO clicks SELECT id, id, 'a visitor' FROM campaigns WHERE id % 9 <> 0");
  execute(database(), breaking);
  if (job == Job::FirstApply) {
    execute(database(), query(database(),
                              "SELECT group_concat('DROP TABLE ' || name, ';') FROM sqlite_master"
                              " WHERE type = 'table' AND name LIKE '\\_holdfast\\_%' ESCAPE '\\'"));
  }
  before_ = contents();
  if (job == Job::Undo) must(holdfast({"apply", "-f", documents_.path().string()}));
  if (job == Job::Undo) before_ = contents();
  fs::copy_file(database(), kept_ / "shop.db");
  must(run());
  after_ = contents();
}

void Shop::put(const std::string& file) const {
  for (const char* more : {"", "-wal", "-shm", "-journal"}) fs::remove(database() + more);
  fs::copy_file(file, database());
}

void Shop::reset() const { put(kept_ / "shop.db"); }

std::vector<std::string> Shop::job() const {
  const std::string documents = documents_.path().string();
  if (job_ == Job::Undo) return {"undo", "last", "-f", documents};
  return {"apply", "-f", documents};
}

Program::Options Shop::options(std::map<std::string, std::string> environment) const {
  Program::Options options;
  options.folder = documents_.path();
  options.environment = std::move(environment);
  return options;
}

Finished Shop::run(std::map<std::string, std::string> environment) const {
  return agent::run(job(), options(std::move(environment)));
}

Finished Shop::holdfast(const std::vector<std::string>& arguments) const { return agent::run(arguments, options()); }

std::string Shop::contents() const {
  std::string text;
  for (const char* table : {"campaigns", "clicks", "codes", "log"})
    text += std::string(table) + "\n" + query(database(), std::string("SELECT * FROM ") + table + " ORDER BY 1") + "\n";
  return text;
}

std::string Shop::undone() const {
  const Finished undo = holdfast({"undo", "last", "-f", documents_.path().string()});
  return undo.exit == 0 ? contents() : told(undo);
}

std::string Shop::finished() const {
  const Finished again = run();
  return again.exit == 0 ? contents() : told(again);
}

std::string Shop::wrong(Found& found) const {
  // The first to open it rolls back what was left half way.
  const std::string now = contents();
  const Where where = now == after_ ? Where::After : now == before_ ? Where::Before : Where::Between;
  // A block of the journal ends with its transaction, or at 64 KiB, which is more than a job writes.
  const auto blocks = [&] {
    return query(database(), "SELECT blocks FROM _holdfast_runs ORDER BY number DESC LIMIT 1");
  };
  found = {where, where == Where::Between || (where == Where::After && blocks() != "1")};
  const auto because = [](const char* what, const std::string& text) { return std::string(what) + ":\n" + text; };
  if (const std::string sound = query(database(), "PRAGMA integrity_check"); sound != "ok")
    return because("it is damaged", sound);
  if (const std::string lost = query(database(), "PRAGMA foreign_key_check"); !lost.empty())
    return because("references lead nowhere", lost);
  const ScratchFolder cut;
  if (where == Where::Between) {
    // Rows and journal are one transaction: what the journal takes back has to be what was done, no more and no less.
    fs::copy_file(database(), cut / "shop.db");
    if (const std::string text = undone(); text != before_)
      return because("it is neither before nor after, and its journal does not lead back", now + "\nbut to\n" + text);
    put(cut / "shop.db");
  }
  if (where != Where::After) {
    if (const std::string text = finished(); text != after_) return because("the next run does not finish it", text);
  }
  if (where == Where::Between) return "";
  if (const std::string text = undone(); text != before_) return because("its journal does not lead back", text);
  return "";
}

}  // namespace holdfast::agent
