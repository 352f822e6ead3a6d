"""`python -m tools.evaluation [--against COMMIT]`: how often the shipped judge is right, beside a
plain keyword filter and the decider of an earlier commit (by default the one before).

First on the labelled listings of other people, where they lie beside the project (report.py). Then
on a small set of our own, written and labelled by us in the manner of two trades: a regression
test, easier than strangers' listings, whose halves were looked at while earlier lists were set. It
promises nothing about anyone's market: one's own ratings and `goldmine backtest` tell that.
Precision: of what alerts, how much was worth it. Recall: of what was worth it, how much alerts.
"""

from __future__ import annotations

import argparse
import json
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from goldmine_ingest.criteria import Judge
from goldmine_ingest.model.decision import Decision
from goldmine_ingest.model.posting import BaseAmounts, Listing, Posting
from goldmine_ingest.settings.criteria import (
    BudgetSettings,
    CriteriaSettings,
    ProofSettings,
    WorthSettings,
)
from goldmine_ingest.settings.rules import MeSettings, RulesSettings
from tools.evaluation.keywords import keyword_filter
from tools.evaluation.labelled import trades
from tools.evaluation.learning import print_learning
from tools.evaluation.report import previous_revision, print_report
from tools.evaluation.signals import print_signals
from tools.evaluation.starters import print_starters

HERE = Path(__file__).parent
NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
TRADES = ("data_work", "brand_design")


@dataclass(frozen=True)
class Example:
    """One labelled listing. `half` is 'first' or 'second': the lists were tuned on the first, and
    both were written by us.
    """

    trade: str
    half: str
    pursue: bool
    listing: Listing


def examples() -> list[Example]:
    rows = [
        json.loads(line)
        for line in (HERE / "listings.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    return [Example(row["trade"], row["half"], row["pursue"], _listing(row)) for row in rows]


def _listing(row: dict[str, Any]) -> Listing:
    low, high = Decimal(row["budget_min"]), Decimal(row["budget_max"])
    posting = Posting(
        platform="upwork",
        title=row["title"],
        description=row["description"],
        pay=row["pay"],
        pay_period="hour" if row["pay"] == "hourly" else "project",
        budget_min=low,
        budget_max=high,
        currency="USD",
        skills=tuple(row["skills"]),
        open_to=tuple(row.get("open_to", ())),
    )
    return Listing("0" * 20, posting, NOW, BaseAmounts(low, high))


def _tuples(table: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(v) if isinstance(v, list) else v for key, v in table.items()}


def criteria(trade: str) -> CriteriaSettings:
    tables = tomllib.loads(
        (HERE / f"{trade}.criteria.toml").read_text(encoding="utf-8"), parse_float=Decimal
    )
    budget: dict[str, Any] = {
        key: Decimal(value) if key.endswith("minimum") else value
        for key, value in tables["budget"].items()
    }
    return CriteriaSettings(
        me=MeSettings(tables["me"]["country"], languages=tuple(tables["me"]["languages"])),
        rules=RulesSettings(exclude=tuple(tables["rules"]["exclude"])),
        proofs=tuple(ProofSettings(**_tuples(proof)) for proof in tables["proof"]),
        budget=BudgetSettings(**budget),
        worth=WorthSettings(),
    )


@dataclass(frozen=True)
class Counts:
    hits: int
    false: int
    missed: int

    @property
    def precision(self) -> float:
        return self.hits / (self.hits + self.false) if self.hits + self.false else 0.0

    @property
    def recall(self) -> float:
        return self.hits / (self.hits + self.missed) if self.hits + self.missed else 0.0


def count(pairs: list[tuple[bool, bool]]) -> Counts:
    """From (alerted, worth it)."""
    return Counts(
        sum(a and p for a, p in pairs),
        sum(a and not p for a, p in pairs),
        sum(p and not a for a, p in pairs),
    )


def judged() -> list[tuple[Example, Decision, bool]]:
    """Every example with its decision and what the keyword filter says."""
    settings = {trade: criteria(trade) for trade in TRADES}
    judges = {trade: Judge(settings[trade]) for trade in TRADES}
    results = []
    for example in examples():
        judge = judges[example.trade]
        decision = judge.decide(example.listing, judge.features(example.listing.posting), now=NOW)
        results.append(
            (example, decision, keyword_filter(example.listing, settings[example.trade]))
        )
    return results


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.evaluation")
    parser.add_argument(
        "--against",
        metavar="COMMIT",
        help="beside what the program of that commit decides (default: before the last change of"
        " the decider); '' for none",
    )
    against = parser.parse_args().against
    print_report(previous_revision() if against is None else against)
    if trades():
        print()
        print_signals()
        print("\nWhat `learn` would make of so many ratings (tools/evaluation/learning.py):")
        print_learning()
    print_starters()
    print("\nOur own listings:")
    results = judged()
    print(
        f"{'trade':14}{'half':10}{'n':>4}  {'goldmine':>20}  {'keyword filter':>20}   (precision /"
        " recall)"
    )
    for trade in (*TRADES, "both"):
        for half in ("first", "second"):
            part = [
                row for row in results if row[0].half == half and trade in (row[0].trade, "both")
            ]
            ours = count(
                [
                    (decision.decision == "qualified", example.pursue)
                    for example, decision, _ in part
                ]
            )
            plain = count([(keyword, example.pursue) for example, _, keyword in part])
            figures = (f"{c.precision:.2f} / {c.recall:.2f}" for c in (ours, plain))
            print(f"{trade:14}{half:10}{len(part):>4}  {next(figures):>20}  {next(figures):>20}")
    for example, decision, _ in results:
        if (decision.decision == "qualified") != example.pursue and example.half == "first":
            print(
                f"  {decision.decision}, wrongly: {example.listing.posting.title} —"
                f" {decision.reason}"
            )


if __name__ == "__main__":
    main()
