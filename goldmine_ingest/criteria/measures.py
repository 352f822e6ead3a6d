"""What is measured of a listing, apart from where the thresholds stand: a backtest of other
thresholds starts from these.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from decimal import Decimal

from goldmine_ingest.criteria import budget, client, worth
from goldmine_ingest.criteria.case import Case
from goldmine_ingest.criteria.features import FEATURE_VERSION
from goldmine_ingest.criteria.proof import Match
from goldmine_ingest.model.decision import Finding, Measures
from goldmine_ingest.settings.criteria import CriteriaSettings


def text_key(settings: CriteriaSettings) -> int:
    """64 bits over every setting that the measures depend on: words, rules and the base
    currency; no threshold.
    """
    return _hash(rest_key(settings), sorted(proof_keys(settings).items()))


def rest_key(settings: CriteriaSettings) -> int:
    """The same without the proofs."""
    return _hash(
        FEATURE_VERSION, settings.rules, settings.me, settings.scope, settings.base_currency
    )


def proof_keys(settings: CriteriaSettings) -> dict[str, int]:
    """For each proof what names its words: those with the same key have the same similarity to
    any text.
    """
    aliases = sorted((name, tuple(others)) for name, others in settings.aliases.items())
    shared = _hash(aliases, None if settings.terms is None else sorted(settings.terms.items()))
    return {
        p.name: _hash(
            shared,
            p.name,
            p.result,
            p.offer,
            p.first_step,
            sorted(p.phrases),
            sorted(p.skills),
            sorted(p.exclude),
        )
        for p in settings.proofs
    }


def _hash(*parts: object) -> int:
    return int.from_bytes(hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).digest()[:8])


def measure(
    case: Case,
    key: int,
    settings: CriteriaSettings,
    *,
    rules: Finding | None,
    scope: Finding,
    specificity: Decimal,
    matches: Sequence[Match],
) -> Measures:
    """`key` is the settings' text_key. Verdicts of `rules` and `scope` have no thresholds that a
    user sets: kept as they are.
    """
    currency, posting = settings.base_currency, case.posting
    pay = budget.amounts(case, currency)
    found = {match.proof.name: match.similarity for match in matches}
    return Measures(
        text_key=key,
        rules=rules.verdict if rules else None,
        similarities=tuple(
            found.get(name) for name in sorted(proof.name for proof in settings.proofs)
        ),
        scope=scope.verdict,
        scope_score=scope.score,
        specificity=specificity,
        silent=case.why_absence_says_nothing is not None,
        pay_known=pay.why_unknown is None,
        hourly=pay.hourly,
        low=pay.low,
        high=pay.high,
        effort=budget.effort_hours(case),
        hours=worth.total_hours(case),
        payment_verified=posting.client_payment_verified,
        spent=client.spent_in_base(case, currency),
        hire_rate=client.hire_rate(case),
        rating=posting.client_rating,
        connects=posting.connects,
        proposals=worth.proposals(case),
    )
