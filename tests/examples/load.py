"""The processes of the load test: writers that do what the API's requests do to the database, and one that breaks rows.

Each writer has rows of its own and counts in them, so that a write that was lost or made twice is found afterwards.
"""
import contextlib
import multiprocessing
import os
import pathlib
import sqlite3
import statistics
import sys
import time
from dataclasses import dataclass, field
from typing import Dict, List

from servers import API_FOLDER, query

DECLARED = 2000
WRITERS = 4
BREAK_EVERY_SECONDS = 0.05
PYTHONS_TIMEOUT = 5.0  # what the example API waits for a lock
SPAWN = multiprocessing.get_context("spawn")  # a fork would inherit what the parent has open


def tune_url(number: int) -> str:
    return f"https://track.example.com/aff_c?offer_id={number}&aff_id={40000 + number}"


@dataclass
class Load:
    seconds: float
    timeout: float = PYTHONS_TIMEOUT
    writes_per_second: float = 0.0  # of all writers together; 0: as fast as they can


@dataclass
class Report:
    """What one process did. Latencies are of whole requests, in seconds: connect, write, commit, close."""

    latencies: List[float] = field(default_factory=list)
    failures: Dict[str, int] = field(default_factory=dict)

    def failed(self, error: Exception) -> None:
        self.failures[str(error)] = self.failures.get(str(error), 0) + 1


def change(database: str, timeout: float, sql: str, parameters: tuple) -> None:
    """One request's write, on a connection of its own, as the example API does it."""
    with contextlib.closing(sqlite3.connect(database, timeout=timeout)) as connection, connection:
        connection.execute(sql, parameters)


def write(database: str, writer: int, load: Load, start, answer) -> None:
    """Nine of ten writes count an impression, the tenth edits the writer's own campaign, which nobody declares."""
    report = Report()
    pause = WRITERS / load.writes_per_second if load.writes_per_second else 0.0
    start.wait()
    begin = time.perf_counter()
    turn = 0
    while time.perf_counter() - begin < load.seconds:
        turn += 1
        sql = "UPDATE campaigns SET payout_amount = payout_amount + 1 WHERE name = ?"
        if turn % 10:
            sql = "INSERT INTO impressions (campaign_id, property_code, session_id) VALUES (1, 'mff', ?)"
        before = time.perf_counter()
        try:
            change(database, load.timeout, sql, (f"writer {writer}",))
            report.latencies.append(time.perf_counter() - before)
        except sqlite3.Error as error:
            report.failed(error)
        # The pace that is wanted, not a wait for anything; a late one does not catch up.
        time.sleep(max(0.0, pause - (time.perf_counter() - before)))
    answer.send(report)


def break_rows(database: str, load: Load, start, answer) -> None:
    """Changes a declared row every 50 ms, each of them once in 100 s: a fight over one row would be another test."""
    report = Report()
    start.wait()
    begin = time.perf_counter()
    slot = 0
    while (due := slot * BREAK_EVERY_SECONDS) < load.seconds:
        time.sleep(max(0.0, begin + due - time.perf_counter()))
        before = time.perf_counter()
        try:
            number = slot * 787 % DECLARED + 1  # 787 and 2,000 have no common divisor: all come once
            sql = "UPDATE campaigns SET tune_url = ? WHERE id = ?"
            change(database, PYTHONS_TIMEOUT, sql, (f"broken {slot}", number))
            report.latencies.append(time.perf_counter() - before)
        except sqlite3.Error as error:
            report.failed(error)
        slot = max(slot + 1, int((time.perf_counter() - begin) / BREAK_EVERY_SECONDS))
    answer.send(report)


@dataclass
class Outcome:
    """One run of all processes."""

    tried: int
    failures: Dict[str, int]
    median: float  # of a write that succeeded, in seconds
    breaks: int  # that succeeded; one that fails is no failure of the API
    breaks_tried: int
    unhealed: int = 0

    @property
    def failed(self) -> int:
        return sum(self.failures.values())


