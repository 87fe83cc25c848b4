#!/usr/bin/python3
"""The agent for a long time with faults on: does it grow?

Beside 2,000 declared rows somebody breaks rows, deletes many, adds rows of their own, moves the file, changes the documents and
breaks them, asks the API for everything, and goes away in the middle of an answer. Resident memory and descriptors of the
agent at the end (the median of the last tenth) have to be within 5 % of what they were after a quarter of the time, and in
the end every row has to be right.
"""
import argparse
import contextlib
import pathlib
import random
import socket
import sqlite3
import statistics
import sys
import tempfile
import time
from typing import Callable, List, Tuple

import load
from agent import binary, run_command
from servers import Process, ask, eventually, free_port, query

MOST_GROWTH = 1.05
SAMPLE_EVERY_SECONDS = 1.0


class Agent:
    def __init__(self, folder: pathlib.Path, documents: pathlib.Path) -> None:
        self.port = free_port()
        command = [str(binary()), "run", "-f", str(documents), "--listen", f"127.0.0.1:{self.port}"]
        self.process = Process(command, folder / "agent.log")
        eventually("the agent is ready", lambda: ask(self.port, "GET", "/readyz")[0] == 200)

    def resident_kilobytes(self) -> int:
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        raise AssertionError("the agent has no memory")

    def descriptors(self) -> int:
        return len(list(pathlib.Path(f"/proc/{self.process.pid}/fd").iterdir()))


class Faults:
    """What may go wrong, by chance and again by the same seed."""

    def __init__(self, database: pathlib.Path, documents: pathlib.Path, agent: Agent, chance: random.Random) -> None:
        self.database, self.documents, self.agent, self.chance = database, documents, agent, chance
        self.csv = documents / "campaigns.csv"
        self.good = self.csv.read_text(encoding="utf-8")
        self.counts = {}

    def one(self) -> None:
        every: List[Tuple[int, Callable[[], None]]] = [
            (40, self.edit), (10, self.delete), (10, self.add), (20, self.ask_much), (5, self.hang_up),
            (4, self.documents_change), (4, self.documents_break), (1, self.replace_file), (2, self.checkpoint),
        ]
        fault = self.chance.choices([one for _, one in every], [weight for weight, _ in every])[0]
        self.counts[fault.__name__] = self.counts.get(fault.__name__, 0) + 1
        with contextlib.suppress(sqlite3.OperationalError, OSError):  # the file may just be another one
            fault()

    def write(self, sql: str, parameters: tuple = ()) -> None:
        query(self.database, sql, parameters)

    def edit(self) -> None:
        number = self.chance.randint(1, load.DECLARED)
        self.write("UPDATE campaigns SET tune_url = 'broken ' || random() WHERE id = ?", (number,))

    def delete(self) -> None:
        first = self.chance.randint(1, load.DECLARED)
        self.write("DELETE FROM campaigns WHERE id BETWEEN ? AND ?", (first, first + self.chance.randint(0, 50)))

    def add(self) -> None:
        name = f"somebody's {self.chance.randint(0, 500)}"
        self.write("DELETE FROM campaigns WHERE name = ?", (name,))
        self.write(
            "INSERT INTO campaigns (name, tune_url, logo_url, main_image_url) VALUES (?, '', '', '')", (name,)
        )

    def ask_much(self) -> None:
        for path in ("/api/v1/status", "/metrics", "/api/v1/rowsets/campaigns/drift", "/api/v1/runs", "/nothing"):
            ask(self.agent.port, "GET", path)

    def hang_up(self) -> None:
        with socket.create_connection(("127.0.0.1", self.agent.port), timeout=5) as connection:
            connection.sendall(b"GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n")
            connection.recv(self.chance.randint(1, 200))

    def put_documents(self, text: str) -> None:
        beside = self.documents / ".campaigns.csv.new"
        beside.write_text(text, encoding="utf-8")
        beside.rename(self.csv)

    def documents_change(self) -> None:
        lines = self.good.splitlines()
        row = self.chance.randint(1, load.DECLARED)
        lines[row] = lines[row].replace("Look at", "See", 1)
        self.put_documents("\n".join(lines) + "\n")

    def documents_break(self) -> None:
        self.put_documents(self.good[: self.chance.randint(1, len(self.good))] + '"')

    def replace_file(self) -> None:
        copy = self.database.with_name("copy.db")
        copy.unlink(missing_ok=True)
        # With the write lock: a writer in the middle of its transaction would leave its journal beside the new file.
        with contextlib.closing(sqlite3.connect(self.database, timeout=10, isolation_level=None)) as lock:
            lock.execute("BEGIN IMMEDIATE")
            self.write("VACUUM INTO ?", (str(copy),))
            copy.rename(self.database)
            lock.execute("ROLLBACK")

    def checkpoint(self) -> None:
        self.write("PRAGMA wal_checkpoint(TRUNCATE)")


