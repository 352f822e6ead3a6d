"""What the criteria find in a listing, and the verdict."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from goldmine_ingest.model.flags import FLAG

Exposure = Literal["automatable", "ai-assisted", "human-critical"]
Verdict = Literal["pass", "fail", "unknown"]
DecisionKind = Literal["qualified", "review", "rejected"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one criterion says of one listing, with what it rests on.

    `score` is 0 to 1 (0 for unknown, but for a proof that is near). `value` and `threshold` are in
    `unit` (an ISO currency, 'USD/hour', 'share', 'score', 'proposals' …), None where nothing is
    measured. `evidence` quotes the listing's own words, never invented. `setting` is the dotted
    path in criteria.toml that decided, e.g. 'budget.fixed_minimum'. Red flags bear the criterion
    'flag:NAME' and the verdict 'fail'.
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

    `text_key` (64 bits) names every setting that measuring depends on. `fit` is that of the proofs
    (None: no proof applies or is met), `proof` the place of the nearest among their names in order,
    from 1; `capped`: the proof never passes (its words stand among the tags only, or the title
    names others' languages), `another_craft`: the title asks for another craft. `silent`: a missing
    sign proves nothing (the text is cut, or without word lists). `low` and `high` are the pay in
    the base currency, per hour if `hourly`; `effort` the hours that the text states, `hours` those
    of the whole job; `hire_rate` as it counts, few jobs drawn towards one half; `proposals` how
    many have applied; `flags` the red flags, a bit each in the order of FLAGS; `dollar` what a US
    dollar is worth in the base currency.
    """

    text_key: int
    rules: Verdict | None
    fit: Decimal | None
    proof: int | None
    capped: bool
    another_craft: bool
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
    flags: int = 0
    dollar: Decimal | None = Decimal(1)


@dataclass(frozen=True, slots=True)
class Part:
    """What one group of figures adds to the fit, in logits: 0 is usual, under 0 speaks against.
    `words` are the listing's that it rests on, where it rests on words."""

    name: str
    adds: float
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Signal:
    """A sign that a listing shows. `kind`: 'job.revenue', 'job.cost', 'job.risk', 'job.speed',
    'job.judgment' (why the client pays), 'task.NAME' (asks for a [[task]]), 'ai' (asks for AI) or
    'exposure'; `name` is what it is called, `quote` the listing's own words.
    """

    kind: str
    name: str
    quote: str


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict on a listing under one version of the criteria. `score` is 0 to 100, two
    decimals.

    `proof` names the nearest [[proof]] (None: none fits or is near); `first_step` is that proof's
    own, where it fits; `ask` quotes the one or two sentences of the listing that say what is
    wanted; `exposure` is how far a machine does the work by the text's own words, `proof_exposure`
    by the proof's declaration; `signals` are what the text shows beside (None: of a decision from
    before they were looked for). `reason` says in one line why it is not qualified (empty if it
    is). `parts` make up the proof's fit; they and `measures` are not stored with it.
    """

    listing_id: str
    criteria_hash: str
    decision: DecisionKind
    score: Decimal
    findings: tuple[Finding, ...]
    proof: str | None = None
    first_step: str | None = None
    ask: str | None = None
    exposure: Exposure | None = None
    reason: str = ""
    proof_exposure: Exposure | None = None
    signals: tuple[Signal, ...] | None = ()
    parts: tuple[Part, ...] = field(default=(), compare=False, repr=False)
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
