"""A client who posts the same job again and again: what the alert, `explain` and the page say."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from goldmine_ingest.model.pursuit import Pursuit
from tests.cli.test_commands import document
from tests.rig.command import goldmine
from tests.rig.feed_server import Answer, FeedServer
from tests.rig.page import serving
from tests.rig.project import CRITERIA, Clock, Home

_TEXT = (
    "Our month-end close takes too long. We need a reconciliation of bank exports against the"
    " ledger in Python and SQL. Deliverable: one reconciled month with an exception report."
)
DAYS = (datetime(2026, 5, 12, 12, tzinfo=UTC), datetime(2026, 8, 1, 12, tzinfo=UTC))
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def posted(number: int, at: datetime, **said: Any) -> dict[str, Any]:
    job = {
        "title": "Month-end reconciliation in Python",
        "url": f"https://www.upwork.com/jobs/~01{number:016x}",
        "description": _TEXT,
        "createdDateTime": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "budget": "$1,500 fixed",
        "client": {"companyRid": "7001", "totalHires": 12},
    }
    return job | said


OTHER = posted(
    9, DAYS[0], title="VAT export from two shops", description="Build a VAT export for us."
)


def test_what_is_told_of_a_client_who_posts_again(tmp_path: Path) -> None:
    """Three times in half a year, nobody hired; for another job the user was declined in May."""
    with FeedServer() as feeds:
        home = Home(
            tmp_path,
            f'[fetch]\nallow_private = ["{urlsplit(feeds.url("/")).netloc}"]\n[[feed]]\n'
            f'name = "jobs"\nurl = "{feeds.url("/jobs")}"\nbacklog = "all"\n[[notify]]\n'
            'name = "here"\nurl = "terminal"\n',
            criteria=CRITERIA,
            clock=Clock(DAYS[0]),
        )
        said = []
        for number, at in enumerate((*DAYS, NOW), start=1):
            home.clock.at = at
            jobs = [posted(number, at), *([OTHER] if number == 1 else [])]
            feeds.script("/jobs", Answer(body=json.dumps(jobs).encode()))
            assert home.run().new_listings == len(jobs)
            said.append(home.printed.getvalue())
            if number == 1:
                with home.store() as store:
                    other = store.resolve_listing(OTHER["url"])
                    store.record_pursuits([Pursuit(other, "declined", at)])
    assert "posted this" not in said[0] + said[1]
    assert "declined (May)" in said[1]
    assert "posted this 3 times since May, hired nobody; declined (May)" in said[2]

    (newest,) = home.rows("SELECT listing_id FROM listings ORDER BY first_seen_at DESC LIMIT 1")
    assert home.rows("SELECT how_known, platform, listings, hires FROM clients") == [
        ("id", "upwork", 4, 12)
    ]
    shown = goldmine("explain", str(newest[0]), cwd=tmp_path).stdout
    assert "3 earlier listings of this client, since 12 May 2026; hires 12" in shown
    assert "Month-end reconciliation in Python, the same job" in shown
    assert "VAT export from two shops, you: declined" in shown
    client = document(goldmine("explain", str(newest[0]), "--json", cwd=tmp_path))["client"]
    answers = {each["title"]: each["answer"] for each in client["earlier"]}
    assert (client["how_known"], answers["VAT export from two shops"]) == ("id", "declined")
    with serving(home) as page:
        words = page.get(f"/l/{newest[0]}").words
    assert "3 earlier listings of this client, since 12 May 2026; hires 12" in words
    assert "Posted this 3 times since May, hired nobody; declined (May)." in words
