#!/usr/bin/python3
"""The example API under `holdfast run`, end to end: deploys that wipe the database, an emergency endpoint, kill -9.

HOLDFAST_TIER=prove makes more rounds of killing at random; a failure prints the seed, HOLDFAST_SEED sets it.
"""
import os
import pathlib
import random
import shlex
import signal
import tempfile
import threading
import unittest
from typing import Any, List

from agent import TWELVE, Deployment, wipe
from servers import API_FOLDER, ask, call, eventually, need_fastapi, new_campaign, query

DEPLOYS = 10
KILLS = 30 if os.environ.get("HOLDFAST_TIER") == "prove" else 6

# What stands in old restore data: the campaign that nobody wants back, as the service's own migration would bring it.
OLD_RESTORE = """
import sys
sys.path.insert(0, sys.argv[1])
import database
database.create_tables()
with database.connection() as db:
    db.execute("INSERT INTO campaigns (name, tune_url, logo_url, main_image_url) VALUES ('PRIZIES ', '', '', '')")
    db.execute("INSERT INTO campaign_properties (campaign_id, property_code) VALUES (last_insert_rowid(), 'mff')")
"""

PRIZIES = "INSERT INTO campaigns (name, tune_url, logo_url, main_image_url) VALUES ('Prizies', '', '', '')"
IDS = "SELECT id FROM campaigns ORDER BY id"
ORPHANS = "SELECT count(*) FROM campaign_properties WHERE campaign_id NOT IN (SELECT id FROM campaigns)"


