#!/usr/bin/python3
"""The example API on a real uvicorn with two workers: its addresses, its tables, and what the emergency destroys."""
import contextlib
import os
import pathlib
import sqlite3
import sys
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor

from servers import ROOT, Process, ask, call, eventually, free_port, need_fastapi, new_campaign, query, uvicorn_command

ID = "id INTEGER PK"
COUNTED = (
    ID, "campaign_id INTEGER NOT NULL", "property_code TEXT NOT NULL", "session_id TEXT", "placement TEXT",
    "timestamp TIMESTAMP DEFAULT CURRENT_TIMESTAMP", "source TEXT", "subsource TEXT", "utm_campaign TEXT",
    "referrer TEXT", "landing_page TEXT",
)
COLUMNS = {
    "campaigns": (
        ID, "name TEXT NOT NULL", "tune_url TEXT NOT NULL", "logo_url TEXT NOT NULL", "main_image_url TEXT NOT NULL",
        "description TEXT", "cta_text TEXT DEFAULT 'View Offer'", "active BOOLEAN DEFAULT true",
        "created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP", "updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP",
        "offer_id TEXT", "aff_id TEXT", "featured BOOLEAN DEFAULT false", "partner_name TEXT", "advertiser_name TEXT",
        "payout_amount DECIMAL(10,2) DEFAULT 0.45", "creative_file TEXT",
    ),
    "campaign_properties": (
        ID, "campaign_id INTEGER NOT NULL", "property_code TEXT NOT NULL", "visibility_percentage INTEGER DEFAULT 100",
        "active BOOLEAN DEFAULT true", "impression_cap_daily INTEGER", "click_cap_daily INTEGER",
        "created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP",
    ),
    "properties": (
        ID, "code TEXT NOT NULL", "name TEXT NOT NULL", "domain TEXT", "active BOOLEAN", "popup_enabled BOOLEAN",
        "popup_frequency TEXT DEFAULT 'session'", "popup_placement TEXT DEFAULT 'thankyou'", "created_at TIMESTAMP",
        "updated_at TIMESTAMP", "featured_campaign_id INTEGER",
    ),
    "impressions": COUNTED,
    "clicks": (*COUNTED, "revenue_estimate DECIMAL(10,2) DEFAULT 0.45", "conversion_tracked BOOLEAN"),
    "conversions": (*COUNTED, "conversion_value DECIMAL(10,2)"),
}


def columns(connection: sqlite3.Connection, table: str) -> tuple:
    described = []
    for _, name, kind, not_null, default, key in connection.execute(f"PRAGMA table_info({table})"):
        text = f"{name} {kind}" + (" NOT NULL" if not_null else "")
        described.append(text + (f" DEFAULT {default}" if default else "") + (" PK" if key else ""))
    return tuple(described)


def constraints(connection: sqlite3.Connection, table: str) -> tuple:
    """Foreign keys, unique sets of columns, and whether ids are used again."""
    unique = [
        tuple(column[2] for column in connection.execute(f"PRAGMA index_info({index[1]})"))
        for index in connection.execute(f"PRAGMA index_list({table})") if index[2]
    ]
    sql = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0]
    references = connection.execute(f"PRAGMA foreign_key_list({table})").fetchall()
    return references, sorted(unique), "AUTOINCREMENT" in sql


def documents_setup() -> str:
    """The CREATE statements of the shipped documents: the block below `setup: |`."""
    lines = (ROOT / "desired-state/popup/database.yaml").read_text(encoding="utf-8").split("\n")
    start = next(number for number, line in enumerate(lines) if line.strip() == "setup: |") + 1
    return "\n".join(line for line in lines[start:] if line.startswith("    ") or not line.strip())


class Server:
    """The example API with two workers on one database file, and its calls."""

    def __init__(self, folder: pathlib.Path, database: pathlib.Path, **environment: str) -> None:
        self.port = free_port()
        self.process = Process(
            uvicorn_command(self.port, workers=2), folder / "api.log", {"POPUP_DATABASE": str(database), **environment}
        )
        workers = set()

        def both_answer() -> bool:
            """Each says its process; the first one alone would hide what two at once do to each other."""
            if not self.process.running():
                sys.exit(f"error: the example API ended at its start: {self.process.text()}")
            workers.add(call(self.port, "GET", "/health")[1]["process"])
            return len(workers) == 2

        try:
            eventually("both workers answer", both_answer)
        except BaseException:
            self.process.destroy()
            raise


