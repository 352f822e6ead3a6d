"""How often Python looks for objects that only refer to each other."""

from __future__ import annotations

import gc

# Objects that may come before the collector looks for cycles among them (Python: 700). A command
# makes some 100,000 while it loads, nearly all of them to stay: looking through them again and
# again is a twentieth of the CPU of a poll in which nothing changed.
_YOUNG = 20_000


def collect_seldom() -> None:
    """For a process of ours, as it begins."""
    gc.set_threshold(_YOUNG, 10, 10)
