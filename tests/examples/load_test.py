#!/usr/bin/python3
"""G8, measured: does the API fail more often, or wait longer, because of the agent?

Four writer processes work on the database at full speed, as requests of the example API do, while another process
breaks one of 2,000 declared rows every 50 ms. Each pair is the same run with and without the agent, in turns first; each
in both journal modes. Then the writers make 50 writes a second with a busy timeout of one second, and beside the agent
none may fail. Times are only as good as the machine is idle; --control shows its noise.

What has to hold, with an exit code of 1 where it does not:
  - the failure rate with the agent is not above that without: its lower bound (Wilson, 99 %) against the other's upper
  - the median write takes at most 1.1 times as long (the median of the pairs' ratios)
  - no write of the slow part fails
  - every broken row is right again in the end
  - rows were broken: nine of ten breaks came through, and there were at least two a second
"""
import argparse
import math
import pathlib
import statistics
import sys
import tempfile
import time
from typing import List, Optional, Tuple

import load
from agent import binary, run_command, wipe
from servers import Process, ask, eventually, free_port, query

MOST_RATIO = 1.1
# Of the breaks that were tried, how many come through at least; and of those that an idle machine would have time for,
# how many are tried: a disk that takes 15 ms for each sync is kept busy by the writers, and a late break is left out.
LEAST_BREAKS = 0.9
LEAST_TRIED = 0.1
Z = 2.326  # 99 %, one-sided


def bounds(failed: int, tried: int) -> Tuple[float, float]:
    """Where a rate lies that was seen as `failed` of `tried` (Wilson 1927)."""
    rate = failed / tried
    middle = (rate + Z * Z / (2 * tried)) / (1 + Z * Z / tried)
    half = Z / (1 + Z * Z / tried) * math.sqrt(rate * (1 - rate) / tried + Z * Z / (4 * tried * tried))
    return max(0.0, middle - half), middle + half


class Bench:
    """One database file and the documents for it, in a folder of its own."""

    def __init__(self, folder: pathlib.Path, journal_mode: str) -> None:
        self.folder = folder
        self.journal_mode = journal_mode
        self.database = folder / "load.db"
        self.documents = load.write_documents(folder, self.database)

    def run(self, work: load.Load, with_agent: bool) -> load.Outcome:
        wipe(self.database)
        load.make_database(self.database, self.journal_mode)
        run_command("apply", "-f", str(self.documents))
        if not with_agent:
            return load.run_load(self.database, work)
        port = free_port()
        command = [str(binary()), "run", "-f", str(self.documents), "--listen", f"127.0.0.1:{port}"]
        agent = Process(command, self.folder / "agent.log")
        try:
            eventually("the agent is ready", lambda: ask(port, "GET", "/readyz")[0] == 200)
            outcome = load.run_load(self.database, work)
            outcome.unhealed = self.wait_until_healed()
            if not agent.running():
                sys.exit(f"error: the agent has ended during the load: {agent.text()[-4000:]}")
            agent.stop()
        finally:
            agent.destroy()
        found = query(self.database, "PRAGMA integrity_check")
        if found != [("ok",)] or query(self.database, "PRAGMA journal_mode") != [(self.journal_mode,)]:
            sys.exit(f"error: the database is not as it should be after the load: {self.database}: {found}")
        return outcome

    def wait_until_healed(self) -> int:
        try:
            eventually("every broken row is right again", lambda: load.count_broken(self.database) == 0, 30)
        except AssertionError:
            return load.count_broken(self.database)
        return 0


def describe(outcome: load.Outcome) -> str:
    text = f"{outcome.tried:8d} writes, {outcome.failed:4d} failed, median {outcome.median * 1e6:8.0f} µs"
    text += f", {outcome.breaks:5d} breaks"
    why = ", ".join(f"{count} x {message}" for message, count in sorted(outcome.failures.items()))
    return text + (f" ({why})" if why else "")


def check_breaks(outcome: load.Outcome, work: load.Load, where: str) -> List[str]:
    """A run in which nothing was broken proves nothing about the agent."""
    expected = work.seconds / load.BREAK_EVERY_SECONDS
    if outcome.breaks_tried < LEAST_TRIED * expected:
        return [f"only {outcome.breaks_tried} of {expected:.0f} breaks were tried ({where}): measure on an idle machine"]
    if outcome.breaks < LEAST_BREAKS * outcome.breaks_tried:
        return [f"only {outcome.breaks} of {outcome.breaks_tried} breaks came through ({where})"]
    return []


