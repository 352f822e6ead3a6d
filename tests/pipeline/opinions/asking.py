"""A project whose listings a model on loopback is asked about."""

from __future__ import annotations

from pathlib import Path

from tests.rig.project import CRITERIA, Home, upwork_feed, upwork_item

SETTINGS = """
[alerts]
backlog = "all"
max_age = "none"
[[feed]]
name = "jobs"
url = "file:jobs.xml"
[[notify]]
name = "phone"
url = "terminal"
digest_at = ["18:00"]
timezone = "UTC"
"""
# The listings of the rig have a fit of about 0.9: so they are near.
NEAR = "\n[proof_match]\nminimum = 0.1\nsure = 1.0\n"
ASK = "reconciliation of bank exports against the ledger"


def opinion(url: str, *more: str) -> str:
    lines = "\n".join(more)
    return f'\n[opinion]\nurl = "{url}"\nmodel = "m"\n{lines}\n'


def home(folder: Path, url: str, *more: str, near: bool = True, listings: int = 1) -> Home:
    """A project with so many listings, near or sure, that asks at `url`."""
    made = Home(
        folder,
        SETTINGS,
        criteria=CRITERIA + (NEAR if near else "") + opinion(url, *more),
        env={"OPINION_KEY": "canary-key-1234567890"},
    )
    bring(made, *range(1, listings + 1))
    return made


def bring(made: Home, *numbers: int, **changes: str) -> None:
    """What the feed holds from now on."""
    made.folder.mkdir(exist_ok=True)
    items = [upwork_item(number, **changes) for number in numbers]  # type: ignore[arg-type]
    (made.folder / "jobs.xml").write_bytes(upwork_feed(*items))
