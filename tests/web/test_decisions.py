"""Decisions on the page: on the disk before anyone is told, one event however often it is sent,
nothing overwritten, everything taken back.
"""

from __future__ import annotations

import json
import stat
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldmine_ingest.analysis.action_spool import set_aside, take_in, waiting
from goldmine_ingest.analysis.actions import Action, act, last_event
from goldmine_ingest.errors import UsageError
from goldmine_ingest.store.action_files import actions_folder
from goldmine_ingest.store.history import open_store
from tests.histories import NOON, brought, job_id, minutes
from tests.rig.blank_history import blank_history
from tests.rig.fault_table import fault
from tests.rig.page import Served, forms
from tests.rig.project import Home


def events(page: Served) -> list[tuple[str, str, bool]]:
    """What the history has, the oldest first: what, by which way, whether undone."""
    with page.site.history() as store:
        return [(each.what, each.way or "", each.undone) for each in reversed(store.events())]


def first_listing(page: Served) -> str:
    path = next(at for at, _ in forms(page.get("/").text) if at.endswith("/track"))
    return path.split("/")[2]


def test_a_decision_takes_the_row_out_and_undo_brings_it_back(own_page: Served) -> None:
    listing = first_listing(own_page)
    before = own_page.get("/")
    path = f"/l/{listing}/track"
    done = own_page.post(path, own_page.form("/", path, stage="skipped"))
    assert done.status == 303
    assert done.headers["location"].startswith("/?l=")
    after = own_page.get(done.headers["location"])
    assert f"/?l={listing}" not in after.text
    assert "1 decided today · skipped" in after.words
    undone = own_page.post("/undo", own_page.form("/", "/undo"))
    assert undone.headers["location"] == f"/?l={listing}"
    assert own_page.get("/").text.count('class="row') == before.text.count('class="row')
    assert events(own_page) == [("skipped", "page", True)]


def test_a_rated_listing_shows_whether_the_criteria_agree(own_page: Served) -> None:
    """One that qualifies, rated good and then bad, and one whose rating was taken back."""
    listing = first_listing(own_page)
    path = f"/l/{listing}/rate"
    assert "You rated it" not in own_page.get(f"/l/{listing}").words
    for word, said in (
        ("good", "You rated it good, and the present criteria agree."),
        ("bad", "You rated it bad, but it qualifies by the present criteria."),
    ):
        own_page.post(path, own_page.form(f"/l/{listing}", path, rating=word))
        assert said in own_page.get(f"/l/{listing}").words
    own_page.post("/undo", own_page.form(f"/l/{listing}", "/undo"))
    assert "You rated it bad" not in own_page.get(f"/l/{listing}").words


def test_pursue_keeps_connects_and_note(own_page: Served) -> None:
    listing = first_listing(own_page)
    path = f"/l/{listing}/track"
    fields = own_page.form("/", path, stage="pursued")
    own_page.post(path, {**fields, "connects": "12", "note": "  a <b>note</b> "})
    shown = own_page.get(f"/l/{listing}")
    assert "12 connects, a <b>note</b>" in shown.words or "a &lt;b&gt;note" in shown.text
    with own_page.site.history() as store:
        (event,) = store.events()
        assert (event.connects, event.note, event.kind) == (12, "a <b>note</b>", "pursuit")
        assert store.pursuits([listing])[listing][0].way == "page"


def test_the_same_form_twice_is_one_event(own_page: Served) -> None:
    path = f"/l/{first_listing(own_page)}/rate"
    fields = own_page.form("/", path, rating="good")
    assert [own_page.post(path, fields).status for _ in range(3)] == [303, 303, 303]
    assert events(own_page) == [("good", "page", False)]


def test_what_happened_since_is_shown_not_overwritten(own_page: Served) -> None:
    """Two tabs: one skips, the other pursues what it still shows."""
    path = f"/l/{first_listing(own_page)}/track"
    skip = own_page.form("/", path, stage="skipped")
    pursue = own_page.form("/", path, stage="pursued")
    assert own_page.post(path, skip).status == 303
    told = own_page.post(path, pursue)
    assert (told.status, "Something happened since" in told.words) == (409, True)
    assert "skipped" in told.words
    assert events(own_page) == [("skipped", "page", False)]
    again = next(fields for at, fields in forms(told.text) if at == path)
    assert own_page.post(path, again).status == 303  # all the same
    assert [what for what, _, _ in events(own_page)] == ["skipped", "pursued"]
    assert own_page.post(path, skip).status == 303  # long known: no conflict, nothing new
    assert len(events(own_page)) == 2


def test_bad_says_why(own_page: Served) -> None:
    path = f"/l/{first_listing(own_page)}/rate"
    fields = {**own_page.form("/", path, rating="bad"), "because": "budget"}
    assert own_page.post(path, fields).status == 303
    with own_page.site.history() as store:
        assert [(e.what, e.because) for e in store.events()] == [("bad", "budget")]
    listing = path.split("/")[2]
    assert f"/?l={listing}" not in own_page.get("/").text


