"""`python -m tests.evaluation`: how the shipped judge and a plain keyword filter compare on the
same labelled listings.

The listings were written and labelled by us, in the manner of two trades; none was collected. Those
marked "tuned" were looked at while the strengths and word lists were set, so their figures flatter.
Those "held out" were written after that and changed nothing since; but they come from the same
hands, so they are easier than strangers' listings. The figures show whether a change of the lists
helps or harms. They promise nothing about anyone's market: one's own ratings and `goldmine
backtest` tell that. Precision: of what alerts, how much was worth it. Recall: of what was worth it,
how much alerts.
"""

from __future__ import annotations

import json
import re
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
    MeSettings,
    ProofSettings,
    RulesSettings,
    WorthSettings,
)

HERE = Path(__file__).parent
NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
TRADES = ("data_work", "brand_design")


@dataclass(frozen=True)
class Example:
    """One labelled listing. `half` is 'tuned' or 'held out'."""

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


def criteria(trade: str) -> CriteriaSettings:
    tables = tomllib.loads(
        (HERE / f"{trade}.criteria.toml").read_text(encoding="utf-8"), parse_float=Decimal
    )
    budget = {
        key: Decimal(value) if key.endswith("minimum") else value
        for key, value in tables["budget"].items()
    }
    return CriteriaSettings(
        me=MeSettings(tables["me"]["country"], languages=tuple(tables["me"]["languages"])),
        rules=RulesSettings(exclude=tuple(tables["rules"]["exclude"])),
        proofs=tuple(
            ProofSettings(
                **{key: tuple(v) if isinstance(v, list) else v for key, v in proof.items()}
            )
            for proof in tables["proof"]
        ),
        budget=BudgetSettings(**budget),
        worth=WorthSettings(),
    )


def keyword_filter(listing: Listing, settings: CriteriaSettings) -> bool:
    """What most tools do: any of the user's words, none of the excluded, pay at or above the
    floor.
    """
    text = " ".join(
        (listing.posting.title, listing.posting.description, *listing.posting.skills)
    ).lower()
    words = [word.lower() for proof in settings.proofs for word in (*proof.phrases, *proof.skills)]
    banned = [
        word
        for word in (settings.rules.exclude if settings.rules else ())
        if not word.startswith("/")
    ]
    assert settings.budget is not None
    floor = (
        settings.budget.hourly_minimum
        if listing.posting.pay == "hourly"
        else settings.budget.fixed_minimum
    )
    pays = floor is None or (listing.posting.budget_max or 0) >= floor
    return (
        pays
        and any(re.search(rf"\b{re.escape(word)}\b", text) for word in words)
        and not any(word in text for word in banned)
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
    results = judged()
    print(
        f"{'trade':14}{'half':10}{'n':>4}  {'goldmine':>20}  {'keyword filter':>20}   (precision /"
        " recall)"
    )
    for trade in (*TRADES, "both"):
        for half in ("tuned", "held out"):
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
        if (decision.decision == "qualified") != example.pursue and example.half == "tuned":
            print(
                f"  {decision.decision}, wrongly: {example.listing.posting.title} —"
                f" {decision.reason}"
            )


if __name__ == "__main__":
    main()
