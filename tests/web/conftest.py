"""One project with some listings and its page, for all tests that change nothing in it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.rig.feed_server import Answer, FeedServer
from tests.rig.page import Served, serving
from tests.rig.project import CRITERIA, NOON, Home, upwork_feed, upwork_item

# One of each kind, and texts that a page must bear. The words are ours.
ITEMS = (
    upwork_item(1),
    upwork_item(2, title="Reconcile payouts with our books", budget="$2,200"),
    upwork_item(3, title="Reconciliation of two ledgers", budget=None),
    upwork_item(4, title="Month-end reconciliation, small", budget="$450"),
    upwork_item(5, title="Paint our office walls", body="We need someone who paints walls."),
    upwork_item(6, title="&lt;script&gt;alert(1)&lt;/script&gt; reconciliation"),
)


def make_home(folder: Path, feeds: FeedServer, *items: str, settings: str = "") -> Home:
    """A project with one feed that holds these items, after its first cycle."""
    feeds.script("/jobs", Answer(body=upwork_feed(*items)))
    home = Home(
        folder,
        f'[fetch]\nallow_private = ["{urlsplit(feeds.url("/")).netloc}"]\n[[feed]]\nname ='
        f' "jobs"\nurl = "{feeds.url("/jobs")}"\nbacklog = "all"\n[[notify]]\nname = "here"\nurl ='
        f' "terminal"\n{settings}',
        criteria=CRITERIA,
    )
    assert home.run().new_listings == len(items)
    return home


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The project after its first cycle, to be copied: a cycle a test would cost a second."""
    with FeedServer() as feeds:
        return make_home(tmp_path_factory.mktemp("seeded"), feeds, *ITEMS)


def copied(home: Home, folder: Path) -> Home:
    """The same project in another folder, with a clock of its own."""
    shutil.copytree(home.folder, folder, dirs_exist_ok=True)
    return Home(folder, home.settings, criteria=home.criteria)


@pytest.fixture(scope="module")
def page(seeded: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Signed in, on a project that no test of the module changes."""
    home = copied(seeded, tmp_path_factory.mktemp("web"))
    assert home.clock() == NOON
    with serving(home) as served:
        yield served


@pytest.fixture
def own_page(seeded: Home, tmp_path: Path) -> Iterator[Served]:
    """As `page`, for a test that changes the project."""
    with serving(copied(seeded, tmp_path)) as served:
        yield served
