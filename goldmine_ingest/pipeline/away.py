"""Which destinations are out of the configuration, and since when: they owe nothing meanwhile, and `goldmine doctor` must know it. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from goldmine_ingest.errors import PROVOKED

AWAY = "away"  # the fact that keeps it: a JSON array of {name, gone_at, back_at}


def moved(
    kept: str | None,
    began: Mapping[str, datetime],
    configured: Collection[str],
    now: datetime,
    last_owed: Callable[[str], datetime | None],
) -> str | None:
    """The fact as it is from now on, or None where nothing moved.

    `began` is when each destination had its first cycle. `last_owed` is when one was last owed something: it left after that.
    """
    try:
        absences = json.loads(kept) if kept else []
        out = {absence["name"]: absence for absence in absences if absence["back_at"] is None}
    except PROVOKED:  # a damaged fact is begun anew
        absences, out = [], {}
    back = [out[name] for name in sorted(out.keys() & set(configured))]
    gone = sorted(began.keys() - set(configured) - out.keys())
    for absence in back:
        absence["back_at"] = now.isoformat()
    absences += [{"name": name, "gone_at": (last_owed(name) or began[name]).isoformat(), "back_at": None} for name in gone]
    return json.dumps(absences) if back or gone else None
