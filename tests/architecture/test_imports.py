"""What a command loads (G10): who asks for help, or polls feeds in which nothing changed, waits
for no library that isn't needed.
"""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.rig.feed_server import Answer, FeedServer
from tests.rig.project import Clock, Home, upwork_feed, upwork_item

# Some 0.1 to 3 seconds of CPU each.
FOR_NO_HELP = (
    "duckdb",
    "_duckdb",
    "prefect",
    "apprise",
    "bs4",
    "feedparser",
    "pandas",
    "pyarrow",
    "lxml",
    "pycurl",
    "babel",
    "multiprocessing",
)
FOR_NO_QUIET_POLL = (
    "prefect",
    "apprise",
    "bs4",
    "feedparser",
    "pandas",
    "pyarrow",
    "numpy",
    "lxml",
    "pebble",
    "rich",
    "babel",
    "ftfy",
    "re2",
    "multiprocessing",
    "concurrent",
    "zoneinfo",
    "shutil",
)
# What reads, judges, stores listings, sends: each stands in modules that a quiet cycle doesn't
# touch, with the classes that they need.
OURS_FOR_NO_QUIET_POLL = (
    "goldmine_ingest.render",
    "goldmine_ingest.criteria.judge",
    "goldmine_ingest.sources",
    "goldmine_ingest.parse",
    "goldmine_ingest.parse.reading",
    "goldmine_ingest.identity.job_identity",
    "goldmine_ingest.alerts.ledger",
    "goldmine_ingest.notify",
    "goldmine_ingest.store.history",
    "goldmine_ingest.pipeline.ingest.intake",
    "goldmine_ingest.pipeline.delivery.deliver",
    *(
        f"goldmine_ingest.model.{room}"
        for room in ("alert", "changes", "decision", "entry", "names", "posting", "pursuit")
    ),
)


def loaded(names: tuple[str, ...], *arguments: str, cwd: Path) -> str:
    """Which of these modules a command of a fresh process has loaded in the end."""
    code = (
        "import sys; from goldmine_ingest.cli import main\n"
        f"status = main({[*arguments]!r})\n"
        f"print(status, [name for name in {names!r} if name in sys.modules])"
    )
    done = subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-c", code], cwd=cwd, capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()[-1]


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("run", "--help")])
def test_g10_help_loads_nothing_heavy(arguments: tuple[str, ...], tmp_path: Path) -> None:
    assert loaded(FOR_NO_HELP, *arguments, cwd=tmp_path) == "0 []"


def test_g10_a_poll_in_which_nothing_changed_loads_nothing_heavy(
    feeds: FeedServer, tmp_path: Path
) -> None:
    """Neither a parser nor a sender, no judge and no renderer."""
    feeds.script(
        "/jobs", Answer(body=upwork_feed(upwork_item(1)), headers={"ETag": '"1"'}), Answer(304)
    )
    home = Home(
        tmp_path,
        f'[fetch]\nallow_private = ["{urlsplit(feeds.url("/")).netloc}"]\n[[feed]]\nname ='
        f' "jobs"\nurl = "{feeds.url("/jobs")}"\n[[notify]]\nname = "here"\nurl ='
        ' "terminal"\ndigest_at = []\n',
        clock=Clock(datetime.now(UTC)),  # the second process goes by the computer's
    )
    assert home.run().new_listings == 1
    assert (
        loaded(FOR_NO_QUIET_POLL + OURS_FOR_NO_QUIET_POLL, "--quiet", "run", "--all", cwd=tmp_path)
        == "0 []"
    )
    assert home.rows("SELECT outcome FROM poll ORDER BY started_at DESC LIMIT 1") == [
        ("not_modified",)
    ]
