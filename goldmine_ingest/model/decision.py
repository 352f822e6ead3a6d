"""What the criteria find in a listing, and the verdict."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

Exposure = Literal["automatable", "ai-assisted", "human-critical"]
Verdict = Literal["pass", "fail", "unknown"]
DecisionKind = Literal["qualified", "review", "rejected"]


# The criterion of a red flag is this and its name, as the `findings` view has it.
FLAG = "flag:"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one criterion says of one listing, with what it rests on.

    `score` is 0 to 1 (0 for unknown). `value` and `threshold` are in `unit` (an ISO currency,
    'USD/hour', 'share', 'score', 'proposals' …), None where nothing is measured. `evidence` quotes
    the listing's own words, never invented. `setting` is the dotted path in criteria.toml that
    decided, e.g. 'budget.fixed_minimum'. Red flags bear the criterion 'flag:NAME' and the verdict
    'fail'.
    """

    criterion: str
    verdict: Verdict
    score: Decimal
    reason: str
    value: Decimal | None = None
    threshold: Decimal | None = None
    unit: str | None = None
    evidence: tuple[str, ...] = ()
    setting: str | None = None

    @property
    def flag(self) -> str | None:
        """The red flag's name; None for a criterion."""
        return self.criterion.removeprefix(FLAG) if self.criterion.startswith(FLAG) else None


@dataclass(frozen=True, slots=True)
class Measures:
    """What the criteria measure of a listing before any threshold is laid on it; stored, so that
    other thresholds need no text.

    `text_key` (64 bits) names every setting that measuring depends on. `similarities` are 0 to 1,
    one for each proof in the order of their names, None where the feed doesn't judge by it.
    `silent`: a missing sign proves nothing (the text is cut, or without word lists). `low` and
    `high` are the pay in the base currency, per hour if `hourly`; `effort` the hours that the text
    states, `hours` those of the whole job; `hire_rate` as it counts, few jobs drawn towards one
    half; `proposals` how many have applied.
    """

    text_key: int
    rules: Verdict | None
    similarities: tuple[Decimal | None, ...]
    scope: Verdict
    scope_score: Decimal
    specificity: Decimal
    silent: bool
    pay_known: bool
    hourly: bool
    low: Decimal | None
    high: Decimal | None
    effort: Decimal | None
    hours: Decimal | None
    payment_verified: bool | None
    spent: Decimal | None
    hire_rate: Decimal | None
    rating: Decimal | None
    connects: int | None
    proposals: int | None


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict on a listing under one version of the criteria. `score` is 0 to 100 with two
    decimals.

    `proof` names the best matching [[proof]] (None: none); `first_step` is the sentence to start
    with; `reason` says in one line why the listing is not qualified (empty if it is).
    """

    listing_id: str
    criteria_hash: str
    decision: DecisionKind
    score: Decimal
    findings: tuple[Finding, ...]
    proof: str | None = None
    first_step: str | None = None
    exposure: Exposure | None = None
    reason: str = ""
    measures: Measures | None = field(default=None, compare=False, repr=False)

    def finding(self, criterion: str) -> Finding | None:
        return next((f for f in self.findings if f.criterion == criterion), None)


@dataclass(frozen=True, slots=True)
class TextFeatures:
    """What the criteria need from one text, extracted once and stored under the hash of title,
    description and skills.
    """

    text_hash: str
    payload: str