class EndToEnd(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.database = self.folder / "popup_campaigns.db"

    def deploy(self, *more: str) -> Deployment:
        deployment = Deployment(self.folder, list(more))
        self.addCleanup(deployment.destroy)
        return deployment

    def deploy_in_sync(self) -> Deployment:
        deployment = self.deploy()
        deployment.first_answer("/api/campaigns")
        deployment.wait_until_in_sync()
        return deployment

    def assert_serves_exactly_the_twelve(self, answer: tuple, log: str) -> None:
        status, rows = answer
        self.assertEqual(status, 200, f"{rows}\n{log}")
        self.assertEqual({row["id"]: row["name"] for row in rows}, TWELVE, log)
        self.assertEqual(len(rows), len(TWELVE))

    def add(self, deployment: Deployment, name: str) -> dict:
        status, row = call(deployment.port, "POST", "/api/campaigns", new_campaign(name))
        self.assertEqual(status, 201, row)
        return row

    def rows_of(self, campaign: int) -> List[Any]:
        """Everything that belongs to a campaign, with rowids: a row that was deleted and put back shows."""
        places = (("campaigns", "id"), ("campaign_properties", "campaign_id"), ("clicks", "campaign_id"))
        return [
            query(self.database, f"SELECT rowid, * FROM {table} WHERE {column} = ? ORDER BY rowid", (campaign,))
            for table, column in places
        ]

    def count(self, deployment: Deployment, what: str, campaign: int, site: str = "mff") -> None:
        """An impression or a click."""
        status, answer = call(deployment.port, "POST", f"/api/{what}", {"campaign_id": campaign, "property_code": site})
        self.assertEqual(status, 201, answer)

    def add_four(self, deployment: Deployment) -> List[int]:
        """Campaigns that users make: more than a fifth of the table, and the agent has seen them."""
        sales = ("Summer Sale", "Autumn Sale", "Winter Sale", "Spring Sale")
        added = [self.add(deployment, name)["id"] for name in sales]

        def known() -> bool:
            return deployment.row_set("campaigns")["rows"]["unmanaged"] == len(added)

        eventually("the agent knows of them", known)
        return added


class Deploys(EndToEnd):
    def test_a_wiped_database_is_never_served_ten_times_in_a_row(self) -> None:
        """Incident 1: every deploy began with an empty database, and customers found it."""
        for turn in range(DEPLOYS):
            with self.subTest(deploy=turn):
                wipe(self.database)
                deployment = self.deploy()
                answer = deployment.first_answer("/api/campaigns")
                self.assert_serves_exactly_the_twelve(answer, deployment.process.text()[-2000:])
                status, shown = call(deployment.port, "GET", "/api/campaigns?property=mmm")
                self.assertEqual((status, [row["id"] for row in shown]), (200, [1, 2, 3, 4, 5, 6]))
                self.count(deployment, "click", 2, "mmm")
                self.add(deployment, "Lost with the next deploy")
                self.assertIn(deployment.stop(), (0, 143))

    def test_prizies_out_of_old_restore_data_is_gone_before_the_first_answer(self) -> None:
        """The app's own migration runs before the first reconcile, and brings back what was deleted long ago."""
        before = shlex.join(["/usr/bin/python3", "-c", OLD_RESTORE, str(API_FOLDER)])
        deployment = self.deploy("--before", f"{before} && touch {shlex.quote(str(self.folder / 'migrated'))}")
        answer = deployment.first_answer("/api/campaigns")
        self.assertTrue((self.folder / "migrated").exists(), deployment.process.text())
        # The migration gave Prizies the id 1: whoever took it is gone, and Money.com has it.
        self.assert_serves_exactly_the_twelve(answer, deployment.process.text()[-2000:])
        deployment.wait_until_in_sync()
        self.assertEqual(query(self.database, "SELECT count(*) FROM campaign_properties"), [(12,)])
        self.assertIn(deployment.stop(), (0, 143))

    def test_users_own_rows_stay_as_they_are_over_deploys_that_wipe_nothing(self) -> None:
        deployment = self.deploy_in_sync()
        mine = self.add(deployment, "Summer Sale")["id"]
        for campaign in (mine, 3):
            self.count(deployment, "click", campaign)
        status, _ = call(deployment.port, "PUT", "/api/campaigns/3", {"description": "An editor's own words."})
        self.assertEqual(status, 200)
        before = [self.rows_of(campaign) for campaign in (mine, 3)]
        for turn in range(3):
            with self.subTest(deploy=turn):
                self.assertIn(deployment.stop(), (0, 143))
                deployment = self.deploy()
                status, rows = deployment.first_answer("/api/campaigns")
                self.assertEqual((status, [row["id"] for row in rows]), (200, [*TWELVE, mine]))
                deployment.wait_until_in_sync()
                self.assertEqual([self.rows_of(campaign) for campaign in (mine, 3)], before)

    def test_a_database_that_is_deleted_below_a_running_api_comes_back(self) -> None:
        deployment = self.deploy_in_sync()
        wipe(self.database)

        def twelve_again() -> bool:
            status, rows = call(deployment.port, "GET", "/api/campaigns")
            return status == 200 and {row["id"]: row["name"] for row in rows} == TWELVE

        eventually("the API serves the twelve again", twelve_again)
        self.count(deployment, "impression", 2, "mmm")
        deployment.wait_until_in_sync()


class EmergencyRestore(EndToEnd):
    def test_what_it_takes_is_seen_as_a_vanish(self) -> None:
        """Incident 2: twelve of twelve are there, the users' own are gone, their clicks belong to nobody."""
        deployment = self.deploy_in_sync()
        self.assertIsNone(deployment.row_set("campaigns")["last_vanish"])
        mine = self.add_four(deployment)
        for campaign in mine:
            self.count(deployment, "click", campaign)

        self.assertEqual(call(deployment.port, "POST", "/api/emergency-restore"), (200, {"campaigns": 12}))

        eventually("the vanish is in the status", lambda: deployment.row_set("campaigns")["last_vanish"])
        deployment.wait_until_in_sync()
        self.assert_serves_exactly_the_twelve((200, deployment.campaigns()), "")
        rows = deployment.row_set("campaigns")["rows"]
        self.assertEqual(rows, {"declared": 12, "in_sync": 12, "live": 12, "unmanaged": 0})
        events = call(deployment.agent_port, "GET", "/api/v1/events")[1]["events"]
        told = [event["level"] for event in events if (event["reason"], event["rowset"]) == ("Vanished", "campaigns")]
        self.assertEqual(told, ["warning"], events)
        metrics = ask(deployment.agent_port, "GET", "/metrics")[1]
        times = [
            float(line.rpartition(" ")[2]) for line in metrics.splitlines()
            if line.startswith("holdfast_last_vanish_timestamp_seconds{") and 'rowset="campaigns"' in line
        ]
        self.assertEqual(len(times), 1, metrics)
        self.assertGreater(times[0], 0)
        # We did not clean up after it: what was counted for the users' campaigns is there, for whoever restores them.
        clicks = query(self.database, "SELECT campaign_id FROM clicks ORDER BY id")
        self.assertEqual(clicks, [(campaign,) for campaign in mine])

    def test_what_is_taken_while_all_is_stopped_is_seen_at_the_next_start(self) -> None:
        """The last run has left marks in the database: how many rows there were."""
        deployment = self.deploy_in_sync()
        self.add_four(deployment)
        self.assertIn(deployment.stop(), (0, 143))
        query(self.database, "DELETE FROM campaigns WHERE id > 12")
        deployment = self.deploy_in_sync()
        eventually("the vanish is in the status", lambda: deployment.row_set("campaigns")["last_vanish"])


class Requests:
    """Asks the API for its campaigns all the time, from another thread; keeps every answer that is not the twelve."""

    def __init__(self, deployment: Deployment) -> None:
        self.deployment = deployment
        self.count = 0
        self.wrong: List[Any] = []
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self) -> None:
        while not self.ended.is_set():
            try:
                status, rows = call(self.deployment.port, "GET", "/api/campaigns")
                if status != 200 or len(rows) < len(TWELVE):
                    self.wrong.append((status, rows))
            except Exception as error:  # whatever it is, a user would have seen it
                self.wrong.append(error)
            self.count += 1

    def finish(self) -> List[Any]:
        self.ended.set()
        self.thread.join(30)
        return self.wrong


