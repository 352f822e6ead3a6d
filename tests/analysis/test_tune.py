"""Tune: the effect of each step is that of a backtest; no rate from few pursuits; terms are
counted, not put in force.
"""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from goldmine_ingest import config
from goldmine_ingest.analysis.backtest import backtest
from goldmine_ingest.analysis.tune import IN_FLIGHT, LEAST_PURSUITS, Told, movable, tune
from goldmine_ingest.cli import main
from goldmine_ingest.model.pursuit import Pursuit, Stage
from goldmine_ingest.settings.project import Project
from goldmine_ingest.store.history import open_store
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
        setting for setting, *_ in movable(project.criteria)
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
    assert list(found) == ["schema", "since", "thresholds", "criteria", "win_rate"]
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
                else NOW - IN_FLIGHT - timedelta(days=1)
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
