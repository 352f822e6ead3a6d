"""[opinion]: the language model that is asked about what the other criteria leave open. Without the
table no model is asked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Literal

from goldmine_ingest.settings import kinds, quantities
from goldmine_ingest.settings.declaration import needed, setting
from goldmine_ingest.settings.reference import (
    NOTHING,
    Reference,
    secret_reference,
    web_address,
)

Ask = Literal["open", "qualified"]
Against = Literal["review", "fail"]

_ASK: kinds.Kind[Ask] = kinds.choice("open", "qualified")
_AGAINST: kinds.Kind[Against] = kinds.choice("review", "fail")
_FIT = kinds.integer(0, 100)

# What says where and how long to ask, and nothing of what an answer means: these keys are no part
# of the criteria's hash.
NOT_JUDGED = frozenset(("url", "key", "deadline", "per_cycle", "max_per_day", "allow_plain"))


@dataclass(frozen=True, slots=True)
class OpinionSettings:
    """[opinion]. `ask_from` None: [proof_match] minimum. (`pass` is a word of Python: `pass_`.)"""

    url: Reference = field(
        metadata=needed(
            web_address,
            "an OpenAI-compatible endpoint; listing text and your proofs' words go there",
            example="http://127.0.0.1:8080/v1",
            missing=NOTHING,
        )
    )
    model: str = field(
        metadata=needed(kinds.name, "the model's name, as the endpoint calls it", example="qwen3")
    )
    key: Reference | None = setting(
        secret_reference,
        None,
        "where the endpoint's key is: env:NAME or secret:PATH, never the key itself",
        example="env:OPINION_KEY",
    )
    ask: Ask = setting(
        _ASK,
        "open",
        '"open": what the other criteria leave open; "qualified": only what would alert',
    )
    ask_from: Decimal | None = setting(
        kinds.number(0, 1),
        None,
        "0 to 1: the least fit of a proof that is asked about; default: [proof_match] minimum",
        example=Decimal("0.35"),
    )
    pass_: int = setting(_FIT, 65, "0 to 100: from this fit the opinion passes")
    fail: int = setting(_FIT, 40, "0 to 100: under this fit it fails; between, it is unknown")
    against: Against = setting(_AGAINST, "review", 'what a fail does: "review" or "fail"')
    deadline: timedelta = setting(
        quantities.duration("100ms", "10m", milliseconds=True), "20s", "for one call, all of it"
    )
    per_cycle: timedelta = setting(
        quantities.duration("100ms", "1h", milliseconds=True),
        "90s",
        "for all calls of a cycle: no alert waits longer",
    )
    max_per_day: int = setting(kinds.integer(0, 100_000), 200, "calls in 24 hours")
    max_tokens: int = setting(
        kinds.integer(50, 100_000), 400, "of one answer; a model that reasons first needs more"
    )
    allow_plain: bool = setting(
        kinds.flag, False, "true: http:// to another computer, where anybody between can read it"
    )
