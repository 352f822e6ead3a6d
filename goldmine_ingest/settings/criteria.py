"""criteria.toml: what makes a listing worth a proposal. A criterion whose table is absent is
None: off.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from goldmine_ingest.model.decision import Exposure

CRITERIA = ("rules", "proof", "budget", "client", "scope", "first_step", "worth")

Unknown = Literal["pass", "review", "fail"]

DEFAULT_UNKNOWN: Mapping[str, Unknown] = {
    "rules": "review",
    "proof": "review",
    "budget": "review",
    "client": "pass",
    "scope": "pass",
    "first_step": "review",
    "worth": "pass",
}

# The fit sorts what reaches the user: nothing else was found to.
DEFAULT_WEIGHTS: Mapping[str, Decimal] = {
    criterion: Decimal(criterion == "proof") for criterion in CRITERIA
}
# Where there is no proof, each criterion that is on weighs the same.
WEIGHTS_WITHOUT_PROOF: Mapping[str, Decimal] = {
    criterion: Decimal(criterion != "proof") for criterion in CRITERIA
}


@dataclass(frozen=True, slots=True)
class DecisionSettings:
    """[decision]. `require` None: every criterion that is on. `weights` not given are those of
    DEFAULT_WEIGHTS. `flags` says what a red flag does; one that isn't named is shown
    only.
    """

    require: tuple[str, ...] | None = None
    minimum_score: Decimal = Decimal(0)
    unknown: Mapping[str, Unknown] = field(default_factory=lambda: DEFAULT_UNKNOWN)
    weights: Mapping[str, Decimal] = field(default_factory=dict)
    flags: Mapping[str, Unknown] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MeSettings:
    """[me]. `languages` empty: any. `jurisdictions`: the countries whose law or licence one can
    serve; empty: not looked at.
    """

    country: str | None = None
    timezone: str | None = None
    languages: tuple[str, ...] = ()
    jurisdictions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RulesSettings:
    """[rules]. Patterns are phrases, or RE2 patterns between slashes. `pay` empty: any. `exclude`
    counts by the kind of mention, `exclude_tags` among the tags, `exclude_always` anywhere.
    """

    include: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    exclude_tags: tuple[str, ...] = ()
    exclude_always: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    countries_exclude: tuple[str, ...] = ()
    companies_exclude: tuple[str, ...] = ()
    pay: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProofSettings:
    """One [[proof]]: finished work that the user can show."""

    name: str
    url: str | None = None
    result: str | None = None
    offer: str | None = None
    skills: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    first_step: str | None = None
    exposure: Exposure | None = None
    want: Decimal = Decimal(1)
    fixed_minimum: Decimal | None = None
    hourly_minimum: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ProofMatchSettings:
    """[proof_match]. Under `minimum` the proof fails, from `sure` it passes; between, it is near.
    `crafts` empty: worked out from the proofs' words.
    """

    minimum: Decimal = Decimal("0.35")
    sure: Decimal = Decimal("0.65")
    crafts: tuple[str, ...] = ()


Bound = Literal["low", "middle", "high"]


@dataclass(frozen=True, slots=True)
class BudgetSettings:
    """[budget]. Floors are in `currency`, hourly ones per hour. None: no floor."""

    currency: str = "USD"
    fixed_minimum: Decimal | None = None
    hourly_minimum: Decimal | None = None
    fixed_bound: Bound = "high"
    hourly_bound: Bound = "high"


@dataclass(frozen=True, slots=True)
class ClientSettings:
    payment_verified: bool | None = None
    spent_minimum: Decimal | None = None
    hire_rate_minimum: Decimal | None = None
    rating_minimum: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ScopeSettings:
    production: tuple[str, ...] = ()
    beyond: tuple[str, ...] = ()
    built_in: bool = True


@dataclass(frozen=True, slots=True)
class FirstStepSettings:
    minimum_specificity: Decimal = Decimal("0.4")


@dataclass(frozen=True, slots=True)
class WorthSettings:
    """[worth]. Money in the base currency; `maximum_proposals` None: no limit."""

    win_rate: Decimal = Decimal("0.1")
    hourly_value: Decimal = Decimal(40)
    hours_per_proposal: Decimal = Decimal("0.5")
    connect_price: Decimal = Decimal("0.15")
    typical_connects: int = 12
    minimum_value: Decimal = Decimal(0)
    maximum_proposals: int | None = None


@dataclass(frozen=True, slots=True)
class CriteriaSettings:
    """criteria.toml. None: that criterion is off (`rules` is on if `rules` or `me` is there;
    `proof` if there is a proof).

    `base_currency` is [budget] currency, or USD without a [budget] table. `criteria_hash` names
    this text, with the term frequencies that are in force, for ever; `text` is the file as it was
    read. `aliases` are the user's own [aliases] SKILL = ["other name"].
    """

    decision: DecisionSettings = DecisionSettings()
    me: MeSettings | None = None
    rules: RulesSettings | None = None
    proofs: tuple[ProofSettings, ...] = ()
    proof_match: ProofMatchSettings = ProofMatchSettings()
    budget: BudgetSettings | None = None
    client: ClientSettings | None = None
    scope: ScopeSettings = ScopeSettings()
    first_step: FirstStepSettings = FirstStepSettings()
    worth: WorthSettings | None = None
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    terms: Mapping[str, int] | None = field(default=None, repr=False)
    criteria_hash: str = ""
    text: str = field(default="", repr=False)

    @property
    def base_currency(self) -> str:
        return self.budget.currency if self.budget else "USD"
