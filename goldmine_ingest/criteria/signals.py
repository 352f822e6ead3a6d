"""What a listing shows beside the decision, each sign with its quote: why the client pays, which of
the user's tasks it asks for, whether it asks for AI, and how far a machine does the work.

They are found when a listing is judged and stored with the decision (view `signals`); none of them
is in the score, and only `[scope] want` lets the reasons decide.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from goldmine_ingest.criteria.case import Case
from goldmine_ingest.criteria.negation import is_negated
from goldmine_ingest.model.decision import Exposure, Signal
from goldmine_ingest.settings.tasks import REASONS, TaskSettings
from goldmine_ingest.text.lemmas import Lemmas
from goldmine_ingest.text.listing_text import ListingText
from goldmine_ingest.text.reasons import AI, REASON
from goldmine_ingest.text.sentences import Role
from goldmine_ingest.text.terms import TermIndex

_ASKED = frozenset((Role.TITLE, Role.ASK, Role.PROBLEM))
_MOST_LONG = 200  # characters of a quote
_BEFORE = 80  # of them before the words that it is quoted for, where it must be cut


class Tasks:
    """The user's [[task]] entries, compiled by one language's inflection."""

    def __init__(self, tasks: Iterable[TaskSettings], lemmas: Lemmas) -> None:
        self._index = TermIndex(
            (task.name, lemmas.of(phrase)) for task in tasks for phrase in (task.name, *task.words)
        )

    def find(self, text: ListingText) -> Iterator[Signal]:
        """Each task whose words stand plainly in the title or in a sentence that asks or names a
        problem, at its first place.
        """
        told = set()
        for hit in self._index.find(text.stream, text.vocabulary):
            number = text.sentence_of(hit.start)
            if hit.key in told or text.sentences[number].role not in _ASKED:
                continue
            if not is_negated(text, number, hit.start, hit.end):
                told.add(hit.key)
                yield Signal(
                    f"task.{hit.key}", hit.key, _quote(text, text.place(hit.start, hit.end))
                )


def signals(
    case: Case, tasks: Tasks | None, exposure: tuple[Exposure | None, Sequence[str]]
) -> tuple[Signal, ...]:
    """Every sign, in a fixed order. `exposure` is what the text shows, with its words."""
    text, signs = case.facts.listing, case.facts.engagement.signs
    shown = [
        Signal(kind, name, _quote(text, signs[kind][0])) for kind, name in _KINDS if kind in signs
    ]
    if tasks is not None:
        shown += tasks.find(text)
    kind, words = exposure
    if kind is not None:
        shown.append(Signal("exposure", kind, ", ".join(words)))
    return tuple(shown)


_KINDS = (*((f"{REASON}{name}", name) for name in REASONS), (AI, AI))


def reason_quotes(case: Case, names: Iterable[str]) -> dict[str, str]:
    """The reasons of these that the listing shows, each with its sentence."""
    text, signs = case.facts.listing, case.facts.engagement.signs
    return {
        name: _quote(text, signs[f"{REASON}{name}"][0])
        for name in names
        if f"{REASON}{name}" in signs
    }


def _quote(text: ListingText, place: tuple[int, int]) -> str:
    """The sentence at a place on one line; of a long one, what stands around the place."""
    start, end = place
    number = max(0, bisect_right(text.sentences, start, key=lambda one: one.start) - 1)
    sentence = text.sentences[number]
    if sentence.end - sentence.start <= _MOST_LONG:
        return text.quote(number)
    first = max(sentence.start, start - _BEFORE)
    last = min(sentence.end, max(end, first + _MOST_LONG))
    cut = text.text[first:last]
    if first > sentence.start and " " in cut[: start - first]:
        cut = "… " + cut.split(" ", 1)[1]
    if last < sentence.end and " " in cut:
        cut = cut.rsplit(" ", 1)[0] + " …"
    return " ".join(cut.split())
