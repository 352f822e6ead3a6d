"""`python -m tools.evaluation.signals`: what `scope`, `first_step` and the red flags tell apart.

On the labelled listings. The area under the curve is the chance that the signal stands higher with
a listing of the first kind than with one of the second, equals by half: 0.5 is a coin. What a flag
is worth as a reason to turn a listing away is how many of those that it falls on are unwanted,
doubtful ones left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from goldmine_ingest.analysis.shares import area
from goldmine_ingest.criteria import Judge
from goldmine_ingest.model.decision import Decision
from goldmine_ingest.model.flags import FLAGS
from tools.evaluation.labelled import NOW, criteria, labelled, trades

_VERDICTS = {"fail": 0.0, "unknown": 0.5, "pass": 1.0}


@dataclass(frozen=True)
class Told:
    """What the judge said of one listing, beside its label."""

    label: str
    cause: str
    scope: float
    specificity: float
    flags: tuple[str, ...]


def told() -> Iterator[Told]:
    for trade in trades():
        judge = Judge(criteria(trade))
        for example in labelled(trade):
            decision = judge.decide(
                example.listing, judge.features(example.listing.posting), now=NOW
            )
            flags = tuple(one.flag for one in decision.findings if one.flag)
            yield Told(
                example.label, example.cause, _scope(decision), _specificity(decision), flags
            )


def _scope(decision: Decision) -> float:
    finding = decision.finding("scope")
    return _VERDICTS[finding.verdict] if finding else 0.5


def _specificity(decision: Decision) -> float:
    finding = decision.finding("first_step")
    return float(finding.value) if finding and finding.value is not None else 0.0


def print_signals() -> None:
    rows = list(told())
    wanted = [row for row in rows if row.label == "pursue"]
    skipped = [row for row in rows if row.label == "skip"]
    vague = [row.specificity for row in skipped if row.cause == "vague"]
    raw = [row.scope for row in skipped if row.cause == "production"]
    print("area under the curve (0.5: a coin)")
    pairs = (
        ("scope, wanted over unwanted", [r.scope for r in wanted], [r.scope for r in skipped]),
        ("scope, wanted over raw production", [r.scope for r in wanted], raw),
        (
            "first_step, wanted over unwanted",
            [r.specificity for r in wanted],
            [r.specificity for r in skipped],
        ),
        ("first_step, wanted over vague", [r.specificity for r in wanted], vague),
    )
    for name, higher, lower in pairs:
        print(f"  {name:36}{area(higher, lower):.2f}  ({len(higher)} and {len(lower)})")
    print(f"\n{'red flag':22}{'unwanted':>9}{'maybe':>7}{'wanted':>8}{'right':>7}")
    for flag in FLAGS:
        found = Counter(row.label for row in rows if flag in row.flags)
        sure = found["skip"] + found["pursue"]
        said = f"{found['skip'] / sure:.2f}" if sure else "-"
        print(f"{flag:22}{found['skip']:>9}{found['maybe']:>7}{found['pursue']:>8}{said:>7}")


def main() -> None:
    if trades():
        print_signals()
    else:
        print("The labelled listings don't lie beside the project; nothing was measured.")


if __name__ == "__main__":
    main()
