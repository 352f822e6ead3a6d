"""What an alert quotes of a listing. That is its ask (`decisions.ask`); this finds something to
quote where no ask was found. Pure.

One or two whole sentences: the one with the most different evidence, then one that names a problem,
a deliverable or a deadline; never one that repeats the title, greets or says how to apply; in the
listing's order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from goldmine_ingest.render.clean import clean

LONGEST = 300  # characters of both sentences
_READ = 20_000  # characters of the description
_SHORTEST = 4  # words
_ENDS = re.compile(r"(?<=[.!?…])\s+|\n+")
_SAYS_LITTLE = re.compile(
    r"(?i)^(hi|hello|hey|dear|greetings|good (morning|day|evening)|thanks?|thank you|cheers|regards"
    r"|welcome|note:|about (us|the)|we are (a|an)\b|please (apply|include|send|start|mention|reply)"
    r"|to apply|click|apply|posted on|if (you are|interested|this)|looking forward)\b"
)
_NAMES_A_NEED = re.compile(
    r"(?i)\b(need|needs|problem|issue|broken|fails?|wrong|slow|takes? too|cannot|can't|deliver\w*"
    r"|milestone|deadline|by (mon|tues|wednes|thurs|fri|satur|sun)day|within \d+|asap|until)\b"
)


def excerpt(title: str, description: str, evidence: Iterable[str]) -> str:
    """One or two sentences on one line; "" where none says anything. `evidence` are the listing's
    own words that the criteria rest on.
    """
    words = {quote.casefold() for quote in evidence if quote}
    sentences = [
        sentence
        for piece in _ENDS.split(description[:_READ])
        if _says_something(sentence := clean(piece), title)
    ]
    if not sentences:
        return ""
    named = [sum(word in sentence.casefold() for word in words) for sentence in sentences]
    needs = [_NAMES_A_NEED.search(sentence) is not None for sentence in sentences]
    best = max(range(len(sentences)), key=lambda n: (named[n], needs[n], -n))
    room = LONGEST - len(sentences[best])
    second = (
        n for n in range(len(sentences)) if n != best and needs[n] and len(sentences[n]) < room
    )
    chosen = sorted({best, next(second, best)})
    joined = " " if chosen[-1] - chosen[0] < 2 else " … "
    return joined.join(sentences[n] for n in chosen)


def _says_something(sentence: str, title: str) -> bool:
    return (
        len(sentence.split()) >= _SHORTEST
        and not _SAYS_LITTLE.search(sentence)
        and sentence.casefold().rstrip(".!? ") not in clean(title).casefold()
    )
