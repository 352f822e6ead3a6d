"""How each starter does (`goldmine init --trade NAME`), before its person has changed a word.

For trades with labelled listings beside the project: on these, with that person's floors and the
starter's proofs and words. For the others: twenty wanted and twenty unwanted listings that we wrote
in the manner of clients (`starters/`, a line each: W or U, title, text). We wrote both sides, so
these figures say that a starter isn't broken, and nothing of how it will do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from goldmine_ingest import config
from goldmine_ingest.config.starters import read_starter, starter_names, with_starter
from goldmine_ingest.criteria import Judge
from goldmine_ingest.model.posting import BaseAmounts, Listing, Posting
from goldmine_ingest.runtime.shipped_files import shipped
from goldmine_ingest.settings.criteria import CriteriaSettings
from tools.evaluation import labelled
from tools.evaluation.report import Row, figures

HERE = Path(__file__).parent / "starters"
NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
# The labelled set that is nearest to a trade.
SETS = {
    "operations": "operations",
    "design": "designer",
    "mobile": "mobile-developer",
    "video": "video-editor",
    "web-development": "web-developer",
}
_PAY = Decimal(1500)  # above every floor: proofs and words are tried


def criteria(trade: str) -> CriteriaSettings:
    """What `init --trade` writes."""
    text = (shipped("config") / "criteria.toml").read_text(encoding="utf-8")
    return config.read_criteria_text(with_starter(text, read_starter(trade)), CriteriaSettings())


def written(trade: str) -> Iterator[tuple[str, Listing]]:
    """Our own listings of a trade, each with its label."""
    lines = (HERE / f"{trade}.txt").read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        mark, title, text = line.split("|", 2)
        posting = Posting("generic", title, description=text, pay="fixed", currency="USD")
        posting = replace(posting, budget_min=_PAY, budget_max=_PAY, language="en")
        listing = Listing(f"{number:020d}", posting, NOW, BaseAmounts(_PAY, _PAY))
        yield ("pursue" if mark == "W" else "skip"), listing


def rows(trade: str) -> list[Row]:
    """What the starter makes of the trade's listings; none where they don't lie there."""
    own = criteria(trade)
    if trade not in SETS:
        return _judged(own, list(written(trade)), NOW)
    if SETS[trade] not in labelled.trades():
        return []
    theirs = labelled.criteria(SETS[trade])
    mixed = replace(theirs, proofs=own.proofs, scope=own.scope, rules=own.rules)
    pairs = [(one.label, one.listing) for one in labelled.labelled(SETS[trade])]
    return _judged(mixed, pairs, labelled.NOW)


def _judged(
    settings: CriteriaSettings, pairs: list[tuple[str, Listing]], now: datetime
) -> list[Row]:
    judge = Judge(settings)
    decisions = [
        judge.decide(listing, judge.features(listing.posting), now=now) for _, listing in pairs
    ]
    return [
        Row(label, decision.decision, float(decision.score))
        for (label, _), decision in zip(pairs, decisions, strict=True)
    ]


def print_starters() -> None:
    """A line for each trade."""
    print("\nStarters, as `goldmine init --trade` writes them")
    print(f"{'trade':18}{'precision':>10}{'recall':>8}{'with review':>13}  tried on")
    for trade in starter_names():
        judged = rows(trade)
        on = f"labelled {SETS[trade]}" if trade in SETS else "20 + 20 listings of our own"
        if not judged:
            print(f"{trade:18}{'the labelled listings are not there':>31}")
            continue
        told = figures(judged)
        print(f"{trade:18}{told.precision:10.2f}{told.recall:8.2f}{told.with_review:13.2f}  {on}")


if __name__ == "__main__":
    print_starters()
