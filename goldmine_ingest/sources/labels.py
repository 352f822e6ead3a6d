"""Labelled lines, 'Budget: $500', as most boards write what they know of a job into its text."""

from __future__ import annotations

from collections.abc import Iterable

from goldmine_ingest.text.lazy_re import lazy_re

_LABEL = lazy_re(
    r"^\s*(?:[-*•]\s*)?(?:\*\*|__)?\s*([^\W\d_][^:\n*]{1,40}?)\s*(?:\*\*|__)?\s*:\s*(?:\*\*|__)?\s*(.*)$"
)


def labelled(text: str, names: Iterable[str]) -> tuple[dict[str, str], str]:
    """The values of the lines that begin with one of `names` and a colon, by lower-case name, and
    the text without these lines.

    The first line of a name that has a value wins. A label alone on its line takes the next line as
    its value.
    """
    wanted = {name.lower() for name in names}
    values: dict[str, str] = {}
    rest: list[str] = []
    pending = ""
    for line in text.splitlines():
        match = _LABEL.match(line)
        name = match[1].lower() if match else ""
        if match and name in wanted:
            values.setdefault(name, match[2].strip()) if match[2].strip() else None
            pending = "" if match[2].strip() else name
        elif pending and line.strip():
            values.setdefault(pending, line.strip())
            pending = ""
        else:
            rest.append(line)
    return values, "\n".join(rest).strip()
