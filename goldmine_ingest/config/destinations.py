"""[[notify]]: where alerts go, when, and which of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from goldmine_ingest.config.references import reveal
from goldmine_ingest.config.table import Table, read_table
from goldmine_ingest.errors import UnavailableError
from goldmine_ingest.settings.destinations import ONE_EACH, DestinationSettings, holds_several


def reveal_address(destination: DestinationSettings, home: Path, env: Mapping[str, str]) -> str:
    """The address of a destination, or "terminal".

    Raises UnavailableError as `reveal` does, and where the variable or the file holds several.
    """
    url = reveal(destination.url, home, env)
    if holds_several(url):
        raise UnavailableError(f"{destination.url.text} holds more than one address", hint=ONE_EACH)
    return url


def read_destination(table: Table) -> DestinationSettings | None:
    """One [[notify]]; None where its name or address can't be read (which is noted)."""
    destination = read_table(table, DestinationSettings)
    if destination.minimum_score >= destination.maximum_score:
        key = "minimum_score" if "minimum_score" in table else "maximum_score"
        table.wrong(
            key,
            f"leaves no score between {destination.minimum_score} and {destination.maximum_score}",
            "minimum_score below maximum_score",
        )
    usable = destination.name and destination.url.text
    return replace(destination, digest_at=tuple(sorted(destination.digest_at))) if usable else None
