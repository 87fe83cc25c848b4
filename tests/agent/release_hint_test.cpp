// The command that a plan proposes for a held row can be pasted into a shell: it releases that row, and nothing in a
// row's name, which strangers choose, is read by the shell.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "tests/agent/program.h"

namespace holdfast::agent {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(ReleaseHint, CanBePastedWhateverTheRowIsCalled) {
  const std::string names[] = {
      "Prizies",     "$(touch pwned)", "`touch pwned`",     "O'Brien \"the\" 😀, a/b", "line\nfeed",
      "\x1b[31mred", "tab\there",      "back\\slash $HOME", "; touch pwned #",        "-f"};
  for (const std::string& name : names) {
    SCOPED_TRACE(name);
    const ScratchFolder folder;
    std::string text;
    for (const char c : name) text += c == '\'' ? std::string("''") : std::string(1, c);
    execute(folder / "shop.db",
            "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, bad INT); INSERT INTO t VALUES (1,'" + text + "',1)");
    const std::string documents = folder.write(
        "rows.yaml",
        "apiVersion: holdfast.dev/v1alpha1\nkind: Database\nmetadata: {name: shop}\nspec: {url: \"sqlite:shop.db\"}\n"
        "---\napiVersion: holdfast.dev/v1alpha1\nkind: RowSet\nmetadata: {name: t}\nspec:\n  table: t\n  key: [name]\n"
        "  mode: Enforce\n  forbidden: [{bad: 1}]\n");
    ASSERT_EQ(run({"apply", "-f", documents}).exit, 0);
    ASSERT_EQ(run({"undo", "last", "-f", documents}).exit, 0);
    const std::string plan = run({"plan", "-f", documents}).out;
    const std::string hint = "holdfast release ";
    const std::size_t at = plan.find(hint);
    ASSERT_NE(at, std::string::npos) << plan;
    const std::string word = plan.substr(at + hint.size(), plan.find('\n', at) - at - hint.size());
    folder.write("paste.sh", "cd '" + folder.path().string() + "'\n'" HOLDFAST_BINARY "' release " + word +
                                 " -f rows.yaml > said 2>&1\n");
    ASSERT_EQ(std::system(("bash '" + folder / "paste.sh" + "'").c_str()), 0) << word;
    EXPECT_THAT(run({"plan", "-f", documents}).out, Not(HasSubstr(hint))) << word;
    EXPECT_FALSE(std::filesystem::exists(folder / "pwned")) << word;
  }
}

// Whatever the value looks like: too short to be blotted out of a text, or written differently there.
TEST(ReleaseHint, NamesTheSetWhereTheKeyIsSensitive) {
  for (const std::string key : {"ab", "secret name"}) {
    const ScratchFolder folder;
    execute(folder / "shop.db",
            "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, bad INT); INSERT INTO t VALUES (1,'" + key + "',1)");
    const std::string documents = folder.write(
        "rows.yaml",
        "apiVersion: holdfast.dev/v1alpha1\nkind: Database\nmetadata: {name: shop}\nspec: {url: \"sqlite:shop.db\"}\n"
        "---\napiVersion: holdfast.dev/v1alpha1\nkind: RowSet\nmetadata: {name: t}\nspec:\n  table: t\n  key: [name]\n"
        "  mode: Enforce\n  sensitive: [name]\n  forbidden: [{bad: 1}]\n");
    ASSERT_EQ(run({"apply", "-f", documents}).exit, 0);
    ASSERT_EQ(run({"undo", "last", "-f", documents}).exit, 0);
    const std::string plan = run({"plan", "-f", documents}).out;
    EXPECT_THAT(plan, HasSubstr("holdfast release t\n")) << plan;
    EXPECT_THAT(plan, Not(HasSubstr("t/" + key))) << plan;
  }
}

}  // namespace
}  // namespace holdfast::agent
