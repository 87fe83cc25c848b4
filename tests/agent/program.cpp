#include "tests/agent/program.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace holdfast::agent {
namespace {

std::string content(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

using Connection = std::unique_ptr<sqlite3, int (*)(sqlite3*)>;

Connection open(const std::string& database) {
  sqlite3* raw = nullptr;
  const int code = ::sqlite3_open_v2(database.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  Connection connection(raw, ::sqlite3_close);
  if (code != SQLITE_OK) throw std::runtime_error("cannot open " + database);
  return connection;
}

std::string read(sqlite3* connection, const std::string& sql) {
  sqlite3_stmt* raw = nullptr;
  if (::sqlite3_prepare_v2(connection, sql.c_str(), -1, &raw, nullptr) != SQLITE_OK) {
    throw std::runtime_error(sql + ": " + ::sqlite3_errmsg(connection));
  }
  const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(raw, ::sqlite3_finalize);
  std::string text;
  int code = SQLITE_ROW;
  while ((code = ::sqlite3_step(raw)) == SQLITE_ROW) {
    if (!text.empty()) text += '\n';
    for (int column = 0; column < ::sqlite3_column_count(raw); ++column) {
      const auto* bytes = reinterpret_cast<const char*>(::sqlite3_column_text(raw, column));
      text += (column > 0 ? "|" : "");
      text += bytes ? bytes : "NULL";
    }
  }
  if (code != SQLITE_DONE) throw std::runtime_error(sql + ": " + ::sqlite3_errmsg(connection));
  return text;
}

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> all;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) all.push_back(line);
  return all;
}

}  // namespace

ScratchFolder::ScratchFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "holdfast-test-XXXXXX").string();
  if (!::mkdtemp(pattern.data())) throw std::runtime_error("no scratch folder");
  path_ = pattern;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string ScratchFolder::write(const std::string& name, const std::string& text) const {
  const std::filesystem::path file = path_ / name;
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
  return file.string();
}

std::vector<std::string> ScratchFolder::names() const {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(path_))
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

Program::Program(const std::vector<std::string>& arguments, const Options& options) {
  std::vector<std::string> words = {HOLDFAST_BINARY};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<std::string> variables;
  for (const auto& [name, value] : options.environment) variables.push_back(name + "=" + value);
  const auto pointers = [](std::vector<std::string>& texts) {
    std::vector<char*> all;
    for (std::string& text : texts) all.push_back(text.data());
    all.push_back(nullptr);
    return all;
  };
  const std::vector<char*> argv = pointers(words), envp = pointers(variables);
  const std::string out = options.out_file.empty() ? streams_ / "out" : options.out_file, err = streams_ / "err";
  const std::string folder = options.folder.string();

  process_ = ::fork();
  if (process_ != 0) return;
  const int out_file = ::open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  const int err_file = ::open(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  const int nothing = ::open("/dev/null", O_RDONLY);
  if (::dup2(nothing, 0) < 0 || ::dup2(out_file, 1) < 0 || ::dup2(err_file, 2) < 0) ::_exit(127);
  if (!folder.empty() && ::chdir(folder.c_str()) != 0) ::_exit(127);
  ::execve(argv[0], argv.data(), envp.data());
  ::_exit(127);
}

Program::~Program() {
  if (process_ <= 0) return;
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
}

void Program::signal(int number) const { ::kill(process_, number); }

bool Program::has_opened(const std::filesystem::path& file) {
  const std::filesystem::path process = "/proc/" + std::to_string(process_);
  for (;;) {
    siginfo_t ended = {};
    ::waitid(P_PID, static_cast<id_t>(process_), &ended, WEXITED | WNOHANG | WNOWAIT);
    if (ended.si_pid == process_) return false;
    // Until it is the program itself, it is a copy of this process with all that this one has open.
    std::error_code gone;
    const bool started = std::filesystem::equivalent(process / "exe", HOLDFAST_BINARY, gone) && !gone;
    std::filesystem::directory_iterator entry(process / "fd", gone), end;
    for (; started && !gone && entry != end; entry.increment(gone)) {
      std::error_code closed;
      if (std::filesystem::read_symlink(entry->path(), closed) == file) return true;
    }
    std::this_thread::yield();
  }
}

std::string Program::err() const { return content(streams_ / "err"); }

Finished Program::finish() {
  int status = 0;
  ::waitpid(process_, &status, 0);
  process_ = -1;
  Finished finished;
  finished.exit = WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
  finished.out = content(streams_ / "out");
  finished.err = content(streams_ / "err");
  return finished;
}

Finished run(const std::vector<std::string>& arguments, const Program::Options& options) {
  return Program(arguments, options).finish();
}

void execute(const std::string& database, const std::string& sql) {
  const Connection connection = open(database);
  char* message = nullptr;
  if (::sqlite3_exec(connection.get(), sql.c_str(), nullptr, nullptr, &message) != SQLITE_OK) {
    const std::string text = message ? message : "?";
    ::sqlite3_free(message);
    throw std::runtime_error(sql + ": " + text);
  }
}

std::string query(const std::string& database, const std::string& sql) { return read(open(database).get(), sql); }

std::string dump(const std::string& database) {
  const std::string users = "tbl_name NOT LIKE '\\_holdfast\\_%' ESCAPE '\\'";
  const Connection connection = open(database);
  std::string text =
      read(connection.get(), "SELECT type, name, sql FROM sqlite_master WHERE " + users + " ORDER BY type, name") +
      "\n";
  for (const std::string& table : lines(read(
           connection.get(), "SELECT name FROM sqlite_master WHERE type = 'table' AND " + users + " ORDER BY name"))) {
    std::string columns;
    for (const std::string& column :
         lines(read(connection.get(), "SELECT name FROM pragma_table_info('" + table + "')"))) {
      columns += ", typeof(\"" + column + "\"), quote(\"" + column + "\")";
    }
    text += table + "\n" + read(connection.get(), "SELECT rowid" + columns + " FROM \"" + table + "\" ORDER BY rowid") +
            "\n";
  }
  return text;
}

WriteLock::WriteLock(const std::string& database) {
  Connection connection = open(database);
  if (::sqlite3_exec(connection.get(), "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) != SQLITE_OK) {
    throw std::runtime_error("cannot lock " + database);
  }
  connection_ = connection.release();
}

WriteLock::~WriteLock() { ::sqlite3_close(static_cast<sqlite3*>(connection_)); }

}  // namespace holdfast::agent
