"""Alert mails whose jobs stand between lines of dashes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from goldmine_ingest.sources.mail_borders import is_foreign
from goldmine_ingest.sources.mail_groups import Group
from goldmine_ingest.sources.mail_lines import RULE, is_fact
from goldmine_ingest.sources.mail_text import Line


def between_rules(
    lines: Sequence[Line], groups: Sequence[Group], host: str
) -> list[tuple[Group, tuple[int, int]]] | None:
    """Each job between two lines of dashes; None where the mail isn't built so."""
    rules = [-1, *(n for n, line in enumerate(lines) if RULE.match(line.text)), len(lines)]
    cards = []
    for group in groups:
        start = max(rule for rule in rules if rule < group.first)
        stop = min(rule for rule in rules if rule > group.first)
        if group.last > stop:
            return None
        cards.append((group, (start + 1, stop)))
    starts = {start for _, (start, _) in cards}
    several = len(groups) > 1 or any(
        is_foreign(line, host) for line in (*lines[: cards[0][1][0]], *lines[cards[0][1][1] :])
    )
    return cards if len(starts) == len(groups) and several else None


def lost_between_rules(
    lines: Sequence[Line], cards: Sequence[tuple[Group, tuple[int, int]]], host: str
) -> int:
    """How many other parts between rules look like a job whose link leads nowhere."""
    own = {start for _, (start, _) in cards}
    rules = [-1, *(n for n, line in enumerate(lines) if RULE.match(line.text)), len(lines)]
    parts = [lines[a + 1 : b] for a, b in pairwise(rules) if a + 1 not in own]
    return sum(
        any(is_fact(line.text) for line in part) and any(is_foreign(line, host) for line in part)
        for part in parts
    )


__all__ = ["between_rules", "lost_between_rules"]
