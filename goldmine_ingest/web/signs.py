"""What a listing shows beside its verdict, each sign with the words that show it: why the client
pays, your tasks that it asks for, AI, and how far a machine does the work. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from goldmine_ingest.render.clean import clean
from goldmine_ingest.settings.tasks import REASONS

if TYPE_CHECKING:
    from goldmine_ingest.model.decision import Decision, Signal

# The kinds of signals, as the view `signals` names them: before the dot, if there is one.
_REASON, _AI, _EXPOSURE = "job", "ai", "exposure"


@dataclass(frozen=True, slots=True)
class Sign:
    """`said` is what the sign says by itself, `quote` the listing's words; either may be ""."""

    name: str
    said: str
    quote: str


def signs_of(decision: Decision) -> tuple[Sign, ...]:
    """In the order in which they were found; the exposure last."""
    found = decision.signals or ()
    told = (_sign(signal) for signal in found if signal.kind != _EXPOSURE)
    words = next((signal.quote for signal in found if signal.kind == _EXPOSURE), "")
    return (*told, *_exposures(decision, words))


def _sign(signal: Signal) -> Sign:
    quote = clean(signal.quote)
    kind = signal.kind.partition(".")[0]
    if kind == _AI:
        return Sign("Asks for AI", "", quote)
    if kind == _REASON:
        return Sign("Pays for", REASONS.get(signal.name, signal.name), quote)
    return Sign("Your task", clean(signal.name), quote)


def _exposures(decision: Decision, words: str) -> Iterator[Sign]:
    if decision.exposure:
        yield Sign("Exposure by its text", decision.exposure, clean(words))
    if decision.proof_exposure:
        yield Sign("Exposure by your proof", decision.proof_exposure, "")
