"""criteria.toml: what makes a listing worth a proposal, each setting declared once (see
declaration.py). A criterion whose table is absent is None: off.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from goldmine_ingest.model.flags import FLAGS
from goldmine_ingest.settings import codes, kinds
from goldmine_ingest.settings.declaration import Section, needed, setting
from goldmine_ingest.settings.opinion import Against, OpinionSettings
from goldmine_ingest.settings.reference import link
from goldmine_ingest.settings.rules import MeSettings, RulesSettings
from goldmine_ingest.settings.tasks import REASONS, TaskSettings

if TYPE_CHECKING:
    from goldmine_ingest.model.decision import Exposure

CRITERIA = ("rules", "proof", "budget", "client", "scope", "first_step", "worth", "opinion")

Unknown = Literal["pass", "review", "fail"]

# A red flag is shown only.
DEFAULT_FLAGS: Mapping[str, Unknown] = dict.fromkeys(FLAGS, "pass")

DEFAULT_UNKNOWN: Mapping[str, Unknown] = {
    "rules": "review",
    "proof": "review",
    "budget": "review",
    "client": "pass",
    "scope": "pass",
    "first_step": "review",
    "worth": "pass",
    "opinion": "pass",
}

# The fit sorts what reaches the user: nothing else was found to.
DEFAULT_WEIGHTS: Mapping[str, Decimal] = {
    criterion: Decimal(criterion == "proof") for criterion in CRITERIA
}
# Where there is no proof, each criterion that is on weighs the same (an opinion is on a proof).
WEIGHTS_WITHOUT_PROOF: Mapping[str, Decimal] = {
    criterion: Decimal(criterion not in ("proof", "opinion")) for criterion in CRITERIA
}

_EFFECT: kinds.Kind[Unknown] = kinds.choice("pass", "review", "fail")
_SHARE = kinds.number(0, 1)
_MONEY = kinds.number(0, 10**12)
_TEXTS = kinds.each(kinds.text)


@dataclass(frozen=True, slots=True)
class DecisionSettings:
    """[decision]. `require` None: every criterion that is on. `weights` holds what was given until
    the file is read as a whole; those that aren't given are DEFAULT_WEIGHTS.
    """

    require: tuple[str, ...] | None = setting(
        kinds.each(kinds.choice(*CRITERIA)),
        None,
        "criteria that a listing must pass; default: every criterion that is on",
        example=[name for name in CRITERIA if name != "opinion"],
    )
    minimum_score: Decimal = setting(
        kinds.number(0, 100), 0, "0 to 100; below it a qualified listing is for review"
    )
    unknown: Mapping[str, Unknown] = setting(
        kinds.per_name(_EFFECT, CRITERIA, usual=DEFAULT_UNKNOWN),
        {},
        'what "the listing doesn\'t say" does: "pass", "review" or "fail"',
        example={"budget": "review", "client": "pass"},
    )
    weights: Mapping[str, Decimal] = setting(
        kinds.per_name(kinds.number(0, 1000), CRITERIA),
        {},
        "how much each criterion counts in the score; without it, only the fit to a proof does",
        example={"proof": 1, "worth": Decimal("0.5")},
    )
    flags: Mapping[str, Unknown] = setting(
        kinds.per_name(_EFFECT, FLAGS, usual=DEFAULT_FLAGS, what="a red flag"),
        {},
        'what a red flag does: "pass" (it is only shown), "review" or "fail"',
        example={"speaks_to_models": "review"},
    )


@dataclass(frozen=True, slots=True)
class ProofSettings:
    """One [[proof]]: finished work that the user can show."""

    name: str = field(
        metadata=needed(
            kinds.name, "unique; what reports call it", example="Finance reconciliation"
        )
    )
    url: str | None = setting(
        link, None, "where it can be seen", example="https://example.com/case/reconciliation"
    )
    result: str | None = setting(
        kinds.text, None, "what came of it", example="month-end close from six days to two"
    )
    offer: str | None = setting(
        kinds.text, None, "what to lead with", example="a reconciled close with an exception report"
    )
    skills: tuple[str, ...] = setting(
        _TEXTS, [], "tools and crafts that it shows", example=["Python", "SQL", "Power BI"]
    )
    phrases: tuple[str, ...] = setting(
        _TEXTS,
        [],
        "words that clients with such a problem use",
        example=["reconciliation", "month-end close"],
    )
    exclude: tuple[str, ...] = setting(
        _TEXTS, [], "a listing with one of these isn't for this proof", example=["WordPress"]
    )
    first_step: str | None = setting(
        kinds.text,
        None,
        "the step that you would propose",
        example="Reconcile one closed month from exports and list every exception",
    )
    exposure: Exposure | None = setting(
        kinds.choice("automatable", "ai-assisted", "human-critical"),
        None,
        'your own judgment of this work: "automatable", "ai-assisted" or "human-critical"',
        example="human-critical",
    )
    want: Decimal = setting(_SHARE, 1, "0 to 1: how much more of it you want")
    fixed_minimum: Decimal | None = setting(
        _MONEY, None, "this proof's own floor, in place of [budget]'s", example=800
    )
    hourly_minimum: Decimal | None = setting(
        _MONEY, None, "this proof's own floor, in place of [budget]'s", example=60
    )


@dataclass(frozen=True, slots=True)
class ProofMatchSettings:
    """[proof_match]. Under `minimum` the proof fails, from `sure` it passes; between, it is near.
    `crafts` empty: worked out from the proofs' words.
    """

    minimum: Decimal = setting(
        _SHARE,
        Decimal("0.35"),
        "0 to 1: how well the work that is asked for fits the best proof; under it: rejected",
    )
    sure: Decimal = setting(
        _SHARE,
        Decimal("0.65"),
        "from it: it rings; between the two it is near and waits for your review",
    )
    crafts: tuple[str, ...] = setting(
        _TEXTS,
        [],
        "your crafts, where the proofs' words don't show them",
        example=["developer"],
    )


Bound = Literal["low", "middle", "high"]
_BOUND: kinds.Kind[Bound] = kinds.choice("low", "middle", "high")


@dataclass(frozen=True, slots=True)
class BudgetSettings:
    """[budget]. Floors are in `currency`, hourly ones per hour. None: no floor."""

    currency: str = setting(
        codes.currency, "USD", "your base currency; other currencies are converted"
    )
    fixed_minimum: Decimal | None = setting(
        _MONEY, None, "the least that a fixed price must reach; without it, no floor", example=500
    )
    hourly_minimum: Decimal | None = setting(
        _MONEY, None, "the least that an hour must pay; without it, no floor", example=40
    )
    fixed_bound: Bound = setting(
        _BOUND,
        "high",
        'which end of a range must reach the floor: "low", "middle" or "high"',
    )
    hourly_bound: Bound = setting(_BOUND, "high", "the same of hourly rates")


@dataclass(frozen=True, slots=True)
class ClientSettings:
    """[client]. None: not looked at."""

    payment_verified: bool | None = setting(
        kinds.flag, None, "true: only clients whose payment is verified", example=True
    )
    spent_minimum: Decimal | None = setting(
        _MONEY, None, "the least that the client has spent, in the base currency", example=1000
    )
    hire_rate_minimum: Decimal | None = setting(
        _SHARE,
        None,
        "0 to 1: the least share of posted jobs that were filled",
        example=Decimal("0.4"),
    )
    rating_minimum: Decimal | None = setting(
        kinds.number(0, 5), None, "0 to 5: the least rating", example=Decimal("4.5")
    )


@dataclass(frozen=True, slots=True)
class ScopeSettings:
    """[scope]. Both lists are added to built-in ones, unless `built_in` is false."""

    production: tuple[str, ...] = setting(
        _TEXTS, [], "words of work by the piece, which is rejected", example=["data entry"]
    )
    beyond: tuple[str, ...] = setting(
        _TEXTS, [], "words that show a problem to solve", example=["audit", "migration"]
    )
    built_in: bool = setting(kinds.flag, True, "false: only your own lists")
    want: tuple[str, ...] = setting(
        kinds.each(kinds.choice(*REASONS)),
        [],
        "reasons to pay that you look for: it passes where one shows, else it is unknown",
        example=["cost", "risk"],
    )


@dataclass(frozen=True, slots=True)
class FirstStepSettings:
    """[first_step]."""

    minimum_specificity: Decimal = setting(
        _SHARE, Decimal("0.4"), "0 to 1: does the text say enough to begin?"
    )


@dataclass(frozen=True, slots=True)
class WorthSettings:
    """[worth]. Money in the base currency; `maximum_proposals` None: no limit."""

    win_rate: Decimal = setting(_SHARE, Decimal("0.1"), "0 to 1: share of proposals that you win")
    hourly_value: Decimal = setting(
        _MONEY, 40, "what an hour of yours is worth, in the base currency"
    )
    hours_per_proposal: Decimal = setting(
        kinds.number(0, 1000), Decimal("0.5"), "hours that a proposal takes you"
    )
    connect_price: Decimal = setting(_MONEY, Decimal("0.15"), "what a connect costs, in US dollars")
    typical_connects: int = setting(
        kinds.integer(0, 10_000), 12, "connects where the listing doesn't say"
    )
    minimum_value: Decimal = setting(
        kinds.number(-(10**12), 10**12), 0, "the least that a proposal must be worth"
    )
    maximum_proposals: int | None = setting(
        kinds.integer(0, 1_000_000),
        None,
        "more proposals than this: rejected; without it, no limit",
        example=50,
    )


ALIASES = kinds.table_of(_TEXTS)


@dataclass(frozen=True, slots=True)
class CriteriaSettings:
    """criteria.toml. None: that criterion is off (`rules` is on if `rules` or `me` is there;
    `proof` if there is a proof).

    `base_currency` is [budget] currency, or USD without a [budget] table. `criteria_hash` names
    this text, with the term frequencies that are in force, for ever; `text` is the file as it was
    read. `aliases` are the user's own [aliases] SKILL = ["other name"]. `own_rates`: units per euro
    by currency, of the `rates.csv` beside goldmine.toml, newest first.
    """

    decision: DecisionSettings = DecisionSettings()
    me: MeSettings | None = None
    rules: RulesSettings | None = None
    proofs: tuple[ProofSettings, ...] = ()
    tasks: tuple[TaskSettings, ...] = ()
    proof_match: ProofMatchSettings = ProofMatchSettings()
    budget: BudgetSettings | None = None
    client: ClientSettings | None = None
    scope: ScopeSettings = ScopeSettings()
    first_step: FirstStepSettings = FirstStepSettings()
    worth: WorthSettings | None = None
    opinion: OpinionSettings | None = None
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    terms: Mapping[str, int] | None = field(default=None, repr=False)
    own_rates: Mapping[str, list[tuple[date, Decimal]]] = field(default_factory=dict, repr=False)
    criteria_hash: str = ""
    text: str = field(default="", repr=False)

    @property
    def base_currency(self) -> str:
        return self.budget.currency if self.budget else "USD"

    @property
    def asked_from(self) -> Decimal:
        """The least fit of a proof that a language model is asked about."""
        least = self.opinion.ask_from if self.opinion else None
        return self.proof_match.minimum if least is None else least

    @property
    def opinion_against(self) -> Against:
        """What an opinion that fails does."""
        return self.opinion.against if self.opinion else "review"


# The tables of criteria.toml, in the order of docs/settings.md.
SECTIONS = (
    Section("decision", DecisionSettings, "How the criteria become a decision."),
    Section("me", MeSettings, "Where you are, and what you speak."),
    Section(
        "rules",
        RulesSettings,
        "Phrases (whole words, any case) or /patterns/ in title, description and skills.",
    ),
    Section("proof", ProofSettings, "Finished work that you can show.", "rows"),
    Section(
        "proof_match", ProofMatchSettings, "How well the work that is asked for must fit a proof."
    ),
    Section("budget", BudgetSettings, "What a job must pay."),
    Section(
        "client", ClientSettings, "Who asks. What isn't known passes (see [decision.unknown])."
    ),
    Section(
        "scope",
        ScopeSettings,
        "Work that ends with a result, not a job by the piece or without an end.",
    ),
    Section("task", TaskSettings, "The tasks that you are paid for.", "rows"),
    Section("first_step", FirstStepSettings, "Whether the text says enough to begin."),
    Section(
        "worth",
        WorthSettings,
        "What a proposal is worth: win_rate × value − your time − connects.",
    ),
    Section(
        "opinion",
        OpinionSettings,
        "A language model of your choice reads what is still open. Off without this table.",
    ),
    Section("aliases", ALIASES, 'Other names of a skill: "Power BI" = ["PBI"].'),
)
