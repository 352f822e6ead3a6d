"""How the tests run everywhere: a slow machine is no failure, and CI tries the same examples each
time.

At a desk, Hypothesis looks for new examples at every run; what it finds there is mended there. CI
must say the same of the same commit, with fewer examples.
"""

from __future__ import annotations

import gc
import os
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import settings

from goldmine_ingest.notify import sending_child
from goldmine_ingest.runtime.garbage import collect_seldom
from tests.rig import fault_table
from tests.rig.feed_server import FeedServer
from tests.rig.folders import ROOMY, in_memory
from tests.rig.nest import Nest
from tests.rig.nursery import Nursery
from tests.rig.prefect_database import prefect_database, prefect_server
from tests.rig.receiver import Receiver

collect_seldom()  # as our own processes do: a fifth of what collecting the tests took

settings.register_profile("desk", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, max_examples=20)
settings.load_profile("ci" if os.environ.get("CI") else "desk")


def pytest_addoption(parser: pytest.Parser) -> None:
    fault_table.options(parser)


def pytest_configure(config: pytest.Config) -> None:
    if memory := in_memory(
        free=ROOMY
    ):  # thousands of histories, each with its checkpoints: a disk makes a run a third longer
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory))
    file = config.getoption("--fault-table")
    if file and not hasattr(config, "workerinput"):
        config.pluginmanager.register(fault_table.Table(Path(file)))


# Folders whose files wait for servers, browsers and processes, some of them minutes: a worker that
# got one of those last would be the only one at work at the end.
LONG = ("flows", "web", "faults", "hostile", "workers")


def pytest_collection_finish() -> None:
    """A worker has half a million objects of 8,000 tests: no need to look through them again."""
    gc.freeze()


def pytest_unconfigure() -> None:
    """Python's end finds what only refers to each other; DuckDB would count it as leaked."""
    gc.unfreeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files come first. A case's mark travels with its report, from a worker too."""
    items.sort(key=_turn)
    for item in items:
        item.user_properties.extend(("fault", mark) for mark in fault_table.marks_of(item))


def _turn(item: pytest.Item) -> int:
    folder = item.path.parent.name
    return LONG.index(folder) if folder in LONG else len(LONG)


@pytest.fixture
def quick_folder() -> Iterator[Path]:
    """A folder for thousands of small transactions, in memory where there is such a thing."""
    with tempfile.TemporaryDirectory(dir=in_memory()) as made:
        yield Path(made)


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    """Processes that a test may kill; one start, two seconds of CPU, for all tests of a file."""
    with Nursery() as started:
        yield started


@pytest.fixture(scope="session")
def nest() -> Iterator[Nest]:
    """Children that send, loaded once."""
    with Nest() as started:
        yield started


@pytest.fixture
def from_nest(nest: Nest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever sends in this process does it by a child of the nest's."""
    monkeypatch.setattr(sending_child, "ChildProcess", nest.child)


@pytest.fixture(scope="session")
def known_to_prefect(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], None]:
    """Puts Prefect's database into a project's folder before its first `serve`."""
    return partial(prefect_database, _of_all_workers(tmp_path_factory))


@pytest.fixture(scope="module")
def prefect_harness(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A Prefect server for the tests of a file, with a database of its own."""
    with prefect_server(_of_all_workers(tmp_path_factory)):
        yield


def _of_all_workers(factory: pytest.TempPathFactory) -> Path:
    base = factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture
def feeds() -> Iterator[FeedServer]:
    """A scripted feed server on loopback."""
    with FeedServer() as server:
        yield server


@pytest.fixture
def sink() -> Iterator[Receiver]:
    """A destination on loopback."""
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def other() -> Iterator[Receiver]:
    """A second destination."""
    with Receiver() as receiver:
        yield receiver