def run_load(database: pathlib.Path, load: Load) -> Outcome:
    start = SPAWN.Barrier(WRITERS + 1)
    pipes, processes = [], []
    for number in range(WRITERS + 1):
        ours, theirs = SPAWN.Pipe(duplex=False)
        task = (write, (str(database), number, load)) if number < WRITERS else (break_rows, (str(database), load))
        processes.append(SPAWN.Process(target=task[0], args=(*task[1], start, theirs), daemon=True))
        pipes.append(ours)
        processes[-1].start()
        theirs.close()
    reports = [pipe.recv() for pipe in pipes]  # EOFError when a process has died
    for process in processes:
        process.join(30)
    written: Dict[str, int] = {}
    for report in reports[:WRITERS]:
        for message, count in report.failures.items():
            written[message] = written.get(message, 0) + count
    latencies = [latency for report in reports[:WRITERS] for latency in report.latencies]
    check_own_rows(database, reports[:WRITERS])
    breaker = reports[WRITERS]
    return Outcome(
        tried=len(latencies) + sum(written.values()),
        failures=written,
        median=statistics.median(latencies),
        breaks=len(breaker.latencies),
        breaks_tried=len(breaker.latencies) + sum(breaker.failures.values()),
    )


def check_own_rows(database: pathlib.Path, reports: List[Report]) -> None:
    """What a writer was told is there is there, once. A write that failed may be there: it can fail in its commit."""
    for writer, report in enumerate(reports):
        name = f"writer {writer}"
        edits = query(database, "SELECT payout_amount FROM campaigns WHERE name = ?", (name,))
        seen = query(database, "SELECT count(*) FROM impressions WHERE session_id = ?", (name,))
        there, told = int(edits[0][0]) + seen[0][0], len(report.latencies)
        if not told <= there <= told + sum(report.failures.values()):
            sys.exit(f"error: writes were lost or made twice: {name}: {told} succeeded, {there} are there")


def make_database(database: pathlib.Path, journal_mode: str) -> None:
    """The example API's own tables, and a campaign of each writer's."""
    os.environ.update(POPUP_DATABASE=str(database), POPUP_JOURNAL_MODE=journal_mode)
    if str(API_FOLDER) not in sys.path:
        sys.path.insert(0, str(API_FOLDER))
    from database import create_tables  # the example's module

    create_tables()
    for writer in range(WRITERS):
        sql = (
            "INSERT INTO campaigns (id, name, tune_url, logo_url, main_image_url, payout_amount)"
            " VALUES (?, ?, '', '', '', 0)"
        )
        query(database, sql, (1_000_000 + writer, f"writer {writer}"))


def write_documents(folder: pathlib.Path, database: pathlib.Path) -> pathlib.Path:
    """2,000 campaigns like the popup's: eleven columns, some 350 bytes."""
    documents = folder / "documents"
    documents.mkdir()
    (documents / "load.yaml").write_text(
        "apiVersion: holdfast.dev/v1alpha1\nkind: Database\nmetadata: {name: load}\n"
        f'spec: {{url: "sqlite:{database}"}}\n---\n'
        "apiVersion: holdfast.dev/v1alpha1\nkind: RowSet\nmetadata: {name: campaigns}\n"
        "spec: {table: campaigns, key: [name], mode: Enforce, rowsFrom: [{file: campaigns.csv}]}\n",
        encoding="utf-8",
    )
    lines = ["id,name,tune_url,logo_url,main_image_url,description,cta_text,active,offer_id,aff_id,creative_file"]
    for number in range(1, DECLARED + 1):
        image = f"https://images.example.com/campaigns/{number:08d}"
        text = f"What campaign {number} is about in a sentence or two as an editor would write it for its page."
        lines.append(
            f"{number},campaign {number},{tune_url(number)},{image}-logo.png,{image}-main.jpeg,{text},"
            f"Look at offer {number},1,{number},{40000 + number},creative-{number}.html"
        )
    (documents / "campaigns.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return documents


def count_broken(database: pathlib.Path) -> int:
    """Declared rows that are not as declared: the one that breaks rows changes this column only."""
    sql = "SELECT count(*) FROM campaigns WHERE id <= ? AND tune_url LIKE 'broken %'"
    return query(database, sql, (DECLARED,))[0][0]
