"""Names of time zones and of regions that stand for several, as listings write them in several
languages: "US Eastern", "Brasília", "europäische". Standard times, by the tz database.
"""

from __future__ import annotations

# The zones' names in full; the abbreviations are in the packaged table.
NAMES = {
    **dict.fromkeys(("eastern", "us eastern", "u.s. eastern", "eastern us", "us east"), "-5"),
    **dict.fromkeys(("east coast", "us east coast", "u.s. east coast", "new york", "nyc"), "-5"),
    **dict.fromkeys(("central", "us central", "u.s. central", "chicago", "texas"), "-6"),
    **dict.fromkeys(("mountain", "us mountain", "u.s. mountain", "denver"), "-7"),
    **dict.fromkeys(("pacific", "us pacific", "u.s. pacific", "us west", "california"), "-8"),
    **dict.fromkeys(("west coast", "us west coast", "u.s. west coast", "san francisco"), "-8"),
    **dict.fromkeys(("toronto", "miami", "boston", "lima", "bogotá", "bogota"), "-5"),
    **dict.fromkeys(("brasília", "brasilia", "são paulo", "sao paulo", "buenos aires"), "-3"),
    **dict.fromkeys(("argentina", "brazil", "brasil"), "-3"),
    **dict.fromkeys(
        ("spain", "españa", "espagne", "madrid", "spanish", "española", "germany"), "1"
    ),
    **dict.fromkeys(
        ("france", "french", "italy", "italia", "italian", "italiano", "poland", "polish"), "1"
    ),
    **dict.fromkeys(("deutschland", "german", "deutsche", "deutscher", "polska", "amsterdam"), "1"),
    **dict.fromkeys(("warsaw", "vienna", "zurich", "stockholm", "netherlands"), "1"),
    **dict.fromkeys(("ukraine", "kyiv", "kiev", "київ", "київським", "israel", "athens"), "2"),
    **dict.fromkeys(("moskau", "мск", "москва", "москвы", "московскому", "istanbul"), "3"),
    **dict.fromkeys(("lisbon", "portugal", "dublin", "ireland"), "0"),
    **dict.fromkeys(("dubai", "uae"), "4"),
    **dict.fromkeys(("manila", "philippines", "perth", "hong kong", "china"), "8"),
    **dict.fromkeys(("melbourne", "brisbane"), "10"),
    "atlantic": "-4",
    "alaska": "-9",
    "hawaii": "-10",
    **dict.fromkeys(("central european", "mitteleuropäische", "mitteleuropäischer"), "1"),
    "western european": "0",
    "eastern european": "2",
    "british": "0",
    "uk": "0",
    "london": "0",
    "greenwich mean": "0",
    "berlin": "1",
    "paris": "1",
    "moscow": "3",
    "india": "5:30",
    "indian": "5:30",
    "indian standard": "5:30",
    "singapore": "8",
    "japan": "9",
    "tokyo": "9",
    "sydney": "10",
    "australian eastern": "10",
    "new zealand": "12",
}
# First and last whole hour of the standard times in each region (the contiguous states for the
# US), by the tz database.
REGIONS = {
    "eu": (0, 2),
    "europe": (0, 3),
    "european": (0, 3),
    "europa": (0, 3),
    **dict.fromkeys(("europäische", "europäischer", "européen", "européens", "europeo"), (0, 3)),
    **dict.fromkeys(
        ("europea", "europeu", "europea", "europese", "europejska", "europejskiej"), (0, 3)
    ),
    **dict.fromkeys(("европейский", "европейском", "европейское", "європейський"), (0, 3)),
    "us/canada": (-8, -4),
    "emea/us": (-8, 4),
    "us": (-8, -5),
    "usa": (-8, -5),
    "u.s.": (-8, -5),
    "american": (-8, -5),
    "north american": (-8, -4),
    "north america": (-8, -4),
    "canadian": (-8, -4),
    "canada": (-8, -4),
    "americas": (-8, -3),
    "latam": (-6, -3),
    "latin american": (-6, -3),
    "latin america": (-6, -3),
    "south american": (-5, -3),
    "emea": (0, 4),
    **dict.fromkeys(("apac", "asia-pacific", "asia pacific"), (5, 12)),
    "asian": (5, 9),
    "asia": (5, 9),
    "african": (0, 3),
    "africa": (0, 3),
    "australian": (8, 10),
    "uk": (0, 0),
    "uk/eu": (0, 2),
}
