"""What is measured of a listing, apart from where the thresholds stand: a backtest of other
thresholds starts from these.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from decimal import Decimal
from typing import TypedDict

from goldmine_ingest.criteria import budget, client, red_flags, worth
from goldmine_ingest.criteria.case import ZERO, Case
from goldmine_ingest.criteria.features import FEATURE_VERSION
from goldmine_ingest.criteria.proof import Match
from goldmine_ingest.criteria.work_hours import Stated
from goldmine_ingest.model.decision import Finding, Measures, Verdict
from goldmine_ingest.settings.criteria import CriteriaSettings, ProofSettings


def text_key(settings: CriteriaSettings) -> int:
    """64 bits over every setting that the measures depend on: words, rules, crafts and the base
    currency; no threshold.
    """
    return _hash(
        rest_key(settings),
        settings.proof_match.crafts,
        sorted((name, tuple(others)) for name, others in settings.aliases.items()),
        None if settings.terms is None else sorted(settings.terms.items()),
        [_words_of(proof) for proof in sorted(settings.proofs, key=lambda proof: proof.name)],
    )


def rest_key(settings: CriteriaSettings) -> int:
    """The same without what the fit alone depends on: proofs, crafts, aliases and term
    frequencies.
    """
    return _hash(
        FEATURE_VERSION,
        settings.rules,
        settings.me,
        settings.scope,
        settings.base_currency,
        *([] if settings.base_currency == "USD" else sorted(settings.own_rates.items())),
    )


def _words_of(p: ProofSettings) -> tuple[object, ...]:
    """What names a proof's words."""
    return (
        p.name,
        p.result,
        p.offer,
        p.first_step,
        sorted(p.phrases),
        sorted(p.skills),
        sorted(p.exclude),
    )


def _hash(*parts: object) -> int:
    return int.from_bytes(hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).digest()[:8])


class OfMatch(TypedDict):
    """The measures that depend on the proofs: all that changed proofs can change."""

    fit: Decimal | None
    proof: int | None
    capped: bool
    another_craft: bool
    scope: Verdict
    scope_score: Decimal
    specificity: Decimal


def of_match(match: Match, scope: Finding | None, specificity: Decimal) -> OfMatch:
    """`scope` has no threshold that a user sets: its verdict is kept as it is. `specificity` is
    that of the ask.
    """
    nearest = match.nearest
    return OfMatch(
        fit=match.fit.value if nearest else None,
        proof=None if match.fit.proof is None else match.ranks[match.fit.proof],
        capped=match.capped,
        another_craft=match.others_craft,
        scope=scope.verdict if scope else "unknown",
        scope_score=scope.score if scope else ZERO,
        specificity=specificity,
    )


def measure(
    case: Case,
    key: int,
    settings: CriteriaSettings,
    *,
    stated: Stated,
    rules: Finding | None,
    proofs: OfMatch,
    flags: Iterable[Finding],
) -> Measures:
    """`key` is the settings' text_key; `proofs` is what depends on them. The verdict of `rules`
    has no threshold that a user sets: kept as it is.
    """
    pay, posting = stated.pay, case.posting
    return Measures(
        **proofs,
        text_key=key,
        rules=rules.verdict if rules else None,
        silent=case.why_absence_says_nothing is not None,
        pay_known=pay.why_unknown is None,
        hourly=pay.hourly,
        low=pay.low,
        high=pay.high,
        effort=budget.effort_hours(case),
        hours=stated.total_hours,
        payment_verified=posting.client_payment_verified,
        spent=client.spent_in_base(case, settings.base_currency),
        hire_rate=client.hire_rate(case),
        rating=posting.client_rating,
        connects=posting.connects,
        proposals=worth.proposals(case),
        flags=red_flags.bits(flags),
        dollar=case.dollar,
    )
