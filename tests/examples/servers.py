"""What the tests of the examples share: ports, HTTP, waiting with a deadline, the example API as a process of its own.

Nothing here sleeps for a fixed time and hopes: `eventually` looks until the thing is there, and fails with what it saw.
"""
import contextlib
import http.client
import json
import os
import pathlib
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from typing import Any, Callable, Optional, Tuple

ROOT = pathlib.Path(__file__).resolve().parents[2]
API_FOLDER = ROOT / "examples" / "popup-api"
DEADLINE_SECONDS = 30.0


def free_port() -> int:
    """A port that nobody has, below those that the system hands out to clients by itself."""
    for _ in range(200):
        port = random.randrange(15000, 32000)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return port
    raise RuntimeError("no free port in 200 tries")


def eventually(what: str, look: Callable[[], Any], seconds: float = DEADLINE_SECONDS) -> Any:
    """Looks until the answer is true, and returns it. Connections that are refused mean: not yet."""
    end = time.monotonic() + seconds
    seen: Any = None
    while True:
        try:
            seen = look()
            if seen:
                return seen
        except (OSError, http.client.HTTPException, sqlite3.OperationalError) as error:
            seen = error
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {seconds:.0f} s; last seen: {seen!r}")
        time.sleep(0.01)


def ask(port: int, method: str, path: str, body: Any = None, seconds: float = 20.0) -> Tuple[int, str]:
    """One request on a connection of its own: status and text."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    try:
        text = None if body is None else json.dumps(body)
        connection.request(method, path, text, {"Content-Type": "application/json"} if text else {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def call(port: int, method: str, path: str, body: Any = None) -> Tuple[int, Any]:
    """The same, with JSON in the answer."""
    status, text = ask(port, method, path, body)
    return status, json.loads(text)


def query(database: pathlib.Path, sql: str, parameters: tuple = ()) -> list:
    """The rows of a query; what changes something is committed. Foreign keys are off, as they are for the API."""
    with contextlib.closing(sqlite3.connect(database, timeout=10)) as connection, connection:
        return connection.execute(sql, parameters).fetchall()


def new_campaign(name: str, properties: Tuple[str, ...] = ("mff",)) -> dict:
    """A user's own campaign, as a POST takes it."""
    address = "https://example.com/" + name.strip().lower().replace(" ", "-")
    return {
        "name": name,
        "tune_url": address,
        "logo_url": address + ".png",
        "main_image_url": address + ".jpg",
        "properties": list(properties),
    }


def uvicorn_command(port: int, workers: int) -> list:
    command = ["/usr/bin/python3", "-m", "uvicorn", "--app-dir", str(API_FOLDER), "app:app"]
    return command + ["--host", "127.0.0.1", "--port", str(port), "--workers", str(workers), "--log-level", "warning"]


class Process:
    """A program in a session of its own, its output in a file. Whatever is left of the session is killed at the end."""

    def __init__(self, command: list, log: pathlib.Path, environment: Optional[dict] = None) -> None:
        self.log = log
        with open(log, "ab") as output:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
                env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **(environment or {})},
            )

    @property
    def pid(self) -> int:
        return self.process.pid

    def text(self) -> str:
        return self.log.read_text(errors="replace")

    def running(self) -> bool:
        return self.process.poll() is None

    def send(self, number: int) -> None:
        self.process.send_signal(number)

    def wait(self, seconds: float) -> int:
        """The exit code; a negative one is the signal that ended it."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            tail = self.text()[-4000:]
            raise AssertionError(f"process {self.pid} did not end within {seconds:.0f} s:\n{tail}") from None

    def stop(self, seconds: float = 15.0) -> int:
        """Asks it to end, and waits until it has."""
        if self.running():
            self.send(signal.SIGTERM)
        return self.wait(seconds)

    def destroy(self) -> None:
        """Nothing of the session survives; for the end of a test, whatever it has come to."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.process.wait()


def need_fastapi() -> Optional[str]:
    """Why the example cannot be run here, or None. Where the project's own script runs the tests that is a failure."""
    command = ["/usr/bin/python3", "-c", "import fastapi, uvicorn"]
    if subprocess.run(command, capture_output=True, check=False).returncode == 0:
        return None
    reason = "python3-fastapi and uvicorn are not installed for /usr/bin/python3"
    if os.environ.get("HOLDFAST_TIER"):
        sys.exit(f"error: the example API cannot be tested: {reason}: apt-get install python3-fastapi uvicorn")
    return reason
