"""A message as lines with a rank each, written in a service's style, and made to fit: whole lines
go first, then words are cut.

Cutting happens on the plain text before it is escaped, so that no escape, link or grapheme is ever
cut through.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from goldmine_ingest.render.clean import cut, cut_words
from goldmine_ingest.render.styles import Style
from goldmine_ingest.render.targets import Target

KEEP = 0  # the rank of what no message goes without


@dataclass(frozen=True, slots=True)
class Line:
    """`label` is ours (but escaped like everything), `text` is anyone's. `rank` 0 stays; of the
    others the highest goes first. `quote`: the client's words, set apart as the service can. `to`:
    the text leads there, where a service's links have words. `buttons`: our own links, each a word
    and an address, that the service shows beside each other where it can.
    """

    text: str
    label: str = ""
    rank: int = KEEP
    strong: bool = False
    link: bool = False
    quote: bool = False
    to: str = ""
    buttons: tuple[tuple[str, str], ...] = ()
    most: int = 300

    def write(self, style: Style) -> str:
        if self.buttons:
            return style.buttons(self.buttons)
        if self.link:
            return style.link(self.text)
        if self.quote:
            return style.quote(style.text(f"“{cut_words(self.text, self.most)}”"))
        body = style.text(cut(self.text, self.most))
        if self.to and style.named:
            body = style.named(self.to, body)
        if self.strong:
            return style.strong(body)
        return f"{style.strong(style.text(self.label))}: {body}" if self.label else body


def write(lines: Iterable[Line], style: Style) -> str:
    """The lines in a service's style; empty ones are left out."""
    return style.newline.join(line.write(style) for line in lines if line.text or line.buttons)


def fit(lines: Sequence[Line], style: Style, target: Target, room: int) -> str:
    """The lines in at most `room` units: without those of the highest rank, one after the other;
    then with shorter texts.
    """
    kept = list(lines)
    while target.size(text := write(kept, style)) > room and any(line.rank for line in kept):
        # The highest rank goes first, and within a rank the lower line.
        kept.pop(max(range(len(kept)), key=lambda at: (kept[at].rank, at)))
    if target.size(text) <= room:
        return text
    return longest(
        lambda most: write([replace(line, most=min(line.most, most)) for line in kept], style),
        target,
        room,
    )


def longest(write_with: Callable[[int], str], target: Target, room: int) -> str:
    """What `write_with` makes of the greatest text length that still fits (1 at least), found by
    halving.
    """
    low, high = 1, 300
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if target.size(write_with(middle)) <= room else (low, middle - 1)
    return write_with(low)
