"""Tune: the effect of each step is that of a backtest; no rate from few pursuits; terms are
counted, not put in force.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from goldmine_ingest import config
from goldmine_ingest.analysis.backtest import backtest
from goldmine_ingest.analysis.diagnosis import Missing
from goldmine_ingest.analysis.pursuit_groups import Group, PursuedJob, outcomes
from goldmine_ingest.analysis.shares import chance, share
from goldmine_ingest.analysis.threshold_steps import movable_thresholds
from goldmine_ingest.analysis.tune import LEAST_PURSUITS, Told, tune
from goldmine_ingest.cli import main
from goldmine_ingest.cli import tune as tune_command
from goldmine_ingest.cli.parser import parse
from goldmine_ingest.cli.session import Session
from goldmine_ingest.config.edit_values import with_values
from goldmine_ingest.model.pursuit import Pursuit, Stage
from goldmine_ingest.settings.project import Project
from goldmine_ingest.store.history import open_store
from goldmine_ingest.store.rows import select
from tests.histories import NOON
from tools.bench.backtest import seed

NOW = NOON + timedelta(days=30)


def home(folder: Path, listings: int) -> Project:
    return config.load(seed(folder, listings), env={}, cwd=folder)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return home(tmp_path_factory.mktemp("tune"), 60)


def test_each_step_is_what_a_backtest_of_it_gives(project: Project) -> None:
    found = tune(project, since=None, now=NOW)
    assert {threshold.setting for threshold in found.thresholds} == {
        movable.setting for movable in movable_thresholds(project.criteria)
    }
    for threshold in found.thresholds:
        assert threshold.steps
        for step in threshold.steps[::3]:
            proposed = config.change_criteria(
                project.criteria, [f"{threshold.setting}={step.value}"]
            )
            other = backtest(project, proposed, since=None, now=NOW)
            assert (step.qualified, step.entering, step.leaving) == (
                other.proposed.qualified,
                len(other.entering),
                len(other.leaving),
            )
    assert (found.criteria, found.win_rate) == ((), ())


def test_the_document_is_the_contracts(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--config", str(project.config_path), "tune", "--since", "5200w", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found) == ["schema", "since", "thresholds", "criteria", "win_rate", "outcomes"]
    assert (found["outcomes"]["enough_data"], found["outcomes"]["groupings"]) == (False, [])
    assert all(list(row) == ["setting", "present", "steps"] for row in found["thresholds"])
    assert all(
        list(step) == ["value", "qualified", "entering", "leaving"]
        for row in found["thresholds"]
        for step in row["steps"]
    )
    assert main(["--config", str(project.config_path), "tune", "--since", "5200w"]) == 0
    assert "budget.fixed_minimum" in capsys.readouterr().out


def pursue(project: Project, **stages: tuple[Stage, ...]) -> None:
    """Records these stages for the first listings, one after another; the pursuit was long ago
    unless it is `recent`.
    """
    with open_store(project.database.path, now=NOW) as store:
        ids = [
            row[0]
            for row in store.con.execute(
                "SELECT listing_id FROM listing ORDER BY listing_id"
            ).fetchall()
        ]
        for listing_id, (name, followed) in zip(ids, stages.items(), strict=False):
            at_time = (
                NOW - timedelta(days=1)
                if name.startswith("recent")
                else NOW - project.review.ignored_after - timedelta(days=1)
            )
            store.record_pursuits(
                [Pursuit(listing_id, stage, at_time) for stage in ("pursued", *followed)]
            )


def test_replied_and_ignored_are_counted_without_those_in_flight(tmp_path: Path) -> None:
    place = home(tmp_path, 10)
    pursue(
        place,
        won=("replied", "hired"),
        silent=(),
        refused=("declined",),
        given_up=("withdrawn",),
        recent=(),
        recent_won=("replied",),
    )
    with open_store(place.database.path, now=NOW) as store:
        passed = {
            number: {
                row[0]
                for row in store.con.execute(
                    "SELECT criterion FROM findings WHERE verdict = 'pass' AND listing_id = ?",
                    [f"{number:020x}"],
                ).fetchall()
            }
            for number in range(6)
        }
    for told in tune(place, since=None, now=NOW).criteria:
        replied = sum(told.criterion in passed[number] for number in (0, 5))
        ignored = sum(told.criterion in passed[number] for number in (1, 2))
        assert told == Told(told.criterion, replied, ignored)


def test_no_rate_from_few_pursuits(tmp_path: Path) -> None:
    place = home(tmp_path, LEAST_PURSUITS)
    stages: dict[str, tuple[Stage, ...]] = {
        f"n{number}": (("replied", "hired") if number < 5 else ())
        for number in range(LEAST_PURSUITS)
    }
    with open_store(place.database.path, now=NOW) as store:
        store.con.execute("UPDATE decision SET score = 60")
    pursue(place, **dict(list(stages.items())[:-1]))
    (few,) = tune(place, since=None, now=NOW).win_rate
    assert (few.pursuits, few.proposed) == (LEAST_PURSUITS - 1, None)
    with open_store(place.database.path, now=NOW) as store:
        store.record_pursuits(
            [Pursuit(f"{LEAST_PURSUITS - 1:020x}", "pursued", NOW - timedelta(days=20))]
        )
    (enough,) = tune(place, since=None, now=NOW).win_rate
    assert (enough.score_from, enough.score_to, enough.pursuits, enough.proposed) == (
        55,
        70,
        LEAST_PURSUITS,
        Decimal("0.25"),
    )


def jobs(replied: int, ignored: int, **said: Any) -> tuple[PursuedJob, ...]:
    plain = {"score": Decimal(60), "platform": "upwork", "weekday": 1, **said}
    return tuple(PursuedJob(number < replied, **plain) for number in range(replied + ignored))


def grouped(given: Sequence[PursuedJob], by: str) -> list[Group]:
    return [g for each in outcomes(given).groupings if each.by == by for g in each.groups]


def test_the_exact_test_is_fishers() -> None:
    """Worked by hand: of 8 with 4 each, 3 of 4 against 1 of 4: (16 + 1) * 2 / 70; the lady of
    "The Design of Experiments" (1935). All of 4 against none of 4: 2 / 70.
    """
    assert chance(share(3, 4), share(1, 4)) == pytest.approx(34 / 70)
    assert chance(share(4, 4), share(0, 4)) == pytest.approx(2 / 70)
    assert chance(share(0, 0), share(3, 4)) == 1


@pytest.mark.parametrize(
    ("replied", "ignored", "missing"),
    [
        (6, 10, ("pursuits that were answered or ignored", 16, 20)),
        (4, 30, ("pursuits with a reply", 4, 5)),
        (30, 4, ("pursuits that were ignored or declined", 4, 5)),
    ],
)
def test_nothing_is_compared_on_thin_data(
    replied: int, ignored: int, missing: tuple[str, float, float]
) -> None:
    found = outcomes(jobs(replied, ignored, proof="A"))
    assert (found.enough_data, found.groupings) == (False, ())
    assert found.missing == (Missing(*missing),)


def test_pursuits_are_told_apart_by_what_differs() -> None:
    """Known clients answered 12 of 15, unknown ones 2 of 25: by chance alone 6 in a million. The
    proofs answered alike. All else is the same of all, and no grouping.
    """
    known = {"client_known": True, "spent": Decimal(5000)}
    given = (
        *jobs(6, 2, proof="A", **known),
        *jobs(6, 1, proof="B", **known),
        *jobs(1, 12, proof="A"),
        *jobs(1, 11, proof="B"),
    )
    found = outcomes(given)
    assert (found.decided, found.replied) == (40, 14)
    assert [grouping.by for grouping in found.groupings] == ["proof", "client"]
    assert grouped(given, "client") == [
        Group("unknown", 2, 23, 0.08, 0.0222, 0.2497, True),
        Group("1,000 to 10,000 spent", 12, 3, 0.8, 0.5481, 0.9295, True),
    ]
    assert [(g.name, g.replied, g.ignored, g.differs) for g in grouped(given, "proof")] == [
        ("A", 7, 14, False),
        ("B", 7, 12, False),
    ]


def test_a_few_get_no_share() -> None:
    given = (*jobs(8, 12, platform="upwork"), *jobs(3, 1, platform="guru"))
    assert [(g.name, g.replied, g.ignored, g.share, g.low) for g in grouped(given, "platform")] == [
        ("upwork", 8, 12, 0.4, 0.2188),
        ("guru", 3, 1, None, None),
    ]


# What is stated of a job, and the group that it falls in.
GROUPS = {
    "fit to the proof": [
        ({"fit": Decimal("0.49")}, "under 0.5"),
        ({"fit": Decimal("0.65")}, "0.65 to 0.75"),
        ({"fit": Decimal("0.9")}, "from 0.85"),
        ({}, "not stated"),
    ],
    "client": [
        ({}, "unknown"),
        ({"client_known": True}, "known, spend not stated"),
        ({"client_known": True, "spent": Decimal(0)}, "nothing spent yet"),
        ({"client_known": True, "spent": Decimal(999)}, "1 to 1,000 spent"),
    ],
    "proposals at first sight": [
        ({"proposals": 0}, "under 5"),
        ({"proposals": 5}, "5 to 20"),
        ({"proposals": 50}, "from 50"),
        ({}, "not stated"),
    ],
    "hours from posting to pursuit": [
        ({"hours": 0.5}, "under 1"),
        ({"hours": 3.0}, "3 to 12"),
        ({"hours": 99.0}, "from 24"),
        ({}, "not stated"),
    ],
    "budget": [
        ({"low": Decimal(400), "high": Decimal(599)}, "under 500 fixed"),
        ({"high": Decimal(2000)}, "2,000 to 5,000 fixed"),
        ({"low": Decimal(60), "hourly": True}, "50 to 100 an hour"),
        ({}, "not stated"),
    ],
    "score": [({"score": Decimal(39)}, "under 40"), ({"score": Decimal(100)}, "from 85")],
    "weekday": [({"weekday": 1}, "Monday"), ({"weekday": 7}, "Sunday")],
}


@pytest.mark.parametrize("by", GROUPS)
def test_bands_are_half_open_and_unknown_is_a_group(by: str) -> None:
    """In their order, each with five replies and five silent ones."""
    given = [job for said, _ in reversed(GROUPS[by]) for job in jobs(5, 5, **said)]
    found = grouped(given * 2, by)
    assert [(g.name, g.replied, g.ignored) for g in found] == [
        (name, 10, 10) for _, name in GROUPS[by]
    ]


def test_pursuits_of_a_history_are_grouped_by_its_facts(tmp_path: Path) -> None:
    """24 pursuits of a Sunday, 20:00 UTC, which is Monday in Auckland; every third was answered."""
    place = home(tmp_path, 24)
    text = with_values(place.criteria.text, ['me.timezone="Pacific/Auckland"'], "criteria.toml")
    (place.config_path.parent / "criteria.toml").write_text(text)
    place = config.load(place.config_path, env={}, cwd=tmp_path)
    sunday = NOON - timedelta(days=NOON.isoweekday(), hours=-8)
    with open_store(place.database.path, now=NOW) as store:
        ids = [row[0] for row in store.con.execute("SELECT listing_id FROM listing").fetchall()]
        store.con.execute(
            "UPDATE listing SET posted_at = ?, pay = 'hourly', pay_period = 'day',"
            " budget_min_base = 480, budget_max_base = NULL, proposals_min = NULL,"
            " proposals_max = 5, platform = 'guru'",
            [sunday - timedelta(hours=2)],
        )
        for number, listing_id in enumerate(ids):
            replied = (Pursuit(listing_id, "replied", NOW),) if number % 3 == 0 else ()
            store.record_pursuits([Pursuit(listing_id, "pursued", sunday), *replied])
        rows = select(
            store.con,
            "pursued_outcomes",
            since=None,
            answered_by=NOW - timedelta(days=7),
            timezone="Pacific/Auckland",
        )
    assert {
        (row["weekday"], row["hours"], row["hourly"], row["low"], row["high"], row["proposals"])
        for row in rows
    } == {(1, 2.0, True, 60, None, 5)}
    assert (sum(row["replied"] for row in rows), len(rows)) == (8, 24)
    assert all(row["fit"] is not None and row["platform"] == "guru" for row in rows)
    found = tune(place, since=None, now=NOW).outcomes
    assert (found.decided, found.replied, found.enough_data) == (24, 8, True)
    assert "platform" not in {grouping.by for grouping in found.groupings}
    printed = io.StringIO()
    session = Session(None, {}, tmp_path, printed, printed, now=lambda: NOW)
    tune_command.run(parse(["tune", "--since", "5200w"]).args, session)
    assert "24 pursuits that were answered or ignored, 8 with a reply" in printed.getvalue()
    assert "nothing here differs by more than chance explains" in printed.getvalue()


def test_terms_are_proposed_and_in_force_only_once_renamed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = home(tmp_path, 40)
    assert main(["--config", str(place.config_path), "tune", "--terms", "--since", "5200w"]) == 0
    assert "40 listings" in capsys.readouterr().out
    proposed = place.config_path.parent / "terms.proposed.json"
    counts = json.loads(proposed.read_text())
    assert counts["*"] == 40
    assert 0 < counts["python"] < 40
    assert "month-end close" not in counts, "terms are words between spaces"
    assert "month end close" in counts
    before = config.load(place.config_path, env={}, cwd=tmp_path).criteria
    assert before.terms is None
    proposed.rename(proposed.with_name("terms.json"))
    after = config.load(place.config_path, env={}, cwd=tmp_path).criteria
    assert after.terms == counts
    assert after.criteria_hash != before.criteria_hash
