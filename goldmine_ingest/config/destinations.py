"""[[notify]]: where alerts go, when, and which of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goldmine_ingest.config.platforms import platform
from goldmine_ingest.config.references import reference, reveal
from goldmine_ingest.config.values import (
    Wrong,
    choice,
    clock,
    clocks,
    each,
    flag,
    integer,
    name,
    number,
    text,
    timezone,
)
from goldmine_ingest.errors import UnavailableError
from goldmine_ingest.settings.destinations import DestinationSettings, QuietHours
from goldmine_ingest.settings.reference import Reference

if TYPE_CHECKING:
    from goldmine_ingest.config.table import Table

_ADDRESS = 'an Apprise URL such as ntfy://TOPIC, env:NAME, secret:PATH or "terminal"'
# As other programs take several: Apprise would read the second as a part of the first one's path.
_SECOND = re.compile(r"[\s,;]+[A-Za-z][A-Za-z0-9+.-]*://")
_ONE_EACH = "one [[notify]] for each address (a comma that belongs to it as %2C)"


def apprise_address(value: Any) -> Reference:
    """Any Apprise URL, a reference to one, or "terminal". Whether Apprise takes it is found out
    when it is used.
    """
    try:
        found = reference(value)
    except Wrong as wrong:
        raise Wrong(wrong.message, _ADDRESS) from wrong
    if (
        found.scheme == "literal"
        and found.text != "terminal"
        and not re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", found.text)
    ):
        raise Wrong("is not an address that a destination can have", _ADDRESS)
    if found.scheme == "literal" and _SECOND.search(found.text):
        raise Wrong("holds more than one address", _ONE_EACH)
    return found


def reveal_address(destination: DestinationSettings, home: Path, env: Mapping[str, str]) -> str:
    """The address of a destination, or "terminal".

    Raises UnavailableError as `reveal` does, and where the variable or the file holds several.
    """
    url = reveal(destination.url, home, env)
    if _SECOND.search(url):
        raise UnavailableError(
            f"{destination.url.text} holds more than one address", hint=_ONE_EACH
        )
    return url


def _quiet(value: Any) -> QuietHours | None:
    return None if value == "" else QuietHours(*clocks(value))


def read_destination(table: Table) -> DestinationSettings | None:
    """One [[notify]]; None where its name or address can't be read (which is noted)."""
    called = table.need("name", name)
    url = table.need("url", apprise_address)
    found = DestinationSettings(
        name=called or "",
        url=url or Reference(""),
        mode=table.take("mode", choice("instant", "digest"), "instant"),
        digest_at=tuple(sorted(table.take("digest_at", each(clock), (time(18, 0),)))),
        timezone=table.take("timezone", timezone, None),
        quiet_hours=table.take("quiet_hours", _quiet, None),
        minimum_score=table.take("minimum_score", number(0, 100), Decimal(0)),
        maximum_score=table.take("maximum_score", number(0, 100), Decimal(100)),
        feeds=table.take("feeds", each(text), ()),
        platforms=table.take("platforms", each(platform), ()),
        proofs=table.take("proofs", each(text), ()),
        decisions=table.take(
            "decisions", each(choice("qualified", "review")), ("qualified", "review")
        ),
        notices=table.take("notices", flag, True),
        max_per_hour=table.take("max_per_hour", integer(1, 10_000), 20),
    )
    if found.minimum_score >= found.maximum_score:
        key = "minimum_score" if "minimum_score" in table else "maximum_score"
        table.wrong(
            key,
            f"leaves no score between {found.minimum_score} and {found.maximum_score}",
            "minimum_score below maximum_score",
        )
    table.close()
    return found if called and url else None
