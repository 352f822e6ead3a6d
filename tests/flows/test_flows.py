"""The flows under Prefect's own harness: the same result as `goldmine run`, telling names, no
secret in Prefect's database.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pytest

from goldmine_ingest.app import run_cycle
from goldmine_ingest.runtime.locks import cycle_lock
from tests.rig.fault_table import fault
from tests.rig.feed_server import Answer, FeedServer
from tests.rig.project import Home, upwork_feed, upwork_item
from tests.rig.receiver import Receiver

pytestmark = pytest.mark.slow

NOW = datetime.now(UTC)
CANARIES = {
    "url": "canaryfeedtoken4711x",
    "header": "canaryheadersecret0815",
    "notify": "canarynotifytoken2342z",
}


@pytest.fixture(scope="module")
def prefect(prefect_harness: None) -> Path:
    """Prefect with a server and a database of its own. Gives the database file."""
    from prefect.settings import get_current_settings

    url = get_current_settings().server.database.connection_url
    assert url is not None
    return Path(url.get_secret_value().split("///", 1)[1])


@pytest.fixture
def feeds() -> Iterator[FeedServer]:
    with FeedServer() as server:
        yield server


def home_of(
    folder: Path, server: FeedServer, sink: Receiver, *, query: str = "", more: str = ""
) -> Home:
    names = "".join(
        f'[[feed]]\nname = "{name}"\nurl = "{server.url("/" + name)}{query}"\n{more}'
        for name in ("good", "broken")
    )
    return Home(
        folder,
        f'[fetch]\nallow_private = ["{server.place}"]\n[alerts]\nbacklog = "all"\n{names}'
        f'[[notify]]\nname = "phone"\nurl = "json://127.0.0.1:{sink.port}/{CANARIES["notify"]}"\n',
    )


def run_flow(flow: Any, home: Home, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any]:
    """The state that the flow ends in, and its run as Prefect stored it."""
    from prefect.client.orchestration import get_client

    monkeypatch.setenv("GOLDMINE_CONFIG", str(home.project().config_path))
    state = flow(return_state=True)
    with get_client(sync_client=True) as client:
        return state, client.read_flow_run(state.state_details.flow_run_id)


def stored(home: Home) -> list[tuple[object, ...]]:
    """What a cycle left in the history, without what differs by the clock."""
    return home.rows(
        "SELECT listing_id, title, decision, score, proof FROM listings JOIN decisions USING"
        " (listing_id) UNION ALL SELECT listing_id, destination, state, attempts, kind FROM alerts"
        " ORDER BY ALL"
    )


def task_names(run: Any) -> list[str]:
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId

    with get_client(sync_client=True) as client:
        return [
            found.name
            for found in client.read_task_runs(
                flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[run.id]))
            )
        ]


def test_g9_a_poll_is_the_cycle_of_goldmine_run(
    tmp_path: Path, feeds: FeedServer, prefect: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Same input, same history, same messages; two tasks."""
    from goldmine_ingest.flows.poll import poll

    items = [upwork_item(n, posted=NOW) for n in range(3)] + [
        upwork_item(9, budget="$50", posted=NOW)
    ]
    feeds.script("/good", Answer(body=upwork_feed(*items)))
    feeds.script("/broken", Answer(500))
    results = []
    for name in ("plain", "prefect"):
        with Receiver() as sink:
            home = home_of(tmp_path / name, feeds, sink)
            if name == "plain":
                run_cycle(home.project(), env={}, now=lambda: datetime.now(UTC), out=io.StringIO())
            else:
                state, run = run_flow(poll, home, monkeypatch)
            results.append(
                (stored(home), sorted(str(arrived.json["title"]) for arrived in sink.accepted))
            )
    assert results[0] == results[1]
    assert len(results[0][1]) == 3
    assert (state.name, run.name) == ("Partial", "poll: 2 feeds, 3 qualified, 1 failing, 3 sent")
    assert run.parameters == {"feeds": None, "all": False, "dry_run": False}
    assert state.result().run_id == home.rows("SELECT run_id FROM runs")[0][0]
    assert len(task_names(run)) <= 5


