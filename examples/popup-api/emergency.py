"""The emergency restore of the popup service: a warning, not a model.

It deletes every campaign and puts twelve back from a list in the code. Whoever calls it because a campaign is missing
loses those that users have made, and what was counted for them belongs to nobody afterwards. The list has no
descriptions, either. It is here because such code exists, and because a reconciler has to notice what it does.
"""
import sqlite3

# id, name, property, offer, affiliate, logo, main image, call to action
TWELVE = (
    (1, "Money.com - Online Stock Brokers", "mmm", "7521", "43092", "4JoGdZr.png", "O81cPQJ.jpeg", "Compare Brokers"),
    (2, "Trading Tips", "mmm", "6998", "43045", "lHn301q.png", "ZVGOktR.png", "Get Trading Tips"),
    (3, "Behind The Markets", "mmm", "7521", "43045", "O3iEVP7.jpeg", "NA0o7iJ.png", "Learn More"),
    (4, "Brownstone Research", "mmm", "7389", "43045", "3KVDcV7.jpeg", "vzoiVpd.png", "View Research"),
    (5, "Hotsheets", "mmm", "7385", "43045", "5Yb0LJn.png", "O81cPQJ.jpeg", "Get Hotsheets"),
    (6, "Best Gold", "mmm", "7390", "43045", "5Yb0LJn.png", "EEOyDuZ.jpeg", "Learn About Gold"),
    (7, "Daily Goodie Box", "mff", "6571", "42946", "DH7Tp4A.jpeg", "JpKD9AX.png", "Claim Now!"),
    (8, "Free Samples Guide", "mff", "3907", "42946", "DH7Tp4A.jpeg", "vbgSfMi.jpeg", "Claim Now!"),
    (9, "UpLevel - Amazon Mystery Box", "mff", "4689", "42946", "Xmb1P8t.jpg", "tA8fYBO.jpg", "Get Box!"),
    (10, "Hulu - Hit Movies, TV and More!", "mff", "5555", "42946", "RHRuCvk.jpg", "SEu1NtW.jpg", "Get Hulu!"),
    (11, "Paramount", "mff", "5172", "42946", "2IpSLaY.jpg", "p8o0YSR.jpg", "Get Paramount+!"),
    (12, "Trend'n Daily", "mff", "4689", "42946", "Xmb1P8t.jpg", "tA8fYBO.jpg", "Get Deals!"),
)


def restore(database: sqlite3.Connection) -> None:
    """Deletes all campaigns and where they are shown, and inserts the twelve. Foreign keys are off: counts stay."""
    database.execute("DELETE FROM campaign_properties")
    database.execute("DELETE FROM campaigns")
    for number, name, site, offer, affiliate, logo, image, call in TWELVE:
        database.execute(
            "INSERT INTO campaigns (id, name, tune_url, logo_url, main_image_url, cta_text, offer_id, aff_id)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                number,
                name,
                f"https://track.modemobile.com/aff_c?offer_id={offer}&aff_id={affiliate}",
                f"https://i.imgur.com/{logo}",
                f"https://i.imgur.com/{image}",
                call,
                offer,
                affiliate,
            ),
        )
        database.execute("INSERT INTO campaign_properties (campaign_id, property_code) VALUES (?, ?)", (number, site))
