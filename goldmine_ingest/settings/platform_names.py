"""The names of the platforms that a feed can be read as, and the paces that they ask for. Sources
are told by these names.

A table of its own, so that checking a configuration doesn't load the grammar of every platform (a
tenth of a second). `tests/sources/test_platforms.py` holds it against the sources themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

PLATFORMS = (
    "vollna",
    "upwork",
    "mail",
    "freelancer",
    "weworkremotely",
    "himalayas",
    "remoteok",
    "remotive",
    "jobicy",
    "wpjobmanager",
    "workingnomads",
    "larajobs",
    "codeur",
    "flru",
    "reddit",
    "hn",
    "guru",
    "elance",
    "jsonfeed",
    "generic",
)

# The shortest interval between two polls, where a platform states one (the source's module says
# where).
SLOWEST_PACES: Mapping[str, timedelta] = {"remotive": timedelta(hours=6)}
# The hosts of those, for feeds whose platform isn't named.
PACED_HOSTS: Mapping[str, str] = {"remotive.com": "remotive", "remotive.io": "remotive"}
