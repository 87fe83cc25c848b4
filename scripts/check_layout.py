#!/usr/bin/python3
"""Finds what stands in the wrong room: forbidden includes, I/O in pure folders, files that are too long.

usage: check_layout.py [ROOT]      prints FILE:LINE: RULE: MESSAGE, one a line; exit code 1 if there is any

The rooms and the arrows between them are those of ARCHITECTURE.md; layout_rules.py holds them as tables.
tests/layout/ has a bad sample for every rule.
"""
import os
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import layout_rules as rules  # noqa: E402

SKIPPED_FOLDERS = {".git", "build", ".cache", "__pycache__"}


def files_of(root):
    """Tracked files and those that could be; without git, everything but what is built."""
    command = ["git", "-c", "safe.directory=*", "-C", str(root), "ls-files", "-z", "-co", "--exclude-standard"]
    try:
        if (root / ".git").exists():
            listed = subprocess.run(command, capture_output=True, check=True).stdout.decode()
            return sorted(name for name in set(listed.split("\0")) if name and (root / name).is_file())
    except (OSError, subprocess.CalledProcessError):
        pass
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in SKIPPED_FOLDERS]
        found += [str((pathlib.Path(folder) / name).relative_to(root)) for name in names]
    return sorted(found)


TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<delimiter>[^\s()\\]{0,16})\(.*?\)(?P=delimiter)"|"(?:\\.|[^"\\\n])*"|'
    r"'(?:\\.|[^'\\\n])+'|\d[\d']*",
    re.DOTALL,
)


def blank(text):
    """As many lines, nothing on them."""
    return "\n" * text.count("\n")


def without_comments(source):
    """The code with comments blanked; strings stay."""
    return TOKEN.sub(lambda m: blank(m[0]) if m[0].startswith(("//", "/*")) else m[0], source)


def without_strings(code):
    """The code with what stands in its string literals blanked, too."""
    return TOKEN.sub(lambda m: '""' + blank(m[0]) if '"' in m[0] else m[0], code)


class Checker:
    def __init__(self, root):
        self.root = root
        self.findings = []
        self.names = files_of(root)

    def add(self, name, line, rule, message):
        self.findings.append(f"{name}:{line}: {rule}: {message}")

    def run(self):
        for name in self.names:
            try:
                text = (self.root / name).read_text(encoding="utf-8")
            except (UnicodeDecodeError, OSError):
                continue  # a picture, a deliberately broken input of the fuzzers
            self.check_text(name, text)
            if name.endswith((".h", ".cpp")):
                self.check_source(name, text)
            if name.endswith("CMakeLists.txt"):
                self.check_libraries(name, text)
            if name.endswith(".md"):
                self.check_pages(name, text)
        return self.findings

    # --- any text file
    def check_text(self, name, text):
        lines = text.split("\n")
        if name.endswith(rules.MEASURED_FILES) and len(lines) - 1 > rules.LINES:
            self.add(name, rules.LINES + 1, "long-file", f"{len(lines) - 1} lines; {rules.LINES} at most: split it by idea")
        for pattern, rule, message in rules.TEXT_RULES:
            for number, line in enumerate(lines, 1):
                if pattern.search(line):
                    self.add(name, number, rule, message)

    # --- C++
    def check_source(self, name, text):
        code = without_comments(text)
        room = rules.room_of(name)
        if room is None:
            self.add(name, 1, "no-room", "no room of ARCHITECTURE.md is this folder: put it into one or name it in layout_rules.py")
            return
        for number, line in enumerate(code.split("\n"), 1):
            found = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
            if found:
                self.check_include(name, number, room, found[1], found[2])
        self.check_code(name, room, code)

    def check_include(self, name, number, room, quote, target):
        top = target.split("/")[0]
        if top in rules.OUR_FOLDERS or quote == '"':
            self.check_our_include(name, number, room, target, top)
            return
        if target in rules.CPP_HEADERS:
            if room.pure and target in rules.IMPURE_HEADERS:
                self.add(name, number, "pure", f"<{target}> in a pure folder: I/O, clocks and threads come in from the edge")
            return
        owner = rules.library_of(target)
        if owner is None:
            if room.pure or not target.endswith(".h"):
                self.add(name, number, "pure" if room.pure else "library", f"<{target}> is not known here: name it in layout_rules.py")
            return  # a header of the C library or of the kernel
        if not owner.allows(name):
            self.add(name, number, "library", f"<{target}>: {owner.name} belongs to {', '.join(owner.owners)} only")

    def check_our_include(self, name, number, room, target, top):
        if top not in rules.OUR_FOLDERS or ".." in target:
            self.add(name, number, "include-path", f'"{target}": include paths start at the root of the repository')
            return
        if not (self.root / target).exists() and target not in rules.GENERATED:
            self.add(name, number, "include-path", f'"{target}" is not there')
        if not room.may_include(name, target):
            self.add(name, number, "arrow", f'{room.name} may not include "{target}": see the arrows of ARCHITECTURE.md')

    def check_code(self, name, room, code):
        bare = without_strings(code)
        for rule in rules.CODE_RULES:
            if not rule.applies(name, room):
                continue
            text = code if rule.with_strings else bare
            for found in rule.pattern.finditer(text):
                number = text.count("\n", 0, found.start()) + 1
                if rule.statement and not rule.statement.search(statement_at(code, number)):
                    continue
                self.add(name, number, rule.name, rule.message)

    # --- CMake: a library is linked where it is owned, and PRIVATE
    def check_libraries(self, name, text):
        for number, line in enumerate(text.split("\n"), 1):
            line = line.split("#")[0]
            for library in re.findall(r"external::(\w+)", line):
                owners = rules.LINK_OWNERS.get(library, ())
                if not any(name.startswith(owner) for owner in owners):
                    self.add(name, number, "link", f"external::{library} is linked by {', '.join(owners) or 'nobody'} only")
                if re.search(r"\b(PUBLIC|INTERFACE)\b[^)]*external::" + library, line) and "PRIVATE" not in line:
                    self.add(name, number, "link", f"external::{library} is linked PRIVATE")


    # --- Markdown: what a page refers to is there
    def check_pages(self, name, text):
        for number, line in enumerate(text.split("\n"), 1):
            for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", line):
                if not (self.root / name).parent.joinpath(target).exists():
                    self.add(name, number, "dead-link", f"{target} is not there")


def statement_at(code, number):
    """The line and the two around it: names of files seldom stand further away from what opens them."""
    lines = code.split("\n")
    return "\n".join(lines[max(0, number - 2) : number + 1])


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent).resolve()
    findings = Checker(root).run()
    for finding in findings:
        print(finding)
    if findings:
        print(f"layout: {len(findings)} findings", file=sys.stderr)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
