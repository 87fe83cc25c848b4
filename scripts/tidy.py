#!/usr/bin/python3
"""Runs clang-tidy over our sources, several at a time, and prints each finding once.

usage: tidy.py BUILD_FOLDER LOG [FILE…]      BUILD_FOLDER has compile_commands.json (preset lint)

A file that was clean is not looked at again until it, a header that it includes or .clang-tidy has changed: the digests of what
was clean lie in BUILD_FOLDER/tidy-clean.
"""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)


def closure(path, seen):
    """The file and all headers of ours that it reaches."""
    if path in seen or not path.is_file():
        return seen
    seen.add(path)
    for target in INCLUDE.findall(path.read_text(encoding="utf-8", errors="replace")):
        closure(ROOT / target, seen)
    return seen


def digest(entry):
    """Changes whenever the answer may: the file, its headers, the options, the configuration."""
    state = hashlib.sha256()
    for configuration in (ROOT / ".clang-tidy", ROOT / "tests/.clang-tidy"):
        state.update(configuration.read_bytes())
    state.update(entry.get("command", "").encode())
    for path in sorted(closure(pathlib.Path(entry["file"]), set())):
        state.update(str(path).encode() + path.read_bytes())
    return state.hexdigest()


def tidy(build, entry):
    run = subprocess.run(
        ["clang-tidy", "-p", str(build), "--quiet", entry["file"]], capture_output=True, text=True, check=False, cwd=ROOT
    )
    return run.returncode == 0, run.stdout + ("" if run.returncode == 0 else run.stderr)


def findings_of(output):
    """Blocks of lines that begin with FILE:LINE:COLUMN: error."""
    blocks, block = [], []
    for line in output.splitlines():
        if re.match(r"^\S+:\d+:\d+: (?:error|warning):", line):
            block = [line]
            blocks.append(block)
        elif block:
            block.append(line)
    return ["\n".join(lines) for lines in blocks]


def main():
    build, log, wanted = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]), sys.argv[3:]
    entries = {}
    for entry in json.loads((build / "compile_commands.json").read_text(encoding="utf-8")):
        name = os.path.relpath(entry["file"], ROOT)
        if not name.startswith(("..", "build/")) and (not wanted or name in wanted):
            entries[name] = entry
    clean_folder = build / "tidy-clean"
    clean_folder.mkdir(exist_ok=True)
    todo = {}
    for name, entry in sorted(entries.items()):
        stamp = clean_folder / digest(entry)
        if not stamp.exists():
            todo[name] = (entry, stamp)

    seen, bad = set(), 0
    with open(log, "w", encoding="utf-8") as out, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = {pool.submit(tidy, build, entry): (name, stamp) for name, (entry, stamp) in todo.items()}
        for job in concurrent.futures.as_completed(jobs):
            name, stamp = jobs[job]
            good, output = job.result()
            if good:
                stamp.touch()
                continue
            bad += 1
            out.write(f"--- {name}\n{output}\n")
            blocks = findings_of(output)
            for block in blocks or [f"{name}: clang-tidy failed, see {log}"]:
                if block not in seen:
                    seen.add(block)
                    print(block)
    print(f"clang-tidy: {len(entries)} files, {len(todo)} looked at, {bad} with findings", file=sys.stderr)
    return 1 if bad or not entries else 0


if __name__ == "__main__":
    sys.exit(main())
