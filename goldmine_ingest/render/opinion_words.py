"""A model's answer in the words that people read of it."""

from __future__ import annotations

from collections.abc import Sequence

from goldmine_ingest.model.decision import Decision
from goldmine_ingest.model.opinion import Answer, Opinion
from goldmine_ingest.render.message import OpinionWords

_DOUBTS = {
    "other_craft": "another craft",
    "vague": "too little is said",
    "production": "work by the piece",
    "licence_or_place": "it needs a licence or a place",
    "pay": "the pay",
}


def doubt_of(answer: Answer) -> str:
    """The model's strongest reason against; "" for none."""
    if answer.doubt == "none" and answer.engagement == "employment":
        return "employment"
    return _DOUBTS.get(answer.doubt, "")


def opinion_words(decision: Decision, opinions: Sequence[Opinion]) -> OpinionWords:
    """What is told of the answer that a decision rests on; nothing where it rests on none. A first
    step is told only where one could be proposed without asking what the job is.
    """
    finding = decision.finding("opinion")
    ask = finding.evidence[0] if finding and finding.value is not None else None
    answers = [one.answer for one in opinions if one.answer and one.answer.ask == ask]
    if not answers:
        return OpinionWords()
    answer = answers[-1]
    doubt = doubt_of(answer)
    quoted = f" (“{answer.doubt_quote}”)" if doubt and answer.doubt_quote else ""
    return OpinionWords(
        answer.ask, answer.first_step if answer.specific else "", f"{doubt}{quoted}"
    )
