"""Which destinations are out of the configuration, and since when: they owe nothing meanwhile,
and `goldmine doctor` must know it. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from goldmine_ingest.model.absence import Absence


def moved(
    kept: Sequence[Absence],
    began: Mapping[str, datetime],
    configured: Collection[str],
    now: datetime,
    last_owed: Callable[[str], datetime | None],
) -> tuple[Absence, ...] | None:
    """The absences as they are from now on, or None where nothing moved.

    `began` is when each destination had its first cycle. `last_owed` is when one was last owed
    something: it left after that.
    """
    out = {absence.destination for absence in kept if absence.back_at is None}
    gone = sorted(began.keys() - set(configured) - out)
    if not gone and not out & set(configured):
        return None
    back = [
        replace(a, back_at=now) if a.back_at is None and a.destination in configured else a
        for a in kept
    ]
    return (*back, *(Absence(name, last_owed(name) or began[name]) for name in gone))
