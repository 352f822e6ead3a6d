"""What the page keeps of the history is what the history says, whatever was written meanwhile."""

from __future__ import annotations

import re
import shutil
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from goldmine_ingest.model.changes import ListingVersion
from goldmine_ingest.model.posting import Observation
from goldmine_ingest.model.pursuit import RecordedEvent
from goldmine_ingest.runtime.shipped_files import shipped
from goldmine_ingest.store.history import Store, open_store
from goldmine_ingest.store.queries import query
from goldmine_ingest.store.rows import select
from goldmine_ingest.web.history_copy import stamp_of
from goldmine_ingest.web.page_store import TABLES, Memory, PageStore
from goldmine_ingest.web.read_ahead import reading_ahead
from tests.histories import NOON, brought, decision, event, job_id, listing, minutes
from tests.rig.page import Served
from tests.rig.waiting import wait_for

IDS = [job_id(number) for number in range(1, 5)]
# Each question of the page's store, as it is asked of any store.
QUESTIONS: Mapping[str, Callable[[Store], Any]] = {
    "listings": lambda store: store.listings(IDS),
    "listing_heads": lambda store: store.listing_heads(IDS),
    "edits_since": lambda store: store.edits_since(dict.fromkeys(IDS, NOON)),
    "decisions": lambda store: store.decisions(IDS),
    "decided_at": lambda store: store.decided_at(IDS),
    "score_rank": lambda store: store.score_rank(decision().score + 1, NOON),
    "latest_observations": lambda store: store.latest_observations(IDS),
    "listing_feeds": lambda store: store.listing_feeds(IDS),
    "listing_marks": lambda store: store.listing_marks(IDS),
    "feed_yields": lambda store: store.feed_yields(NOON),
    "alert_rows": lambda store: store.alert_rows("owed", "sent"),
    "alert_rows_of": lambda store: store.alert_rows_of(IDS[0]),
    "events": lambda store: [store.events(), store.events(ids=IDS[:1]), store.events(since=NOON)],
    "answered": lambda store: store.answered(IDS),
    "ratings": lambda store: store.ratings(),
    "opinions": lambda store: store.opinions(IDS),
    "client_histories": lambda store: store.client_histories(
        [
            replace(one, posting=replace(one.posting, client_id="a client"))
            for one in store.listings(IDS).values()
        ]
    ),
    "titles": lambda store: store.titles(IDS),
    "worthwhile": lambda store: sorted(
        store.worthwhile(NOON), key=lambda row: str(row["listing_id"])
    ),
    "settled": lambda store: store.settled(),
}


def test_every_question_that_the_page_keeps_is_known_here() -> None:
    """A new one is in QUESTIONS, so that what it is made of is compared with its SQL."""
    own = {name for name in vars(PageStore) if not name.startswith("_")}
    kept = {name for name in own if hasattr(Store, name)}
    assert kept == QUESTIONS.keys() == TABLES.keys()


def edited(store: Store) -> None:
    version = ListingVersion(
        listing(1, revision=1, title="Another title"),
        minutes(1),
        "text",
        {"title": ("Job 1", "Another title")},
    )
    store.apply(brought(versions=(version,), decisions=(decision(1, "review"),)))


def recorded(store: Store) -> None:
    pursued = RecordedEvent(uuid.uuid4().hex, IDS[1], "pursuit", "pursued", NOON, NOON)
    store.record_event(pursued)
    rated = replace(pursued, event_id=uuid.uuid4().hex, kind="rating", what="bad")
    store.record_event(replace(rated, at_time=minutes(1), recorded_at=minutes(1)))


def taken_back(store: Store) -> None:
    standing = [each for each in store.events() if not each.undone]
    if standing:
        store.undo_event(standing[0])


WRITES: Mapping[str, Callable[[Store], None]] = {
    "new": lambda store: store.apply(brought(len(store.listing_ids()) + 1)),
    "edited": edited,
    "seen": lambda store: store.apply(
        brought(observations=(Observation(IDS[0], store.now, 5, 9, None, None),))
    ),
    "judged": lambda store: store.decide_again([decision(1, "rejected", score="20")], [], []),
    "sent": lambda store: store.append_events([event(1, "attempt"), event(1, "sent")]),
    "recorded": recorded,
    "taken back": taken_back,
}


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "h.duckdb"
    with open_store(path, now=NOON) as store:
        store.apply(brought(1, 2))
    return path


