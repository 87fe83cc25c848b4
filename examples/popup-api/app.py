"""A small API over the popup database: campaigns, where they are shown, who saw them.

    uvicorn --app-dir examples/popup-api app:app --port 8000
"""
import os
import sqlite3
from typing import List, Optional

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

import database
import emergency

app = FastAPI(title="popup API", on_startup=[database.create_tables])


class CampaignChange(BaseModel):
    """What a PUT may change; what is left out stays."""

    name: Optional[str] = None
    tune_url: Optional[str] = None
    logo_url: Optional[str] = None
    main_image_url: Optional[str] = None
    description: Optional[str] = None
    cta_text: Optional[str] = None
    active: Optional[bool] = None
    offer_id: Optional[str] = None
    aff_id: Optional[str] = None
    featured: Optional[bool] = None
    partner_name: Optional[str] = None
    advertiser_name: Optional[str] = None
    payout_amount: Optional[float] = None
    creative_file: Optional[str] = None


class NewCampaign(CampaignChange):
    name: str
    tune_url: str
    logo_url: str
    main_image_url: str
    properties: List[str] = []  # the codes of the sites that show it


class Seen(BaseModel):
    """An impression or a click."""

    campaign_id: int
    property_code: str
    session_id: Optional[str] = None
    placement: Optional[str] = None
    source: Optional[str] = None
    subsource: Optional[str] = None
    utm_campaign: Optional[str] = None
    referrer: Optional[str] = None
    landing_page: Optional[str] = None


@app.exception_handler(sqlite3.Error)
def database_failed(_: Request, error: sqlite3.Error) -> JSONResponse:
    """A row that the tables refuse is the caller's mistake; a locked or missing database is ours."""
    return JSONResponse({"detail": str(error)}, status_code=409 if isinstance(error, sqlite3.IntegrityError) else 500)


def insert(db: sqlite3.Connection, table: str, values: dict) -> int:
    """Inserts what is given and leaves the rest to the table's defaults. Column names come from the models above."""
    columns = ", ".join(values)
    places = ", ".join("?" for _ in values)
    return db.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", tuple(values.values())).lastrowid


def campaign_of(db: sqlite3.Connection, campaign_id: int) -> dict:
    row = db.execute("SELECT * FROM campaigns WHERE id = ?", (campaign_id,)).fetchone()
    if row is None:
        raise HTTPException(404, f"there is no campaign {campaign_id}")
    return dict(row)


@app.get("/health")
def health() -> dict:
    """Answers as long as the database does; says which worker it was."""
    with database.connection() as db:
        count = db.execute("SELECT count(*) FROM campaigns").fetchone()[0]
    return {"status": "ok", "campaigns": count, "process": os.getpid()}


@app.get("/api/campaigns")
def list_campaigns(property: Optional[str] = None) -> list:
    """All of them, or those that a site shows at the moment."""
    with database.connection() as db:
        if property is None:
            rows = db.execute("SELECT * FROM campaigns ORDER BY id")
        else:
            rows = db.execute(
                "SELECT c.* FROM campaigns c JOIN campaign_properties p ON p.campaign_id = c.id"
                " WHERE p.property_code = ? AND p.active AND c.active ORDER BY c.id",
                (property,),
            )
        return [dict(row) for row in rows]


@app.post("/api/campaigns", status_code=201)
def add_campaign(campaign: NewCampaign) -> dict:
    values = campaign.dict(exclude_unset=True)
    properties = values.pop("properties", [])
    with database.connection() as db:
        number = insert(db, "campaigns", values)
        for code in properties:
            insert(db, "campaign_properties", {"campaign_id": number, "property_code": code})
        return campaign_of(db, number)


@app.put("/api/campaigns/{campaign_id}")
def change_campaign(campaign_id: int, change: CampaignChange) -> dict:
    values = change.dict(exclude_unset=True)
    assignments = "".join(f"{column} = ?, " for column in values)
    with database.connection() as db:
        sql = f"UPDATE campaigns SET {assignments}updated_at = CURRENT_TIMESTAMP WHERE id = ?"
        db.execute(sql, (*values.values(), campaign_id))
        return campaign_of(db, campaign_id)


@app.delete("/api/campaigns/{campaign_id}")
def delete_campaign(campaign_id: int, permanent: bool = False) -> dict:
    """What the admin page calls deleting: the campaign is not active any more. With `permanent` the row goes."""
    with database.connection() as db:
        campaign = campaign_of(db, campaign_id)
        if permanent:
            db.execute("DELETE FROM campaigns WHERE id = ?", (campaign_id,))
            return campaign
        db.execute("UPDATE campaigns SET active = false, updated_at = CURRENT_TIMESTAMP WHERE id = ?", (campaign_id,))
        return campaign_of(db, campaign_id)


@app.post("/api/impression", status_code=201)
def add_impression(seen: Seen) -> dict:
    with database.connection() as db:
        return {"id": insert(db, "impressions", seen.dict(exclude_unset=True))}


@app.post("/api/click", status_code=201)
def add_click(seen: Seen) -> dict:
    with database.connection() as db:
        return {"id": insert(db, "clicks", seen.dict(exclude_unset=True))}


@app.get("/api/analytics/{campaign_id}")
def analytics(campaign_id: int) -> dict:
    """What was counted under an id. The name is null where no campaign has that id (any more)."""
    with database.connection() as db:
        name = db.execute("SELECT name FROM campaigns WHERE id = ?", (campaign_id,)).fetchone()
        counts = {
            table: db.execute(f"SELECT count(*) FROM {table} WHERE campaign_id = ?", (campaign_id,)).fetchone()[0]
            for table in ("impressions", "clicks", "conversions")
        }
        revenue = db.execute(
            "SELECT ifnull(sum(revenue_estimate), 0) FROM clicks WHERE campaign_id = ?", (campaign_id,)
        ).fetchone()[0]
    return {"campaign_id": campaign_id, "name": name and name["name"], **counts, "revenue_estimate": round(revenue, 2)}


@app.post("/api/emergency-restore")
def emergency_restore() -> dict:
    """Deletes every campaign and puts twelve back: see emergency.py for why nobody should call it."""
    with database.connection() as db:
        emergency.restore(db)
        return {"campaigns": db.execute("SELECT count(*) FROM campaigns").fetchone()[0]}