BAD_FORMS = (
    ("track", {"stage": "married"}),
    ("track", {"stage": "pursued", "connects": "-1"}),
    ("track", {"stage": "hired", "amount": "NaN"}),
    ("rate", {"rating": "fine"}),
    ("rate", {"rating": "bad", "because": "'; DROP TABLE rating; --"}),
    ("track", {"stage": "skipped", "event": "../../x"}),
)


def test_what_no_form_of_ours_sends_is_refused(page: Served) -> None:
    listing = first_listing(page)
    for action, fields in BAD_FORMS:
        path = f"/l/{listing}/{action}"
        given_by_us = page.form("/", path)
        got = page.post(path, {**given_by_us, **fields})
        assert (got.status, got.text.count("Traceback")) == (404, 0), fields
    assert events(page) == []


# Another program that has the history open, as a DuckDB shell would.
_HOLDER = """
import duckdb, sys
con = duckdb.connect(sys.argv[1])
print("open", flush=True)
sys.stdin.read()
"""


@fault(
    "S3",
    "the page while a shell is on the live file",
    "its last good answer; actions wait on the disk",
)
def test_while_another_program_has_the_history_nothing_is_lost(own_page: Served) -> None:
    """The last good page with its time; what is pressed waits on the disk, and goes in later."""
    database = own_page.site.project().database.path
    path = f"/l/{first_listing(own_page)}/track"
    fields = own_page.form("/", path, stage="skipped")
    holder = subprocess.Popen(  # noqa: S603 - our own
        [sys.executable, "-c", _HOLDER, str(database)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert holder.stdout
        assert holder.stdout.readline() == b"open\n"
        told = own_page.post(path, fields)
        assert (told.status, "kept" in told.words) == (202, True)
        (file,) = actions_folder(database).iterdir()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        shown = own_page.get("/")
        assert (shown.status, "This is as of 12:00" in shown.words) == (200, True)
        assert shown.headers["refresh"] == "2"
        assert own_page.get("/?l=abcd").status == 503  # never shown before
    finally:
        holder.communicate(b"")
    assert events(own_page) == [("skipped", "page", False)]
    assert not list(actions_folder(database).iterdir())


def test_a_cycle_takes_in_what_waits(own_page: Served, tmp_path: Path) -> None:
    """The page's process was killed: the next cycle opens the history first."""
    home = Home(tmp_path, "")
    database = tmp_path / "data/goldmine.duckdb"
    set_aside(database, action(listing=first_listing(own_page)))
    project = own_page.site.project()
    home.settings = (tmp_path / "config/goldmine.toml").read_text().partition("\n")[2]
    home.settings = home.settings.partition("\n")[2]
    home.clock = own_page.site.now  # type: ignore[assignment]
    home.run()
    assert project.database.path == database
    assert not list(waiting(database))
    assert events(own_page) == [("skipped", "page", False)]


def action(what: str = "skipped", listing: str = "", **said: object) -> Action:
    fields = {"event_id": uuid.uuid4().hex, "at_time": NOON, "way": "page", **said}
    return Action(what=what, listing_id=listing or job_id(1), **fields)  # type: ignore[arg-type]


def test_a_file_that_is_no_action_stays_where_it_is(tmp_path: Path) -> None:
    database = tmp_path / "goldmine.duckdb"
    set_aside(database, action(because="budget", note="a\x00b", connects=3))
    folder = actions_folder(database)
    for name, content in (
        ("a.json", "{"),
        ("b.json", "[]"),
        ("c.json", json.dumps({"event_id": "x"})),
        ("d.json", "[" * 100_000),
    ):
        (folder / name).write_text(content)
    assert [each.note for _, each in waiting(database)] == ["a\x00b"]
    with open_store(database, now=NOON) as store:
        store.apply(brought(1))
        assert take_in(store, database) == 1
        assert take_in(store, database) == 0
        assert [event.what for event in store.events()] == ["skipped"]
    assert sorted(path.name for path in folder.iterdir()) == [
        "a.json",
        "b.json",
        "c.json",
        "d.json",
    ]


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["pursued", "skipped", "good", "bad", "undone"]),
            st.integers(1, 2),
            st.booleans(),
        ),
        max_size=12,
    )
)
def test_any_order_of_presses_leaves_what_was_pressed_last(
    quick: Path, presses: list[tuple[str, int, bool]]
) -> None:
    """Each press may come twice. What stands is what a list of events says, worked out by hand."""
    database = blank_history(quick / f"{uuid.uuid4().hex}.duckdb")
    standing: dict[int, list[tuple[str, str]]] = {1: [], 2: []}
    with open_store(database, now=minutes(100)) as store:
        store.apply(brought(1, 2))
        for what, number, twice in presses:
            mine = standing[number]
            pressed = action(what, job_id(number))
            if what == "undone":
                if not mine:
                    continue
                pressed = action(what, job_id(number), undoes=mine.pop()[1])
            elif not mine or mine[-1][0] != what:
                mine.append((what, pressed.event_id))
            for _ in range(1 + twice):
                act(store, pressed)
        for number, mine in standing.items():
            last = last_event(store.events(ids=[job_id(number)]))
            assert (last.what if last else None) == (mine[-1][0] if mine else None)
        with pytest.raises(UsageError):
            act(store, action("undone", undoes=uuid.uuid4().hex))


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("presses")