@pytest.mark.parametrize("much", [False, True])
def test_what_is_kept_is_what_the_history_says(
    much: bool, history: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether someone else wrote it, or the page itself; also where more came than is looked at."""
    if much:
        for most in ("_MOST", "_FEW_EVENTS"):
            monkeypatch.setattr(f"goldmine_ingest.web.page_store.{most}", 0)
    path, memory = Path(shutil.copy(history, tmp_path)), Memory()
    for write, by_the_page in product(WRITES, (False, True)):
        with open_store(path, now=NOON) as store:
            page = PageStore.reading(store, path, memory)
            answers = {name: ask(page) for name, ask in QUESTIONS.items()}
            assert answers == {name: ask(page) for name, ask in QUESTIONS.items()}
            WRITES[write](page if by_the_page else store)
            if not by_the_page:
                page = PageStore.reading(store, path, memory)
            for name, ask in QUESTIONS.items():
                assert ask(page) == ask(store), (name, write)


def test_after_news_only_what_they_are_about_is_asked_again(
    history: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a list, that is: a job that was judged, seen or edited; and what isn't there yet."""
    path, memory, asked = Path(shutil.copy(history, tmp_path)), Memory(), list[str]()

    def noted(name: str) -> str:
        asked.append(name)
        return query(name)

    monkeypatch.setattr("goldmine_ingest.store.rows.query", noted)
    of_lists = ("listing_heads", "decisions", "latest_observations", "titles")

    def asked_again(write: Callable[[Store], None], ids: list[str]) -> set[str]:
        with open_store(path, now=NOON) as store:
            page = PageStore.reading(store, path, memory)
            for name in of_lists:
                getattr(page, name)(ids)
            write(store)
            page = PageStore.reading(store, path, memory)
            asked.clear()
            for name in of_lists:
                getattr(page, name)(ids)
        return set(asked)

    known = IDS[:2]
    assert asked_again(lambda store: store.apply(brought(3)), known) == set()
    assert asked_again(lambda store: store.apply(brought(5)), [*known, IDS[3]]) == {
        "listing_heads",
        "titles",
    }
    assert asked_again(WRITES["edited"], known) == {"listing_heads", "titles", "decisions"}
    assert asked_again(WRITES["edited"], IDS[1:2]) == set()
    assert asked_again(WRITES["seen"], known) == {"latest_observations"}
    assert asked_again(WRITES["recorded"], known) == set()


def test_another_history_in_its_place_is_read_anew(history: Path, tmp_path: Path) -> None:
    path, memory = Path(shutil.copy(history, tmp_path)), Memory()
    with open_store(path, now=NOON) as store:
        assert PageStore.reading(store, path, memory).listings(IDS)
    other = tmp_path / "other.duckdb"
    with open_store(other, now=NOON) as store:
        store.apply(brought(3, 4))
    other.replace(path)
    with open_store(path, now=NOON) as store:
        assert PageStore.reading(store, path, memory).listings(IDS).keys() == set(IDS[2:])


def read_by(sql: str, views: Mapping[str, str], tables: set[str]) -> set[str]:
    """The tables that a statement reads, those of its views too."""
    words = set(re.findall(r"\b(?:FROM|JOIN)\s+([a-z_]+)", re.sub(r"--.*", "", sql)))
    others = {name: sql for name, sql in views.items() if name not in words}
    below = (read_by(views[name], others, tables) for name in words & views.keys())
    return (words & tables).union(*below)


def test_every_table_of_an_answer_is_looked_at(
    history: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def noted(name: str) -> str:
        asked.append(name)
        return query(name)

    views = {
        path.stem: path.read_text().partition(" AS\n")[2]
        for path in (shipped("sql") / "views").glob("*.sql")
    }
    assert QUESTIONS.keys() == TABLES.keys()
    with open_store(history, now=NOON) as store:
        tables = {row["table_name"] for row in select(store.con, "table_sizes")}
        monkeypatch.setattr("goldmine_ingest.store.rows.query", noted)
        for name, ask in QUESTIONS.items():
            asked.clear()
            ask(store)
            assert asked, name
            read = set().union(*(read_by(query(one), views, tables) for one in asked))
            assert read <= set(TABLES[name]), name


def test_after_news_the_inbox_is_read_before_anyone_asks(own_page: Served) -> None:
    """While somebody uses the page; the first look then asks no more than any other."""
    path, asked = own_page.site.project().database.path, list[str]()
    own_page.get("/")
    with reading_ahead(own_page.site, each=0.05):
        before = own_page.site.read_at
        with open_store(path, now=NOON) as store:
            store.apply(brought(1))
        wait_for(lambda: own_page.site.read_at not in (before, ()), "it is read")
        wait_for(lambda: own_page.site.read_at == stamp_of(path), "all of it")
    with pytest.MonkeyPatch.context() as patch:

        def noted(name: str) -> str:
            asked.append(name)
            return query(name)

        patch.setattr("goldmine_ingest.store.rows.query", noted)
        assert "Job 1" in own_page.get("/").words
    assert set(asked) <= {"table_sizes", "feed_states"}


def test_nothing_is_read_where_nobody_looks(own_page: Served) -> None:
    own_page.site.note_use()
    assert own_page.site.used_within(timedelta(minutes=10))
    assert not own_page.site.used_within(timedelta(0))