@fault("P14", "a configuration that breaks between two runs", "the last good one goes on, said")
def test_p14_a_run_goes_on_with_the_last_good_configuration(
    tmp_path: Path, feeds: FeedServer, prefect: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from goldmine_ingest.flows.poll import poll

    for name in ("/good", "/broken"):
        feeds.script(name, Answer(body=upwork_feed()))
    with Receiver() as sink:
        home = home_of(tmp_path, feeds, sink)
        run_flow(poll, home, monkeypatch)
        path = home.project().config_path
        text = path.read_text()
        for broken, asked in (("[[feed", ["good"]), ("[[feed", ["good"]), (text, ["good"])):
            path.write_text(broken)
            report = poll(feeds=asked)
            assert [feed.feed for feed in report.feeds] == ["good"]
        said = [str(each.json) for each in sink.accepted if "configuration" in str(each.json)]
        assert ["the last good one goes on" in each for each in said] == [True, False]


def test_a_custom_run_asks_the_feeds_that_it_names_and_a_dry_run_sends_nothing(
    tmp_path: Path, feeds: FeedServer, prefect: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prefect.client.orchestration import get_client

    from goldmine_ingest.flows.identity import identify
    from goldmine_ingest.flows.poll import poll

    feeds.script("/good", Answer(body=upwork_feed(upwork_item(1, posted=NOW))))
    feeds.script("/broken", Answer(500))
    with Receiver() as sink:
        home = home_of(tmp_path, feeds, sink)
        project = home.project()
        monkeypatch.setenv("GOLDMINE_CONFIG", str(project.config_path))
        rehearsal = poll(feeds=["good"], dry_run=True)
        assert (rehearsal.dry_run, len(rehearsal.messages), len(sink.arrived)) == (True, 1, 0)
        for _ in range(2):  # the second time it isn't due
            assert [feed.feed for feed in poll(feeds=["good"]).feeds] == ["good"]
        assert len(sink.accepted) == 1
        for wrong in (poll(feeds=["nobody"], return_state=True), poll(all=True, return_state=True)):
            assert wrong.is_failed() or wrong.name == "Partial"
        assert feeds.requests("/broken")
    name = identify(project).name
    with get_client(sync_client=True) as client:
        keys = {artifact.key for artifact in client.read_artifacts()}
    assert {f"{name}-{what}" for what in ("feeds", "cycle", "dry-run", "qualified")} <= keys


@fault("P2", "a flow run that meets another cycle", "skipped")
def test_p2_a_run_that_meets_another_cycle_is_skipped(
    tmp_path: Path, feeds: FeedServer, prefect: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from goldmine_ingest.flows.poll import poll

    with Receiver() as sink:
        home = home_of(tmp_path, feeds, sink)
        with cycle_lock(home.project().database.path):
            state, run = run_flow(poll, home, monkeypatch)
    assert (state.name, run.name) == ("Skipped", "poll: skipped, another cycle is in the way")
    assert feeds.requests() == []


@fault("P8", "a sending task that fails", "Prefect never repeats it; the ledger does")
def test_p8_prefect_never_repeats_a_send(
    tmp_path: Path, feeds: FeedServer, prefect: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first answer is a failure: the ledger owes the alert, the next delivery sends it, and
    it arrives once.
    """
    from goldmine_ingest.flows.digest import deliver, digest
    from goldmine_ingest.flows.poll import cycle, poll

    assert (cycle.retries, deliver.retries, poll.retries, digest.retries) == (0, 0, 0, 0)
    feeds.script("/good", Answer(body=upwork_feed(upwork_item(1, posted=NOW))))
    feeds.script("/broken", Answer(304))
    with Receiver(["500", "200"]) as sink:
        home = home_of(tmp_path, feeds, sink)
        state, _ = run_flow(poll, home, monkeypatch)
        assert (state.name, len(sink.arrived), len(sink.accepted)) == ("Partial", 1, 0)
        polled = len(feeds.requests())
        monkeypatch.setattr(
            "goldmine_ingest.flows.digest.now", lambda: datetime.now(UTC) + timedelta(minutes=5)
        )
        _, run = run_flow(digest, home, monkeypatch)
        assert (run.name, len(sink.accepted)) == ("digest: 1 sent", 1)
        assert len(feeds.requests()) == polled


def test_workers_poll_a_shard_and_the_loader_takes_it_in(
    tmp_path: Path, feeds: FeedServer, prefect: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the first plan there is nothing to ask; a run is named by what it did."""
    from goldmine_ingest.flows.load import load
    from goldmine_ingest.flows.shard import shard

    feeds.script("/good", Answer(body=upwork_feed(upwork_item(1, posted=NOW))))
    feeds.script("/broken", Answer(500))
    with Receiver() as sink:
        home = home_of(tmp_path, feeds, sink)
        home.settings = f'[workers]\nbatches = "shared"\nshards = 1\n{home.settings}'
        names = []
        for flow in (partial(shard, 0), load, partial(shard, 0), load):
            _, run = run_flow(flow, home, monkeypatch)
            names.append(run.name)
        assert names == [
            "shard 0: no plan in the shared place yet; the loader writes it",
            "load: nothing was due",
            "shard 0: 2 feeds, 1 failing, 1 batches",
            "load: 2 feeds, 1 qualified, 1 failing, 1 sent",
        ]
        assert len(sink.accepted) == 1


def test_a_worker_without_the_configuration_is_told_where_it_must_be(
    tmp_path: Path, prefect: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from goldmine_ingest.flows.shard import shard

    monkeypatch.setenv("GOLDMINE_CONFIG", str(tmp_path / "goldmine.toml"))
    state = shard(0, return_state=True)
    assert state.is_failed()
    assert f"this machine has no {tmp_path}/goldmine.toml" in (state.message or "")


@pytest.mark.parametrize("name", ["load", "shard"])
def test_a_second_run_of_the_loader_or_of_a_shard_is_cancelled_by_the_server(
    name: str, tmp_path: Path, feeds: FeedServer, prefect: Path
) -> None:
    """Asked as a worker asks before it starts a run. (Beneath it the cycle's lock:
    tests/workers/test_taking_batches.py.)
    """
    from prefect.client.orchestration import get_client
    from prefect.states import Completed, Pending

    from goldmine_ingest.flows.deployments import deployment

    with Receiver() as sink:
        deployed = deployment(
            name,
            home_of(tmp_path, feeds, sink).project(),
            shard_number=0 if name == "shard" else None,
        ).apply()
    with get_client(sync_client=True) as client:
        first, second = (client.create_flow_run_from_deployment(deployed).id for _ in range(2))
        answers = [client.set_flow_run_state(run, Pending()).state for run in (first, second)]
        assert [state.type.value for state in answers if state] == ["PENDING", "CANCELLED"]
        client.set_flow_run_state(first, Completed(), force=True)
        third = client.create_flow_run_from_deployment(deployed).id
        answer = client.set_flow_run_state(third, Pending()).state
        assert answer is not None
        assert answer.type.value == "PENDING"
        client.set_flow_run_state(third, Completed(), force=True)


def _serve_canaries(stage: str, feeds: FeedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A secret in a header's variable, and a feed that echoes all of them where reading is what
    fails.
    """
    monkeypatch.setenv("CANARY_HEADER", CANARIES["header"])
    feeds.script(
        "/good",
        Answer(500) if stage == "fetch" else Answer(body=upwork_feed(upwork_item(1, posted=NOW))),
    )
    echo = f"<html>{CANARIES['url']} {CANARIES['header']}</html>".encode()
    feeds.script("/broken", Answer(body=echo) if stage == "read" else Answer(404))


@pytest.mark.parametrize("stage", ["fetch", "read", "shard", "place"])
@fault(
    "Z11",
    "workers' flows that fail at every step",
    "no secret in Prefect's records or the shared place",
)
def test_u7_no_secret_of_a_worker_reaches_prefect_or_the_shared_place(
    stage: str,
    tmp_path: Path,
    feeds: FeedServer,
    prefect: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Canaries in a feed's URL, a header and a destination's URL; the parameters of a run are a
    shard's number or names of feeds.
    """
    from prefect.logging.handlers import APILogWorker

    from goldmine_ingest.flows.load import load
    from goldmine_ingest.flows.shard import shard

    caplog.set_level(logging.DEBUG)
    _serve_canaries(stage, feeds, monkeypatch)
    with Receiver() as sink:
        home = home_of(
            tmp_path,
            feeds,
            sink,
            query=f"?token={CANARIES['url']}",
            more='headers = { X-Key = "env:CANARY_HEADER" }\n',
        )
        home.env = {"CANARY_HEADER": CANARIES["header"]}
        home.settings = f'[workers]\nbatches = "shared"\nshards = 1\n{home.settings}'
        run_flow(load, home, monkeypatch)
        if stage == "shard":
            monkeypatch.setattr("goldmine_ingest.flows.shard.poll_shard", _bug)
        if stage == "place":
            (tmp_path / "shared/batches").write_text("a file where the folder should be")
        state, run = run_flow(partial(shard, 0), home, monkeypatch)
        loaded, load_run = run_flow(load, home, monkeypatch)
    assert state.is_failed() is (stage in ("shard", "place")), state
    assert (run.parameters, load_run.parameters) == (
        {"number": 0},
        {"feeds": None, "all": False, "dry_run": False},
    )
    assert loaded.is_failed() is (stage == "fetch"), loaded
    APILogWorker.instance().drain()
    written = b"".join(path.read_bytes() for path in prefect.parent.rglob("*") if path.is_file())
    batches = str(
        [
            duckdb.connect().execute("FROM read_parquet(?)", [str(p)]).fetchall()
            for p in (tmp_path / "shared").rglob("*.parquet")
        ]
    )
    printed = capfd.readouterr()
    assert run.name.encode() in written
    for text in (written.decode("latin-1"), batches, caplog.text, printed.out, printed.err):
        assert [name for name, canary in CANARIES.items() if canary in text] == []


def test_maintain_copies_once_a_day(
    tmp_path: Path, feeds: FeedServer, prefect: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from goldmine_ingest.flows.maintain import maintain

    with Receiver() as sink:
        home = home_of(tmp_path, feeds, sink)
        home.run()
    _, first = run_flow(maintain, home, monkeypatch)
    _, second = run_flow(maintain, home, monkeypatch)
    assert first.name.startswith("maintain: copied as goldmine-")
    assert second.name == "maintain: nothing was due"
    (copy,) = (tmp_path / "data/backups").iterdir()
    assert copy.stat().st_mode & 0o777 == 0o600


def _bug(*_: object, **__: object) -> None:
    raise RuntimeError(
        f"bad answer from https://board.example/?token={CANARIES['url']} with {CANARIES['header']}"
    )


@pytest.mark.parametrize("stage", ["fetch", "read", "send", "cycle", "show"])
@fault("Z11", "flows that fail at every step", "no secret in Prefect's records")
def test_u7_no_secret_reaches_prefect(
    stage: str,
    tmp_path: Path,
    feeds: FeedServer,
    prefect: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Canaries in a feed's URL, a header and a destination's URL; each stage fails; Prefect's
    database and every log are searched.
    """
    from prefect.logging.handlers import APILogWorker

    from goldmine_ingest.flows.poll import poll

    caplog.set_level(logging.DEBUG)
    _serve_canaries(stage, feeds, monkeypatch)
    if stage == "cycle":
        monkeypatch.setattr("goldmine_ingest.flows.poll.run_cycle", _bug)
    if stage == "show":
        monkeypatch.setattr("goldmine_ingest.flows.show.create_table_artifact", _bug)
    with Receiver(["500"] if stage == "send" else ["200"]) as sink:
        home = home_of(
            tmp_path,
            feeds,
            sink,
            query=f"?token={CANARIES['url']}",
            more='headers = { X-Key = "env:CANARY_HEADER" }\n',
        )
        home.env = {"CANARY_HEADER": CANARIES["header"]}
        state, run = run_flow(poll, home, monkeypatch)
    assert state.is_failed() is (stage in ("fetch", "cycle", "show")), (
        state
    )  # every feed fails, or the work itself
    APILogWorker.instance().drain()
    written = b"".join(path.read_bytes() for path in prefect.parent.rglob("*") if path.is_file())
    printed = capfd.readouterr()
    assert run.name.encode() in written
    assert b"Finished in state" in written
    for text in (written.decode("latin-1"), caplog.text, printed.out, printed.err):
        assert [name for name, canary in CANARIES.items() if canary in text] == []


def test_prefects_scheduler_plans_the_polls(
    tmp_path: Path, feeds: FeedServer, prefect: Path
) -> None:
    """With SQLAlchemy 2.1 Prefect 3.8 could not store a scheduled run: `serve` polled once and
    never again.
    """
    from prefect.client.orchestration import get_client

    from goldmine_ingest.flows.deployments import deployment

    with Receiver() as sink:
        made = deployment("poll", home_of(tmp_path, feeds, sink).project())
        deployed = made.apply()
    with get_client(sync_client=True) as client:
        client._client.post(f"/deployments/{deployed}/schedule", json={})
        planned = client.read_flow_runs()
    assert len([run for run in planned if str(run.deployment_id) == str(deployed)]) > 1
