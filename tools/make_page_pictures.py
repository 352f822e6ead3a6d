"""Takes the pictures of docs/page.md: `python -m tools.make_page_pictures`.

The sample feeds, on the evening of the day on which their newest listing was posted, in a folder of
its own; Debian's chromium and chromedriver. No test compares the pictures.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from goldmine_ingest import config
from goldmine_ingest.analysis.actions import Action, act
from goldmine_ingest.settings.project import Project
from tests.rig import browser as rig
from tests.rig.page import Served, serving
from tests.rig.project import Clock, Home
from tests.rig.waiting import wait_for

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "docs/images"
_LISTING = "Automate our month-end bank reconciliation"
_SKIPPED = "Rockstar wanted for our finance team"


@dataclass(frozen=True, slots=True)
class Picture:
    """A page at a width; {listing} in its path is the first listing's id."""

    name: str
    path: str
    width: int
    height: int
    dark: bool = False


PICTURES = (
    Picture("page-inbox-1280-light", "/", 1280, 800),
    Picture("page-inbox-1280-dark", "/", 1280, 800, dark=True),
    Picture("page-inbox-390-light", "/", 390, 844),
    Picture("page-listing-390-dark", "/l/{listing}", 390, 844, dark=True),
    Picture("page-tune-1280-light", "/tune?set=budget.fixed_minimum%3D400", 1280, 800),
    Picture("page-near-1280-dark", "/near", 1280, 800, dark=True),
    Picture("page-sources-390-light", "/sources", 390, 844),
)
# Once these were pursued: the beginning of a title, and what came of it.
_PURSUED = (
    ("Reconcile Stripe", ("pursued",)),
    ("Reconcile PayPal", ("pursued", "viewed", "replied")),
    ("Power BI developer", ("pursued", "viewed")),
)
LATER = (Picture("page-board-1280-light", "/board", 1280, 440),)


class _Sample(Home):
    """The project as a fresh clone has it."""

    def project(self) -> Project:
        return config.load(self.folder / "config/goldmine.toml", env=self.env, cwd=self.folder)


@contextmanager
def sample_page(folder: Path) -> Iterator[tuple[Served, str]]:
    """The page of the sample feeds after their first cycle and one decision, and the first
    listing's id.
    """
    shutil.copytree(ROOT / "config", folder / "config")
    home = _Sample(folder, "", clock=Clock())
    home.run()
    with home.store() as store:
        listings = store.listings(store.listing_ids())
        newest = max(one.posting.posted_at for one in listings.values() if one.posting.posted_at)
    shutil.rmtree(folder / "data")
    home.clock.at = newest + timedelta(minutes=12)
    home.run()
    home.clock.forward(minutes=3)
    named = {one.posting.title: listing_id for listing_id, one in listings.items()}
    first, skipped = (
        next(named[title] for title in named if title.startswith(start))
        for start in (_LISTING, _SKIPPED)
    )
    with home.store() as store:
        act(store, Action(uuid.uuid4().hex, "skipped", skipped, home.clock(), "page"))
    with serving(home) as page:
        yield page, first


def main(target: Path = TARGET) -> None:
    """Each picture under its name."""
    target.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        tempfile.TemporaryDirectory() as profile,
        sample_page(Path(folder)) as (page, listing),
        rig.browser(Path(profile)) as browser,
    ):
        here = f"http://{page.name}"
        browser.open(f"{here}{page.link()}", width=1280, dark=False)
        for picture in PICTURES:
            _take(browser, f"{here}{picture.path.replace('{listing}', listing)}", picture, target)
        _pursue(page)
        for picture in LATER:
            _take(browser, f"{here}{picture.path}", picture, target)


def _take(browser: rig.Browser, url: str, picture: Picture, target: Path) -> None:
    browser.open(url, width=picture.width, dark=picture.dark)
    browser.devtools(
        "Emulation.setDeviceMetricsOverride",
        width=picture.width,
        height=picture.height,
        deviceScaleFactor=1,
        mobile=picture.width < 600,
    )
    # what is worked out in the background is there
    wait_for(lambda: not browser.run("return document.querySelector('[data-again]') !== null"))
    file = target / f"{picture.name}.png"
    browser.screenshot(file, width=picture.width, height=picture.height)
    print(file)


def _pursue(page: Served) -> None:
    with page.site.history() as store:
        listings = store.listings(store.listing_ids())
        for start, stages in _PURSUED:
            pursued = next(i for i, one in listings.items() if one.posting.title.startswith(start))
            for stage in stages:
                act(store, Action(uuid.uuid4().hex, stage, pursued, page.site.now(), "page"))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
