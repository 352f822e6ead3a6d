"""A model's answer in the words that people read of it."""

from __future__ import annotations

from collections.abc import Sequence

from goldmine_ingest.model.decision import Decision
from goldmine_ingest.model.opinion import Opinion
from goldmine_ingest.render.doubts import doubt_of
from goldmine_ingest.render.message import OpinionWords


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
