"""What one criterion alone turned away, by how much; from stored decisions."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from goldmine_ingest import config
from goldmine_ingest.analysis.near_misses import Cost, near_misses
from goldmine_ingest.cli import main
from goldmine_ingest.model.decision import Decision, Finding
from goldmine_ingest.settings.criteria import DecisionSettings
from goldmine_ingest.store.history import open_store
from tests.histories import NOON, brought, job_id
from tests.rig.blank_history import blank_history
from tools.bench.backtest import seed


def rejected(number: int, **against: tuple[str, int | None, int | None]) -> Decision:
    """`against`: criterion = (verdict, value, threshold)."""
    findings = tuple(
        Finding(
            name,
            verdict,
            Decimal(0),
            "because",
            *(None if figure is None else Decimal(figure) for figure in figures),
            "USD",
        )  # type: ignore[arg-type]
        for name, (verdict, *figures) in against.items()
    )
    flag = Finding("flag:simple", "fail", Decimal(0), "calls it simple")
    return Decision(job_id(number), "c1", "rejected", Decimal(10), (*findings, flag))


DECISIONS = (
    rejected(1, budget=("fail", 450, 500), scope=("pass", 1, 1)),
    rejected(2, budget=("fail", 100, 500), client=("unknown", None, None)),
    rejected(3, budget=("fail", 400, 500), worth=("fail", -5, 0)),
    rejected(4, proof=("unknown", None, None)),
)


def test_alone_and_with_others_the_nearest_first(tmp_path: Path) -> None:
    with open_store(blank_history(tmp_path / "h.duckdb"), now=NOON) as store:
        store.apply(brought(1, 2, 3, 4, decisions=DECISIONS, events=()))
        costs, missed = near_misses(store, DecisionSettings(unknown={"proof": "fail"}), None)
    assert costs == [Cost("proof", 1, 0), Cost("budget", 2, 1), Cost("worth", 0, 1)]
    assert [
        (miss.listing_id, miss.criterion, miss.value, miss.threshold, miss.unit) for miss in missed
    ] == [
        (job_id(1), "budget", 450, 500, "USD"),
        (job_id(2), "budget", 100, 500, "USD"),
        (job_id(4), "proof", None, None, "USD"),
    ]


def test_what_is_not_required_turns_nothing_away(tmp_path: Path) -> None:
    with open_store(blank_history(tmp_path / "h.duckdb"), now=NOON) as store:
        store.apply(brought(1, 2, 3, 4, decisions=DECISIONS, events=()))
        costs, missed = near_misses(
            store, DecisionSettings(require=("worth", "client"), unknown={"client": "fail"}), None
        )
    assert costs == [Cost("client", 1, 0), Cost("worth", 1, 0)]
    assert {miss.listing_id for miss in missed} == {job_id(2), job_id(3)}


def test_since_counts_the_first_sight(tmp_path: Path) -> None:
    with open_store(blank_history(tmp_path / "h.duckdb"), now=NOON) as store:
        store.apply(brought(1, decisions=DECISIONS[:1], events=()))
        assert near_misses(store, DecisionSettings(), NOON + timedelta(minutes=1)) == ([], [])
        assert near_misses(store, replace(DecisionSettings()), NOON)[1]


@pytest.mark.parametrize("number", range(4))
def test_they_are_what_the_views_say(number: int, tmp_path: Path) -> None:
    """On histories in which jobs came day by day and were judged again later, by chance."""
    chance = random.Random(number)  # noqa: S311 - the same histories each time
    path = tmp_path / "h.duckdb"
    for day in range(5):
        now = NOON + timedelta(days=day)
        new = range(6 * day + 1, 6 * day + 7)
        old = chance.sample(range(1, 6 * day + 1), 3 * day)
        with open_store(path, now=now) as store:
            judged = [chance.choice(DECISIONS) for _ in new]
            store.apply(
                brought(
                    *new,
                    at_time=now,
                    events=(),
                    decisions=tuple(
                        replace(one, listing_id=job_id(n))
                        for n, one in zip(new, judged, strict=True)
                    ),
                )
            )
            kinds = ("rejected", "review", "qualified")
            again = [
                replace(
                    chance.choice(DECISIONS), listing_id=job_id(n), decision=chance.choice(kinds)
                )
                for n in old
            ]
            store.decide_again(again, [], [])
    with open_store(path, now=now) as store:
        for since in (None, NOON, NOON + timedelta(days=2), NOON + timedelta(days=4)):
            _, missed = near_misses(store, DecisionSettings(), since)
            said = store.con.execute(
                """
                SELECT listing_id, any_value(criterion)
                FROM listings JOIN decisions USING (listing_id) JOIN findings USING (listing_id)
                WHERE decision = 'rejected' AND verdict = 'fail'
                    AND NOT starts_with(criterion, 'flag:')
                    AND ($since::TIMESTAMPTZ IS NULL OR first_seen_at >= $since::TIMESTAMPTZ)
                GROUP BY listing_id HAVING count(*) = 1
                """,
                {"since": since},
            ).fetchall()
            assert sorted((miss.listing_id, miss.criterion) for miss in missed) == sorted(said)
            assert said


def test_the_document_is_the_contracts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = config.load(seed(tmp_path, 40), env={}, cwd=tmp_path)
    assert (
        main(["--config", str(home.config_path), "near-misses", "--since", "5200w", "--json"]) == 0
    )
    found = json.loads(capsys.readouterr().out)
    assert list(found) == ["schema", "since", "criteria", "listings"]
    assert all(list(row) == ["criterion", "alone", "with_others"] for row in found["criteria"])
    assert all(
        list(row) == ["listing_id", "title", "criterion", "value", "threshold", "unit"]
        for row in found["listings"]
    )
    assert len(found["listings"]) == sum(row["alone"] for row in found["criteria"]) > 0
    assert main(["--config", str(home.config_path), "near-misses", "--since", "5200w"]) == 0
    assert "the nearest first" in capsys.readouterr().out
