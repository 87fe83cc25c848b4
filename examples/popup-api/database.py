"""The database of the popup service: its tables, and a connection for each request.

The habits are those of the service that this example follows: the tables are made at each start, columns that came
later are added with an ALTER TABLE whose "duplicate column name" means that they are there already, every request has
a connection of its own, the journal is a rollback journal, foreign keys stay off (SQLite's default), and a locked
database is waited for as long as Python's sqlite3 waits.

    POPUP_DATABASE       the file; default ./popup_campaigns.db
    POPUP_JOURNAL_MODE   delete (default) or wal
"""
import contextlib
import os
import sqlite3
from typing import Iterator

BUSY_SECONDS = 5.0

# Who was shown a campaign, clicked on it, bought: the same columns, then what is special to each.
ANALYTICS = """
    CREATE TABLE IF NOT EXISTS {table} (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        campaign_id INTEGER NOT NULL REFERENCES campaigns(id) ON DELETE CASCADE,
        property_code TEXT NOT NULL,
        session_id TEXT,
        placement TEXT,
        timestamp TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
        source TEXT,
        subsource TEXT,
        utm_campaign TEXT,
        referrer TEXT,
        landing_page TEXT{more}
    )"""

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS campaigns (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        tune_url TEXT NOT NULL,
        logo_url TEXT NOT NULL,
        main_image_url TEXT NOT NULL,
        description TEXT,
        cta_text TEXT DEFAULT 'View Offer',
        active BOOLEAN DEFAULT true,
        created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
        updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
    )""",
    """
    CREATE TABLE IF NOT EXISTS properties (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        code TEXT UNIQUE NOT NULL,
        name TEXT NOT NULL,
        domain TEXT,
        active BOOLEAN,
        popup_enabled BOOLEAN,
        popup_frequency TEXT DEFAULT 'session',
        popup_placement TEXT DEFAULT 'thankyou',
        created_at TIMESTAMP,
        updated_at TIMESTAMP
    )""",
    """
    CREATE TABLE IF NOT EXISTS campaign_properties (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        campaign_id INTEGER NOT NULL REFERENCES campaigns(id) ON DELETE CASCADE,
        property_code TEXT NOT NULL,
        visibility_percentage INTEGER DEFAULT 100,
        active BOOLEAN DEFAULT true,
        impression_cap_daily INTEGER,
        click_cap_daily INTEGER,
        created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
        UNIQUE(campaign_id, property_code)
    )""",
    ANALYTICS.format(table="impressions", more=""),
    ANALYTICS.format(
        table="clicks",
        more=",\n        revenue_estimate DECIMAL(10,2) DEFAULT 0.45,\n        conversion_tracked BOOLEAN",
    ),
    ANALYTICS.format(table="conversions", more=",\n        conversion_value DECIMAL(10,2)"),
)

# What came later. The order is that in which databases out there have got them.
LATER_COLUMNS = (
    ("campaigns", "offer_id TEXT"),
    ("campaigns", "aff_id TEXT"),
    ("campaigns", "featured BOOLEAN DEFAULT false"),
    ("campaigns", "partner_name TEXT"),
    ("campaigns", "advertiser_name TEXT"),
    ("campaigns", "payout_amount DECIMAL(10,2) DEFAULT 0.45"),
    ("campaigns", "creative_file TEXT"),
    ("properties", "featured_campaign_id INTEGER"),
)


def path() -> str:
    return os.environ.get("POPUP_DATABASE", "./popup_campaigns.db")


@contextlib.contextmanager
def connection() -> Iterator[sqlite3.Connection]:
    """One request's connection: committed at the end, rolled back on an exception, closed in any case."""
    database = sqlite3.connect(path(), timeout=BUSY_SECONDS)
    database.row_factory = sqlite3.Row
    try:
        with database:
            yield database
    finally:
        database.close()


def create_tables() -> None:
    """Makes what is missing. Two workers that start at once may both do it."""
    mode = os.environ.get("POPUP_JOURNAL_MODE", "delete")
    if mode not in ("delete", "wal"):
        raise ValueError(f"POPUP_JOURNAL_MODE is {mode}: say delete or wal")
    with connection() as database:
        database.execute(f"PRAGMA journal_mode = {mode}")
        for table in TABLES:
            database.execute(table)
        for table, column in LATER_COLUMNS:
            try:
                database.execute(f"ALTER TABLE {table} ADD COLUMN {column}")
            except sqlite3.OperationalError as error:
                if "duplicate column name" not in str(error):
                    raise
