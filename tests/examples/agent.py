"""What the end-to-end tests share: `holdfast run` with the example API below it, and looking at processes.

HOLDFAST_BINARY names the program; otherwise it is the build's own: build/dev/bin/holdfast.
"""
import contextlib
import os
import pathlib
import signal
import subprocess
from typing import Dict, List, Optional, Set, Tuple

from servers import ROOT, Process, ask, call, eventually, free_port, uvicorn_command

DOCUMENTS = ROOT / "desired-state/popup"
TWELVE = {
    1: "Money.com - Online Stock Brokers", 2: "Trading Tips", 3: "Behind The Markets", 4: "Brownstone Research",
    5: "Hotsheets", 6: "Best Gold", 7: "Daily Goodie Box", 8: "Free Samples Guide", 9: "UpLevel - Amazon Mystery Box",
    10: "Hulu - Hit Movies, TV and More!", 11: "Paramount", 12: "Trend'n Daily",
}


def binary() -> pathlib.Path:
    found = pathlib.Path(os.environ.get("HOLDFAST_BINARY") or ROOT / "build/dev/bin/holdfast").resolve()
    if not os.access(found, os.X_OK):
        raise SystemExit(f"error: the program is not there: {found}: build it, or set HOLDFAST_BINARY")
    return found


class Processes:
    """What /proc says, at one moment. A process is its number and when it began: numbers are given out again."""

    def __init__(self) -> None:
        self.below: Dict[int, List[Tuple[int, str]]] = {}
        for entry in pathlib.Path("/proc").iterdir():
            if entry.name.isdigit():
                with contextlib.suppress(OSError):
                    fields = (entry / "stat").read_text().rpartition(") ")[2].split()
                    if fields[0] != "Z":
                        self.below.setdefault(int(fields[1]), []).append((int(entry.name), fields[19]))

    def all_below(self, process: int) -> Set[Tuple[int, str]]:
        found: Set[Tuple[int, str]] = set()
        open_ones = [process]
        while open_ones:
            more = self.below.get(open_ones.pop(), [])
            found.update(more)
            open_ones += [number for number, _ in more]
        return found

    def alive(self) -> Set[Tuple[int, str]]:
        return {process for processes in self.below.values() for process in processes}


def is_api(process: int) -> bool:
    """uvicorn's first process; its workers have another command line."""
    with contextlib.suppress(OSError):
        return b"\0-m\0uvicorn\0" in pathlib.Path(f"/proc/{process}/cmdline").read_bytes()
    return False


class Deployment:
    """The API with two workers under the agent, as a container would start it."""

    def __init__(self, folder: pathlib.Path, more: Optional[List[str]] = None) -> None:
        self.database = folder / "popup_campaigns.db"
        self.port = free_port()
        self.agent_port = free_port()
        command = [str(binary()), "run", "-f", str(DOCUMENTS), "--database", f"popup=sqlite:{self.database}"]
        command += ["--listen", f"127.0.0.1:{self.agent_port}", "--start-timeout", "30s", *(more or []), "--"]
        self.process = Process(
            command + uvicorn_command(self.port, workers=2), folder / "run.log", {"POPUP_DATABASE": str(self.database)}
        )
        self.seen: Set[Tuple[int, str]] = set()  # every process that ever was below it

    def first_answer(self, path: str) -> tuple:
        """What the very first request that is answered at all gets, whatever it says."""

        def look() -> Optional[tuple]:
            self.direct()
            if not self.process.running():
                code = self.process.wait(1)
                raise RuntimeError(f"holdfast run has ended with {code}:\n{self.process.text()[-4000:]}")
            return call(self.port, "GET", path)

        return eventually("the API answers", look, 40)

    def campaigns(self) -> List[dict]:
        status, rows = call(self.port, "GET", "/api/campaigns")
        if status != 200:
            raise AssertionError(f"GET /api/campaigns: {status}: {rows}")
        return rows

    def status(self) -> dict:
        return call(self.agent_port, "GET", "/api/v1/status")[1]

    def row_set(self, name: str) -> dict:
        row_sets = [row_set for database in self.status()["databases"] for row_set in database["rowsets"]]
        return next(row_set for row_set in row_sets if row_set["name"] == name)

    def wait_until_in_sync(self) -> None:
        eventually("the agent is ready", lambda: ask(self.agent_port, "GET", "/readyz")[0] == 200)
        eventually("the agent is in sync", lambda: self.status()["in_sync"])

    def direct(self) -> List[int]:
        """The processes that the supervisor itself has started, and with them everything below is noted."""
        processes = Processes()
        self.seen |= processes.all_below(self.process.pid)
        return [number for number, _ in processes.below.get(self.process.pid, [])]

    def agent(self) -> int:
        """The process number of the agent, once it is there: what the supervisor has started and is not the API."""
        return eventually("the agent's process is there", lambda: [p for p in self.direct() if not is_api(p)])[0]

    def api(self) -> int:
        return eventually("the API's process is there", lambda: [p for p in self.direct() if is_api(p)])[0]

    def stop(self) -> int:
        """As a deploy does it: SIGTERM, and everything has ended within its ten seconds and a little."""
        self.direct()
        code = self.process.stop(15)
        self.wait_until_nothing_is_left()
        return code

    def wait_until_nothing_is_left(self) -> None:
        eventually("every process has ended", lambda: not self.seen & Processes().alive(), 15)

    def destroy(self) -> None:
        """For the end of a test: kills what is left, by number and only what was seen below."""
        self.direct()
        self.process.destroy()
        for number, _ in self.seen & Processes().alive():
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)


def wipe(database: pathlib.Path) -> None:
    for more in ("", "-wal", "-shm", "-journal"):
        database.with_name(database.name + more).unlink(missing_ok=True)


def run_command(*words: str, seconds: float = 60) -> str:
    """One holdfast command that has to succeed; its standard output."""
    done = subprocess.run([str(binary()), *words], capture_output=True, text=True, timeout=seconds, check=False)
    if done.returncode != 0:
        raise AssertionError(f"holdfast {' '.join(words)} ended with {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout
