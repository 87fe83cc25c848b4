#!/usr/bin/python3
"""Measures Holdfast beside raw programs and its peers, and prints tables of ratios.

usage: bench.py [--build FOLDER] [--rows 12,10000,…] [--runs 5] [--write]

Programs that are compared alternate in one process (tests/bench/measuring.h) or one after the other (whole jobs); a ratio is
the median of the ratios of the rounds, so that what the machine does meanwhile hits both sides. --write puts the tables
into docs/benchmarks.md between its markers. Data lie in BUILD/bench-data and are made anew each time.
"""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

import bench_tables

ROOT = pathlib.Path(__file__).resolve().parent.parent
PYTHON_YAML_ROWS = 100_000   # beyond: more than two minutes and 10 GB for the script by hand
SLOW_ROUNDS = 3              # rounds for a peer that takes more than SLOW_SECONDS
SLOW_SECONDS = 5.0
IDLE_SECONDS = 60


def say(text):
    print(f"==> {text}", flush=True)


def differences_of(rows):
    return 3 if rows < 1000 else 100


class Bench:
    def __init__(self, build, runs):
        self.bin = build / "bin"
        self.data = build / "bench-data"
        self.runs = runs
        self.measurements = []   # {"what", "rows", "run", "round", "seconds": {program: s}} and {"what", "rows", "value", "unit"}

    def program(self, name, *arguments):
        """Runs a program that prints measurements, and keeps them."""
        out = subprocess.run([self.bin / name, *map(str, arguments)], stdout=subprocess.PIPE, text=True, check=True).stdout
        return [json.loads(line) for line in out.splitlines()]

    def keep(self, measurements, run=0):
        for one in measurements:
            one["run"] = run
            self.measurements.append(one)

    # --- the parts
    def generate(self, rows):
        folder = self.data / str(rows)
        subprocess.run([self.bin / "bench_generate", folder, str(rows), str(differences_of(rows))], check=True)
        return folder

    def compare(self, folder, rows):
        for run in range(self.runs):
            for document in ("by-id", "by-id-shuffled", "by-name", "by-name-shuffled"):
                self.keep(self.program("compare_bench", folder, document, rows), run)
            seconds = self.timed(["sqldiff", "--table", "campaigns", folder / "live.db", folder / "desired.db"])[0]
            ours = [one["seconds"]["holdfast"] for one in self.measurements
                    if one["what"] == "compare by-id" and one["rows"] == rows and one["run"] == run]
            self.keep([{"what": "compare sqldiff", "rows": rows, "round": 0,
                        "seconds": {"holdfast": statistics.median(ours), "sqldiff": seconds}}], run)

    def apply(self, folder, rows):
        self.keep(self.program("apply_bench", folder, rows))

    def load(self, folder, rows):
        self.keep(self.program("load_bench", folder, rows))

    def whole_job(self, folder, rows):
        live, desired, work = folder / "live.db", folder / "desired.db", folder / "work.db"
        holdfast = [self.bin / "holdfast", "apply", "--database", f"bench=sqlite:{work}", "-f"]
        by_hand = ["/usr/bin/python3", ROOT / "tests/bench/by_hand.py"]
        jobs = {
            "holdfast csv": [*holdfast, folder / "by-id.yaml"],
            "raw": [self.bin / "raw_job", folder / "rows.csv", work],
            "sqldiff": ["bash", "-o", "pipefail", "-c", f"sqldiff --table campaigns '{work}' '{desired}' | sqlite3 '{work}'"],
            "python csv": [*by_hand, folder / "by-id.yaml", work],
        }
        if rows <= PYTHON_YAML_ROWS:
            jobs["holdfast yaml"] = [*holdfast, folder / "rows.yaml"]
            jobs["python yaml"] = [*by_hand, folder / "rows.yaml", work]
        slow = set()
        for number in range(5):
            seconds, memory = {}, {}
            for name, command in jobs.items():
                if name in slow and number >= SLOW_ROUNDS:
                    continue
                fresh_copy(live, work)
                seconds[name], memory[name] = self.timed(command)
                if seconds[name] > SLOW_SECONDS:
                    slow.add(name)
                if number == 0:
                    self.verify(name, work, desired)
            self.keep([{"what": "whole job", "rows": rows, "round": number, "seconds": seconds, "memory": memory}])

    def mend(self, folder, rows):
        """Another process changes one of 12 rows: three modes, all programs in turn."""
        for run in range(self.runs if rows == 12 else 0):
            self.keep(self.program("mend_bench", folder, 240), run)

    def idle(self, folder, rows):
        """The agent beside a bare inotify loop, when nothing happens: processor time, wake-ups, memory."""
        if rows != 12:
            return
        shutil.copyfile(folder / "live.db", folder / "idle.db")
        document = (folder / "rows.yaml").read_text(encoding="utf-8").replace("  mode: Enforce", "  mode: Enforce\n  interval: 1h")
        (folder / "idle.yaml").write_text(document, encoding="utf-8")
        programs = {
            "holdfast": [self.bin / "holdfast", "run", "--listen", "127.0.0.1:0", "--log", "json",
                         "--database", f"bench=sqlite:{folder / 'idle.db'}", "-f", folder / "idle.yaml"],
            "bare": [self.bin / "bare_watch", folder],
        }
        running = {name: subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                   for name, command in programs.items()}
        time.sleep(45)   # the first run, the looks that follow it, and the check that finds what it wrote
        for run in range(self.runs):
            before = {name: scheduled(one.pid) for name, one in running.items()}
            time.sleep(IDLE_SECONDS)
            after = {name: scheduled(one.pid) for name, one in running.items()}
            for name, process in running.items():
                for what, number, unit in (("cpu", (after[name][0] - before[name][0]) / 1e3, "us"),
                                           ("wake-ups", after[name][1] - before[name][1], ""),
                                           ("memory", resident(process.pid) / 1e6, "MB")):
                    self.keep([{"what": f"idle {what} {name}", "rows": rows, "value": number, "unit": unit}], run)
        for one in running.values():
            one.terminate()
            one.wait()

    def timed(self, command):
        """Seconds and peak memory (bytes) of a command."""
        run = subprocess.run([self.bin / "run_timed", *map(str, command)], stdout=subprocess.PIPE, text=True, check=False)
        if run.returncode != 0:
            sys.exit(f"error: a program of the benchmark failed: {' '.join(map(str, command))}: run it by hand")
        seconds, kilobytes = run.stdout.split()
        return float(seconds), int(kilobytes) * 1024

    @staticmethod
    def verify(name, work, desired):
        left = subprocess.run(["sqldiff", "--table", "campaigns", work, desired], stdout=subprocess.PIPE, check=True).stdout
        if left.strip():
            sys.exit(f"error: the job left differences: {name}: {left[:200].decode()}")


