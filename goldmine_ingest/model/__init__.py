"""The values that travel through a cycle, one type per stage, so that a name tells where a value
came from.

    Fetched -> FeedDocument -> RawEntry -> Posting -> Listing -> Decision -> AlertEvent

Everything here is frozen and holds no connection, no clock and no setting. Times are aware UTC
datetimes, money is Decimal, and what a listing does not say is None: never 0, never "". Each stage
has a module of its own: a class takes Python longer to make than a request takes, so that a cycle
in which nothing changed makes only those that it needs.
"""

from __future__ import annotations

from typing import Any

# What json.loads gives. (A recursive alias would force casts at every use; the readers of such
# values check what they take.)
Json = Any
