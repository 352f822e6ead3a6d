"""The listings that the user spoke on, by a rating or by what was done about them, read and judged
under the present criteria and under changes of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from goldmine_ingest.config import change_criteria
from goldmine_ingest.criteria import Judge
from goldmine_ingest.criteria.decide import decide
from goldmine_ingest.criteria.judge import Reading
from goldmine_ingest.criteria.measures import text_key
from goldmine_ingest.criteria.opinion import Opinions
from goldmine_ingest.criteria.weights import Table
from goldmine_ingest.model.decision import DecisionKind, TextFeatures
from goldmine_ingest.model.posting import Listing
from goldmine_ingest.settings.criteria import CriteriaSettings

Origin = Literal["rated", "replied", "pursued", "skipped"]


@dataclass(frozen=True, slots=True)
class RatedListing:
    """A listing at its first sight, and whether it was `good`; `origin` is what says so. `proofs`
    are the only ones of its feed, () is all; `opinions` those that the history holds.
    """

    listing: Listing
    features: TextFeatures
    good: bool
    origin: Origin = "rated"
    proofs: tuple[str, ...] = ()
    opinions: Opinions = field(default_factory=Opinions)


class RatedListings:
    """Judged under one version of the criteria; each has a bit, the first one 1."""

    def __init__(
        self,
        rated: Sequence[RatedListing],
        criteria: CriteriaSettings,
        weights: Table | None = None,
    ) -> None:
        """`weights`: another table of the fit than the one that ships (to measure with)."""
        self.rated = rated
        self.criteria = criteria
        self._weights = weights
        self.judge = Judge(criteria, weights=weights)
        self.readings = [self._read(self.judge, one) for one in rated]
        self._own_floors = any(
            proof.fixed_minimum is not None or proof.hourly_minimum is not None
            for proof in criteria.proofs
        )

    @property
    def everyone(self) -> int:
        return (1 << len(self.rated)) - 1

    @cached_property
    def good(self) -> int:
        return self.mask([one.good for one in self.rated])

    @cached_property
    def decisions(self) -> tuple[DecisionKind, ...]:
        """Under the present criteria."""
        return tuple(reading.decision.decision for reading in self.readings)

    @staticmethod
    def mask(yes: Sequence[bool]) -> int:
        """The listings of which it holds."""
        return sum(1 << number for number, one in enumerate(yes) if one)

    def under(self, changes: Sequence[str], among: int | None = None) -> tuple[DecisionKind, ...]:
        """The decisions with these "KEY=VALUE" laid over the criteria; `among`: only these are
        judged again, the others stand.
        """
        changed = change_criteria(self.criteria, changes)
        judge = Judge(changed, weights=self._weights)
        if text_key(changed) == text_key(self.criteria):
            return tuple(
                self._read(judge, one).decision.decision
                if self._other_floors(reading, changed)
                else _at_thresholds(reading, changed)
                for one, reading in zip(self.rated, self.readings, strict=True)
            )
        return tuple(
            self._read(judge, one).decision.decision
            if among is None or among >> number & 1
            else self.decisions[number]
            for number, one in enumerate(self.rated)
        )

    def _other_floors(self, reading: Reading, changed: CriteriaSettings) -> bool:
        """Whether the proof whose floors count is shown under only one of the criteria."""
        if not self._own_floors:
            return False
        before, after = (
            reading.match.shown(settings.proof_match) for settings in (self.criteria, changed)
        )
        return (before is None) != (after is None)

    @staticmethod
    def _read(judge: Judge, one: RatedListing) -> Reading:
        return judge.read(
            one.listing,
            one.features,
            now=one.listing.first_seen_at,
            proofs=one.proofs,
            opinions=one.opinions,
        )


def _at_thresholds(reading: Reading, settings: CriteriaSettings) -> DecisionKind:
    """Other thresholds of the proof and other effects, laid on what was found."""
    verdict = reading.match.verdict(settings.proof_match)
    findings = [
        replace(finding, verdict=verdict)
        if finding.criterion == "proof" and reading.match.applies
        else finding
        for finding in reading.decision.findings
    ]
    flags = [finding for finding in findings if finding.flag]
    return decide(
        [finding for finding in findings if not finding.flag],
        settings.decision,
        flags,
        opinion_against=settings.opinion_against,
    )[0]


def through(decisions: Sequence[DecisionKind], *kinds: DecisionKind) -> int:
    """The listings with one of these decisions."""
    return sum(1 << number for number, kind in enumerate(decisions) if kind in kinds)


def counted(rated: Sequence[RatedListing]) -> Mapping[str, int]:
    """How many speak by each origin."""
    origins = [one.origin for one in rated]
    return {origin: origins.count(origin) for origin in sorted(set(origins))}