class Kills(EndToEnd):
    def heals(self, deployment: Deployment) -> None:
        query(self.database, "UPDATE campaigns SET offer_id = offer_id || 'x' WHERE id = 7")
        offer = "SELECT offer_id FROM campaigns WHERE id = 7"
        eventually("a change is mended", lambda: query(self.database, offer) == [("6571",)])

    def test_the_api_lives_on_when_the_agent_is_killed(self) -> None:
        deployment = self.deploy_in_sync()
        api, requests = deployment.api(), Requests(deployment)
        for _ in range(3):
            agent = deployment.agent()
            os.kill(agent, signal.SIGKILL)
            eventually("another agent is there", lambda: deployment.agent() != agent)
            deployment.wait_until_in_sync()
            self.heals(deployment)
        self.assertEqual(requests.finish(), [])
        self.assertGreater(requests.count, 10)
        self.assertEqual(deployment.api(), api, "the API was started again")
        self.assertIn(deployment.stop(), (0, 143))

    def test_all_ends_when_the_api_is_killed_and_can_be_started_again(self) -> None:
        deployment = self.deploy_in_sync()
        mine = self.add(deployment, "Summer Sale")["id"]
        os.kill(deployment.api(), signal.SIGKILL)
        self.assertEqual(deployment.process.wait(20), 128 + signal.SIGKILL, deployment.process.text()[-2000:])
        deployment.wait_until_nothing_is_left()
        again = self.deploy_in_sync()
        self.assertEqual([row["id"] for row in again.campaigns()], [*TWELVE, mine])

    def test_all_ends_when_the_supervisor_is_killed_and_can_be_started_again(self) -> None:
        deployment = self.deploy_in_sync()
        mine = self.add(deployment, "Summer Sale")["id"]
        deployment.direct()
        deployment.process.send(signal.SIGKILL)
        self.assertEqual(deployment.process.wait(5), -signal.SIGKILL)
        deployment.wait_until_nothing_is_left()
        again = self.deploy_in_sync()
        self.assertEqual([row["id"] for row in again.campaigns()], [*TWELVE, mine])

    def test_whoever_is_killed_in_the_middle_of_corrections_no_row_is_lost(self) -> None:
        seed = int(os.environ.get("HOLDFAST_SEED") or random.randrange(1 << 30))
        chance = random.Random(seed)
        deployment = self.deploy_in_sync()
        mine = self.add(deployment, "Summer Sale")["id"]
        users = self.rows_of(mine)
        for turn in range(KILLS):
            victim = chance.choice(("agent", "API", "supervisor"))
            with self.subTest(seed=seed, turn=turn, victim=victim):
                process = deployment.process.pid
                if victim != "supervisor":
                    process = deployment.agent() if victim == "agent" else deployment.api()
                # A correction is under way, or about to be, or just done. More than ten deletes an hour would wait.
                query(self.database, "DELETE FROM campaigns WHERE id = ?", (chance.randint(1, 12),))
                if turn < 8:
                    query(self.database, PRIZIES)
                os.kill(process, signal.SIGKILL)
                if victim != "agent":
                    deployment.process.wait(20)
                    deployment.wait_until_nothing_is_left()
                    self.assertEqual(query(self.database, "PRAGMA integrity_check"), [("ok",)])
                    deployment = self.deploy()
                    deployment.first_answer("/health")
                wanted = [(number,) for number in (*TWELVE, mine)]
                eventually("the twelve and the user's are there", lambda: query(self.database, IDS) == wanted)
                self.assertEqual(self.rows_of(mine), users)
                self.assertEqual(query(self.database, ORPHANS), [(0,)])
        deployment.wait_until_in_sync()


if __name__ == "__main__":
    missing = need_fastapi()
    if missing:
        print(f"skipped: {missing}")
    else:
        unittest.main()
