#include "agent/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "agent/exit_code.h"
#include "agent/help.h"

namespace holdfast::agent {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

ParsedCommandLine parse(const std::vector<std::string>& arguments, const std::string& files_variable = {}) {
  return parse_command_line(arguments, [&](std::string_view name) -> std::optional<std::string> {
    if (name == "HOLDFAST_FILES" && !files_variable.empty()) return files_variable;
    return std::nullopt;
  });
}

TEST(CommandLine, wrong_usage_ends_with_64_and_says_what_to_do) {
  struct Row {
    std::vector<std::string> arguments;
    std::string err;
  };
  const Row table[] = {
      {{"plan"},
       "error: no documents given: plan: say where they are: holdfast plan -f FILE|FOLDER, or set HOLDFAST_FILES\n"},
      {{"validate"},
       "error: no documents given: validate: say where they are: holdfast validate -f FILE|FOLDER, or set "
       "HOLDFAST_FILES\n"},
      {{"pln", "-f", "x"}, "error: unknown command \"pln\": did you mean holdfast plan?\n"},
      {{"frobnicate"}, "error: unknown command \"frobnicate\": holdfast help lists the commands\n"},
      {{"plan", "x.yaml"}, "error: unexpected argument \"x.yaml\": plan: documents are given with -f\n"},
      {{"plan", "-f", "x", "y"}, "error: unexpected argument \"y\": plan: documents are given with -f\n"},
      {{"plan", "apply", "-f", "x"}, "error: unexpected argument \"apply\": plan: documents are given with -f\n"},
      {{"version", "x"}, "error: unexpected argument \"x\": version: see holdfast version --help\n"},
      {{"plan", "-f", "x", "--outptu", "json"}, "error: unknown flag \"--outptu\": plan: did you mean --output?\n"},
      {{"plan", "-f", "x", "-z"}, "error: unknown flag \"-z\": plan: see holdfast plan --help\n"},
      {{"apply", "-f", "x", "--detailed-exitcode"},
       "error: unknown flag \"--detailed-exitcode\": apply: it belongs to holdfast plan\n"},
      {{"apply", "-f", "x", "--dry-run"},
       "error: unknown flag \"--dry-run\": apply: holdfast plan shows what apply would do, and writes nothing\n"},
      {{"history", "-f", "x", "--dry-run"},
       "error: unknown flag \"--dry-run\": history: see holdfast history --help\n"},
      {{"undo", "1", "-f", "x", "--only", "a", "--only", "b"},
       "error: one value is needed, and no more: --only: see holdfast --help\n"},
      {{"undo", "0", "-f", "x"},
       "error: a run's id is too short: undo \"0\": give 8 characters of it or more, or say last; holdfast history "
       "lists the runs\n"},
      {{"undo", "01JD3K7", "-f", "x", "--dry-run"},
       "error: a run's id is too short: undo \"01JD3K7\": give 8 characters of it or more, or say last; holdfast "
       "history lists the runs\n"},
      {{"run", "-f", "x", "--listen", "foo"}, "error: wrong value: --listen: say HOST:PORT, as in 127.0.0.1:8790\n"},
      {{"run", "-f", "x", "--listen", "127.0.0.1:99999"},
       "error: wrong value: --listen: the port is a number up to 65535, as in 127.0.0.1:8790\n"},
      {{"run", "-f", "x", "--before", "true"},
       "error: there is no command that it comes before: --before: add the command, -- COMMAND…, or leave it out\n"},
      {{"undo", "1", "-f"}, "error: one value is needed, and no more: --file: see holdfast --help\n"},
      {{"plan", "-f", "x", "-o", "yaml"}, "error: unknown format \"yaml\": --output: say text, json or markdown\n"},
      {{"validate", "-f", "x", "-o", "markdown"},
       "error: markdown is for plan, apply and undo: --output: say text or json\n"},
      {{"accept", "-f", "x", "-o", "markdown"},
       "error: markdown is for plan, apply and undo: --output: say text or json\n"},
      {{"accept", "/x", "-f", "x"}, "error: wrong value: accept: give SET or SET/KEY, campaigns/Hulu for example\n"},
      {{"accept", "a", "b", "-f", "x"}, "error: unexpected argument \"b\": accept: documents are given with -f\n"},
      {{"plan", "-f", "x", "--color", "red"}, "error: unknown choice \"red\": --color: say auto, always or never\n"},
      {{"plan", "-f", ""}, "error: an empty path: --file: name a file or a folder\n"},
      {{"plan", "-f", "x", "--database", "popup"},
       "error: wrong value: --database: give NAME=URL, popup=sqlite:popup.db for example\n"},
      {{"plan", "-f", "x", "--database", "=sqlite:a"},
       "error: wrong value: --database: give NAME=URL, popup=sqlite:popup.db for example\n"},
      {{"plan", "-f", "x", "--database", "popup="},
       "error: wrong value: --database: give NAME=URL, popup=sqlite:popup.db for example\n"},
      {{"plan", "-f", "x", "--database", "a=sqlite:a", "--database", "a=sqlite:b"},
       "error: given twice: --database \"a\": say one URL for each Database\n"},
      {{"init"}, "error: no URL given: init: say where the database is: holdfast init sqlite:PATH\n"},
      {{"init", "sqlite:a", "sqlite:b"}, "error: unexpected argument \"sqlite:b\": init: see holdfast init --help\n"},
      {{"init", "sqlite:a", "--tabels", "b"}, "error: unknown flag \"--tabels\": init: did you mean --tables?\n"},
      {{"init", "sqlite:a", "--tables", ",,"},
       "error: wrong value: --tables: give the names of tables with commas between them\n"},
      {{"init", "sqlite:a", "-f", "b"},
       "error: a URL and documents: init: init takes the URL of a database, and writes documents\n"},
      {{"init", "sqlite:a", "--database", "b=sqlite:c"},
       "error: a URL and documents: init: init takes the URL of a database, and writes documents\n"},
      {{"init", "sqlite:a", "-o", "json"}, "error: init writes YAML and CSV files: --output: leave it out\n"},
      {{"export", "sqlite:a"}, "error: no table given: export: say which one: --table NAME, or --documents\n"},
      {{"export", "sqlite:a", "--documents", "--table", "t"},
       "error: --documents goes with no table and no format: export: give one of them\n"},
      {{"export", "sqlite:a", "--documents", "-o", "csv"},
       "error: --documents goes with no table and no format: export: give one of them\n"},
      {{"export", "sqlite:a", "--table", "t", "--out", "x"},
       "error: --out goes with --documents: export: a table is printed: holdfast export … > FILE\n"},
      {{"export", "--table", "a"},
       "error: no documents given: export: say where they are: holdfast export -f FILE|FOLDER, or set "
       "HOLDFAST_FILES\n"},
      {{"export", "sqlite:a", "-f", "b", "--table", "c"},
       "error: a URL and documents: export: give the URL, or documents with -f\n"},
      {{"export", "sqlite:a", "--table", "c", "-o", "json"},
       "error: unknown format \"json\": --output: say yaml or csv\n"},
      {{"help", "pln"}, "error: unknown command \"pln\": help: did you mean holdfast help plan?\n"},
      {{"\x1b[2J"}, "error: unknown command \"\\x1b[2J\": holdfast help lists the commands\n"},
  };
  for (const auto& [arguments, err] : table) {
    const ParsedCommandLine parsed = parse(arguments);
    EXPECT_FALSE(parsed.command_line) << err;
    EXPECT_EQ(parsed.exit, exit_usage) << err;
    EXPECT_EQ(parsed.err, err);
    EXPECT_EQ(parsed.out, "");
  }
}

// It is ignored otherwise, silently, and a migration that was meant to run never does.
TEST(CommandLine, what_runs_before_a_command_needs_one) {
  const auto read = [](const std::map<std::string, std::string>& set, std::vector<std::string> more) {
    std::vector<std::string> arguments = {"run", "-f", "x"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return parse_command_line(arguments, [&](std::string_view name) -> std::optional<std::string> {
      const auto found = set.find(std::string(name));
      return found == set.end() ? std::nullopt : std::optional(found->second);
    });
  };
  const ParsedCommandLine refused = read({{"HOLDFAST_BEFORE", "true"}}, {});
  EXPECT_EQ(refused.exit, exit_usage);
  EXPECT_THAT(refused.err, HasSubstr("HOLDFAST_BEFORE"));
  EXPECT_TRUE(read({{"HOLDFAST_BEFORE", "true"}}, {"--", "api"}).command_line);
  EXPECT_TRUE(read({}, {"--before", "true", "--", "api"}).command_line);
  EXPECT_TRUE(read({{"HOLDFAST_SUPERVISED", "7"}}, {"--before", "true"}).command_line) << "the agent itself";
}

TEST(CommandLine, a_page_explains_each_flag_of_its_usage_line) {
  for (const std::string& command : command_names()) {
    const std::string page = std::string(help_text(command)) + "\n";
    const std::size_t begin = page.find("Usage:"), end = page.find("\n\n", begin);
    ASSERT_NE(begin, std::string::npos) << command;
    std::string usage = page.substr(begin, end - begin);
    for (char& one : usage) one = one == '[' || one == ']' || one == '(' || one == '|' ? ' ' : one;
    std::istringstream words(usage);
    for (std::string word; words >> word && word != "--";) {
      if (word.size() < 2 || word[0] != '-') continue;
      const bool listed = page.find("\n      " + word + " ", end) != std::string::npos ||
                          page.find("\n  " + word + ",", end) != std::string::npos;
      EXPECT_TRUE(listed) << command << " " << word;
    }
  }
}

TEST(CommandLine, a_run_is_called_by_its_id_or_as_the_last_one) {
  for (const char* run : {"last", "01JD3K7A", "01JD3K7A0000000000000000AB"}) {
    const ParsedCommandLine parsed = parse({"undo", run, "-f", "x"});
    ASSERT_TRUE(parsed.command_line) << parsed.err;
    EXPECT_EQ(parsed.command_line->run, run);
  }
}

TEST(CommandLine, a_flag_without_its_value_is_wrong_usage) {
  for (const char* flag : {"-f", "--database", "-o", "--color"}) {
    const ParsedCommandLine parsed = parse({"plan", flag});
    EXPECT_EQ(parsed.exit, exit_usage) << flag;
    EXPECT_THAT(parsed.err, testing::StartsWith("error: ")) << flag;
  }
}

TEST(CommandLine, without_a_command_the_help_follows_the_error) {
  const ParsedCommandLine parsed = parse({});
  EXPECT_EQ(parsed.exit, exit_usage);
  EXPECT_EQ(parsed.err, "error: no command: say what to do\n\n" + std::string(help_text()));
}

TEST(CommandLine, G10_a_url_with_a_password_is_in_no_message) {
  const std::string url = "postgres://user:s3cr3t@host/db";
  const std::vector<std::vector<std::string>> table = {
      {"plan", "-f", "x", url},
      {url},
      {"plan", "-f", "x", "--databse", url},
      {"plan", "-f", "x", "--databse=" + url},
      {"plan", "-f", "x", "--database", url},
      {"plan", "-f", "x", "-o", url},
      {"plan", "-f", "x", "--color", url},
      {"help", url},
      {"init", url, url},
      {"init", url, "-f", "x"},
      {"init", url, "--tables", ","},
      {"export", url},
      {"plan", "-f", "x", "--detailed-exitcode=" + url},
      {"plan", "--version=" + url},
  };
  for (const auto& arguments : table) {
    const ParsedCommandLine parsed = parse(arguments);
    EXPECT_THAT(parsed.err, Not(HasSubstr("s3cr3t")));
    EXPECT_EQ(parsed.exit, exit_usage);
  }
}

TEST(CommandLine, takes_flags_before_and_after_the_command) {
  const std::vector<std::vector<std::string>> table = {
      {"plan", "-f", "a", "--file", "b", "-o", "json", "--database", "popup=sqlite:x=y.db", "--detailed-exitcode"},
      {"-f", "a", "-f", "b", "-o", "json", "plan", "--detailed-exitcode", "--database=popup=sqlite:x=y.db"},
      {"plan", "-fa", "--file=b", "-ojson", "--detailed-exitcode", "--database", "popup=sqlite:x=y.db"},
  };
  for (const auto& arguments : table) {
    const ParsedCommandLine parsed = parse(arguments);
    ASSERT_TRUE(parsed.command_line) << parsed.err;
    EXPECT_EQ(parsed.command_line->command, Command::Plan);
    EXPECT_THAT(parsed.command_line->files, ElementsAre("a", "b"));
    EXPECT_EQ(parsed.command_line->format, Format::Json);
    EXPECT_TRUE(parsed.command_line->detailed_exit_code);
    EXPECT_THAT(parsed.command_line->databases, ElementsAre(Pair("popup", "sqlite:x=y.db")));
  }
}

TEST(CommandLine, init_takes_a_url_tables_and_a_folder) {
  ParsedCommandLine parsed = parse({"init", "sqlite:a.db"}, "files:of:others");
  ASSERT_TRUE(parsed.command_line) << parsed.err;
  EXPECT_EQ(parsed.command_line->command, Command::Init);
  EXPECT_EQ(parsed.command_line->url, "sqlite:a.db");
  EXPECT_EQ(parsed.command_line->out_folder, "rows");
  EXPECT_THAT(parsed.command_line->tables, ElementsAre());
  EXPECT_FALSE(parsed.command_line->setup);
  parsed = parse({"init", "--setup", "--tables", "a,b,,c d", "sqlite:a.db", "--out", "x/y//", "--tables=e"});
  ASSERT_TRUE(parsed.command_line) << parsed.err;
  EXPECT_THAT(parsed.command_line->tables, ElementsAre("a", "b", "c d", "e"));
  EXPECT_EQ(parsed.command_line->out_folder, "x/y");
  EXPECT_TRUE(parsed.command_line->setup);
}

TEST(CommandLine, export_takes_a_url_or_documents) {
  ParsedCommandLine parsed = parse({"export", "sqlite:a.db", "--table", "b,c"}, "files:of:others");
  ASSERT_TRUE(parsed.command_line) << parsed.err;
  EXPECT_EQ(parsed.command_line->url, "sqlite:a.db");
  EXPECT_THAT(parsed.command_line->files, ElementsAre());
  EXPECT_THAT(parsed.command_line->tables, ElementsAre("b,c"));
  EXPECT_EQ(parsed.command_line->format, Format::Yaml);
  parsed = parse({"export", "-f", "x", "--table", "b", "-o", "csv", "--database", "d=sqlite:e"});
  ASSERT_TRUE(parsed.command_line) << parsed.err;
  EXPECT_EQ(parsed.command_line->url, "");
  EXPECT_THAT(parsed.command_line->files, ElementsAre("x"));
  EXPECT_EQ(parsed.command_line->format, Format::Csv);
}

TEST(CommandLine, accept_takes_a_set_and_a_key) {
  ParsedCommandLine parsed = parse({"accept", "campaigns/a/b, c", "-f", "x", "--dry-run"});
  ASSERT_TRUE(parsed.command_line) << parsed.err;
  EXPECT_EQ(parsed.command_line->command, Command::Accept);
  EXPECT_EQ(parsed.command_line->row_set, "campaigns");
  EXPECT_EQ(parsed.command_line->key, "a/b, c");
  EXPECT_TRUE(parsed.command_line->dry_run);
  parsed = parse({"accept", "-f", "x"});
  ASSERT_TRUE(parsed.command_line) << parsed.err;
  EXPECT_FALSE(parsed.command_line->row_set);
  EXPECT_FALSE(parsed.command_line->key);
  EXPECT_FALSE(parsed.command_line->dry_run);
}

TEST(CommandLine, defaults_are_text_and_colour_on_a_terminal) {
  const ParsedCommandLine parsed = parse({"apply", "-f", "a"});
  ASSERT_TRUE(parsed.command_line);
  EXPECT_EQ(parsed.command_line->command, Command::Apply);
  EXPECT_EQ(parsed.command_line->format, Format::Text);
  EXPECT_EQ(parsed.command_line->colour, Colour::Auto);
  EXPECT_FALSE(parsed.command_line->detailed_exit_code);
}

TEST(CommandLine, files_come_from_the_environment_when_no_flag_gives_them) {
  ParsedCommandLine parsed = parse({"plan"}, "a:/b/c::d:");
  ASSERT_TRUE(parsed.command_line);
  EXPECT_THAT(parsed.command_line->files, ElementsAre("a", "/b/c", "d"));
  parsed = parse({"plan", "-f", "x"}, "a:b");
  ASSERT_TRUE(parsed.command_line);
  EXPECT_THAT(parsed.command_line->files, ElementsAre("x"));
  EXPECT_EQ(parse({"plan"}, "::").exit, exit_usage);
}

TEST(CommandLine, help_is_a_page_on_stdout) {
  const std::pair<std::vector<std::string>, std::string> table[] = {
      {{"--help"}, ""},
      {{"-h"}, ""},
      {{"help"}, ""},
      {{"plan", "--help"}, "plan"},
      {{"apply", "-h"}, "apply"},
      {{"help", "validate"}, "validate"},
      {{"version", "--help"}, "version"},
  };
  for (const auto& [arguments, topic] : table) {
    const ParsedCommandLine parsed = parse(arguments);
    EXPECT_FALSE(parsed.command_line);
    EXPECT_EQ(parsed.exit, exit_done);
    EXPECT_EQ(parsed.out, help_text(topic));
    EXPECT_EQ(parsed.err, "");
  }
}

TEST(CommandLine, every_command_has_a_page_with_its_usage) {
  for (const std::string& name : command_names()) {
    EXPECT_THAT(std::string(help_text(name)), HasSubstr("Usage: holdfast " + name)) << name;
    EXPECT_THAT(std::string(help_text()), HasSubstr("\n  " + name + " ")) << name;
  }
}

TEST(CommandLine, version_is_a_command_and_a_flag) {
  for (const auto& [arguments, one_line] : std::vector<std::pair<std::vector<std::string>, bool>>{
           {{"version"}, false}, {{"--version"}, true}, {{"plan", "--version"}, true}}) {
    const ParsedCommandLine parsed = parse(arguments);
    ASSERT_TRUE(parsed.command_line);
    EXPECT_EQ(parsed.command_line->command, Command::Version);
    EXPECT_EQ(parsed.command_line->short_version, one_line);
  }
}

TEST(ExitCode, invalid_outranks_failed_outranks_drift) {
  const int order[] = {exit_done, exit_drift, exit_failed, exit_invalid};
  for (int a = 0; a < 4; ++a) {
    for (int b = 0; b < 4; ++b) EXPECT_EQ(worse(order[a], order[b]), order[std::max(a, b)]);
  }
}

}  // namespace
}  // namespace holdfast::agent
