"""What led each proposal (`track --led`), compared by replies. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from goldmine_ingest.analysis.funnel import Pursued
from goldmine_ingest.analysis.review_parts import counted
from goldmine_ingest.analysis.shares import Share, apart, share
from goldmine_ingest.model.pursuit import Led

# Decided pursuits that a share of replies takes: 0 of 5 leaves at most 43 % open.
LEAST = 5


@dataclass(frozen=True, slots=True)
class LedReplies:
    """The pursuits that were led by a diagnosis, a proof or a first step, and the replies to those
    of them that are decided (answered, or old enough to count as ignored).
    """

    led: str
    pursuits: int
    replies: Share


def compare(pursued: Iterable[Pursued], now: datetime) -> tuple[LedReplies, ...]:
    """A row for each of the three, in their fixed order."""
    all_of_them = tuple(pursued)
    rows = []
    for led in get_args(Led):
        mine = [each for each in all_of_them if each.led == led]
        answers = [answer for each in mine if (answer := each.answered(now)) is not None]
        rows.append(LedReplies(led, len(mine), share(sum(answers), len(answers))))
    return tuple(rows)


def sentences(rows: Sequence[LedReplies]) -> list[str]:
    """Each with its share and interval, or its counts alone where they are too few; then what they
    say together. Nothing where nothing was recorded.
    """
    if not any(row.pursuits for row in rows):
        return []
    return [*map(_row, rows), _verdict([row for row in rows if row.replies.of >= LEAST])]


def _row(row: LedReplies) -> str:
    name = row.led.replace("_", " ")
    replies = row.replies
    counts = (
        f"led by {name}: {replies.count} of {counted(replies.of, 'decided pursuit')} got a reply"
    )
    if replies.of < LEAST or replies.share is None:
        return f"{counts}; a share takes {LEAST}"
    return f"{counts}, {replies.share:.0%} (95 % interval {replies.low:.0%} to {replies.high:.0%})"


def _verdict(rows: Sequence[LedReplies]) -> str:
    """Which gets more replies than which, if more than chance explains it."""
    if len(rows) < 2:
        return f"Not enough data to compare them: it takes two with {LEAST} decided pursuits each."
    best = max(rows, key=lambda row: row.replies.share or 0)
    worst = min(rows, key=lambda row: row.replies.share or 0)
    if not apart(best.replies, worst.replies):
        return "What they differ by may be chance."
    return (
        f"A {best.led.replace('_', ' ')} gets more replies than a {worst.led.replace('_', ' ')}:"
        " more than chance explains."
    )
