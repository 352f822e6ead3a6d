"""[first_step]: is the ask concrete enough to price and begin? Measured by what it names, how much
of the text says something of its own, and how little of it stands in every listing: long filler is
vague, a short exact line isn't.
"""

from __future__ import annotations

import math
from decimal import Decimal

from goldmine_ingest.criteria.ask import Ask
from goldmine_ingest.criteria.ask import quotes as quotes_of
from goldmine_ingest.criteria.case import ZERO, Case, plain, share
from goldmine_ingest.model.decision import Finding
from goldmine_ingest.settings.criteria import FirstStepSettings

# An ask is vague where all three hold: its words' summed rarity, ln(1 + own words) and the share of
# filler on the wrong side of these.
# Of 38 such listings that people judged, two were wanted.
_CONCRETE, _TELLING, _FILLER = 2.2, 2.8, 0.2
_AT = 0.4  # the specificity of a listing that stands right at one of them
# Of so few own words, that they aren't filler says nothing: short texts have none. (Filler and what
# is concrete were counted in English only: elsewhere a short text is given the benefit.)
_SHORT, _SHORT_ELSEWHERE = math.log(1 + 25), math.log(1 + 8)
_PUT_OFF = Decimal(
    "0.3"
)  # at most, where the listing says that it tells more later; of eleven such, none was wanted
_SETTING = "first_step.minimum_specificity"


def judge(case: Case, settings: FirstStepSettings, ask: Ask) -> Finding:
    specificity, minimum = specificity_of(case, ask), settings.minimum_specificity
    quotes = quotes_of(case.facts.listing, ask)
    if specificity >= minimum:
        return Finding(
            "first_step",
            "pass",
            specificity,
            "the ask is concrete enough to begin",
            specificity,
            minimum,
            "score",
            quotes,
            _SETTING,
        )
    why = case.why_absence_says_nothing
    if why:
        reason = f"the ask says little ({plain(specificity)}), but {why}"
        return Finding(
            "first_step",
            "pass",
            specificity,
            reason,
            specificity,
            minimum,
            "score",
            quotes,
            _SETTING,
        )
    reason = f"vague: too little is said to price it ({plain(specificity)} of {plain(minimum)})"
    return Finding(
        "first_step", "unknown", ZERO, reason, specificity, minimum, "score", quotes, _SETTING
    )


def specificity_of(case: Case, ask: Ask) -> Decimal:
    """0 to 1: the best of the three figures, each as a multiple of what makes a listing vague, 0.4
    at that. 'Details in chat' says that what counts isn't here.
    """
    signs = case.facts.engagement
    short = _SHORT if case.facts.listing.language == "en" else _SHORT_ELSEWHERE
    own = _FILLER / max(signs.filler, _FILLER * _AT) if signs.telling >= short else 0.0
    best = share(_AT * max(ask.concrete / _CONCRETE, signs.telling / _TELLING, own))
    return min(best, _PUT_OFF) if "spec.vague" in case.facts.cues else best
