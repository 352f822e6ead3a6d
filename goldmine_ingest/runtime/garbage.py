"""How often Python looks for objects that only refer to each other."""

from __future__ import annotations

import gc

_USUAL = gc.get_threshold()  # as Python has it; this module is loaded before anything is changed
# Objects that may come before the collector looks for cycles among them (Python: 700). A command
# makes some 50,000 while it loads, a poll with news 100,000, nearly all of them to stay: looking
# through them is a thirtieth of the CPU of either, and finds a few hundred that can go.
_YOUNG = 100_000


def collect_seldom() -> None:
    """For a process of ours, as it begins."""
    gc.set_threshold(_YOUNG, 10, 10)


def collect_as_usual() -> None:
    """For a process that stays and makes rings of large things all the time, as Prefect's clients
    do: seldom collected, they were 10 MiB more with each poll.
    """
    gc.set_threshold(*_USUAL)
