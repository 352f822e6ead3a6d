"""What a language model said of a listing: its answer, and the row that the history keeps of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Engagement = Literal["project", "ongoing", "employment", "teaching", "other"]
Doubt = Literal["none", "other_craft", "vague", "production", "licence_or_place", "pay"]

# How the shape of the answer is asked for; endpoints differ in what they take.
Shape = Literal["json_schema", "json_object", "none"]

OpinionState = Literal["answered", "invalid", "failed"]
Purpose = Literal["cycle", "command", "import", "copy"]


@dataclass(frozen=True, slots=True)
class Answer:
    """A valid answer. `ask` and `doubt_quote` are the listing's own words, as they were sent;
    `proof` is the name of a [[proof]], None for none; `fit` 0 to 100; `first_step` is "" where
    there is none to show.
    """

    ask: str
    proof: str | None
    fit: int
    specific: bool
    engagement: Engagement
    doubt: Doubt = "none"
    doubt_quote: str = ""
    first_step: str = ""


@dataclass(frozen=True, slots=True)
class Opinion:
    """One request about one listing and what came of it. `key` names all that was asked: prompt,
    model, shape and the texts sent.

    `state`: "answered" has an `answer`; "invalid" came in the right shape and doesn't hold (its
    quote isn't in the listing); "failed" is no answer at all. `why` says so to people. `tokens`
    are those of question and answer together, None where the endpoint doesn't count them; `ms` 0
    and `tokens` 0 where an answer to the same text was there. `shape` is how the endpoint took the
    question, `endpoint` a hash of its address.
    """

    listing_id: str
    key: str
    model: str
    asked_at: datetime
    ms: int
    state: OpinionState
    tokens: int | None = None
    why: str = ""
    answer: Answer | None = None
    prompt_version: int = 0
    purpose: Purpose = "cycle"
    shape: Shape = "json_schema"
    endpoint: str = ""