class OwnServer(unittest.TestCase):
    """Each test starts servers as it likes, on a folder of its own."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.database = self.folder / "popup.db"

    def start(self, **environment: str) -> Server:
        server = Server(self.folder, self.database, **environment)
        self.addCleanup(server.process.destroy)
        return server


class SharedServer(unittest.TestCase):
    """The tests of one class share a server; each begins with empty tables."""

    server: Server
    database: pathlib.Path

    @classmethod
    def setUpClass(cls) -> None:
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.database = pathlib.Path(folder.name) / "popup.db"
        cls.server = Server(pathlib.Path(folder.name), cls.database)
        cls.addClassCleanup(cls.server.process.destroy)

    def setUp(self) -> None:
        for table in (*COLUMNS, "sqlite_sequence"):
            query(self.database, f"DELETE FROM {table}")

    def call(self, method: str, path: str, body: object = None, status: int = 200):
        got, answer = call(self.server.port, method, path, body)
        self.assertEqual(got, status, f"{method} {path}: {answer}")
        return answer

    def add(self, name: str, **more: object) -> dict:
        return self.call("POST", "/api/campaigns", {**new_campaign(name), **more}, 201)


class Tables(OwnServer):
    def test_the_tables_are_those_of_the_popup_database_and_of_the_shipped_documents(self) -> None:
        self.start()
        declared = sqlite3.connect(":memory:")
        self.addCleanup(declared.close)
        declared.executescript(documents_setup())
        with contextlib.closing(sqlite3.connect(self.database)) as connection:
            for table, wanted in COLUMNS.items():
                with self.subTest(table=table):
                    self.assertEqual(columns(connection, table), wanted)
                    self.assertEqual(columns(declared, table), wanted)
                    self.assertEqual(constraints(connection, table), constraints(declared, table))

    def test_an_older_database_gets_the_later_columns_and_keeps_its_rows(self) -> None:
        self.start().process.stop()
        query(self.database, "ALTER TABLE campaigns DROP COLUMN creative_file")
        query(self.database, "ALTER TABLE properties DROP COLUMN featured_campaign_id")
        old = "INSERT INTO campaigns (id, name, tune_url, logo_url, main_image_url) VALUES (40, 'Old', '', '', '')"
        query(self.database, old)
        server = self.start()
        with contextlib.closing(sqlite3.connect(self.database)) as connection:
            self.assertEqual(columns(connection, "campaigns"), COLUMNS["campaigns"])
            self.assertEqual(columns(connection, "properties"), COLUMNS["properties"])
        self.assertEqual([row["id"] for row in call(server.port, "GET", "/api/campaigns")[1]], [40])

    def test_two_workers_make_a_new_database_together_in_each_journal_mode(self) -> None:
        for mode in ("delete", "wal"):
            for turn in range(10 if os.environ.get("HOLDFAST_TIER") == "prove" else 2):
                with self.subTest(mode=mode, turn=turn):
                    self.database = self.folder / f"new-{mode}-{turn}.db"
                    server = self.start(POPUP_JOURNAL_MODE=mode)
                    self.assertEqual(query(self.database, "PRAGMA journal_mode"), [(mode,)])
                    server.process.stop()

    def test_the_journal_mode_is_what_the_environment_says_at_the_last_start(self) -> None:
        for environment, mode in (({"POPUP_JOURNAL_MODE": "wal"}, "wal"), ({}, "delete")):
            server = self.start(**environment)
            self.assertEqual(query(self.database, "PRAGMA journal_mode"), [(mode,)])
            server.process.stop()


class Campaigns(SharedServer):
    def test_what_is_added_is_listed_with_the_defaults_of_the_table(self) -> None:
        self.assertEqual(self.call("GET", "/api/campaigns"), [])
        added = self.add("Summer Sale", offer_id="77", payout_amount=1.5)
        self.assertEqual(self.call("GET", "/api/campaigns"), [added])
        wanted = {
            "id": 1, "offer_id": "77", "payout_amount": 1.5, "cta_text": "View Offer", "active": 1, "featured": 0,
            "aff_id": None,
        }
        self.assertEqual({name: added[name] for name in wanted}, wanted)
        shown = "SELECT campaign_id, property_code, visibility_percentage, active FROM campaign_properties"
        self.assertEqual(query(self.database, shown), [(1, "mff", 100, 1)])

    def test_a_name_is_not_unique(self) -> None:
        self.assertNotEqual(self.add("Twice")["id"], self.add("Twice")["id"])

    def test_a_site_shows_its_own_active_campaigns(self) -> None:
        shown = self.add("Shown", properties=["mff", "mmm"])
        self.add("Elsewhere", properties=["mmd"])
        hidden = self.add("Hidden", properties=["mff"])
        self.call("DELETE", f"/api/campaigns/{hidden['id']}")
        self.assertEqual([row["name"] for row in self.call("GET", "/api/campaigns?property=mff")], ["Shown"])
        self.assertEqual(self.call("GET", "/api/campaigns?property=mmm"), [shown])
        self.assertEqual(len(self.call("GET", "/api/campaigns")), 3)

    def test_a_change_is_about_what_it_names(self) -> None:
        added = self.add("Draft")
        change = {"name": "Final", "description": None, "featured": True}
        changed = self.call("PUT", f"/api/campaigns/{added['id']}", change)
        self.assertEqual({**added, "name": "Final", "featured": 1, "updated_at": changed["updated_at"]}, changed)

    def test_deleting_is_switching_off_and_permanent_is_for_good(self) -> None:
        address = f"/api/campaigns/{self.add('Over')['id']}"
        self.assertEqual(self.call("DELETE", address)["active"], 0)
        self.assertEqual(query(self.database, "SELECT name, active FROM campaigns"), [("Over", 0)])
        self.call("DELETE", address + "?permanent=true")
        self.assertEqual(query(self.database, "SELECT count(*) FROM campaigns"), [(0,)])

    def test_mistakes_are_told(self) -> None:
        self.call("PUT", "/api/campaigns/99", {"name": "Nobody"}, 404)
        self.call("DELETE", "/api/campaigns/99", status=404)
        self.call("POST", "/api/campaigns", {"name": "No addresses"}, 422)
        self.call("POST", "/api/campaigns", {**new_campaign("Site twice"), "properties": ["mff", "mff"]}, 409)
        self.call("PUT", f"/api/campaigns/{self.add('Named')['id']}", {"name": None}, 409)
        names = [row["name"] for row in self.call("GET", "/api/campaigns")]
        self.assertEqual(names, ["Named"], "a refused one left something")

    def test_a_locked_database_is_an_error_500_after_five_seconds(self) -> None:
        """Incident 6 as the API has it: it waits for Python's five seconds, then the request has failed."""
        lock = sqlite3.connect(self.database, isolation_level=None)
        self.addCleanup(lock.close)
        lock.execute("BEGIN IMMEDIATE")
        answer = self.call("POST", "/api/campaigns", new_campaign("Late"), 500)
        self.assertIn("database is locked", answer["detail"])
        self.assertEqual(self.call("GET", "/api/campaigns"), [])
        lock.execute("ROLLBACK")
        self.add("In time")