def is_right(database: pathlib.Path) -> bool:
    rows = query(database, "SELECT count(*) FROM campaigns WHERE id <= ? AND name LIKE 'campaign %'", (load.DECLARED,))
    return rows[0][0] == load.DECLARED and load.count_broken(database) == 0


def soak(folder: pathlib.Path, minutes: float, seed: int) -> List[str]:
    database = folder / "load.db"
    documents = load.write_documents(folder, database)
    load.make_database(database, "delete")
    run_command("apply", "-f", str(documents))
    agent = Agent(folder, documents)
    faults = Faults(database, documents, agent, random.Random(seed))
    samples: List[Tuple[float, int, int]] = []
    try:
        begin = time.monotonic()
        while (now := time.monotonic() - begin) < minutes * 60:
            faults.one()
            if not agent.process.running():
                return [f"the agent has ended: {agent.process.text()[-4000:]}"]
            if not samples or now - samples[-1][0] >= SAMPLE_EVERY_SECONDS:
                samples.append((now, agent.resident_kilobytes(), agent.descriptors()))
            time.sleep(faults.chance.uniform(0, 0.1))  # the pace of the faults, not a wait for anything
        faults.put_documents(faults.good)
        mistakes = []
        try:
            eventually("every row is right", lambda: is_right(database), 120)
        except AssertionError as error:
            mistakes.append(f"{error}: {agent.process.text()[-4000:]}")
        if query(database, "PRAGMA integrity_check") != [("ok",)]:
            mistakes.append("the database is damaged")
        return mistakes + judge(samples, minutes * 60, faults)
    finally:
        agent.process.destroy()


def judge(samples: List[Tuple[float, int, int]], seconds: float, faults: Faults) -> List[str]:
    def median(column: int, begin: float, end: float) -> float:
        return statistics.median(sample[column] for sample in samples if begin * seconds <= sample[0] <= end * seconds)

    print(", ".join(f"{count} x {name}" for name, count in sorted(faults.counts.items())))
    mistakes = []
    for column, what in ((1, "kB resident"), (2, "descriptors")):
        early, late = median(column, 0.2, 0.3), median(column, 0.9, 1.0)
        print(f"{what}: {early:.0f} after a quarter, {late:.0f} in the end ({late / early:.3f})")
        if late > early * MOST_GROWTH:
            mistakes.append(f"{what} have grown from {early:.0f} to {late:.0f}")
    return mistakes


def main() -> int:
    parser = argparse.ArgumentParser(description="The agent for a long time with faults on.")
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    chosen = parser.parse_args()
    print(f"{chosen.minutes:g} minutes, seed {chosen.seed}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        mistakes = soak(pathlib.Path(folder), chosen.minutes, chosen.seed)
    for mistake in mistakes:
        print(f"error: {mistake}", file=sys.stderr)
    print("not as it should be" if mistakes else "all holds")
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
