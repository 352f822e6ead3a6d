"""The packaged names of countries, regions and time zones.

data/territories.json maps folded names to ISO 3166 alpha-2: the names of CLDR (through Babel) in
English, German, French, Spanish and Russian, alpha-3 codes, and common names and demonyms of our
own. Reading it takes 2 ms; Babel itself takes 25 ms to import and 180 ms to load these five
languages, so it is only needed to make the file (tools/make_territories.py).
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

_DATA = Path(__file__).parents[1] / "data"


@cache
def territories() -> dict[str, dict[str, str]]:
    """ "countries": folded name to code; "alpha_3": code to code; "regions": folded name to codes
    joined by spaces; "zones": abbreviation to offset or offsets.
    """
    return _table("territories.json")


def currency_of(country: str) -> str:
    """The currency of a country (ISO 3166 alpha-2); dollars where none is known."""
    return _customs().get(country, {}).get("currency", "USD")


def languages_of(country: str) -> list[str]:
    """The languages that are official in a country, or spoken by all."""
    return _customs().get(country, {}).get("languages", "").split()


@cache
def _customs() -> dict[str, dict[str, str]]:
    return _table("customs.json")


def _table(name: str) -> dict[str, dict[str, str]]:
    text = (_DATA / name).read_text(encoding="utf-8")
    table: dict[str, dict[str, str]] = json.loads(text)
    return table
