"""How often the judge is right on the labelled listings of other people, trade by trade.

Each listing goes the product's whole way: read from a feed's item, features, judge. Every trade is
scored by a table of the fit that was measured on the other trades alone (leave one out), and once
more by the one that ships. "Maybe" counts in no figure. Intervals are bootstrapped over listings.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from goldmine_ingest.criteria import Judge
from goldmine_ingest.criteria.weights import Table, table
from tools.evaluation.fit_table import Measured, measured, table_of
from tools.evaluation.keywords import keyword_filter
from tools.evaluation.labelled import NOW, criteria, labelled, trades

ROOT = Path(__file__).parents[2]
_ROUNDS = 1_000
_LOW, _HIGH = 0.05, 0.95
_JUDGE_ALONE = Path(__file__).parent / "judge_alone.py"


@dataclass(frozen=True)
class Row:
    """One listing's label and what a decider made of it."""

    label: str
    decision: str
    score: float


@dataclass(frozen=True)
class Figures:
    """Of alerts: how many are wanted, and how many of the wanted they are; the same recall with
    review; wrong review listings for each wanted one; average precision of the score."""

    precision: float
    recall: float
    with_review: float
    wrong_review: float
    average_precision: float


def figures(rows: Sequence[Row]) -> Figures:
    told = [row for row in rows if row.label != "maybe"]
    wanted = sum(row.label == "pursue" for row in told) or 1
    rung = [row.label == "pursue" for row in told if row.decision == "qualified"]
    waits = [row.label == "pursue" for row in told if row.decision == "review"]
    return Figures(
        sum(rung) / len(rung) if rung else 0.0,
        sum(rung) / wanted,
        (sum(rung) + sum(waits)) / wanted,
        (len(waits) - sum(waits)) / wanted,
        _average_precision(told, wanted),
    )


def _average_precision(rows: Sequence[Row], wanted: int) -> float:
    """By the score, what is rejected left out: it reaches nobody."""
    ordered = sorted(
        (row for row in rows if row.decision != "rejected"), key=lambda row: -row.score
    )
    hits, total = 0, 0.0
    for place, row in enumerate(ordered, start=1):
        if row.label == "pursue":
            hits += 1
            total += hits / place
    return total / wanted


def intervals(rows: Sequence[Row]) -> tuple[Figures, Figures]:
    """The 5th and 95th percentile of each figure over listings drawn anew."""
    chance = random.Random(20)  # noqa: S311 - the same interval each time
    drawn = [figures(chance.choices(rows, k=len(rows))) for _ in range(_ROUNDS)]
    names = Figures.__dataclass_fields__
    columns = {name: sorted(getattr(one, name) for one in drawn) for name in names}
    low, high = (
        Figures(*(column[int(at * (_ROUNDS - 1))] for column in columns.values()))
        for at in (_LOW, _HIGH)
    )
    return low, high


def by_judge(trade: str, weights: Table) -> list[Row]:
    judge = Judge(criteria(trade), weights=weights)
    found = []
    for example in labelled(trade):
        decision = judge.decide(example.listing, judge.features(example.listing.posting), now=NOW)
        found.append(Row(example.label, decision.decision, float(decision.score)))
    return found


def by_keywords(trade: str) -> list[Row]:
    settings = criteria(trade)
    rung = (keyword_filter(example.listing, settings) for example in labelled(trade))
    return [
        Row(example.label, "qualified" if rings else "rejected", float(rings))
        for example, rings in zip(labelled(trade), rung, strict=True)
    ]


def by_revision(revision: str) -> Mapping[str, list[Row]]:
    """What the program of another commit decides, run from its own sources. Raises
    CalledProcessError.
    """
    packed = subprocess.run(  # noqa: S603 - our own repository, a commit that the caller names
        ["git", "archive", "--format=tar", revision, "goldmine_ingest", "sql", "config"],  # noqa: S607
        cwd=ROOT, check=True, capture_output=True,
    ).stdout  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=BytesIO(packed)) as archive:
            archive.extractall(folder, filter="data")
        env = {**os.environ, "PYTHONPATH": folder}
        command = [
            sys.executable,
            "-P",
            str(_JUDGE_ALONE),
            str(Path(__file__).parent / "labelled.py"),
        ]
        done = subprocess.run(  # noqa: S603 - our own program
            command, env=env, cwd=folder, check=True, capture_output=True, text=True
        )
    return {trade: [Row(*row) for row in rows] for trade, rows in json.loads(done.stdout).items()}


# What a decision depends on.
_DECIDER = ("goldmine_ingest/criteria", "goldmine_ingest/text", "goldmine_ingest/data/criteria")


def previous_revision() -> str | None:
    """The commit before the last change of the decider: the last one, where the working copy has a
    change; None outside a repository.
    """
    if _git("status", "--porcelain", "--", *_DECIDER):
        return _git("rev-parse", "--short", "HEAD")
    last = _git("log", "-1", "--format=%h", "--", *_DECIDER)
    return _git("rev-parse", "--short", f"{last}^") if last else None


def _git(*arguments: str) -> str | None:
    done = subprocess.run(  # noqa: S603 - our own repository
        ["git", *arguments],  # noqa: S607
        cwd=ROOT, check=False, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout.strip() or None if done.returncode == 0 else None


def leave_one_out(rows: Mapping[str, Sequence[Measured]]) -> Iterator[tuple[str, Table]]:
    """For each trade the table that the other trades give."""
    for trade in rows:
        yield (
            trade,
            table_of(
                [row for other, some in rows.items() if other != trade for row in some], table()
            ),
        )


def print_report(revision: str | None) -> None:
    names = trades()
    if not names:
        print(
            "The labelled listings don't lie beside the project (../shared/labelled, or"
            " $GOLDMINE_LABELLED); nothing was measured on them."
        )
        return
    tables = dict(leave_one_out({trade: measured(trade) for trade in names}))
    deciders: dict[str, Mapping[str, list[Row]]] = {
        "keyword filter": {trade: by_keywords(trade) for trade in names},
        "left out": {trade: by_judge(trade, tables[trade]) for trade in names},
        "as shipped": {trade: by_judge(trade, table()) for trade in names},
    }
    if revision:
        deciders[f"at {revision}"] = by_revision(revision)
    print(
        f"{'trade':18}{'by':16}{'alerts P':>10}{'R':>6}"
        f"{'+ review R':>12}{'wrong review':>14}{'AP':>6}"
    )
    for trade in (*names, "all"):
        for name, rows in deciders.items():
            some = [row for one in names if trade in (one, "all") for row in rows[one]]
            print(_line(trade, name, figures(some)))
    low, high = intervals([row for rows in deciders["left out"].values() for row in rows])
    print(_line("all", "left out,  5 %", low))
    print(_line("all", "left out, 95 %", high))
    print("“left out”: the table of the fit was measured on the other trades; groups, weights and")
    print("word lists were written with all of them in view.")


def _line(trade: str, name: str, found: Figures) -> str:
    return (
        f"{trade:18}{name:16}{found.precision:>10.2f}{found.recall:>6.2f}{found.with_review:>12.2f}"
        f"{found.wrong_review:>14.2f}{found.average_precision:>6.2f}"
    )
