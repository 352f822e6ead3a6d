"""The packaged names of countries, regions and time zones.

data/territories.json maps folded names to ISO 3166 alpha-2: the names of CLDR (through Babel) in
English, German, French, Spanish and Russian, alpha-3 codes, and common names and demonyms of our
own. Reading it takes 2 ms; Babel itself takes 25 ms to import and 180 ms to load these five
languages, so it is only needed to make the file (tools/make_territories.py).
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files


@cache
def territories() -> dict[str, dict[str, str]]:
    """ "countries": folded name to code; "alpha_3": code to code; "regions": folded name to codes
    joined by spaces; "zones": abbreviation to offset or offsets.
    """
    data: dict[str, dict[str, str]] = json.loads(
        files("goldmine_ingest").joinpath("data/territories.json").read_text("utf-8")
    )
    return data
