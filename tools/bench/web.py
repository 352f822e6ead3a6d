"""`python -m tools.bench.web --listings 100000`: what the local page costs on a large history.

The history is that of tools/bench/big_history.py, with its newest listings young enough for the
inbox. Each page is asked for over a real socket, one request at a time; wall times are of the
server's answer, CPU of the whole process, client included. On a busy machine only CPU tells.

A page is asked for three times: `anew` after everything that it keeps of the history was forgotten,
as by the first visitor of a new process; `news` after a cycle that brought five listings; `again`
while the history is as it was.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import re
import resource
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from goldmine_ingest import config
from goldmine_ingest.settings.project import Project
from goldmine_ingest.store.history import open_store
from goldmine_ingest.web.page_store import Memory
from goldmine_ingest.web.rendering import assets
from tests.histories import NOON, brought
from tests.rig.door import ACTIONS, OpenDoor, open_door
from tests.rig.page import Served, forms, serving
from tests.rig.project import Clock, Home
from tools.bench import big_history

_WORTH = re.compile(r"^\[worth\].*\n(?:(?!\[).+\n|\n)*", re.MULTILINE)


class _Big(Home):
    """The project of big_history, whose files are there already."""

    def project(self) -> Project:
        return config.load(self.folder / "config/goldmine.toml", env={}, cwd=self.folder)


def _measure(
    ask: Callable[[], None], times: int, before: Callable[[], None] = lambda: None
) -> tuple[float, float, float]:
    """Median and 95th percentile of the wall, and median CPU, in ms; of what happens `before`
    nothing is measured.
    """
    ask()
    wall, cpu = [], []
    for _ in range(times):
        before()
        gc.collect()
        began, spent = time.perf_counter(), time.process_time()
        ask()
        wall.append(1000 * (time.perf_counter() - began))
        cpu.append(1000 * (time.process_time() - spent))
    return (
        statistics.median(wall),
        sorted(wall)[max(0, round(0.95 * times) - 1)],
        statistics.median(cpu),
    )


def _get(page: Served, path: str, *, anew: bool = False) -> Callable[[], None]:
    def ask() -> None:
        if anew:
            page.site.memory = Memory()
            with page.site.copy.use(page.site.project().database.path, page.site.now()) as copy:
                copy.forget()
        got = page.get(path)
        assert got.status == 200, (path, got.status)

    return ask


def _news(home: Home) -> Callable[[], None]:
    """A cycle's commit with five listings that qualify."""
    numbers = itertools.count(10**9)

    def bring() -> None:
        with open_store(home.folder / "data/goldmine.duckdb", now=home.clock()) as store:
            store.apply(brought(*itertools.islice(numbers, 5)))

    return bring


def _press(page: Served) -> Callable[[], None]:
    """A decision and its undo: two actions."""

    def ask() -> None:
        path = next(at for at, _ in forms(page.get("/").text) if at.endswith("/track"))
        fields = page.form("/", path, stage="skipped")
        began = time.perf_counter()
        assert page.post(path, fields).status == 303
        _press.spent.append(1000 * (time.perf_counter() - began))  # type: ignore[attr-defined]

    return ask


def _knock(door: OpenDoor, listings: Sequence[str]) -> Callable[[], None]:
    """A link of a message, opened; each of another listing, for one is shown 20 times a minute."""
    until = door.home.clock() + timedelta(days=1)
    turns = itertools.cycle(listings)

    def ask() -> None:
        got = door.get(door.path("pursue", next(turns), until))
        assert got.status == 200, got.status

    return ask


def _preview(page: Served, *changes: str, first: bool = False) -> Callable[[], None]:
    """The changes one after the other, so that none is answered by the one before. `first`: until
    the script is shown something, where the whole takes longer.
    """
    fields = page.form("/tune", "/tune/preview")
    while not page.site.slider_steps.is_idle:  # they are worked out beside the first previews
        time.sleep(0.1)
    headers: dict[str, Any] = {"X-Fragment": "1"} if first else {}
    turns = itertools.cycle(changes)

    def ask() -> None:
        proposed = config.change_criteria(page.site.project().criteria, [next(turns)])
        got = page.post(
            "/tune/preview", {**fields, "text": proposed.text, "since": "365d"}, **headers
        )
        while first and " enter " not in got.words:  # the script comes back each second
            more = re.search(r'id="preview"[^>]*data-again="([^"]*)"', got.text)
            assert more is not None, got.words[-300:]
            got = page.get(more[1], **headers)
        assert got.status == 200, got.words[:200]
        assert " enter " in got.words, got.words[-300:]

    return ask