class Analytics(SharedServer):
    def test_impressions_and_clicks_are_counted_by_id(self) -> None:
        number = self.add("Seen")["id"]
        seen = {"campaign_id": number, "property_code": "mff", "session_id": "s", "landing_page": "/"}
        for _ in range(3):
            self.call("POST", "/api/impression", seen, 201)
        for expected in (1, 2):
            self.assertEqual(self.call("POST", "/api/click", seen, 201), {"id": expected})
        counted = {"impressions": 3, "clicks": 2, "conversions": 0, "revenue_estimate": 0.9}
        answer = self.call("GET", f"/api/analytics/{number}")
        self.assertEqual(answer, {"campaign_id": number, "name": "Seen", **counted})
        clicks = "SELECT DISTINCT campaign_id, property_code, session_id, landing_page, source FROM clicks"
        self.assertEqual(query(self.database, clicks), [(number, "mff", "s", "/", None)])
        self.call("POST", "/api/click", {"property_code": "mff"}, 422)

    def test_many_at_once_are_all_counted(self) -> None:
        number = self.add("Popular")["id"]
        seen = {"campaign_id": number, "property_code": "mff"}
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: ask(self.server.port, "POST", "/api/impression", seen)[0], range(100)))
        self.assertEqual(answers, [201] * 100)
        self.assertEqual(self.call("GET", f"/api/analytics/{number}")["impressions"], 100)


class EmergencyRestore(SharedServer):
    def test_it_takes_what_users_made_and_says_twelve(self) -> None:
        """Incident 2: twelve of twelve are there, and that is the trouble: it looks right."""
        self.call("POST", "/api/emergency-restore")
        mine = self.add("Summer Sale")
        self.assertEqual(mine["id"], 13)
        self.call("PUT", "/api/campaigns/2", {"description": "Written by an editor."})
        for number in (2, mine["id"]):
            self.call("POST", "/api/click", {"campaign_id": number, "property_code": "mff"}, 201)

        self.assertEqual(self.call("POST", "/api/emergency-restore"), {"campaigns": 12})

        campaigns = self.call("GET", "/api/campaigns")
        self.assertEqual([row["id"] for row in campaigns], list(range(1, 13)))
        self.assertEqual({row["description"] for row in campaigns}, {None}, "the editor's text is lost")
        orphan = self.call("GET", f"/api/analytics/{mine['id']}")
        self.assertEqual((orphan["name"], orphan["clicks"]), (None, 1), "the user's clicks belong to nobody")
        self.assertEqual(self.call("GET", "/api/analytics/2")["clicks"], 1)
        self.assertEqual(query(self.database, "SELECT count(*) FROM campaign_properties"), [(12,)])

    def test_its_list_has_what_the_shipped_documents_declare(self) -> None:
        """Names, ids, offers and addresses: what it destroys is the rest, so that the agent finds twelve of twelve."""
        self.call("POST", "/api/emergency-restore")
        text = (ROOT / "desired-state/popup/campaigns.yaml").read_text(encoding="utf-8")
        for row in self.call("GET", "/api/campaigns"):
            with self.subTest(campaign=row["name"]):
                declared = text.split(f"- id: {row['id']}\n")[1].split("- id:")[0]
                for column in ("name", "tune_url", "logo_url", "main_image_url", "cta_text", "offer_id", "aff_id"):
                    self.assertIn(f'{column}: "{row[column]}"', declared)


if __name__ == "__main__":
    missing = need_fastapi()
    if missing:
        print(f"skipped: {missing}")
    else:
        unittest.main()