def scheduled(process):
    """Nanoseconds on a processor and times put there, over all threads."""
    sums = [0, 0]
    for task in pathlib.Path(f"/proc/{process}/task").iterdir():
        ran, _, slices = map(int, (task / "schedstat").read_text(encoding="ascii").split())
        sums = [sums[0] + ran, sums[1] + slices]
    return sums


def resident(process):
    lines = pathlib.Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmRSS"))) * 1024


def fresh_copy(source, target):
    for suffix in ("-wal", "-shm", "-journal"):
        pathlib.Path(f"{target}{suffix}").unlink(missing_ok=True)
    shutil.copyfile(source, target)


def machine():
    model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8") if line.startswith("model name")), "?")
    memory = int(next(line.split()[1] for line in open("/proc/meminfo", encoding="utf-8") if line.startswith("MemTotal"))) // 1024**2
    sqlite = subprocess.run(["sqlite3", "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout.split()[0]
    compiler = subprocess.run(["g++", "-dumpfullversion"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    return f"{model}, {os.cpu_count()} cores, {memory} GiB; SQLite {sqlite}, g++ {compiler}, CMake's Release"


def main():
    parser = argparse.ArgumentParser(description="Measures Holdfast beside raw programs and its peers.")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/bench")
    parser.add_argument("--rows", default="12,10000,100000,1000000")
    parser.add_argument("--runs", type=int, default=5, help="runs of the full compare, of mend and of idle; the best median counts")
    parser.add_argument("--only", default="compare,apply,load,whole_job,mend,idle")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/benchmarks.md")
    arguments = parser.parse_args()

    bench = Bench(arguments.build.resolve(), arguments.runs)
    begin = time.monotonic()
    for rows in map(int, arguments.rows.split(",")):
        say(f"{rows:,} rows: making the data")
        folder = bench.generate(rows)
        for part in arguments.only.split(","):
            say(f"{rows:,} rows: {part.replace('_', ' ')}")
            getattr(bench, part)(folder, rows)
            (arguments.build / "bench-results.json").write_text(json.dumps(bench.measurements), encoding="utf-8")
        shutil.rmtree(folder)
    say(f"measured in {(time.monotonic() - begin) / 60:.0f} minutes")

    text = bench_tables.tables(bench.measurements, machine())
    print(text)
    if arguments.write:
        bench_tables.write_between_markers(ROOT / "docs/benchmarks.md", text)
        say("written: docs/benchmarks.md")


if __name__ == "__main__":
    main()