_PHRASES = tuple(
    f'proof.Finance reconciliation.phrases=["reconciliation", "ledger", "{word}"]'
    for word in ("payouts", "invoices", "audit", "exports", "close", "report", "bank", "shop")
)
_RULES = tuple(f'rules.exclude=["{word}"]' for word in ("netsuite", "crypto", "forex", "casino"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listings", type=int, default=10_000)
    parser.add_argument("--times", type=int, default=30)
    parser.add_argument("--project", type=Path, help="one that big_history made; it is copied")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if given.project:
            shutil.copytree(given.project, folder, dirs_exist_ok=True)
        else:
            big_history.project(Path(folder), big_history.Size(given.listings))
        # The texts of that history are not those that its features were read out of, so that nothing
        # may be judged again by the judge itself: without [worth] nothing stands close to a threshold.
        criteria = Path(folder) / "config/criteria.toml"
        criteria.write_text(_WORTH.sub("", criteria.read_text()))
        home = _Big(Path(folder), "", clock=Clock(NOON + timedelta(minutes=1)))
        _press.spent = []  # type: ignore[attr-defined]
        settings = Path(folder) / "config/goldmine.toml"
        settings.write_text(settings.read_text() + ACTIONS)
        with serving(home) as page, open_door(home, big_history.DESTINATION) as door:
            with page.site.history() as store:
                newest = store.listing_ids()[-200:]
            pages = {
                "inbox": "/",
                "listing": f"/l/{newest[-1]}",
                "board": "/board",
                "sources": "/sources",
                "near misses": "/near",
                "find": "/find?q=reconciliation+ledger",
            }
            nothing, news = (lambda: None), _news(home)
            looks = [
                (f"{name}, {how}", _get(page, path, anew=how == "anew"), given.times, before)
                for name, path in pages.items()
                for how, before in (("anew", nothing), ("news", news), ("again", nothing))
            ]
            rows = [
                ("the door", _knock(door, newest), given.times),
                ("an action (with two pages)", _press(page), max(3, given.times // 3)),
                (
                    "preview: a floor",
                    _preview(page, *(f"budget.fixed_minimum={400 + n}" for n in range(30))),
                    given.times,
                ),
                (
                    "preview: the fit",
                    _preview(page, *(f"proof_match.sure=0.{600 + n}" for n in range(30))),
                    given.times,
                ),
                ("preview: phrases, first", _preview(page, *_PHRASES[:4], first=True), 3),
                ("preview: phrases, whole", _preview(page, *_PHRASES[4:]), 3),
                ("preview: rules, first", _preview(page, *_RULES[:2], first=True), 1),
                ("preview: rules, whole", _preview(page, *_RULES[2:]), 1),
            ]
            size = (home.folder / "data/goldmine.duckdb").stat().st_size
            with page.site.history() as store:
                print(f"{len(store.listing_ids()):,} listings, {size / 2**20:.0f} MiB")
            print(f"{'':28}{'median':>9}{'p95':>9}{'CPU':>9}  ms")
            for name, ask, times, before in (*looks, *((*row, nothing) for row in rows)):
                median, p95, cpu = _measure(ask, times, before)
                print(f"{name:28}{median:9.0f}{p95:9.0f}{cpu:9.0f}", flush=True)
            spent = sorted(_press.spent)  # type: ignore[attr-defined]
            print(f"{'an action by itself':28}{statistics.median(spent):9.0f}{spent[-1]:9.0f}")
            first = page.get("/").text.encode()
            named = [asset.content for asset in assets().values() if asset.name.encode() in first]
            whole = len(first) + sum(map(len, named))
            print(f"first load: {whole / 1024:.0f} kB in {1 + len(named)} requests")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"peak memory, client and making the history included: {peak:.0f} MiB")


if __name__ == "__main__":
    main()