def measure_pairs(bench: Bench, work: load.Load, pairs: int, control: bool) -> List[str]:
    """The pairs of one journal mode; what does not hold."""
    ratios, alone, beside, mistakes = [], [], [], []
    for pair in range(pairs):
        outcomes = {}
        for with_agent in (pair % 2 == 1, pair % 2 == 0):
            outcomes[with_agent] = bench.run(work, with_agent and not control)
            name = "with   " if with_agent else "without"
            print(f"  {bench.journal_mode} {pair + 1} {name} {describe(outcomes[with_agent])}", flush=True)
        alone.append(outcomes[False])
        beside.append(outcomes[True])
        ratios.append(outcomes[True].median / outcomes[False].median)
        for with_agent, name in ((False, "without"), (True, "with")):
            mistakes += check_breaks(outcomes[with_agent], work, f"pair {pair + 1}, {name} the agent")
        if outcomes[True].unhealed:
            mistakes.append(f"{outcomes[True].unhealed} broken rows were not mended within 30 s (pair {pair + 1})")

    def rate(outcomes: List[load.Outcome]) -> Tuple[int, int, float, float]:
        failed, tried = sum(one.failed for one in outcomes), sum(one.tried for one in outcomes)
        return (failed, tried, *bounds(failed, tried))

    with_us, without = rate(beside), rate(alone)
    ratio = statistics.median(ratios)
    for name, (failed, tried, low, high) in (("with", with_us), ("without", without)):
        span = f"{low * 1e6:.1f} to {high * 1e6:.1f} in a million"
        print(f"  {bench.journal_mode} {name}: {failed} of {tried} failed, {span}")
    every = ", ".join(f"{one:.3f}" for one in ratios)
    print(f"  {bench.journal_mode} median write with to without: {ratio:.3f} ({every})")
    if with_us[2] > without[3]:
        numbers = f"{with_us[0]} of {with_us[1]}, without it {without[0]} of {without[1]}"
        mistakes.append(f"writes fail more often beside the agent: {numbers}")
    if ratio > MOST_RATIO:
        mistakes.append(f"the median write takes {ratio:.3f} times as long beside the agent, wanted: {MOST_RATIO}")
    return mistakes


def measure_slow(bench: Bench, seconds: float, control: bool) -> List[str]:
    """50 writes a second, first without the agent: a machine that cannot do even that says nothing about us."""
    work = load.Load(seconds, timeout=1.0, writes_per_second=50)
    alone, beside = bench.run(work, False), bench.run(work, not control)
    for name, outcome in (("without", alone), ("with   ", beside)):
        print(f"  {bench.journal_mode} slow {name} {describe(outcome)}", flush=True)
    mistakes = check_breaks(alone, work, "slow, without the agent") + check_breaks(beside, work, "slow, with the agent")
    if beside.failed:
        mistakes.append(f"{beside.failed} of {beside.tried} writes failed at 50 a second with a busy timeout of 1 s")
    if beside.failed and alone.failed:
        mistakes[-1] += f"; so did {alone.failed} of {alone.tried} without the agent: measure again on an idle machine"
    if beside.unhealed:
        mistakes.append(f"{beside.unhealed} broken rows were not mended within 30 s at 50 writes a second")
    return mistakes


def arguments(words: Optional[List[str]]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="The API's failures and waits with and without the agent.")
    parser.add_argument("--seconds", type=float, default=60, help="length of each run (60)")
    parser.add_argument("--pairs", type=int, default=5, help="pairs in each journal mode (5)")
    parser.add_argument("--journal-mode", choices=("delete", "wal", "both"), default="both")
    parser.add_argument("--folder", type=pathlib.Path, help="where the databases go (the temporary folder)")
    parser.add_argument("--control", action="store_true", help="no agent in either half: what this machine's noise is")
    chosen = parser.parse_args(words)
    if chosen.seconds <= 0 or chosen.pairs < 1:
        parser.error("--seconds and --pairs are more than nothing")
    return chosen


def main(words: Optional[List[str]] = None) -> int:
    chosen = arguments(words)
    mistakes = []
    begin = time.monotonic()
    for mode in ("delete", "wal") if chosen.journal_mode == "both" else (chosen.journal_mode,):
        with tempfile.TemporaryDirectory(dir=chosen.folder) as folder:
            bench = Bench(pathlib.Path(folder), mode)
            found = measure_pairs(bench, load.Load(chosen.seconds), chosen.pairs, chosen.control)
            found += measure_slow(bench, chosen.seconds, chosen.control)
            mistakes += [f"journal mode {mode}: {mistake}" for mistake in found]
    for mistake in mistakes:
        print(f"error: {mistake}", file=sys.stderr)
    print(f"{'not as it should be' if mistakes else 'all holds'}, {time.monotonic() - begin:.0f} s")
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
