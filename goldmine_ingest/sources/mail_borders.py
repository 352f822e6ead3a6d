"""Where another job's lines begin among those of an alert mail, though no link of its own says so:
a job that lost its link must not lend its facts to a neighbour.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from goldmine_ingest.sources.mail_lines import MORE_FACTS, RULE, is_button, is_pay
from goldmine_ingest.sources.mail_links import job_of, unwrapped
from goldmine_ingest.sources.mail_text import Line
from goldmine_ingest.text.lazy_re import lazy_re

_CLIENT = lazy_re(r"payment (?:method )?(?:un|not )?verified", re.I)
_LONGEST_TITLE = 80  # characters of a line that may be a title without anything to tell it
# Pages of who offers a job, which cards link beside it.
_OF_A_CLIENT = lazy_re(
    r"^/(?:company|companies|cmp|profile|users?|freelancers?|clients?|employers?|u|o|c|in)/", re.I
)


def second_job(lines: Sequence[Line]) -> int:
    """Where another job begins: at the title above a second line of pay, or of a client."""
    pays = [n for n, line in enumerate(lines) if is_pay(line.text)]
    clients = [n for n, line in enumerate(lines) if _CLIENT.match(line.text)]
    for second in (n for n in pays if n > pays[0] + 1):
        at = second - 1
        while at > 0 and not lines[at].text:
            at -= 1
        above = lines[at - 1] if at > 0 else None
        if above and (
            not above.text
            or at - 1 in clients
            or is_button(above.text)
            or RULE.match(above.text)
            or _like_a_title(lines[at].text)
        ):
            return at
    return clients[1] if len(clients) > 1 and not pays else len(lines)


def _like_a_title(text: str) -> bool:
    return 3 < len(text) <= _LONGEST_TITLE and text[-1].isalnum() and not MORE_FACTS.search(text)


def is_foreign(line: Line, host: str) -> bool:
    """A line that is a link and nothing else, and leads to no job and to no client."""
    whole = line.bare or any(words and words == line.text for _, words in line.links)
    return whole and not any(_known(url, host) for url, _ in line.links)


def _known(url: str, host: str) -> bool:
    if not url.lower().startswith("http") or job_of(url, host):
        return True
    try:
        return bool(_OF_A_CLIENT.match(urlsplit(unwrapped(url)).path))
    except ValueError:
        return False


def stray(parts: Sequence[Sequence[Line]], host: str) -> list[list[int]]:
    """Of each job's lines, where links to nothing known stand, if most jobs have none: what every
    card has ("Save", a map) says nothing of a border.
    """
    positions = [[n for n, line in enumerate(part) if is_foreign(line, host)] for part in parts]
    usual = sum(bool(each) for each in positions) * 2 > len(positions) > 1
    return [[] for _ in positions] if usual else positions


__all__ = ["is_foreign", "second_job", "stray"]
